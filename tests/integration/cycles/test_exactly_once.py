"""``dat cycle run`` killed (SIGKILL) at every point where it matters, then run again.

| killed | of it on chain | the same run again | another run afterwards |
|---|---|---|---|
| before it simulates | nothing | runs the cycles | runs the cycles |
| before a transaction leaves | those before it | reports those, runs the rest | runs the rest |
| sent, before the answer | lands by itself | reports that very transaction | runs the rest |
| confirmed, before it hears of it | landed | reports that very transaction | runs the rest |

Once with everything in one transaction, and once with two, of which the second has the root in it.
In each case: exactly one cycle a token, and every lamport and token accounted for.
"""

import asyncio
import base64
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from solders.transaction import VersionedTransaction

from dat_operator.domain.job_config import EndpointConfig
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, LocalEcosystem
from tests.support.chain.rpc_proxy import Call, Hung, RpcProxy
from tests.support.dat_command import Ended, JobCommand
from tests.support.wallets import write_wallet

TRADE = 2 * SOL
"""Brings more than the minimum of a secondary's cycle, and less than one cycle may spend."""


NOTHING_LEFT = {"InsufficientFees", "CycleTooSoon"}
"""Which of the two depends on whether the interval of a second has passed."""


@dataclass(frozen=True)
class Point:
    """When to kill: at the ``number``-th call of ``method``, before or after the chain has seen it."""

    name: str
    method: str
    after: bool
    landed: int
    """How many transactions land, by themselves or before."""
    number: int = 1
    confirmed: bool = False
    """Wait for the answer that shows the transaction confirmed."""


def points_of(transaction: int) -> list[Point]:
    """Where to kill around one transaction, counted from 1."""
    name, before = f"transaction {transaction}", transaction - 1
    return [
        Point(f"before {name} leaves", "sendTransaction", after=False, landed=before, number=transaction),
        Point(
            f"{name} sent, no answer", "sendTransaction", after=True, landed=transaction, number=transaction
        ),
        Point(
            f"{name} confirmed, unheard of",
            "getSignatureStatuses",
            after=True,
            landed=transaction,
            number=transaction,
            confirmed=True,
        ),
    ]


POINTS = [Point("before it simulates", "simulateTransaction", after=False, landed=0), *points_of(1)]
POINTS_OF_TWO = [*points_of(1), *points_of(2)]


@dataclass
class RunUnderTest:
    """An ecosystem with fees to burn, a proxy in front of its chain, and a place for the process."""

    local: LocalEcosystem
    proxy: RpcProxy
    folder: Path

    def command(self, run_id: str) -> JobCommand:
        """A Job; the same ``run_id`` is the same Job within a test, and none of another test's."""
        folder = self.folder / run_id
        folder.mkdir(exist_ok=True)
        config = self.local.config.model_copy(update={"rpc": [EndpointConfig(url=self.proxy.url)]})
        (folder / "ecosystem.json").write_text(config.model_dump_json(by_alias=True, exclude_none=True))
        write_wallet(folder, self.local.config, self.local.operator, "operator")
        return JobCommand(("cycle", "run"), folder, f"{self.folder}/{run_id}")

    def killed_at(self, command: JobCommand, point: Point) -> None:
        """Run until the point, and kill there."""
        reached, confirmed = threading.Event(), set[str]()
        process: list[subprocess.Popen[bytes]] = []

        def rule(call: Call) -> None:
            if call.method != point.method or reached.is_set():
                return
            if point.after:
                answer = call.forward()
                if point.confirmed and answer["result"]["value"][0]:
                    confirmed.add(call.params[0][0])
            if (len(confirmed) if point.confirmed else call.number) < point.number:
                return
            reached.set()
            process[0].send_signal(signal.SIGKILL)
            raise Hung

        self.proxy.reset(rule)
        process.append(command.start())
        code = process[0].wait(60)
        self.proxy.reset()
        log = command.log_file.read_text()
        assert reached.is_set(), f"never came to: {point.name}\n{log}"
        assert code == -signal.SIGKILL
        assert not command.report_file.exists()


@pytest.fixture
async def run(pair: LocalEcosystem, proxy: RpcProxy, tmp_path: Path) -> RunUnderTest:
    """Both tokens have fees; the cycles that ran before are the other tests'."""
    pair.trade("second", TRADE)
    await pair.rest()
    return RunUnderTest(pair, proxy, tmp_path)


@pytest.fixture
async def crowded(crowd: LocalEcosystem, proxy: RpcProxy, tmp_path: Path) -> RunUnderTest:
    """Seven tokens with fees: more than one transaction takes."""
    for name in crowd.coins:
        crowd.trade(name, TRADE)
    await crowd.rest()
    return RunUnderTest(crowd, proxy, tmp_path)


async def counts(local: LocalEcosystem) -> dict[str, int]:
    return {name: len(await local.cycles(name)) for name in local.coins}


