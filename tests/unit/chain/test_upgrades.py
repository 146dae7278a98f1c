"""When pump.fun's programs were upgraded, from the accounts that hold their code."""

from typing import Any

from dat_operator.chain import addresses as at
from dat_operator.chain.upgrades import HEAD, LOADER, last_upgrade
from dat_operator.domain.upgrade import Upgrade
from tests.unit.chain.fake_accounts import Accounts, account, program_data

NOW = 1_800_000_000


async def read(**programs: Any) -> Upgrade | None:
    keys = {"pump": at.PUMP, "amm": at.PUMP_AMM, "fees": at.PUMP_FEES}
    table = {at.pda(LOADER, bytes(keys[name])): value for name, value in programs.items()}
    accounts = Accounts(table)
    async with accounts.client() as rpc:
        found = await last_upgrade(rpc, 1_000, NOW)
    ((_, (_, options)),) = accounts.asked
    assert options["dataSlice"] == {"offset": 0, "length": HEAD}, "not a megabyte of code"
    return found


async def test_the_newest_counts() -> None:
    found = await read(pump=program_data(700), amm=program_data(900), fees=program_data(10))
    assert found == Upgrade("pump_amm", 900, NOW - 40)
    assert str(found) == "pump.fun's program pump_amm was upgraded at slot 900"


async def test_what_is_no_program_does_not() -> None:
    strange = {**program_data(5), "owner": str(at.SYSTEM)}
    assert await read() is None
    assert await read(pump=account(owner=LOADER, data=b"short"), amm=strange) is None
    assert await read(pump=program_data(7), amm=strange) == Upgrade("pump", 7, NOW - 397)
