"""An adopted coin's bucket is swept before every distribute, on the true programs."""

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
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.wallets import binding

SIGNATURE_LAMPORTS = 5_000


def by_creator(local: LocalEcosystem) -> Session:
    guard = SigningPolicy.of(binding(local.config, "creator"), [str(local.coins["old"].mint)], by_hand=True)
    return Session(local.config, local.rpc, Wallet(local.trader, guard))


async def swept(local: LocalEcosystem) -> None:
    """Fees wait in the vault, and the bucket holds nothing."""
    local.trade("old", 3 * SOL)
    mint = local.coins["old"].mint
    await by_creator(local).sender.land(
        [gather.sweep_curve(local.trader.pubkey(), mint, at.sharing_config(mint))]
    )
    curve = (await local.read()).tokens[str(mint)].curve
    assert curve is not None
    assert curve.creator_fee == 0
    await local.rest()


async def test_a_bucket_that_read_0_is_swept_and_that_costs_nothing(
    make_ecosystem: MakeEcosystem, chain_url: str
) -> None:
    local = make_ecosystem("swept")
    coin = local.launch("old", Role.SECONDARY, spl=True, creator=local.trader.pubkey())
    creator = by_creator(local)
    await land(creator, await coins.adopt(creator, str(coin.mint)))
    assert (await local.set_up()).outcome is Outcome.COMPLETED

    await swept(local)
    before = (await local.read()).operator_lamports
    report = await local.cycle(b"empty".ljust(16))
    assert report.outcome is Outcome.COMPLETED, report
    assert before - (await local.read()).operator_lamports == SIGNATURE_LAMPORTS * 2, (
        "of the look and the cycle, and nothing else"
    )

    await swept(local)

    def somebody_trades(call: Call) -> None:
        if call.method == "simulateTransaction" and call.number == 1:
            local.trade("old", SOL // 10)

    with RpcProxy(chain_url) as proxy:
        proxy.reset(somebody_trades)
        config = local.config.model_copy(update={"retry": RetryConfig(limit=0)})
        async with RpcClient([proxy.url]) as rpc:
            report = await replace(local, rpc=rpc, config=config).cycle(b"traded".ljust(16))
    assert report.outcome is Outcome.COMPLETED, report
