"""Coins whose creator is the ecosystem's shared authority: their fees are divided among them."""

from collections.abc import Callable

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.domain.token_state import FeeSource, SharedFees, TokenState
from tests.support.chain.ecosystem import SOL, World

RENT = 890_880


async def state_of(world: World, name: str) -> TokenState:
    return (await world.read()).tokens[str(world.coins[name].mint)]


async def shared(world: World) -> SharedFees:
    found = (await world.read()).shared
    assert found is not None
    return found


def ecosystem(make_world: Callable[..., World], name: str, *tokens: str) -> tuple[World, Pubkey]:
    world = make_world(name)
    program = Pubkey.from_string(world.config.program_id)
    creator = at.shared_authority_address(program, world.admin_session().ecosystem.state)
    for token in tokens:
        role = Role.ROOT if token == "root" else Role.SECONDARY
        world.launch(token, role, spl=token == "root", creator=creator)
    return world, creator


async def test_each_gets_what_its_own_trades_paid(make_world: Callable[..., World]) -> None:
    world, creator = ecosystem(make_world, "shared", "large", "small", "tiny", "root")
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    assert await shared(world) == SharedFees(0, 0, 0, 0, 0), "its rents are there"
    for name, lamports in (("large", 6 * SOL), ("small", 3 * SOL), ("tiny", SOL // 100), ("root", SOL)):
        world.trade(name, lamports)
    before = {name: await state_of(world, name) for name in world.coins}
    assert {state.fee_source(str(creator)) for state in before.values()} == {FeeSource.SHARED}

    report = await world.cycle(bytes([1] * 16))
    reasons = {token.name: token.reason for token in report.tokens}
    done = ["large", "small", "root"]
    assert reasons == dict.fromkeys(done, "CycleCompleted") | {"tiny": "InsufficientFees"}, report
    for name in done:
        (landed,) = await world.cycles(name)
        assert landed.event.conserved
        assert landed.event.inflow == before[name].bucket_lamports
        after = await state_of(world, name)
        assert after.stats is not None
        assert after.stats.total_credited_lamports == landed.event.inflow
    assert await shared(world) == SharedFees(0, 0, 0, 0, 0)
    assert (await state_of(world, "tiny")).bucket_lamports == before["tiny"].bucket_lamports


async def test_one_with_a_share_of_its_own_is_admitted(make_world: Callable[..., World]) -> None:
    world = make_world("shared-share")
    program = Pubkey.from_string(world.config.program_id)
    creator = at.shared_authority_address(program, world.admin_session().ecosystem.state)
    world.launch("own", Role.SECONDARY, spl=False, root_share_bps=4_000, creator=creator)
    report = await world.set_up()
    assert report.outcome is Outcome.COMPLETED, report
    stats = (await state_of(world, "own")).stats
    assert stats is not None
    assert stats.root_share is not None
    assert (stats.root_share.bps, stats.root_share.next_bps) == (4_480, 4_000), "an hour later"


async def test_what_nobody_can_tell_apart_is_divided_in_proportion(make_world: Callable[..., World]) -> None:
    world, creator = ecosystem(make_world, "undivided", "large", "small")
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    world.trade("large", 6 * SOL)
    world.trade("small", 3 * SOL)
    world.market.fund(at.creator_vault(creator), 900_000)
    buckets = {name: (await state_of(world, name)).bucket_lamports for name in world.coins}
    report = await world.cycle(bytes([1] * 16))
    assert report.outcome is Outcome.COMPLETED, report
    for name, bucket in buckets.items():
        (landed,) = await world.cycles(name)
        assert landed.event.inflow == bucket + 900_000 * bucket // sum(buckets.values())
    assert (await shared(world)).lamports <= 1, "what rounding leaves"


async def test_a_graduated_coins_fees_come_from_both_of_its_places(make_world: Callable[..., World]) -> None:
    world, _ = ecosystem(make_world, "shared-pool", "pooled", "curved")
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    world.market.fund(world.trader.pubkey(), 200 * SOL)
    world.market.graduate(world.trader, world.coins["pooled"])
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    world.market.buy_at_pool(world.trader, world.coins["pooled"], 5 * SOL)
    world.trade("curved", 3 * SOL)
    before = {name: await state_of(world, name) for name in world.coins}
    report = await world.cycle(bytes([1] * 16))
    assert report.outcome is Outcome.COMPLETED, report
    for name, state in before.items():
        (landed,) = await world.cycles(name)
        assert landed.event.inflow == state.pending_lamports == state.bucket_lamports
    assert await shared(world) == SharedFees(0, 0, 0, 0, 0)
