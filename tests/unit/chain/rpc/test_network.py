import pytest

from dat_operator.chain.rpc.network import check_network
from dat_operator.domain.errors import DatError, Refused
from tests.support.fakes.rpc import FakeRpc

MAINNET = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"


@pytest.mark.parametrize(("genesis", "network"), [(MAINNET, "mainnet-beta"), ("anything else", "localnet")])
async def test_the_right_cluster(genesis: str, network: str) -> None:
    async with FakeRpc(getGenesisHash=genesis).client() as rpc:
        await check_network(rpc, network)  # type: ignore[arg-type]


async def test_a_wallet_of_a_chain_of_its_own() -> None:
    """For a network that is not public, the genesis hash in the binding decides."""
    async with FakeRpc(getGenesisHash="ours").client() as rpc:
        await check_network(rpc, "localnet", "ours")
        with pytest.raises(Refused, match="has genesis ours, but the wallet is bound to theirs") as caught:
            await check_network(rpc, "localnet", "theirs")
    assert caught.value.reason == "WalletNotBound"


async def test_a_test_must_never_reach_mainnet() -> None:
    async with FakeRpc(getGenesisHash=MAINNET).client() as rpc:
        with pytest.raises(DatError, match=r"spec\.network: localnet, but .* lead to mainnet-beta"):
            await check_network(rpc, "localnet")
