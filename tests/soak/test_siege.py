"""5,000 transactions of a stranger that name our accounts, forged events, dust and cut logs: cycles go on.

The operator and its Jobs run for real, each behind an endpoint that counts what they ask. Nothing that the
stranger sends costs a token its cycle, and it costs a run and a pass no more calls than docs/cycle.md says.
"""

import base64
import logging
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from solders.transaction import VersionedTransaction

from dat_operator.controller.cycle.recovery import CALLS as PASS_CALLS
from dat_operator.controller.objects.observed import JOB_NAME_LABEL
from dat_operator.cycle.landed_cycles import MAX_LOOKBACK_CALLS as RUN_CALLS
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.report import run_bytes
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.chain.rpc_proxy import RUN_CYCLE, Call, Hung, Rejected
from tests.support.cluster.api_server import Namespace
from tests.support.siege import Counting, Siege
from tests.support.team import Stage
from tests.support.waiting import until

log = logging.getLogger(__name__)

READ_CALLS = 6
"""Of a pass over three tokens: two to read, one for token accounts, two for upgrades, one for the network."""
LOOKING_BACK = ("getSignaturesForAddress", "getTransaction")


@pytest.fixture
def siege(namespace: Namespace, chain: Localnet, tmp_path: Path) -> Iterator[Siege]:
    stage = Stage(namespace, chain, PROGRAM_ID, "besieged", tmp_path)
    with Counting(chain.rpc_url) as operators, Counting(chain.rpc_url) as runs:
        siege = Siege(stage, operators, runs)
        siege.dust_before_set_up()
        with stage.operator:
            siege.set_up()
            yield siege
        siege.flood.close()


def test_a_siege(siege: Siege) -> None:
    quiet = costs(siege, "quiet")
    siege.flood.burst(2_000)
    siege.forge(siege.done["quiet"], set_up=True)
    siege.dust()
    with siege.flood.going_on():
        flooded = costs(siege, "flooded")
        siege.recorded("flooded")
    assert_cheap(flooded, quiet)
    killed = killed_after_it_landed(siege, "killed")
    assert_cheap(killed, quiet)
    lost_under_the_flood(siege, "lost")
    siege.flood.burst(max(0, 5_000 - siege.flood.sent))

    assert_each_once(siege)
    passes = bounded_passes(siege)
    named, failed = siege.named()
    assert named >= 5_000
    log.info("%d transactions name the ecosystem, %d of them failed; %s", named, failed, passes)
    log.info("calls of a run: quiet %s, flooded %s, killed and again %s", quiet, flooded, killed)


def costs(siege: Siege, name: str) -> Counter[str]:
    """Run a cycle Job; the calls that it made, by method."""
    log.info("a %s run", name)
    siege.trade()
    siege.runs.calls.clear()
    siege.run(name)
    siege.recorded(name)
    return Counter(siege.runs.calls)


def killed_after_it_landed(siege: Siege, name: str) -> Counter[str]:
    """A run whose pod is killed once its cycles are confirmed; the calls that its next pod makes.

    The flood falls right upon the cycles, so that they are hard to find again.
    """
    log.info("a run that is killed")
    siege.trade()
    siege.runs.reset(KilledOnceLanded(siege))
    with ThreadPoolExecutor(1) as workers:
        job = workers.submit(siege.run, name)
        assert siege.killed.wait(60), siege.stage.look()
        body = siege.stage.namespace.get("Job", name)
        assert body
        siege.forge(run_bytes(body["metadata"]["uid"]))
        siege.runs.calls.clear()
        siege.kubelet.may_start.set()
        job.result()
    if looked_back(siege.runs.calls) == RUN_CALLS:
        # They are buried: the report lacks what the operator then looks for, twenty transactions a pass.
        siege.says(name, "the report of its pod does not list every cycle; waits for the chain")
    cycle = siege.recorded(name)
    said = [one["message"] for one in cycle["status"]["conditions"] if one["type"] == "Ready"]
    log.info("its record: %s, %s", cycle["status"]["outcome"], said)
    assert cycle["status"]["outcome"] == "Completed"
    return Counter(siege.runs.calls)


