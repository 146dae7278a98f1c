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
from hack.demo.environment import Environment
from hack.demo.ledger import Ledger
from hack.demo.scenario import ECOSYSTEM, Scenario
from tests.support import ledger_checks
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.chain.traffic import Traffic
from tests.support.demo_ecosystem import Body, DemoEcosystem, now

AWAY_SECONDS = 60.0
ALONE_SECONDS = 40.0
"""How long the chain is away before the API server is, too."""
MANY = 999
TURN_BY_CYCLES = {"FeesSufficient", "TreasuryFunded", "PumpCompatible"}


@pytest.fixture(scope="module")
def demo(environment: Environment, scenario: Scenario) -> DemoEcosystem:
    """With a cycle of every token behind it, and no limit of cycles in an hour."""
    demo = DemoEcosystem.of(environment, scenario)
    demo.tell_jobs({"cycle": {"maxCyclesPerHour": MANY}}, f": {MANY}")
    cycle(demo)
    return demo


def cycle(demo: DemoEcosystem) -> None:
    """Ask for cycles until one of every token was run."""
    demo.scenario.trade()

    def completed() -> bool:
        name = f"asked-{time.time_ns()}"
        demo.ask(name)
        demo.until_recorded()
        # Skipped as long as the last cycle is too near.
        return all(token["outcome"] == "Completed" for token in demo.record(name)["tokens"])

    demo.until(completed, "a cycle of every token")


def check_all_is_well(demo: DemoEcosystem, before: Ledger) -> None:
    """The operator is up and stays up, cycles run; none was lost, and none happened twice."""
    demo.until_recorded()
    demo.until(demo.ready, "all replicas ready")
    ledger, restarts = ledger_checks.ledger_of(demo.environment, demo.scenario), demo.restarts()
    assert all(len(ledger[name]) > len(cycles) for name, cycles in before.items()), demo.look()
    cycle(demo)
    demo.check_books()
    outcomes = {r["metadata"]["name"]: r["status"]["outcome"] for r in demo.records()}
    assert "Failed" not in outcomes.values(), outcomes
    assert demo.ready(), demo.look()
    assert demo.restarts() == restarts, demo.look()


def sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def test_the_api_server_is_away(demo: DemoEcosystem) -> None:
    environment, ledger = demo.environment, ledger_checks.ledger_of(demo.environment, demo.scenario)
    with demo.due_every_minute(), Traffic(environment, demo.scenario) as traffic:
        before = demo.conditions()
        demo.ask("as-the-api-server-goes")
        demo.until(lambda: demo.runs("as-the-api-server-goes"), "a cycle under way")
        environment.cluster.stop("kube-apiserver")
        gone, trades = now(), traffic.trades
        time.sleep(AWAY_SECONDS)
        assert traffic.trades > trades
        back = now()
        environment.cluster.start("kube-apiserver")
        demo.until(lambda: demo.scheduled_since(gone), "the run that came due meanwhile")
    demo.until_recorded()
    for (name, kind), (status, since) in demo.conditions().items():
        assert not gone < since < back, f"{name}: nobody can have written {kind}={status} at {since}"
        assert kind in TURN_BY_CYCLES or (status, since) == before[name, kind]
    check_all_is_well(demo, ledger)


def test_the_chain_hangs_and_then_the_api_server_too(demo: DemoEcosystem) -> None:
    environment, scenario = demo.environment, demo.scenario
    scenario.trade()
    ledger = demo.check_books()
    numbers, conditions = demo.numbers(), demo.conditions()
    api_server = environment.cluster.pids()["kube-apiserver"]
    with contextlib.ExitStack() as due, contextlib.ExitStack() as thaw:
        frozen, gone = time.monotonic(), now()
        thaw.callback(environment.chain.thaw)
        environment.chain.freeze()
        demo.ask("as-the-chain-is-away")
        demo.until(lambda: rpc_healthy(demo)["status"] == "False", "a chain that is not healthy")
        demo.until(lambda: "RPCHealthy" in waits_for(demo, "as-the-chain-is-away"), "what it waits for")
        due.enter_context(demo.due_every_minute())
        sleep_until(frozen + ALONE_SECONDS)
        check_it_is_said(demo, gone, numbers, conditions)

        alone = time.monotonic()
        thaw.callback(os.kill, api_server, signal.SIGCONT)
        os.kill(api_server, signal.SIGSTOP)
        sleep_until(frozen + AWAY_SECONDS)
        environment.chain.thaw()
        sleep_until(alone + AWAY_SECONDS)
        os.kill(api_server, signal.SIGCONT)

        with Traffic(environment, scenario):
            demo.until(lambda: rpc_healthy(demo)["status"] == "True", "a chain that is healthy again")
            demo.until(lambda: demo.scheduled_since(gone), "a run by schedule")
    check_all_is_well(demo, ledger)


