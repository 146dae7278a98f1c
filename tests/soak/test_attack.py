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
from tests.support.attacked_ecosystem import AttackedEcosystem, Counting
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.chain.rpc_proxy import RUN_CYCLE, Call, Hung, Rejected
from tests.support.cluster.api_server import Namespace
from tests.support.tenant import Tenant
from tests.support.waiting import until

log = logging.getLogger(__name__)

READ_CALLS = 6
"""Of a pass over three tokens: two to read, one for token accounts, two for upgrades, one for the network."""
LOOKING_BACK = ("getSignaturesForAddress", "getTransaction")


@pytest.fixture
def attacked(namespace: Namespace, chain: Localnet, tmp_path: Path) -> Iterator[AttackedEcosystem]:
    tenant = Tenant(namespace, chain, PROGRAM_ID, "besieged", tmp_path)
    with Counting(chain.rpc_url) as operators, Counting(chain.rpc_url) as runs:
        attacked = AttackedEcosystem(tenant, operators, runs)
        attacked.dust_before_set_up()
        with tenant.operator:
            attacked.set_up()
            yield attacked
        attacked.flood.close()


def test_a_siege(attacked: AttackedEcosystem) -> None:
    quiet = costs(attacked, "quiet")
    attacked.flood.burst(2_000)
    attacked.forge(attacked.done["quiet"], set_up=True)
    attacked.dust()
    with attacked.flood.going_on():
        flooded = costs(attacked, "flooded")
        attacked.recorded("flooded")
    assert_cheap(flooded, quiet)
    killed = killed_after_it_landed(attacked, "killed")
    assert_cheap(killed, quiet)
    lost_under_the_flood(attacked, "lost")
    attacked.flood.burst(max(0, 5_000 - attacked.flood.sent))

    assert_each_once(attacked)
    passes = bounded_passes(attacked)
    named, failed = attacked.named()
    assert named >= 5_000
    log.info("%d transactions name the ecosystem, %d of them failed; %s", named, failed, passes)
    log.info("calls of a run: quiet %s, flooded %s, killed and again %s", quiet, flooded, killed)


def costs(attacked: AttackedEcosystem, name: str) -> Counter[str]:
    """Run a cycle Job; the calls that it made, by method."""
    log.info("a %s run", name)
    attacked.trade()
    attacked.runs.calls.clear()
    attacked.run(name)
    attacked.recorded(name)
    return Counter(attacked.runs.calls)


def killed_after_it_landed(attacked: AttackedEcosystem, name: str) -> Counter[str]:
    """A run whose pod is killed once its cycles are confirmed; the calls that its next pod makes.

    The flood falls right upon the cycles, so that they are hard to find again.
    """
    log.info("a run that is killed")
    attacked.trade()
    attacked.runs.reset(KilledOnceLanded(attacked))
    with ThreadPoolExecutor(1) as workers:
        job = workers.submit(attacked.run, name)
        assert attacked.killed.wait(60), attacked.tenant.look()
        body = attacked.tenant.namespace.get("Job", name)
        assert body
        attacked.forge(run_bytes(body["metadata"]["uid"]))
        attacked.runs.calls.clear()
        attacked.kubelet.may_start.set()
        job.result()
    if looked_back(attacked.runs.calls) == RUN_CALLS:
        # They are buried: the report lacks what the operator then looks for, twenty transactions a pass.
        attacked.says(name, "the report of its pod does not list every cycle; waits for the chain")
    cycle = attacked.recorded(name)
    said = [one["message"] for one in cycle["status"]["conditions"] if one["type"] == "Ready"]
    log.info("its record: %s, %s", cycle["status"]["outcome"], said)
    assert cycle["status"]["outcome"] == "Completed"
    return Counter(attacked.runs.calls)


class KilledOnceLanded:
    """A rule: kills the pod once its cycles are confirmed, and before it hears of it."""

    def __init__(self, attacked: AttackedEcosystem) -> None:
        self._siege = attacked
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


