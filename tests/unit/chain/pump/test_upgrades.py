"""When pump.fun's programs were upgraded, from the accounts that hold their code."""

from typing import Any

import pytest

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import upgrades as module
from dat_operator.chain.pump.upgrades import LOADER, PROGRAM_DATA, Upgrades, last_upgrade
from dat_operator.domain.upgrade import Upgrade
from tests.support.chain_state import chain
from tests.support.fakes.accounts import Accounts, account, program_data
from tests.support.fakes.clock import Clock
from tests.support.fakes.rpc import Refusal

NOW = 1_800_000_000


async def read(block_time: Any = None, **programs: Any) -> Upgrade | None:
    keys = {"pump": at.PUMP, "amm": at.PUMP_AMM, "fees": at.PUMP_FEES}
    table = {at.pda(LOADER, bytes(keys[name])): value for name, value in programs.items()}
    accounts = Accounts(table, getBlockTime=block_time)
    async with accounts.client() as rpc:
        found = await last_upgrade(rpc, 1_000, NOW)
    ((_, options),) = (params for method, params in accounts.asked if method == "getMultipleAccounts")
    assert options["dataSlice"] == {"offset": 0, "length": PROGRAM_DATA.minimum}, "not a megabyte of code"
    return found


async def test_the_newest_counts() -> None:
    found = await read(pump=program_data(700), amm=program_data(900), fees=program_data(10))
    assert found == Upgrade("pump_amm", 900, NOW - 20)
    assert str(found) == "pump.fun's program pump_amm was upgraded at slot 900"


async def test_what_is_no_program_does_not() -> None:
    strange = {**program_data(5), "owner": str(at.SYSTEM)}
    assert await read() is None
    assert await read(pump=account(owner=LOADER, data=b"short"), amm=strange) is None
    assert await read(pump=program_data(7), amm=strange) == Upgrade("pump", 7, NOW - 198)


async def test_an_upgrade_has_the_time_of_its_block() -> None:
    """A slot took 0.317 s in September 2026: 0.4 s made an upgrade 26 % older than it was."""
    times = {900: NOW - 32}
    found = await read(lambda slot: times[slot], pump=program_data(700), amm=program_data(900))
    assert found == Upgrade("pump_amm", 900, NOW - 32)


@pytest.mark.parametrize("code", [-32004, -32007, -32009, -32601])
async def test_without_its_block_an_upgrade_is_not_dated_before_it_was(code: int, clock: Clock) -> None:
    def gone(_: int) -> None:
        raise Refusal(code, "Block cleaned up, or slot was skipped")

    found = await read(gone, pump=program_data(0))
    assert found is not None
    assert found.time >= NOW - 1_000 * 0.317


async def test_a_date_that_was_estimated_does_not_move_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a cycle that has proven the upgrade would be older than it an hour later."""
    monkeypatch.setattr(module, "UPGRADE_CHECK_SECONDS", -1)
    accounts = Accounts({at.pda(LOADER, bytes(at.PUMP)): program_data(500)})
    upgrades = Upgrades()
    async with accounts.client() as rpc:
        first = await upgrades.with_last_upgrade(rpc, chain(slot=1_000, time=NOW))
        later = await upgrades.with_last_upgrade(rpc, chain(slot=11_000, time=NOW + 3_170))
        assert first.upgrade == later.upgrade == Upgrade("pump", 500, NOW - 100)
        accounts.answers["getBlockTime"] = NOW - 158
        exact = await upgrades.with_last_upgrade(rpc, chain(slot=11_000, time=NOW + 3_170))
        assert exact.upgrade == Upgrade("pump", 500, NOW - 158)
        accounts.table[str(at.pda(LOADER, bytes(at.PUMP)))] = program_data(10_000)
        accounts.answers["getBlockTime"] = NOW + 2_900
        newer = await upgrades.with_last_upgrade(rpc, chain(slot=11_000, time=NOW + 3_170))
        assert newer.upgrade == Upgrade("pump", 10_000, NOW + 2_900)
