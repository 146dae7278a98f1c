"""A full batch's logs are cut at 10,000 bytes; which token failed, and why, is known all the same."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.policy import RetryConfig
from dat_operator.domain.report import Outcome, Report, TokenReport
from tests.support.chain.ecosystem import SOL, LocalEcosystem
from tests.support.chain.rpc_proxy import Call, RpcProxy

FOURTH = "second3"
FULL = ("second", "second1", "second2", FOURTH)
REASON = "BuySlippageBelowMinTokensOut"
VIRTUAL_TOKENS = slice(8, 16)


@pytest.fixture
def proxy(chain_url: str) -> Iterator[RpcProxy]:
    with RpcProxy(chain_url) as proxy:
        yield proxy


class Market:
    """Raises the price of the fourth token so often, right before what a rule says reaches the chain."""

    def __init__(self, crowd: LocalEcosystem, times: int) -> None:
        self.cut = 0
        """Answers about a refused transaction whose logs were cut."""
        self._crowd, self._left, self._lock = crowd, times, threading.Lock()

    def moves(self) -> None:
        with self._lock:
            if self._left:
                self._left -= 1
                self._raise()

    def note(self, about: Any) -> None:
        logs = about.get("logs") or about.get("logMessages") or []
        self.cut += about["err"] is not None and "Log truncated" in logs

    def _raise(self) -> None:
        curve = str(at.bonding_curve(self._crowd.coins[FOURTH].mint))
        data = bytearray(self._crowd.chain.account_data(curve) or b"")
        # More than the slippage of a basis point, less than the price bound.
        tokens = int.from_bytes(data[VIRTUAL_TOKENS], "little") * 99 // 100
        data[VIRTUAL_TOKENS] = tokens.to_bytes(8, "little")
        self._crowd.chain.set_account(curve, data=bytes(data))


async def run(crowd: LocalEcosystem, proxy: RpcProxy, rule: Callable[[Call], None], run_id: bytes) -> Report:
    # A look at its price that another test has left unused must not keep the fourth out of the batch.
    for before in (True, False):
        for name in crowd.coins:
            crowd.trade(name, 3 * SOL)
        await crowd.rest()
        if before:
            await crowd.cycle((b"before " + run_id).ljust(16))
    proxy.reset(rule)
    retry = RetryConfig(limit=1, backoff_seconds=1)
    config = crowd.config.model_copy(update={"slippage_bps": 1, "retry": retry})
    async with RpcClient([proxy.url]) as rpc:
        return await replace(crowd, rpc=rpc, config=config).cycle(run_id.ljust(16))


def by_name(report: Report) -> dict[str, TokenReport]:
    return {token.name: token for token in report.tokens}


async def failures(crowd: LocalEcosystem) -> int:
    stats = (await crowd.read()).tokens[str(crowd.coins[FOURTH].mint)].stats
    assert stats is not None
    return stats.failed_cycles


def in_simulation(market: Market) -> Callable[[Call], None]:
    def rule(call: Call) -> None:
        if call.method == "simulateTransaction":
            market.moves()
            answer = call.forward()
            if "result" in answer:
                market.note(answer["result"]["value"])

    return rule


async def test_the_fourth_tokens_slippage_is_named_and_tried_again(
    crowd: LocalEcosystem, proxy: RpcProxy
) -> None:
    before, market = await failures(crowd), Market(crowd, times=2)
    report = await run(crowd, proxy, in_simulation(market), b"once")
    assert market.cut, "a batch's logs were cut, else this shows nothing"
    assert {token.reason for token in report.tokens} == {"CycleCompleted"}, report
    found = by_name(report)
    assert len({found[name].signature for name in FULL[:3]}) == 1
    assert found[FOURTH].signature != found["second"].signature, "it was tried again alone"
    assert await failures(crowd) == before


async def test_slippage_that_stays_is_named_and_not_counted(crowd: LocalEcosystem, proxy: RpcProxy) -> None:
    before, market = await failures(crowd), Market(crowd, times=9)
    report = await run(crowd, proxy, in_simulation(market), b"often")
    assert market.cut
    found = by_name(report)
    assert (found[FOURTH].outcome, found[FOURTH].reason) == (Outcome.FAILED, REASON)
    assert {token.reason for name, token in found.items() if name != FOURTH} == {"CycleCompleted"}
    assert await failures(crowd) == before, "others can cause it"


async def test_a_batch_that_failed_on_chain_by_its_fourth_token_is_tried_again(
    crowd: LocalEcosystem, proxy: RpcProxy
) -> None:
    before, market = await failures(crowd), Market(crowd, times=1)

    def rule(call: Call) -> None:
        if call.method == "sendTransaction":
            market.moves()
        if call.method == "getTransaction":
            answer = call.forward()["result"]
            if call.number == 1:
                call.answer = {"jsonrpc": "2.0", "id": 1, "result": None}
            elif answer:
                market.note(answer["meta"])

    report = await run(crowd, proxy, rule, b"landed")
    assert market.cut, "it has landed, and its logs were cut"
    assert {token.reason for token in report.tokens} == {"CycleCompleted"}, report
    signatures = {by_name(report)[name].signature for name in FULL}
    assert len(signatures) == len(FULL), "each was tried alone"
    assert await failures(crowd) == before
