import pytest

from dat_operator.chain.network import check_network
from dat_operator.domain.errors import DatError
from tests.unit.chain.fake_rpc import FakeRpc

MAINNET = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"


@pytest.mark.parametrize(("genesis", "network"), [(MAINNET, "mainnet-beta"), ("anything else", "localnet")])
async def test_the_right_cluster(genesis: str, network: str) -> None:
    async with FakeRpc(getGenesisHash=genesis).client() as rpc:
        await check_network(rpc, network)  # type: ignore[arg-type]


async def test_a_test_must_never_reach_mainnet() -> None:
    async with FakeRpc(getGenesisHash=MAINNET).client() as rpc:
        with pytest.raises(DatError, match=r"spec\.network: localnet, but .* lead to mainnet-beta"):
            await check_network(rpc, "localnet")
