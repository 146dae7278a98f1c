"""Coins whose creator is the ecosystem's shared authority: their fees are divided among them."""

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.domain.token_state import FeeSource, SharedFees, TokenState
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem

RENT = 890_880


async def state_of(local: LocalEcosystem, name: str) -> TokenState:
    return (await local.read()).tokens[str(local.coins[name].mint)]


async def shared(local: LocalEcosystem) -> SharedFees:
    found = (await local.read()).shared
    assert found is not None
    return found


def ecosystem(make_ecosystem: MakeEcosystem, name: str, *tokens: str) -> tuple[LocalEcosystem, Pubkey]:
    local = make_ecosystem(name)
    program = Pubkey.from_string(local.config.program_id)
    creator = at.shared_authority_address(program, local.admin_session().ecosystem.state)
    for token in tokens:
        role = Role.ROOT if token == "root" else Role.SECONDARY
        local.launch(token, role, spl=token == "root", creator=creator)
    return local, creator


async def test_each_gets_what_its_own_trades_paid(make_ecosystem: MakeEcosystem) -> None:
    local, creator = ecosystem(make_ecosystem, "shared", "large", "small", "tiny", "root")
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    assert await shared(local) == SharedFees(0, 0, 0, 0, 0), "its rents are there"
    for name, lamports in (("large", 6 * SOL), ("small", 3 * SOL), ("tiny", SOL // 100), ("root", SOL)):
        local.trade(name, lamports)
    before = {name: await state_of(local, name) for name in local.coins}
    assert {state.fee_source(str(creator)) for state in before.values()} == {FeeSource.SHARED}

    report = await local.cycle(bytes([1] * 16))
    reasons = {token.name: token.reason for token in report.tokens}
    done = ["large", "small", "root"]
    assert reasons == dict.fromkeys(done, "CycleCompleted") | {"tiny": "InsufficientFees"}, report
    for name in done:
        (landed,) = await local.cycles(name)
        assert landed.event.conserved
        assert landed.event.inflow == before[name].bucket_lamports
        after = await state_of(local, name)
        assert after.stats is not None
        assert after.stats.total_credited_lamports == landed.event.inflow
    assert await shared(local) == SharedFees(0, 0, 0, 0, 0)
    assert (await state_of(local, "tiny")).bucket_lamports == before["tiny"].bucket_lamports


async def test_one_with_a_share_of_its_own_is_admitted(make_ecosystem: MakeEcosystem) -> None:
    local = make_ecosystem("shared-share")
    program = Pubkey.from_string(local.config.program_id)
    creator = at.shared_authority_address(program, local.admin_session().ecosystem.state)
    local.launch("own", Role.SECONDARY, spl=False, root_share_bps=4_000, creator=creator)
    report = await local.set_up()
    assert report.outcome is Outcome.COMPLETED, report
    stats = (await state_of(local, "own")).stats
    assert stats is not None
    assert stats.root_share is not None
    assert (stats.root_share.bps, stats.root_share.next_bps) == (4_480, 4_000), "an hour later"


async def test_what_nobody_can_tell_apart_is_divided_in_proportion(
    make_ecosystem: MakeEcosystem,
) -> None:
    local, creator = ecosystem(make_ecosystem, "undivided", "large", "small")
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    local.trade("large", 6 * SOL)
    local.trade("small", 3 * SOL)
    local.market.fund(at.creator_vault(creator), 900_000)
    buckets = {name: (await state_of(local, name)).bucket_lamports for name in local.coins}
    report = await local.cycle(bytes([1] * 16))
    assert report.outcome is Outcome.COMPLETED, report
    for name, bucket in buckets.items():
        (landed,) = await local.cycles(name)
        assert landed.event.inflow == bucket + 900_000 * bucket // sum(buckets.values())
    assert (await shared(local)).lamports <= 1, "what rounding leaves"


async def test_a_graduated_coins_fees_come_from_both_of_its_places(
    make_ecosystem: MakeEcosystem,
) -> None:
    local, _ = ecosystem(make_ecosystem, "shared-pool", "pooled", "curved")
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    local.market.fund(local.trader.pubkey(), 200 * SOL)
    local.market.graduate(local.trader, local.coins["pooled"])
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    local.market.buy_at_pool(local.trader, local.coins["pooled"], 5 * SOL)
    local.trade("curved", 3 * SOL)
    before = {name: await state_of(local, name) for name in local.coins}
    report = await local.cycle(bytes([1] * 16))
    assert report.outcome is Outcome.COMPLETED, report
    for name, state in before.items():
        (landed,) = await local.cycles(name)
        assert landed.event.inflow == state.pending_lamports == state.bucket_lamports
    assert await shared(local) == SharedFees(0, 0, 0, 0, 0)
