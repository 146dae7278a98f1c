"""A token that graduates to PumpSwap: set-up makes what its buys need there, and its cycles go on."""

from collections.abc import Callable

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, World


async def test_cycles_go_on_after_graduation(make_world: Callable[..., World]) -> None:
    world = make_world("graduation")
    world.launch("root", Role.ROOT, spl=True)
    coin = world.launch("second", Role.SECONDARY, spl=False)
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    mint = str(coin.mint)

    world.market.fund(world.trader.pubkey(), 200 * SOL)
    world.market.graduate(world.trader, coin)
    waiting = await world.cycle(bytes([1] * 16))
    assert waiting.tokens[0].reason == "SetupIncomplete", waiting

    again = await world.set_up()
    assert again.tokens[1].outcome is Outcome.COMPLETED, again
    assert (await world.read()).tokens[mint].missing == ()
    world.market.buy_at_pool(world.trader, coin, 5 * SOL)
    before = (await world.read()).tokens[mint]
    assert before.pool is not None
    assert before.pool.creator_fees > 0

    # The curve's last fees and the pool's, in one cycle; then another one from the pool alone.
    for number in (2, 3):
        before = (await world.read()).tokens[mint]
        report = await world.cycle(bytes([number] * 16))
        assert report.tokens[0].outcome is Outcome.COMPLETED, report
        landed = (await world.cycles("second"))[0]
        assert landed.event.conserved
        assert landed.event.inflow == before.pending_lamports
        after = (await world.read()).tokens[mint]
        assert before.mint_account is not None
        assert after.mint_account is not None
        assert before.mint_account.supply - after.mint_account.supply == landed.event.tokens_burned > 0
        world.market.buy_at_pool(world.trader, coin, 10 * SOL)