def lost_under_the_flood(attacked: AttackedEcosystem, name: str) -> None:
    """A run that nobody has seen end, and whose pod is gone with its report."""
    log.info("a run whose report is lost")
    attacked.trade()
    attacked.tenant.operator.kill()
    attacked.run(name)
    for pod in attacked.tenant.namespace.list("Pod"):
        if pod["metadata"]["labels"].get(JOB_NAME_LABEL) == name:
            attacked.tenant.namespace.delete("Pod", pod["metadata"]["name"])
    attacked.flood.burst(1_000)
    there = threading.Event()

    def rule(call: Call) -> None:
        if call.method == "getTransaction" and not there.is_set():
            raise Rejected(503)

    attacked.operators.reset(rule)
    attacked.tenant.operator.start()
    attacked.says(name, "the report of its pod is lost; waits for the chain")
    there.set()
    cycle = attacked.recorded(name)
    assert "its report is lost, the chain shows these cycles" in str(cycle["status"]["conditions"])


def looked_back(calls: Counter[str]) -> int:
    return sum(calls[method] for method in LOOKING_BACK)


def assert_cheap(run: Counter[str], quiet: Counter[str]) -> None:
    """What strangers add to a run's calls: those of looking back. Polls depend on the machine."""
    looked = looked_back(run)
    assert looked <= 2 * RUN_CALLS, run
    assert run.total() - looked <= 2 * quiet.total(), (run, quiet)


def bounded_passes(attacked: AttackedEcosystem) -> str:
    """No pass makes more calls than docs/cycle.md says; what they made."""
    passes = attacked.operators.passes[1:]
    looked = max(map(looked_back, passes))
    most = max(one.total() for one in passes)
    assert looked <= 2 * PASS_CALLS
    assert most <= 2 * PASS_CALLS + READ_CALLS
    return f"{len(passes)} passes, at most {most} calls in one, {looked} of them to look back"


def assert_each_once(attacked: AttackedEcosystem) -> None:
    """Each run has cycled each token once, and nobody else has; all that came is recorded."""
    for name, cycles in attacked.events().items():
        assert cycles.keys() == set(attacked.done.values())
        events = [landed.event for landed in cycles.values()]
        assert all(event.conserved for event in events)
        assert sorted(event.cycle for event in events) == list(range(1, len(attacked.done) + 1))
        for run, run_id in attacked.done.items():
            _assert_recorded(attacked, run, name, cycles[run_id])
        totals = {"cycles": len(events), "burned": sum(event.tokens_burned for event in events)}
        totals["inflowLamports"] = sum(event.inflow for event in events)
        _assert_untroubled(attacked, name, totals)


def _assert_recorded(attacked: AttackedEcosystem, run: str, name: str, landed: Landed) -> None:
    """A DATCycle has the amounts of a token's cycle."""
    cycle, event = attacked.tenant.record(run), landed.event
    assert cycle
    (token,) = [token for token in cycle["status"]["tokens"] if token["name"] == name]
    assert (token["signature"], token["burned"]) == (landed.signature, event.tokens_burned)
    assert (token["inflowLamports"], token["spentLamports"]) == (event.inflow, event.spent)
    assert (token["toRootLamports"], token["carriedLamports"]) == (event.to_root, event.carried_out)


def _assert_untroubled(attacked: AttackedEcosystem, name: str, totals: dict[str, int]) -> None:
    """A token is not paused, left out or thought to be failing; the chain has no other cycles of it."""

    def shows_totals() -> bool:
        found = attacked.tenant.token(name)["status"]["totals"]
        return {key: found[key] for key in totals} == totals

    until(shows_totals, f"the totals of {name}: {totals}", look_at=attacked.tenant.look)
    found = {one["type"]: one["status"] for one in attacked.tenant.conditions("DATToken", name)}
    expected = {"Ready": "True", "Paused": "False", "BreakerClosed": "True", "CycleHealthy": "True"}
    assert expected.items() <= found.items(), attacked.tenant.look()
    (told_to_jobs,) = [token for token in attacked.tenant.config()["tokens"] if token["name"] == name]
    assert "skip" not in told_to_jobs