def rpc_healthy(demo: DemoEcosystem) -> Body:
    return demo.condition("datecosystem", ECOSYSTEM, "RPCHealthy")


def waits_for(demo: DemoEcosystem, name: str) -> str:
    return str(demo.condition("datcycle", name, "Ready").get("message"))


def check_it_is_said(demo: DemoEcosystem, gone: str, numbers: Body, conditions: Body) -> None:
    """That the chain is away, and since when; what was known of it stands."""
    said = rpc_healthy(demo)
    since = said["lastTransitionTime"]
    assert gone <= since <= now()
    assert said["reason"] == "ChainUnreadable"
    assert said["message"].endswith(f"; the numbers are older than {since}")
    assert demo.numbers() == numbers
    turned = {key for key, condition in demo.conditions().items() if condition != conditions[key]}
    assert turned == {(ECOSYSTEM, kind) for kind in ("Ready", "Reconciling", "RPCHealthy")}


def test_the_power_of_the_node_is_cut(demo: DemoEcosystem) -> None:
    """While a transaction is on chain whose Job does not know it yet."""
    environment, ledger = demo.environment, demo.check_books()
    demo.scenario.trade()
    held, cut = threading.Event(), threading.Event()

    def hold(call: Call) -> None:
        if call.method in ("sendTransaction", "getSignatureStatuses") and not cut.is_set():
            call.forward()
            held.set()
            cut.wait(AWAY_SECONDS)

    with (
        contextlib.ExitStack() as around,
        RpcProxy(environment.chain.rpc_url, environment.cluster.host_ip) as proxy,
    ):
        proxy.reset(hold)
        around.enter_context(through(demo, proxy))
        demo.ask("as-the-power-goes")
        demo.until(held.is_set, "a transaction")
        landed = demo.until(lambda: newer(demo, ledger), "its cycles on chain")
        around.enter_context(demo.due_every_minute())
        around.enter_context(Traffic(environment, demo.scenario))
        with power_cut(environment):
            cut.set()
            off = now()
            time.sleep(AWAY_SECONDS)
            check_nothing_is_claimed(demo, landed)
        demo.until(lambda: demo.scheduled_since(off), "the run that came due meanwhile")
        demo.until_recorded()
    (job,) = [
        job
        for job in environment.get("jobs")["items"]
        if run_bytes(job["metadata"]["uid"]) == landed["apple"][-1].event.cycle_id
    ]
    assert (job["status"]["failed"], job["status"]["succeeded"]) == (1, 1)
    check_all_is_well(demo, ledger)


@contextlib.contextmanager
def power_cut(environment: Environment) -> Iterator[None]:
    """No node; it comes back even if something is not as it must be, or nothing could be put back."""
    environment.cluster.stop("node")
    try:
        yield
    finally:
        environment.cluster.start("node")


@contextlib.contextmanager
def through(demo: DemoEcosystem, proxy: RpcProxy) -> Iterator[None]:
    """Have the operator and its Jobs ask the chain through a proxy."""
    before = demo.environment.get("datecosystem", ECOSYSTEM)["spec"]["rpc"]["endpoints"]
    detour = [{"url": proxy.url, "websocketUrl": demo.environment.chain.ws_url}]
    try:
        demo.tell_jobs({"rpc": {"endpoints": detour}}, proxy.url)
        yield
    finally:
        demo.tell_jobs({"rpc": {"endpoints": before}}, before[0]["url"])


def newer(demo: DemoEcosystem, before: Ledger) -> Ledger | None:
    """The cycles on chain once every token has another one."""
    found = ledger_checks.ledger_of(demo.environment, demo.scenario)
    return found if all(len(found[name]) > len(before[name]) for name in found) else None


def check_nothing_is_claimed(demo: DemoEcosystem, landed: Ledger) -> None:
    """Who looks sees that nobody writes; what stands there was so once, and no run has ended."""
    demo.until(lambda: not demo.ready(), "replicas that are not ready any more")
    (run,) = {cycles[-1].event.cycle_id for cycles in landed.values()}
    for name, cycles in landed.items():
        ledger_checks.check_status(cycles, demo.environment.get("dattoken", name)["status"])
    (record,) = [r["status"] for r in demo.records() if r["status"].get("id") == run.hex()]
    assert "completionTime" not in record, record