class KilledOnceLanded:
    """A rule: kills the pod once its cycles are confirmed, and before it hears of it."""

    def __init__(self, siege: Siege) -> None:
        self._siege = siege
        self._cycles: set[str] = set()

    def __call__(self, call: Call) -> None:
        if call.method == "sendTransaction":
            self._bury(call)
        if call.method != "getSignatureStatuses" or self._siege.killed.is_set():
            return
        if self._cycles & set(call.params[0]):
            status = call.forward()["result"]["value"][0]
            if status and status["confirmationStatus"] in ("confirmed", "finalized"):
                self._kill()

    def _bury(self, call: Call) -> None:
        sent = base64.b64decode(call.params[0])
        signature = str(VersionedTransaction.from_bytes(sent).signatures[0])
        if RUN_CYCLE in sent and signature not in self._cycles:
            self._cycles.add(signature)
            call.forward()
            self._siege.flood.burst(1_000)

    def _kill(self) -> None:
        kubelet = self._siege.kubelet
        kubelet.may_start.clear()
        self._siege.killed.set()
        assert kubelet.process
        kubelet.process.kill()
        raise Hung


def lost_under_the_flood(siege: Siege, name: str) -> None:
    """A run that nobody has seen end, and whose pod is gone with its report."""
    log.info("a run whose report is lost")
    siege.trade()
    siege.stage.operator.kill()
    siege.run(name)
    for pod in siege.stage.namespace.list("Pod"):
        if pod["metadata"]["labels"].get(JOB_NAME_LABEL) == name:
            siege.stage.namespace.delete("Pod", pod["metadata"]["name"])
    siege.flood.burst(1_000)
    there = threading.Event()

    def rule(call: Call) -> None:
        if call.method == "getTransaction" and not there.is_set():
            raise Rejected(503)

    siege.operators.reset(rule)
    siege.stage.operator.start()
    siege.says(name, "the report of its pod is lost; waits for the chain")
    there.set()
    cycle = siege.recorded(name)
    assert "its report is lost, the chain shows these cycles" in str(cycle["status"]["conditions"])


def looked_back(calls: Counter[str]) -> int:
    return sum(calls[method] for method in LOOKING_BACK)


def assert_cheap(run: Counter[str], quiet: Counter[str]) -> None:
    """What strangers add to a run's calls: those of looking back. Polls depend on the machine."""
    looked = looked_back(run)
    assert looked <= 2 * RUN_CALLS, run
    assert run.total() - looked <= 2 * quiet.total(), (run, quiet)


def bounded_passes(siege: Siege) -> str:
    """No pass makes more calls than docs/cycle.md says; what they made."""
    passes = siege.operators.passes[1:]
    looked = max(map(looked_back, passes))
    most = max(one.total() for one in passes)
    assert looked <= 2 * PASS_CALLS
    assert most <= 2 * PASS_CALLS + READ_CALLS
    return f"{len(passes)} passes, at most {most} calls in one, {looked} of them to look back"


def assert_each_once(siege: Siege) -> None:
    """Each run has cycled each token once, and nobody else has; all that came is recorded."""
    for name, cycles in siege.events().items():
        assert cycles.keys() == set(siege.done.values())
        events = [landed.event for landed in cycles.values()]
        assert all(event.conserved for event in events)
        assert sorted(event.cycle for event in events) == list(range(1, len(siege.done) + 1))
        for run, run_id in siege.done.items():
            _assert_recorded(siege, run, name, cycles[run_id])
        totals = {"cycles": len(events), "burned": sum(event.tokens_burned for event in events)}
        totals["inflowLamports"] = sum(event.inflow for event in events)
        _assert_untroubled(siege, name, totals)


def _assert_recorded(siege: Siege, run: str, name: str, landed: Landed) -> None:
    """A DATCycle has the amounts of a token's cycle."""
    cycle, event = siege.stage.record(run), landed.event
    assert cycle
    (token,) = [token for token in cycle["status"]["tokens"] if token["name"] == name]
    assert (token["signature"], token["burned"]) == (landed.signature, event.tokens_burned)
    assert (token["inflowLamports"], token["spentLamports"]) == (event.inflow, event.spent)
    assert (token["toRootLamports"], token["carriedLamports"]) == (event.to_root, event.carried_out)


def _assert_untroubled(siege: Siege, name: str, totals: dict[str, int]) -> None:
    """A token is not paused, left out or thought to be failing; the chain has no other cycles of it."""

    def told() -> bool:
        found = siege.stage.token(name)["status"]["totals"]
        return {key: found[key] for key in totals} == totals

    until(told, f"the totals of {name}: {totals}", look_at=siege.stage.look)
    found = {one["type"]: one["status"] for one in siege.stage.conditions("DATToken", name)}
    expected = {"Ready": "True", "Paused": "False", "BreakerClosed": "True", "CycleHealthy": "True"}
    assert expected.items() <= found.items(), siege.stage.look()
    (told_to_jobs,) = [token for token in siege.stage.config()["tokens"] if token["name"] == name]
    assert "skip" not in told_to_jobs