async def check_once(local: LocalEcosystem, before: dict[str, int], supply: dict[str, int]) -> dict[str, str]:
    """Exactly one more cycle a token, which accounts for all that has gone; its signatures."""
    signatures = {}
    for name in local.coins:
        cycles = await local.cycles(name)
        assert len(cycles) == before[name] + 1, f"{name}: {[c.signature for c in cycles]}"
        newest = cycles[0]
        assert newest.event.conserved
        assert newest.event.cycle == len(cycles)
        assert (await supplies(local))[name] == supply[name] - newest.event.tokens_burned
        signatures[name] = newest.signature
    return signatures


async def supplies(local: LocalEcosystem) -> dict[str, int]:
    tokens = (await local.read()).tokens
    found = {}
    for name, coin in local.coins.items():
        mint = tokens[str(coin.mint)].mint_account
        assert mint is not None
        found[name] = mint.supply
    return found


async def landed(local: LocalEcosystem, before: dict[str, int], transactions: int) -> None:
    """Wait until what the killed run has sent is on chain: nobody but the chain works on it now."""
    async with asyncio.timeout(30):
        while len(await new_signatures(local, before)) < transactions:
            await asyncio.sleep(0.1)


async def new_signatures(local: LocalEcosystem, before: dict[str, int]) -> set[str]:
    cycles = {name: await local.cycles(name) for name in local.coins}
    return {c.signature for name, found in cycles.items() for c in found[: len(found) - before[name]]}


async def killed_and_again(run: RunUnderTest, point: Point) -> None:
    before, supply = await counts(run.local), await supplies(run.local)
    command = run.command("job-uid")
    run.killed_at(command, point)
    await landed(run.local, before, point.landed)

    again = command.run()

    signatures = await check_once(run.local, before, supply)
    assert again.code == 0, again.log
    assert again.report is not None
    # A termination message has no room for the signatures of very many.
    reported = {t.name: t.signature for t in again.report.tokens if t.signature}
    assert reported.items() <= signatures.items(), again.log
    assert len(signatures) > 20 or len(reported) == len(signatures)
    assert {t.outcome for t in again.report.tokens} == {Outcome.COMPLETED}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_the_same_run_again(run: RunUnderTest, point: Point) -> None:
    await killed_and_again(run, point)


@pytest.mark.parametrize("point", POINTS_OF_TWO, ids=lambda point: point.name)
async def test_the_same_run_of_two_transactions_again(crowded: RunUnderTest, point: Point) -> None:
    await killed_and_again(crowded, point)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_another_run_afterwards(run: RunUnderTest, point: Point) -> None:
    before, supply = await counts(run.local), await supplies(run.local)
    run.killed_at(run.command("first"), point)
    await landed(run.local, before, point.landed)

    other = run.command("second").run()

    await check_once(run.local, before, supply)
    assert other.code == 0, other.log
    assert other.report is not None
    for token in other.report.tokens:
        assert token.outcome is (Outcome.SKIPPED if point.landed else Outcome.COMPLETED), other.log
        assert not point.landed or token.reason in NOTHING_LEFT


@pytest.mark.parametrize("same", [True, False], ids=["the same run", "another run"])
@pytest.mark.parametrize("late", ["before the second one's", "after the second one's"])
async def test_a_transaction_that_was_on_its_way(run: RunUnderTest, late: str, same: bool) -> None:
    """The killed run's transaction is held back and arrives when the second run sends, or later."""
    before, supply = await counts(run.local), await supplies(run.local)
    held: list[Call] = []
    process: list[subprocess.Popen[bytes]] = []

    def hold(call: Call) -> None:
        if call.method == "sendTransaction" and not held:
            held.append(call)
            process[0].kill()
            raise Hung

    first = run.command("first")
    run.proxy.reset(hold)
    process.append(first.start())
    process[0].wait(60)
    assert held, first.log_file.read_text()

    def deliver(call: Call) -> None:
        if call.method == "sendTransaction" and call.number == 1:
            held[0].forward()

    run.proxy.reset(deliver if late.startswith("before") else None)
    ended = (first if same else run.command("second")).run()
    held[0].forward()

    await check_once(run.local, before, supply)
    transaction = VersionedTransaction.from_bytes(base64.b64decode(held[0].params[0]))
    late_one = str(transaction.signatures[0])
    assert_late(ended, late_one, first_won=late.startswith("before"), same=same)


def assert_late(ended: Ended, late_one: str, *, first_won: bool, same: bool) -> None:
    assert ended.code == 0, ended.log
    assert ended.report is not None
    second = ended.report.tokens[0]
    if first_won and not same:
        assert second.outcome is Outcome.SKIPPED, ended.log
        assert second.reason in NOTHING_LEFT
        return
    assert second.outcome is Outcome.COMPLETED, ended.log
    assert (second.signature == late_one) is first_won


async def test_two_runs_at_once(run: RunUnderTest) -> None:
    """Two Jobs that nothing keeps apart: they race, and one of them has nothing left to do."""
    before, supply = await counts(run.local), await supplies(run.local)
    run.proxy.reset()
    commands = [run.command("one"), run.command("other")]
    processes = [command.start() for command in commands]
    ended = [command.end(process) for command, process in zip(commands, processes, strict=True)]

    await check_once(run.local, before, supply)
    for one in ended:
        assert one.code == 0, one.log
