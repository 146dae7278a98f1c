"""A lookup table that no token names any more: its rent comes back to the admin, and cycles go on."""

from collections.abc import Iterator

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain.tx.lookup_tables import COOLDOWN_SLOTS, tables_that_begin
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.setup.lookup_tables import ensure_lookup_tables
from hack.localnet.cheats import set_account, time_travel
from hack.localnet.localnet import Localnet
from hack.program import program_so
from tests.support.chain.ecosystem import PROGRAM_ID, SOL, LocalEcosystem, MakeEcosystem

SLOT_SECONDS = 0.4
SLOT_HASHES = "SysvarS1otHashes111111111111111111111111111"


@pytest.fixture(scope="module")
def chain(worker: str) -> Iterator[Localnet]:
    """One of its own, whose time and blocks are made up."""
    with Localnet(f"tables-{worker}", programs={PROGRAM_ID: program_so()}) as localnet:
        yield localnet


async def name_table(local: LocalEcosystem, mint: Pubkey, table: Pubkey | None) -> None:
    session = local.admin_session()
    instruction = session.ecosystem.administer(
        "set_lookup_table", local.admin.pubkey(), {"lookup_table": table}, mint=mint
    )
    await session.sender.land([instruction])


async def test_its_rent_is_taken_back(make_ecosystem: MakeEcosystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dat_operator.setup.unused_lookup_tables.IDLE_SLOTS", 0)
    local = make_ecosystem("tables")
    coin = local.launch("only", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    session, admin = local.admin_session(), local.admin.pubkey()

    async def tables() -> dict[Pubkey, int | None]:
        found = await tables_that_begin(local.rpc, admin, session.ecosystem.state)
        return {key: header.deactivated_at for key, header in found.items()}

    (old,) = await tables()
    # As a set-up that was killed before it named its table leaves it.
    await name_table(local, coin.mint, None)
    await ensure_lookup_tables(session)
    (new,) = (await tables()).keys() - {old}
    await local.set_up()
    found = await tables()
    assert found[new] is None
    assert found[old] is not None
    await local.set_up()
    assert set(await tables()) == {old, new}, "not before the chain lets go of it"

    # Time travel skips the blocks, so the chain would still know the one of the deactivation.
    set_account(local.chain.rpc, SLOT_HASHES, data=bytes(8 + 512 * 40))
    time_travel(local.chain.rpc, round((COOLDOWN_SLOTS + 5) * SLOT_SECONDS))
    await local.set_up()
    assert list(await tables()) == [new]
    local.trade("only", 3 * SOL)
    assert (await local.cycle(bytes([1] * 16))).outcome is Outcome.COMPLETED
