"""A trade that comes between a cycle's simulation and its block."""

from dataclasses import replace

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, MakeEcosystem
from tests.support.chain.rpc_proxy import Call, RpcProxy


async def test_what_failed_on_chain_is_tried_again_alone(
    make_ecosystem: MakeEcosystem, proxy: RpcProxy
) -> None:
    """One token's price rises too far: its transaction fails, and each of its tokens is planned again."""
    # By the cap, more fees buy no more tokens.
    local = make_ecosystem("overtaken", max_fees_per_cycle_lamports=6_000_000)
    names = ["calm", "hasty", "root"]
    for name in names:
        local.launch(name, Role.ROOT if name == "root" else Role.SECONDARY, spl=name == "calm")
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    for name in names:
        local.trade(name, 5 * SOL)
    sent: list[str] = []

    def overtake(call: Call) -> None:
        if call.method == "sendTransaction":
            if not sent:
                # By 7 %: more than the slippage; beyond the price bound (10 % here) it would wait.
                local.trade("hasty", 12 * SOL // 10)
            signature = call.forward()["result"]
            if signature not in sent:
                sent.append(signature)

    proxy.reset(overtake)
    async with RpcClient([proxy.url]) as rpc:
        report = await replace(local, rpc=rpc).cycle(bytes([1] * 16))

    assert {token.outcome for token in report.tokens} == {Outcome.COMPLETED}, report
    together, *alone = sent
    # The secondaries' are sent at once, in any order.
    assert {token.signature for token in report.tokens} == set(alone)
    assert len(alone) == len(names)
    (status,) = local.chain.rpc.call("getSignatureStatuses", [together])["value"]
    # Two instructions for compute, calm's three, hasty's sweep and collection: then hasty's cycle.
    assert status["err"]["InstructionError"][0] == 7
    for name in names:
        (landed,) = await local.cycles(name)
        assert landed.event.conserved
        stats = (await local.read()).tokens[str(local.coins[name].mint)].stats
        assert stats is not None
        assert stats.consecutive_failures == 0
