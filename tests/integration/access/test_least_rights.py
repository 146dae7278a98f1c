"""The operator with the rights of the chart's ServiceAccount alone, in a namespace with Pod Security's
``restricted`` and the chart's admission policy: set-up and a cycle go through (see also test_policy).
"""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.chart import kubeconfig_of, render
from tests.support.cluster.kubectl import kubectl, run
from tests.support.operator.process import Operator
from tests.support.tenant import Tenant
from tests.support.waiting import until

VALUES = (
    "fullnameOverride=dat,image.repository=dat-operator,image.tag=test,"
    "admissionPolicy.walletSecrets={admin,operator}"
)


@pytest.fixture(scope="module")
def chart(namespace: Namespace) -> Iterator[dict[str, Body]]:
    """The chart's objects by kind; all but the Deployment are installed."""
    objects = render(namespace.name, "--set", VALUES)
    kubectl(
        namespace.kubeconfig,
        "label",
        "namespace",
        namespace.name,
        "pod-security.kubernetes.io/enforce=restricted",
    )
    manifest = json.dumps({"kind": "List", "apiVersion": "v1", "items": _without_deployment(objects)})
    kubectl(namespace.kubeconfig, "apply", "--server-side", "--force-conflicts", "-f", "-", stdin=manifest)
    yield {o["kind"]: o for o in objects}
    policies = [o for o in objects if o["kind"].startswith("ValidatingAdmission")]
    kubectl(namespace.kubeconfig, "delete", *(f"{o['kind']}/{o['metadata']['name']}" for o in policies))


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace,
    chain: Localnet,
    chart: dict[str, Body],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tenant]:
    """Set up by an operator that has only what the chart gives it."""
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, "lean", folder)
    account = kubeconfig_of(namespace.kubeconfig, namespace.name, "dat", folder)
    tenant.operator = Operator(namespace, folder, KUBECONFIG=str(account), DAT_LEASE="dat")
    root, apple = tenant.launch("root"), tenant.launch("apple")
    tenant.apply_ecosystem()
    until(lambda: "denied request" in refusal(tenant), "the policy in force")
    with tenant.operator:
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint)
        tenant.set_up()
        yield tenant


def _without_deployment(objects: list[Body]) -> list[Body]:
    return [o for o in objects if o["kind"] != "Deployment"]


def refusal(tenant: Tenant) -> str:
    """The API server's answer when the operator's ServiceAccount creates another kind of Job."""
    pod = {"restartPolicy": "Never", "containers": [{"name": "dat", "image": "dat-operator:test"}]}
    job = {"kind": "Job", "metadata": {"name": "tried"}, "spec": {"template": {"spec": pod}}}
    answer = tenant.namespace.try_create(job, f"system:serviceaccount:{tenant.namespace.name}:dat")
    return str(answer.get("message"))


def test_set_up_and_a_cycle(tenant: Tenant) -> None:
    """Every watch, every write: ConfigMap, CronJob, Jobs, records, all kinds of status, Events, the Lease."""
    tenant.trade("apple", 3 * SOL)
    assert tenant.ask("by-hand")["status"]["outcome"] == "Completed"
    assert tenant.run_cycle("by-the-cron-job")["status"]["succeeded"] == 1
    until(lambda: tenant.record("by-the-cron-job"), "a record", look_at=tenant.look)
    until(lambda: tenant.token("apple")["status"]["totals"]["cycles"] == 1, "a cycle", look_at=tenant.look)
    tenant.namespace.merge("DATEcosystem", "lean", {"spec": {"suspend": True}})

    def suspended() -> bool:
        cron_job = tenant.namespace.get("CronJob", "lean-cycle")
        return bool(cron_job and cron_job["spec"]["suspend"])

    until(suspended, "the CronJob changed", look_at=tenant.look)
    until(lambda: "CycleCompleted" in {e[1] for e in tenant.events("apple")}, "an Event", look_at=tenant.look)
    log = tenant.operator.log_file.read_text()
    assert "orbidden" not in log
    assert "reconciling failed" not in log


def test_the_operator_s_pod_is_restricted(tenant: Tenant, chart: dict[str, Body]) -> None:
    """The Jobs' pods have shown it by being there; a pod that is not restricted is refused."""
    spec = chart["Deployment"]["spec"]["template"]["spec"]
    words = ("-n", tenant.namespace.name, "create", "--dry-run=server", "-f", "-")
    pod: Body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "operator"}, "spec": spec}
    kubectl(tenant.namespace.kubeconfig, *words, stdin=json.dumps(pod))
    del spec["securityContext"]["runAsNonRoot"]
    done = run(tenant.namespace.kubeconfig, *words, stdin=json.dumps(pod))
    assert 'violates PodSecurity "restricted' in done.stderr


def test_a_wallet_that_is_not_listed_shows_in_the_status(tenant: Tenant) -> None:
    def mount(secret: str) -> None:
        wallets = {"operator": {"secretRef": {"name": secret}}}
        tenant.namespace.merge("DATEcosystem", "lean", {"spec": {"wallets": wallets}})

    mount("unlisted")
    found = tenant.until_condition("DATEcosystem", "lean", "Ready", "False")
    assert found["reason"] == "ObjectRejected"
    assert "the API server rejected CronJob lean-cycle" in found["message"]
    assert "add the wallet's Secret there" in found["message"]
    mount("operator")
    tenant.until_condition("DATEcosystem", "lean", "Ready", "True")


def test_it_gives_the_lease_up(tenant: Tenant) -> None:
    words = ("-n", tenant.namespace.name, "get", "lease", "dat", "-o", "jsonpath={.spec.holderIdentity}")
    assert kubectl(tenant.namespace.kubeconfig, *words).startswith("operator_")
    tenant.operator.send(signal.SIGTERM)
    assert tenant.operator.end() == 0
    assert kubectl(tenant.namespace.kubeconfig, *words) == ""
