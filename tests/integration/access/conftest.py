"""The chart's admission policies, and the examples, in the test's namespace."""

import json
from collections.abc import Iterator
from functools import partial

import pytest

from tests.support.cluster.admission import config_map_of_jobs, cycle_job_running, refusal
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.chart import render
from tests.support.cluster.examples import EXAMPLES
from tests.support.cluster.kubectl import kubectl
from tests.support.waiting import until

VALUES = (
    "fullnameOverride=dat,image.repository=dat-operator,image.tag=1,"
    "allowed.adminSecrets={fruit-admin},admissionPolicy.walletSecrets={fruit-operator},"
    "allowed.programs={11111111111111111111111111111111,D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6}"
)


@pytest.fixture(scope="module")
def policies(namespace: Namespace) -> Iterator[list[Body]]:
    """The policies and the rights of the ServiceAccount, in force."""
    objects = [o for o in render(namespace.name, "--set-string", VALUES) if o["kind"] != "Deployment"]
    manifest = json.dumps({"kind": "List", "apiVersion": "v1", "items": objects})
    kubectl(namespace.kubeconfig, "apply", "--server-side", "--force-conflicts", "-f", "-", stdin=manifest)
    found = [o for o in objects if o["kind"].startswith("ValidatingAdmission")]
    try:
        for policy in (o for o in found if o["kind"] == "ValidatingAdmissionPolicy"):
            until(partial(_in_force, namespace, policy), policy["metadata"]["name"])
        yield found
    finally:
        kubectl(namespace.kubeconfig, "delete", *(f"{o['kind']}/{o['metadata']['name']}" for o in found))


def _in_force(namespace: Namespace, policy: Body) -> bool:
    """Whether the API server asks it, by what is easily tried; the other policies come with these two."""
    probes = {
        f"dat.{namespace.name}": cycle_job_running("sh"),
        f"dat-configmaps.{namespace.name}": config_map_of_jobs(name="other"),
    }
    probe = probes.get(policy["metadata"]["name"])
    return probe is None or "denied request" in refusal(namespace, probe)


@pytest.fixture(scope="module")
def examples(namespace: Namespace) -> None:
    """The resources of examples/localnet, applied."""
    kubectl(namespace.kubeconfig, "-n", namespace.name, "apply", "-f", str(EXAMPLES))
