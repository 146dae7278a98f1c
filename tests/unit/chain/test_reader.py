"""The reader of one ecosystem: which endpoints it accepts, and what it keeps when they change."""

from pathlib import Path
from typing import Any

import pytest

from dat_operator.chain import reader as module
from dat_operator.chain.reader import ChainReader, EcosystemKeys, Hooks, RpcSettings
from dat_operator.domain.job_config import EndpointConfig, Network
from tests.support.chain_state import ADMIN, OPERATOR, PROGRAM, STATE
from tests.support.fakes.accounts import Accounts

KEYS = EcosystemKeys(str(PROGRAM), str(ADMIN), "fruit", str(OPERATOR), ())


def reader(keys: Path, *, allow_private: bool = False) -> ChainReader:
    def ignore(*_: Any) -> None:
        pass

    return ChainReader(Hooks(ignore, ignore, ignore), rpc_keys=keys, allow_private=allow_private)


def settings(url: str, network: Network = "devnet") -> RpcSettings:
    return RpcSettings(network, [EndpointConfig(url=url)], "confirmed")


@pytest.fixture(autouse=True)
def _any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_check(*_: Any) -> None:
        pass

    monkeypatch.setattr(module, "check_network", no_check)


@pytest.mark.parametrize(
    ("network", "allow_private", "public_only"),
    [
        ("mainnet-beta", False, True),
        ("devnet", False, True),
        ("mainnet-beta", True, False),
        ("localnet", False, False),
    ],
)
async def test_private_endpoints_are_refused_unless_the_installer_said_otherwise(
    network: Network, allow_private: bool, public_only: bool, tmp_path: Path
) -> None:
    one = reader(tmp_path, allow_private=allow_private)
    rpc = await one._client(settings("https://rpc.example", network))
    assert [endpoint.public_only for endpoint in rpc.endpoints] == [public_only]
    await one.close()


async def test_another_endpoint_goes_back_no_further(tmp_path: Path) -> None:
    one = reader(tmp_path)
    before = await one._client(settings("https://rpc.example"))
    after = await one._client(settings("https://other.example"))
    assert before is not after
    assert before._slots is after._slots
    await one.close()


async def test_the_history_lasts_as_long_as_endpoints_and_ecosystem(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It remembers transactions, and the recovery of cycles remembers it."""
    one, accounts = reader(tmp_path), Accounts()

    async def follow_nothing(*_: Any) -> None:
        pass

    monkeypatch.setattr(module, "RpcClient", lambda *_, **__: accounts.client())
    monkeypatch.setattr(one._subscriptions, "follow", follow_nothing)
    assert one.history is None
    await one.read(settings("https://rpc.example"), KEYS)
    first = one.history
    assert first is not None
    assert first.state_address == str(STATE)
    await one.read(settings("https://rpc.example"), KEYS)
    assert one.history is first
    await one.read(settings("https://other.example"), KEYS)
    assert one.history is not first
    await one.close()
