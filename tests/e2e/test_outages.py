"""The API server, the chain, the node away for a minute, in the middle of trades and cycles.

All recovers alone and nothing is lost; what the statuses say meanwhile is so.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from dat_operator.domain.report import run_bytes
from hack.demo.ledger import Ledger
from hack.demo.play import ECOSYSTEM, Play
from hack.demo.stage import Stage
from tests.support import books
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.chain.traffic import Traffic
from tests.support.demo_ecosystem import Body, Scene, now

AWAY_SECONDS = 60.0
ALONE_SECONDS = 40.0
"""How long the chain is away before the API server is, too."""
MANY = 999
TURN_BY_CYCLES = {"FeesSufficient", "TreasuryFunded", "PumpCompatible"}


@pytest.fixture(scope="module")
def scene(stage: Stage, play: Play) -> Scene:
    """With a cycle of every token behind it, and no limit of cycles in an hour."""
    scene = Scene.of(stage, play)
    scene.tell_jobs({"cycle": {"maxCyclesPerHour": MANY}}, f": {MANY}")
    cycle(scene)
    return scene


def cycle(scene: Scene) -> None:
    """Ask for cycles until one of every token was run."""
    scene.play.trade()

    def completed() -> bool:
        name = f"asked-{time.time_ns()}"
        scene.ask(name)
        scene.until_recorded()
        # Skipped as long as the last cycle is too near.
        return all(token["outcome"] == "Completed" for token in scene.record(name)["tokens"])

    scene.until(completed, "a cycle of every token")


def check_all_is_well(scene: Scene, before: Ledger) -> None:
    """The operator is up and stays up, cycles run; none was lost, and none happened twice."""
    scene.until_recorded()
    scene.until(scene.ready, "all replicas ready")
    ledger, restarts = books.ledger_of(scene.stage, scene.play), scene.restarts()
    assert all(len(ledger[name]) > len(cycles) for name, cycles in before.items()), scene.look()
    cycle(scene)
    scene.check_books()
    outcomes = {r["metadata"]["name"]: r["status"]["outcome"] for r in scene.records()}
    assert "Failed" not in outcomes.values(), outcomes
    assert scene.ready(), scene.look()
    assert scene.restarts() == restarts, scene.look()


def sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def test_the_api_server_is_away(scene: Scene) -> None:
    stage, ledger = scene.stage, books.ledger_of(scene.stage, scene.play)
    with scene.due_every_minute(), Traffic(stage, scene.play) as traffic:
        before = scene.conditions()
        scene.ask("as-the-api-server-goes")
        scene.until(lambda: scene.runs("as-the-api-server-goes"), "a cycle under way")
        stage.cluster.stop("kube-apiserver")
        gone, trades = now(), traffic.trades
        time.sleep(AWAY_SECONDS)
        assert traffic.trades > trades
        back = now()
        stage.cluster.start("kube-apiserver")
        scene.until(lambda: scene.scheduled_since(gone), "the run that came due meanwhile")
    scene.until_recorded()
    for (name, kind), (status, since) in scene.conditions().items():
        assert not gone < since < back, f"{name}: nobody can have written {kind}={status} at {since}"
        assert kind in TURN_BY_CYCLES or (status, since) == before[name, kind]
    check_all_is_well(scene, ledger)


def test_the_chain_hangs_and_then_the_api_server_too(scene: Scene) -> None:
    stage, play = scene.stage, scene.play
    play.trade()
    ledger = scene.check_books()
    numbers, conditions = scene.numbers(), scene.conditions()
    api_server = stage.cluster.pids()["kube-apiserver"]
    with contextlib.ExitStack() as due, contextlib.ExitStack() as thaw:
        frozen, gone = time.monotonic(), now()
        thaw.callback(stage.chain.thaw)
        stage.chain.freeze()
        scene.ask("as-the-chain-is-away")
        scene.until(lambda: rpc_healthy(scene)["status"] == "False", "a chain that is not healthy")
        scene.until(lambda: "RPCHealthy" in waits_for(scene, "as-the-chain-is-away"), "what it waits for")
        due.enter_context(scene.due_every_minute())
        sleep_until(frozen + ALONE_SECONDS)
        check_it_is_said(scene, gone, numbers, conditions)

        alone = time.monotonic()
        thaw.callback(os.kill, api_server, signal.SIGCONT)
        os.kill(api_server, signal.SIGSTOP)
        sleep_until(frozen + AWAY_SECONDS)
        stage.chain.thaw()
        sleep_until(alone + AWAY_SECONDS)
        os.kill(api_server, signal.SIGCONT)

        with Traffic(stage, play):
            scene.until(lambda: rpc_healthy(scene)["status"] == "True", "a chain that is healthy again")
            scene.until(lambda: scene.scheduled_since(gone), "a run by schedule")
    check_all_is_well(scene, ledger)


def rpc_healthy(scene: Scene) -> Body:
    return scene.condition("datecosystem", ECOSYSTEM, "RPCHealthy")


def waits_for(scene: Scene, name: str) -> str:
    return str(scene.condition("datcycle", name, "Ready").get("message"))


def check_it_is_said(scene: Scene, gone: str, numbers: Body, conditions: Body) -> None:
    """That the chain is away, and since when; what was known of it stands."""
    said = rpc_healthy(scene)
    since = said["lastTransitionTime"]
    assert gone <= since <= now()
    assert said["reason"] == "ChainUnreadable"
    assert said["message"].endswith(f"; the numbers are older than {since}")
    assert scene.numbers() == numbers
    turned = {key for key, condition in scene.conditions().items() if condition != conditions[key]}
    assert turned == {(ECOSYSTEM, kind) for kind in ("Ready", "Reconciling", "RPCHealthy")}


def test_the_power_of_the_node_is_cut(scene: Scene) -> None:
    """While a transaction is on chain whose Job does not know it yet."""
    stage, ledger = scene.stage, scene.check_books()
    scene.play.trade()
    held, cut = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        if call.method in ("sendTransaction", "getSignatureStatuses") and not cut.is_set():
            call.forward()
            held.set()
            cut.wait(AWAY_SECONDS)

    with contextlib.ExitStack() as around, RpcProxy(stage.chain.rpc_url, stage.cluster.host_ip) as proxy:
        proxy.reset(hold)
        around.enter_context(through(scene, proxy))
        scene.ask("as-the-power-goes")
        scene.until(held.is_set, "a transaction")
        landed = scene.until(lambda: newer(scene, ledger), "its cycles on chain")
        around.enter_context(scene.due_every_minute())
        around.enter_context(Traffic(stage, scene.play))
        with power_cut(stage):
            cut.set()
            off = now()
            time.sleep(AWAY_SECONDS)
            check_nothing_is_claimed(scene, landed)
        scene.until(lambda: scene.scheduled_since(off), "the run that came due meanwhile")
        scene.until_recorded()
    (job,) = [
        job
        for job in stage.get("jobs")["items"]
        if run_bytes(job["metadata"]["uid"]) == landed["apple"][-1].event.cycle_id
    ]
    assert (job["status"]["failed"], job["status"]["succeeded"]) == (1, 1)
    check_all_is_well(scene, ledger)


@contextlib.contextmanager
def power_cut(stage: Stage) -> Iterator[None]:
    """No node; it comes back even if something is not as it must be, or nothing could be put back."""
    stage.cluster.stop("node")
    try:
        yield
    finally:
        stage.cluster.start("node")


@contextlib.contextmanager
def through(scene: Scene, proxy: RpcProxy) -> Iterator[None]:
    """Have the operator and its Jobs ask the chain through a proxy."""
    before = scene.stage.get("datecosystem", ECOSYSTEM)["spec"]["rpc"]["endpoints"]
    detour = [{"url": proxy.url, "websocketUrl": scene.stage.chain.ws_url}]
    try:
        scene.tell_jobs({"rpc": {"endpoints": detour}}, proxy.url)
        yield
    finally:
        scene.tell_jobs({"rpc": {"endpoints": before}}, before[0]["url"])


def newer(scene: Scene, before: Ledger) -> Ledger | None:
    """The cycles on chain once every token has another one."""
    found = books.ledger_of(scene.stage, scene.play)
    return found if all(len(found[name]) > len(before[name]) for name in found) else None


def check_nothing_is_claimed(scene: Scene, landed: Ledger) -> None:
    """Who looks sees that nobody writes; what stands there was so once, and no run has ended."""
    scene.until(lambda: not scene.ready(), "replicas that are not ready any more")
    (run,) = {cycles[-1].event.cycle_id for cycles in landed.values()}
    for name, cycles in landed.items():
        books.check_status(cycles, scene.stage.get("dattoken", name)["status"])
    (record,) = [r["status"] for r in scene.records() if r["status"].get("id") == run.hex()]
    assert "completionTime" not in record, record
