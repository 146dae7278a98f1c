"""The cost of a run over 1, 10 and 100 tokens on the local chain, and the least possible cost.

    python -m benchmarks.cycles [COUNT ...]        (by the project's environment: see benchmarks/README.md)

The bound of transactions follows from the share of a transaction's limits that an observation and a cycle
need in any packing (instructions that run, accounts that are locked; measured, docs/pump-fun.md).
The bound of calls has these parts: a read of everything before the random delay, before the observations and
after them; for the observations and for the cycles one blockhash, one request for priority fees and one for
statuses; the slot once; a simulation and a send of each transaction.
"""

import asyncio
import logging
import math
import sys
import time
from dataclasses import dataclass
from typing import Any

import structlog

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.session import Session
from dat_operator.cycle.run import CycleRun
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from hack.common.steps import say
from hack.localnet.localnet import Localnet
from hack.program import program_so
from tests.support.chain.ecosystem import PROGRAM_ID, SOL, LocalEcosystem, new_local_ecosystem
from tests.support.wallets import bound

COUNTS = (1, 10, 100)
TRACE_OF_A_TOKEN, LOCKS_OF_A_TOKEN = 13, 10
TRACE_OF_ALL, LOCKS_OF_ALL = 64 - 2, 64 - 16
"""The limits of a transaction, less its compute budget and the common accounts."""
OBSERVATIONS_IN_ONE = 20
KEYS_OF_A_TOKEN, KEYS_OF_ALL, KEYS_OF_A_CALL = 5, 8, 100


@dataclass(frozen=True)
class Cost:
    """The cost of a run."""

    tokens: int
    transactions: int
    calls: int
    units: int
    lamports: int
    seconds: float

    @property
    def bound(self) -> int:
        """The fewest transactions."""
        by_trace = math.ceil(self.tokens * TRACE_OF_A_TOKEN / TRACE_OF_ALL)
        cycles = max(by_trace, math.ceil(self.tokens * LOCKS_OF_A_TOKEN / LOCKS_OF_ALL))
        return cycles + math.ceil(self.tokens / OBSERVATIONS_IN_ONE)

    @property
    def bound_of_calls(self) -> int:
        """The fewest calls, with the fewest transactions."""
        reads = math.ceil((KEYS_OF_A_TOKEN * self.tokens + KEYS_OF_ALL) / KEYS_OF_A_CALL)
        return 3 * reads + 2 * 3 + 1 + 2 * self.bound

    def row(self) -> str:
        """A line of the table."""
        n = self.tokens
        cells = [
            str(n),
            f"{self.transactions} (bound {self.bound}; one a token {n}; three a token {3 * n})",
            f"{self.calls} (bound {self.bound_of_calls})",
            f"{self.units // n:,}",
            f"{self.lamports:,} ({5_000 * n:,} at one a token)",
            f"{self.seconds:.1f}",
        ]
        return f"| {' | '.join(cells)} |"


async def main(counts: list[int]) -> None:
    """Measure, and print a table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with Localnet("benchmark", programs={PROGRAM_ID: program_so()}) as chain:
        rows = [await measure(chain, count) for count in counts]
    print("| tokens | transactions | RPC calls | compute units a token | fees, lamports | seconds |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print(row.row())


async def measure(chain: Localnet, count: int) -> Cost:
    """Set up an ecosystem of so many tokens, let all of them earn, and run it once."""
    ecosystem = new_local_ecosystem(chain, f"bench-{count}")
    async with ecosystem.rpc:
        for number in range(count):
            role = Role.ROOT if number == 0 else Role.SECONDARY
            ecosystem.launch(f"t{number}", role, spl=number % 2 == 0)
        say(f"{count} tokens launched")
        assert (await ecosystem.set_up()).outcome is Outcome.COMPLETED
        ecosystem.market.fund(ecosystem.trader.pubkey(), 10 * count * SOL)
        for name in ecosystem.coins:
            ecosystem.trade(name, 3 * SOL)
        say(f"{count} tokens set up, and traded")
        return await run(ecosystem, count)


async def run(ecosystem: LocalEcosystem, count: int) -> Cost:
    """One run, counted."""
    before = set(await signatures(ecosystem))
    async with RpcClient([ecosystem.chain.rpc_url]) as rpc:
        started = time.monotonic()
        report = await CycleRun(
            Session(ecosystem.config, rpc, bound(ecosystem.config, ecosystem.operator, "operator")),
            bytes([count] * 16),
        ).run()
        seconds = time.monotonic() - started
        calls = rpc.usage.total
        for line in rpc.usage.cost_report():
            say(f"  {line.method}: {line.calls} calls, {line.mean_ms:.0f} ms")
    assert {token.outcome for token in report.tokens} == {Outcome.COMPLETED}, report
    landed = [await transaction(ecosystem, s) for s in await signatures(ecosystem) if s not in before]
    units = sum(t["meta"]["computeUnitsConsumed"] for t in landed)
    lamports = sum(t["meta"]["fee"] for t in landed)
    return Cost(count, len(landed), calls, units, lamports, seconds)


async def signatures(ecosystem: LocalEcosystem) -> list[str]:
    """All that the operator has sent on this chain."""
    options = {"limit": 1000, "commitment": "confirmed"}
    found = await ecosystem.rpc.call("getSignaturesForAddress", str(ecosystem.operator.pubkey()), options)
    return [entry["signature"] for entry in found]


async def transaction(ecosystem: LocalEcosystem, signature: str) -> Any:
    """A transaction as the chain shows it."""
    options = {"encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 1}
    return await ecosystem.rpc.call("getTransaction", signature, options)


if __name__ == "__main__":
    asyncio.run(main([int(argument) for argument in sys.argv[1:]] or list(COUNTS)))
