"""A stranger collects a graduated token's fees into wrapped SOL: the root gets its share all the same."""

import asyncio

import pytest
from solders.keypair import Keypair

from dat_operator.chain import addresses as at
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from hack.localnet.transactions import send
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem


async def graduated(make_ecosystem: MakeEcosystem, name: str) -> LocalEcosystem:
    local = make_ecosystem(name)
    local.launch("root", Role.ROOT, spl=True)
    coin = local.launch("second", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    local.market.fund(local.trader.pubkey(), 400 * SOL)
    local.market.graduate(local.trader, coin)
    assert (await local.set_up()).tokens[1].outcome is Outcome.COMPLETED
    await local.cycle(bytes([9] * 16))
    return local


async def test_a_stranger_who_unwraps_under_a_run_does_not_make_it_fail(
    make_ecosystem: MakeEcosystem,
) -> None:
    """Right behind the look, so that the run plans with what is wrapped no more."""
    local = await graduated(make_ecosystem, "unwrapped")
    coin = local.coins["second"]
    local.market.buy_at_pool(local.trader, coin, 20 * SOL)
    local.market.collect_wrapped(local.trader, coin)
    unwrap = local.operator_session().ecosystem.unwrap(at.wrapped_sol(coin.creator), coin.mint)

    async def spoil() -> None:
        def looked_at(chain: ChainState) -> bool:
            stats = chain.tokens[str(coin.mint)].stats
            return stats is not None and stats.observation.slot > 0

        while not looked_at(await local.read()):
            await asyncio.sleep(0.1)
        await asyncio.to_thread(send, local.chain.rpc, [unwrap], [local.trader])

    spoiling = asyncio.create_task(spoil())
    report = await local.cycle(bytes([1] * 16))
    await spoiling
    assert report.tokens[0].outcome is Outcome.COMPLETED, report
    assert (await local.cycles("second"))[0].event.to_root > 0


@pytest.mark.parametrize("aside", [False, True], ids=["where-buys-need-it", "anywhere"])
async def test_the_root_gets_its_share_whoever_collects_in_whatever_form(
    make_ecosystem: MakeEcosystem, aside: bool
) -> None:
    local = await graduated(make_ecosystem, f"wrapped-{aside}")
    coin = local.coins["second"]
    local.market.buy_at_pool(local.trader, coin, 20 * SOL)
    before = (await local.read()).tokens[str(coin.mint)]
    assert before.pool is not None
    fees = before.pool.creator_fees
    stranger = local.trader
    if aside:
        local.market.collect_wrapped_aside(stranger, Keypair(), coin)
    else:
        local.market.collect_wrapped(stranger, coin)
        seen = (await local.read()).tokens[str(coin.mint)]
        assert seen.pending_lamports == before.pending_lamports, "still pending, as wrapped SOL"
    report = await local.cycle(bytes([1] * 16))
    assert report.tokens[0].outcome is Outcome.COMPLETED, report
    landed = (await local.cycles("second"))[0]
    assert landed.event.conserved
    assert landed.event.inflow >= before.pending_lamports >= fees > 0
    assert landed.event.to_root == landed.event.inflow * 4480 // 10_000
    after = (await local.read()).tokens[str(coin.mint)]
    assert after.wrapped == ()
    assert "wrapped SOL account" not in after.missing, "buys on PumpSwap go on"
    wrapped = at.wrapped_sol(coin.creator)
    assert local.chain.account_data(str(wrapped)) is not None
