"""A token that graduates to PumpSwap: set-up makes what its buys need there, and its cycles go on."""

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, MakeEcosystem


async def test_cycles_go_on_after_graduation(make_ecosystem: MakeEcosystem) -> None:
    local = make_ecosystem("graduation")
    local.launch("root", Role.ROOT, spl=True)
    coin = local.launch("second", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    mint = str(coin.mint)

    local.market.fund(local.trader.pubkey(), 200 * SOL)
    local.market.graduate(local.trader, coin)
    waiting = await local.cycle(bytes([1] * 16))
    assert waiting.tokens[0].reason == "SetupIncomplete", waiting

    again = await local.set_up()
    assert again.tokens[1].outcome is Outcome.COMPLETED, again
    assert (await local.read()).tokens[mint].missing == ()
    local.market.buy_at_pool(local.trader, coin, 5 * SOL)
    before = (await local.read()).tokens[mint]
    assert before.pool is not None
    assert before.pool.creator_fees > 0

    # The curve's last fees and the pool's, in one cycle; then another one from the pool alone.
    for number in (2, 3):
        before = (await local.read()).tokens[mint]
        report = await local.cycle(bytes([number] * 16))
        assert report.tokens[0].outcome is Outcome.COMPLETED, report
        landed = (await local.cycles("second"))[0]
        assert landed.event.conserved
        assert landed.event.inflow == before.pending_lamports
        after = (await local.read()).tokens[mint]
        assert before.mint_account is not None
        assert after.mint_account is not None
        assert before.mint_account.supply - after.mint_account.supply == landed.event.tokens_burned > 0
        local.market.buy_at_pool(local.trader, coin, 10 * SOL)
