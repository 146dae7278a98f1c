"""What the demo does, with assertions on the chain: pods, the chart by Helm, the true pump.fun."""

import json
import time
from typing import Any

import pytest

from dat_operator.domain.money import BPS
from hack.common.steps import StepError
from hack.demo.environment import NAMESPACE, Environment
from hack.demo.ledger import proof
from hack.demo.scenario import ECOSYSTEM, LAUNCHES, Scenario
from tests.support.ledger_checks import ledger_of
from tests.support.waiting import until


def supply(environment: Environment, scenario: Scenario, token: str) -> int:
    answer = environment.chain.rpc.call("getTokenSupply", str(scenario.coins[token].mint))
    return int(answer["value"]["amount"])


def test_cycles_burn_what_the_chain_says(environment: Environment, scenario: Scenario) -> None:
    scenario.trade()
    pending = {launch.name: scenario.pending(launch.name) for launch in LAUNCHES}
    supplies = {launch.name: supply(environment, scenario, launch.name) for launch in LAUNCHES}

    run = scenario.run_cycles()

    ledger = ledger_of(environment, scenario)
    events = {name: cycles[-1].event for name, cycles in ledger.items()}
    shares = {"froot": 0, "apple": 4480, "pear": 3000}
    for name, event in events.items():
        assert event.cycle_id == run
        assert event.inflow == pending[name]
        assert event.to_root == event.inflow * shares[name] // BPS
        assert supplies[name] - supply(environment, scenario, name) == event.tokens_burned > 0
    assert events["froot"].treasury_in == events["apple"].to_root + events["pear"].to_root
    assert "collected = to root + spent + kept" in proof(ledger)


def test_the_resources_show_it(environment: Environment, scenario: Scenario) -> None:
    scenario.settle()
    table = environment.kubectl("get", "dattokens")
    columns = ["NAME", "ROLE", "READY", "STATUS", "PENDING(SOL)", "BURNED", "CYCLES", "LAST", "AGE"]
    assert table.split()[: len(columns)] == columns
    for name, cycles in ledger_of(environment, scenario).items():
        status = environment.get("dattoken", name)["status"]
        assert status["totals"]["burned"] == sum(cycle.event.tokens_burned for cycle in cycles)
        assert status["totals"]["cycles"] == len(cycles)
        assert status["lastRun"]["outcome"] == "Completed"
        assert status["lastRun"]["signature"] == cycles[-1].signature
    described = environment.kubectl("describe", "dattoken", "apple")
    assert "CycleCompleted" in described
    assert "Initialized" in described


def test_the_namespace_takes_restricted_pods_only(environment: Environment) -> None:
    """T7: the operator's pods and the Jobs' have run in it; one that shares the host's network is refused."""
    pod = {"hostNetwork": True, "containers": [{"name": "x", "image": "x"}]}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": pod}
    with pytest.raises(StepError, match="violates PodSecurity"):
        environment.kubectl("create", "--dry-run=server", "-f", "-", stdin=json.dumps(manifest))


def test_the_policy_is_in_force(environment: Environment) -> None:
    """T8: the operator works under it, and its token can do nothing else."""
    user = f"--as=system:serviceaccount:{NAMESPACE}:dat-operator"
    words = ("create", "job", "other", "--image=busybox", "--dry-run=server", user)
    with pytest.raises(StepError, match="denied request: the Secret '' is not one of the wallets"):
        environment.kubectl(*words)


def test_a_killed_cycle_pod_burns_once(environment: Environment, scenario: Scenario) -> None:
    scenario.trade()
    before = {name: len(cycles) for name, cycles in ledger_of(environment, scenario).items()}
    job = "killed"
    environment.kubectl("create", "job", job, f"--from=cronjob/{ECOSYSTEM}-cycle")
    killed = 0
    deadline = time.monotonic() + 120
    while not scenario.ended(job):
        assert time.monotonic() < deadline, environment.kubectl("describe", "job", job)
        pods = environment.get("pods", "-l", f"batch.kubernetes.io/job-name={job}")["items"]
        running = [pod for pod in pods if pod["status"]["phase"] == "Running"]
        if running and killed < 3:
            killed += 1
            environment.kubectl(
                "delete", "pod", running[0]["metadata"]["name"], "--grace-period=0", "--force"
            )
        time.sleep(0.2)
    assert killed
    ledger = ledger_of(environment, scenario)
    assert {name: len(cycles) for name, cycles in ledger.items()} == {
        name: n + 1 for name, n in before.items()
    }
    proof(ledger)
    # The record is complete with or without the report of the last pod: the chain has the cycles.
    record = until(lambda: record_of(environment, job), "its record")
    assert {token["name"]: token["signature"] for token in record["tokens"]} == {
        name: cycles[-1].signature for name, cycles in ledger.items()
    }
    assert {cycles[-1].event.cycle_id.hex() for cycles in ledger.values()} == {record["id"]}


def record_of(environment: Environment, name: str) -> dict[str, Any] | None:
    """The status of a DATCycle that has ended."""
    status: dict[str, Any] = environment.get("datcycle", name).get("status", {})
    return status if "completionTime" in status else None


@pytest.mark.parametrize("account", ["dat-operator", "dat-operator-jobs"])
@pytest.mark.parametrize("verb", ["get", "list", "watch"])
def test_no_service_account_reads_secrets(environment: Environment, account: str, verb: str) -> None:
    assert not may(environment, account, verb, "secrets")


def test_the_operator_reads_pods_and_jobs_nothing(environment: Environment) -> None:
    assert may(environment, "dat-operator", "list", "pods")
    assert not may(environment, "dat-operator-jobs", "list", "pods")


def may(environment: Environment, account: str, verb: str, resource: str) -> bool:
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": f"system:serviceaccount:{NAMESPACE}:{account}",
            "resourceAttributes": {"namespace": NAMESPACE, "verb": verb, "resource": resource},
        },
    }
    answer = json.loads(environment.kubectl("create", "-o", "json", "-f", "-", stdin=json.dumps(review)))
    return bool(answer["status"]["allowed"])
