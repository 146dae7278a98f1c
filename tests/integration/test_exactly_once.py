"""``dat cycle run`` killed (SIGKILL) at every point where it matters, then run again.

| killed | of it on chain | the same run again | another run afterwards |
|---|---|---|---|
| before it simulates | nothing | runs the cycle | runs the cycle |
| before its transaction leaves | nothing | runs the cycle | runs the cycle |
| sent, before the answer | lands by itself | reports that very transaction | has nothing left to do |
| confirmed, before it hears of it | landed | reports that very transaction | has nothing left to do |
| heard of it, before its report | landed | reports that very transaction | has nothing left to do |
| the secondary done, the root not | the secondary's | reports it, runs the root | runs the root |

Whoever comes second: exactly one cycle a token, and every lamport and token accounted for.
"""

import asyncio
import base64
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from solders.transaction import VersionedTransaction

from dat_operator.domain.report import Outcome
from tests.integration.dat import Ended, JobCommand
from tests.integration.rpc_proxy import Call, Hung, RpcProxy
from tests.integration.world import SOL, World

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
    landed: bool
    number: int = 1
    confirmed: bool = False
    """Wait for the answer that shows the transaction confirmed."""


POINTS = [
    Point("before it simulates", "simulateTransaction", after=False, landed=False),
    Point("before its transaction leaves", "sendTransaction", after=False, landed=False),
    Point("sent, before the answer", "sendTransaction", after=True, landed=True),
    Point(
        "confirmed, before it hears of it", "getSignatureStatuses", after=True, landed=True, confirmed=True
    ),
    Point("heard of it, before its report", "getTransaction", after=False, landed=True),
    Point("the secondary done, the root not", "sendTransaction", after=False, landed=True, number=2),
]


@dataclass
class Scene:
    """An ecosystem with fees to burn, a proxy in front of its chain, and a place for the process."""

    world: World
    proxy: RpcProxy
    folder: Path

    def command(self, run_id: str) -> JobCommand:
        """A Job; the same ``run_id`` is the same Job within a test, and none of another test's."""
        folder = self.folder / run_id
        folder.mkdir(exist_ok=True)
        config = self.world.config.model_copy(update={"rpc_urls": [self.proxy.url]})
        (folder / "ecosystem.json").write_text(config.model_dump_json(by_alias=True, exclude_none=True))
        (folder / "keypair.json").write_text(json.dumps(list(bytes(self.world.operator))))
        return JobCommand(("cycle", "run"), folder, f"{self.folder}/{run_id}")

    def killed_at(self, command: JobCommand, point: Point) -> None:
        """Run until the point, and kill there."""
        reached = threading.Event()
        process: list[subprocess.Popen[bytes]] = []

        def rule(call: Call) -> None:
            if call.method != point.method or reached.is_set():
                return
            if point.after:
                answer = call.forward()
                if point.confirmed and not answer["result"]["value"][0]:
                    return
            if call.number < point.number and not point.confirmed:
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


@pytest.fixture(scope="module")
def proxy(chain_url: str) -> Iterator[RpcProxy]:
    with RpcProxy(chain_url) as proxy:
        yield proxy


@pytest.fixture
async def scene(pair: World, proxy: RpcProxy, tmp_path: Path) -> Scene:
    """Both tokens have fees; the cycles that ran before are the other tests'."""
    pair.trade("second", TRADE)
    return Scene(pair, proxy, tmp_path)


async def counts(world: World) -> dict[str, int]:
    return {name: len(await world.cycles(name)) for name in world.coins}


async def check_once(world: World, before: dict[str, int], supply: dict[str, int]) -> dict[str, str]:
    """Exactly one more cycle a token, which accounts for all that has gone; its signatures."""
    signatures = {}
    for name in world.coins:
        cycles = await world.cycles(name)
        assert len(cycles) == before[name] + 1, f"{name}: {[c.signature for c in cycles]}"
        newest = cycles[0]
        assert newest.event.conserved
        assert newest.event.cycle == len(cycles)
        assert (await supplies(world))[name] == supply[name] - newest.event.tokens_burned
        signatures[name] = newest.signature
    return signatures


async def supplies(world: World) -> dict[str, int]:
    tokens = (await world.read()).tokens
    found = {}
    for name, coin in world.coins.items():
        mint = tokens[str(coin.mint)].mint_account
        assert mint is not None
        found[name] = mint.supply
    return found


async def landed(world: World, before: dict[str, int]) -> None:
    """Wait until the killed run's transaction is on chain: nobody but the chain works on it now."""
    async with asyncio.timeout(30):
        while len(await world.cycles("second")) == before["second"]:
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_the_same_run_again(scene: Scene, point: Point) -> None:
    before, supply = await counts(scene.world), await supplies(scene.world)
    command = scene.command("job-uid")
    scene.killed_at(command, point)
    if point.landed:
        await landed(scene.world, before)

    again = command.run()

    signatures = await check_once(scene.world, before, supply)
    assert again.code == 0, again.log
    assert again.report is not None
    assert {t.name: t.signature for t in again.report.tokens} == signatures, again.log
    assert {t.outcome for t in again.report.tokens} == {Outcome.COMPLETED}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_another_run_afterwards(scene: Scene, point: Point) -> None:
    before, supply = await counts(scene.world), await supplies(scene.world)
    scene.killed_at(scene.command("first"), point)
    if point.landed:
        await landed(scene.world, before)

    other = scene.command("second").run()

    await check_once(scene.world, before, supply)
    assert other.code == 0, other.log
    assert other.report is not None
    second, root = other.report.tokens
    assert second.outcome is (Outcome.SKIPPED if point.landed else Outcome.COMPLETED), other.log
    assert not point.landed or second.reason in NOTHING_LEFT
    assert root.outcome is Outcome.COMPLETED


@pytest.mark.parametrize("same", [True, False], ids=["the same run", "another run"])
@pytest.mark.parametrize("late", ["before the second one's", "after the second one's"])
async def test_a_transaction_that_was_on_its_way(scene: Scene, late: str, same: bool) -> None:
    """The killed run's transaction is held back and arrives when the second run sends, or later."""
    before, supply = await counts(scene.world), await supplies(scene.world)
    held: list[Call] = []
    process: list[subprocess.Popen[bytes]] = []

    def hold(call: Call) -> None:
        if call.method == "sendTransaction" and not held:
            held.append(call)
            process[0].kill()
            raise Hung

    first = scene.command("first")
    scene.proxy.reset(hold)
    process.append(first.start())
    process[0].wait(60)
    assert held, first.log_file.read_text()

    def deliver(call: Call) -> None:
        if call.method == "sendTransaction" and call.number == 1:
            held[0].forward()

    scene.proxy.reset(deliver if late.startswith("before") else None)
    ended = (first if same else scene.command("second")).run()
    held[0].forward()

    await check_once(scene.world, before, supply)
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


async def test_two_runs_at_once(scene: Scene) -> None:
    """Two Jobs that nothing keeps apart: they race, and one of them has nothing left to do."""
    before, supply = await counts(scene.world), await supplies(scene.world)
    scene.proxy.reset()
    commands = [scene.command("one"), scene.command("other")]
    processes = [command.start() for command in commands]
    ended = [command.end(process) for command, process in zip(commands, processes, strict=True)]

    await check_once(scene.world, before, supply)
    for one in ended:
        assert one.code == 0, one.log
