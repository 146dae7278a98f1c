"""A stranger collects a graduated token's fees into wrapped SOL: the root gets its share all the same."""

import asyncio
from collections.abc import Callable

import pytest
from solders.keypair import Keypair

from dat_operator.chain import addresses as at
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from hack.localnet.transactions import send
from tests.support.chain.ecosystem import SOL, World


async def graduated(make_world: Callable[..., World], name: str) -> World:
    world = make_world(name)
    world.launch("root", Role.ROOT, spl=True)
    coin = world.launch("second", Role.SECONDARY, spl=False)
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    world.market.fund(world.trader.pubkey(), 400 * SOL)
    world.market.graduate(world.trader, coin)
    assert (await world.set_up()).tokens[1].outcome is Outcome.COMPLETED
    await world.cycle(bytes([9] * 16))
    return world


async def test_a_stranger_who_unwraps_under_a_run_does_not_make_it_fail(
    make_world: Callable[..., World],
) -> None:
    """Right behind the look, so that the run plans with what is wrapped no more."""
    world = await graduated(make_world, "unwrapped")
    coin = world.coins["second"]
    world.market.buy_at_pool(world.trader, coin, 20 * SOL)
    world.market.collect_wrapped(world.trader, coin)
    unwrap = world.operator_session().ecosystem.unwrap(at.wrapped_sol(coin.creator), coin.mint)

    async def spoil() -> None:
        def looked_at(chain: ChainState) -> bool:
            stats = chain.tokens[str(coin.mint)].stats
            return stats is not None and stats.observation.slot > 0

        while not looked_at(await world.read()):
            await asyncio.sleep(0.1)
        await asyncio.to_thread(send, world.chain.rpc, [unwrap], [world.trader])

    spoiling = asyncio.create_task(spoil())
    report = await world.cycle(bytes([1] * 16))
    await spoiling
    assert report.tokens[0].outcome is Outcome.COMPLETED, report
    assert (await world.cycles("second"))[0].event.to_root > 0


@pytest.mark.parametrize("aside", [False, True], ids=["where-buys-need-it", "anywhere"])
async def test_the_root_gets_its_share_whoever_collects_in_whatever_form(
    make_world: Callable[..., World], aside: bool
) -> None:
    world = await graduated(make_world, f"wrapped-{aside}")
    coin = world.coins["second"]
    world.market.buy_at_pool(world.trader, coin, 20 * SOL)
    before = (await world.read()).tokens[str(coin.mint)]
    assert before.pool is not None
    fees = before.pool.creator_fees
    stranger = world.trader
    if aside:
        world.market.collect_wrapped_aside(stranger, Keypair(), coin)
    else:
        world.market.collect_wrapped(stranger, coin)
        seen = (await world.read()).tokens[str(coin.mint)]
        assert seen.pending_lamports == before.pending_lamports, "still pending, as wrapped SOL"
    report = await world.cycle(bytes([1] * 16))
    assert report.tokens[0].outcome is Outcome.COMPLETED, report
    landed = (await world.cycles("second"))[0]
    assert landed.event.conserved
    assert landed.event.inflow >= before.pending_lamports >= fees > 0
    assert landed.event.to_root == landed.event.inflow * 4480 // 10_000
    after = (await world.read()).tokens[str(coin.mint)]
    assert after.wrapped == ()
    assert "wrapped SOL account" not in after.missing, "buys on PumpSwap go on"
    wrapped = at.wrapped_sol(coin.creator)
    assert world.chain.account_data(str(wrapped)) is not None
