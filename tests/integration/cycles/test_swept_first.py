"""An adopted coin's bucket is swept before every distribute, on the true programs."""

from collections.abc import Callable
from dataclasses import replace

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import fees as gather
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.session import Session
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.policy import RetryConfig
from dat_operator.domain.report import Outcome
from dat_operator.manual import coins
from dat_operator.manual.action import land
from tests.support.chain.ecosystem import SOL, World
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.wallets import binding

SIGNATURE_LAMPORTS = 5_000


def by_creator(world: World) -> Session:
    guard = SigningPolicy.of(binding(world.config, "creator"), [str(world.coins["old"].mint)], by_hand=True)
    return Session(world.config, world.rpc, Wallet(world.trader, guard))


async def swept(world: World) -> None:
    """Fees wait in the vault, and the bucket holds nothing."""
    world.trade("old", 3 * SOL)
    mint = world.coins["old"].mint
    await by_creator(world).sender.land(
        [gather.sweep_curve(world.trader.pubkey(), mint, at.sharing_config(mint))]
    )
    curve = (await world.read()).tokens[str(mint)].curve
    assert curve is not None
    assert curve.creator_fee == 0
    await world.rest()


async def test_a_bucket_that_read_0_is_swept_and_that_costs_nothing(
    make_world: Callable[..., World], chain_url: str
) -> None:
    world = make_world("swept")
    coin = world.launch("old", Role.SECONDARY, spl=True, creator=world.trader.pubkey())
    creator = by_creator(world)
    await land(creator, await coins.adopt(creator, str(coin.mint)))
    assert (await world.set_up()).outcome is Outcome.COMPLETED

    await swept(world)
    before = (await world.read()).operator_lamports
    report = await world.cycle(b"empty".ljust(16))
    assert report.outcome is Outcome.COMPLETED, report
    assert before - (await world.read()).operator_lamports == SIGNATURE_LAMPORTS * 2, (
        "of the look and the cycle, and nothing else"
    )

    await swept(world)

    def somebody_trades(call: Call) -> None:
        if call.method == "simulateTransaction" and call.number == 1:
            world.trade("old", SOL // 10)

    with RpcProxy(chain_url) as proxy:
        proxy.reset(somebody_trades)
        config = world.config.model_copy(update={"retry": RetryConfig(limit=0)})
        async with RpcClient([proxy.url]) as rpc:
            report = await replace(world, rpc=rpc, config=config).cycle(b"traded".ljust(16))
    assert report.outcome is Outcome.COMPLETED, report
