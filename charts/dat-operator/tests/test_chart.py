"""The chart against a real API server: valid, least rights, and enough of them for the operator.

Run with ``python -m pytest charts/dat-operator/tests``.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dat_operator import __version__
from hack.cluster.cluster import Cluster, tools
from hack.common.paths import REPO

CHART = Path(__file__).parents[1]
NAMESPACE = "chart"


def helm(*words: str | Path) -> str:
    """What Helm prints."""
    command = [str(word) for word in (tools().helm, *words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def render(*words: str) -> list[dict[str, Any]]:
    """The chart's objects without the CRDs."""
    text = helm("template", "dat-operator", CHART, "--namespace", NAMESPACE, *words)
    return [document for document in yaml.safe_load_all(text) if document]


class Kubectl:
    """Kubectl for one cluster's namespace."""

    def __init__(self, kubeconfig: Path) -> None:
        self._options = [f"--kubeconfig={kubeconfig}", f"--namespace={NAMESPACE}"]

    def try_(self, *words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run it, whatever comes of it."""
        command = [str(tools().kubectl), *self._options, *(str(word) for word in words)]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)

    def __call__(self, *words: str | Path, stdin: str = "") -> str:
        """Run it and return what it prints."""
        done = self.try_(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def can(self, account: str, verb: str, resource: str, name: str = "") -> bool:
        """Whether a ServiceAccount of the namespace may do something to ``resource[/subresource]``."""
        # To kubectl, what follows a slash is the name of an object.
        kind, _, subresource = resource.partition("/")
        what = f"{kind}/{name}" if name else kind
        user = f"system:serviceaccount:{NAMESPACE}:{account}"
        words = ("auth", "can-i", verb, what, f"--subresource={subresource}", f"--as={user}")
        return self.try_(*words).stdout.strip() == "yes"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """An API server, no node."""
    with Cluster("chart", node=False) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def kubectl(cluster: Cluster) -> Kubectl:
    """Kubectl, with the chart installed."""
    options = (f"--kubeconfig={cluster.kubeconfig}", f"--namespace={NAMESPACE}", "--create-namespace")
    helm("install", "dat-operator", CHART, *options)
    return Kubectl(cluster.kubeconfig)


def test_lint() -> None:
    """Helm itself finds nothing, and the chart installs this version."""
    helm("lint", "--strict", CHART)
    assert yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"] == __version__


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("pollSeconds=0", "/pollSeconds"),
        ("image.pullPolicy=Sometimes", "/image/pullPolicy"),
        ("image.tag=a:b", "/image/tag"),
        ("replicas=-1", "/replicas"),
        ("replica=2", "additional properties 'replica' not allowed"),
        ("extraEnv[0].name=DAT_IMAGE", "/extraEnv/0/name"),
    ],
)
def test_wrong_values_are_refused(setting: str, message: str) -> None:
    """The schema names the value."""
    with pytest.raises(AssertionError, match=re.escape(message)):
        render("--set", setting)


def test_every_value_is_documented() -> None:
    """The README's table has every value that the chart reads."""
    table = (CHART / "README.md").read_text()
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())["properties"]
    assert [name for name in values if not re.search(rf"^\| .*`{name}[.`].* \|", table, re.MULTILINE)] == []
    assert set(values) == set(schema) - {"global"}


def test_no_rule_on_secrets() -> None:
    """Nor one that would cover them: no wildcard, nothing of the cluster."""
    objects = render()
    assert not [o for o in objects if o["kind"].startswith("ClusterRole")]
    for role in (o for o in objects if o["kind"] == "Role"):
        for rule in role["rules"]:
            assert "secrets" not in rule["resources"]
            assert "*" not in rule["resources"] + rule["verbs"] + rule["apiGroups"]


def test_valid_with_every_value(kubectl: Kubectl, tmp_path: Path) -> None:
    """The API server takes the objects with every value set, without a warning of unknown fields."""
    values = {
        "image": {"repository": "registry.test/dat", "tag": "1.2.3", "pullPolicy": "Always"},
        "imagePullSecrets": [{"name": "registry"}],
        "fullnameOverride": "other",
        "replicas": 3,
        "pollSeconds": 0.5,
        "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
        "podAnnotations": {"note": "1"},
        "podLabels": {"team": "tokens"},
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "priorityClassName": "high",
    }
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump(values))
    text = helm("template", "dat-operator", CHART, "--namespace", NAMESPACE, f"--values={file}")
    done = kubectl.try_(
        "create", "--dry-run=server", "--validate=strict", "--output=name", "--filename=-", stdin=text
    )
    assert done.stderr == ""
    assert {"deployment.apps/other", "poddisruptionbudget.policy/other"} <= set(done.stdout.split())
    assert "podAntiAffinity" not in text, "an affinity of one's own stands alone"


def test_replicas_keep_apart_and_are_drained_one_by_one(kubectl: Kubectl) -> None:
    """Two by default, on different nodes if possible; a single one keeps no node from being drained."""
    budget = json.loads(kubectl("get", "poddisruptionbudget", "dat-operator", "--output=json"))["spec"]
    deployment = json.loads(kubectl("get", "deployment", "dat-operator", "--output=json"))["spec"]
    assert (deployment["replicas"], deployment["strategy"]["type"]) == (2, "RollingUpdate")
    pod = deployment["template"]
    rules = pod["spec"]["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    for selector in (budget["selector"], rules[0]["podAffinityTerm"]["labelSelector"]):
        assert selector["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert not [o for o in render("--set", "replicas=1") if o["kind"] == "PodDisruptionBudget"]


def test_pods_are_restricted(kubectl: Kubectl) -> None:
    """Pod Security at its strictest has nothing to say against the Deployment."""
    label = "pod-security.kubernetes.io/warn=restricted"
    kubectl("label", "namespace", NAMESPACE, label)
    deployment = next(o for o in render() if o["kind"] == "Deployment")
    deployment["metadata"]["name"] = "restricted"
    done = kubectl.try_("create", "--dry-run=server", "--filename=-", stdin=json.dumps(deployment))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("account", ["dat-operator", "dat-operator-jobs"])
def test_nobody_reads_secrets(kubectl: Kubectl, account: str) -> None:
    """Neither ServiceAccount has any right on Secrets, nor a way to get one."""
    for verb in ("get", "list", "watch", "create", "update", "patch", "delete"):
        assert not kubectl.can(account, verb, "secrets")
    assert not kubectl.can(account, "create", "pods/exec")
    assert not kubectl.can(account, "create", "serviceaccounts/token")
    assert not kubectl.can(account, "update", "roles")


def test_jobs_have_no_rights(kubectl: Kubectl) -> None:
    """The Jobs' ServiceAccount may do nothing, and its pods get no token."""
    for resource in ("pods", "configmaps", "jobs", "datecosystems", "dattokens", "events"):
        assert not kubectl.can("dat-operator-jobs", "list", resource)
    account = json.loads(kubectl("get", "serviceaccount", "dat-operator-jobs", "--output=json"))
    assert account["automountServiceAccountToken"] is False


def test_an_ecosystem_cannot_be_changed_by_the_operator(kubectl: Kubectl) -> None:
    """Only its status, and objects that are owned by it."""
    for verb in ("create", "update", "patch", "delete"):
        assert not kubectl.can("dat-operator", verb, "datecosystems")
    assert kubectl.can("dat-operator", "patch", "datecosystems/status")
    assert kubectl.can("dat-operator", "update", "datecosystems/finalizers")
    assert kubectl.can("dat-operator", "create", "jobs")
    assert not kubectl.can("dat-operator", "delete", "jobs")


def test_only_its_own_lease(kubectl: Kubectl) -> None:
    """Leases of others in the namespace are out of reach."""
    for verb in ("get", "update"):
        assert kubectl.can("dat-operator", verb, "leases", "dat-operator")
        assert not kubectl.can("dat-operator", verb, "leases", "another")


def test_the_operator_needs_no_more(kubectl: Kubectl, tmp_path: Path) -> None:
    """With its ServiceAccount's rights alone it becomes ready, takes the Lease, renews it, gives it up."""
    port = _free_port()
    config = tmp_path / "kubeconfig"
    config.write_text(json.dumps(_as_operator(kubectl)))
    environment = {
        **os.environ,
        "KUBECONFIG": str(config),
        "PYTHONPATH": str(REPO / "operator"),
        "DAT_NAMESPACE": NAMESPACE,
        "DAT_POD_NAME": "dat-operator-0",
        "DAT_IMAGE": "none",
        "DAT_JOB_SERVICE_ACCOUNT": "dat-operator-jobs",
        "DAT_HTTP_PORT": str(port),
    }
    command = [sys.executable, "-c", "from dat_operator.cli.main import main; main()", "operator"]
    log = tmp_path / "operator.log"
    with log.open("w") as out:
        operator = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 60
        renewals: set[str] = set()
        while not (_is_ready(port) and len(renewals) > 1):
            assert operator.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
            lease = _lease(kubectl)
            if lease.get("holderIdentity", "").startswith("dat-operator-0_"):
                renewals.add(lease["renewTime"])
    finally:
        operator.terminate()
        code = operator.wait(30)
    assert (code, _lease(kubectl)["holderIdentity"]) == (0, ""), log.read_text()
    assert "orbidden" not in log.read_text()


def _lease(kubectl: Kubectl) -> dict[str, str]:
    found = kubectl("get", "lease", "dat-operator", "--ignore-not-found", "--output=json")
    return dict(json.loads(found)["spec"]) if found else {}


def _as_operator(kubectl: Kubectl) -> dict[str, Any]:
    """A kubeconfig with the token of the operator's ServiceAccount in place of the administrator's key."""
    admin = json.loads(kubectl("config", "view", "--raw", "--output=json"))
    token = kubectl("create", "token", "dat-operator").strip()
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": admin["clusters"][0]["cluster"]}],
        "users": [{"name": "u", "user": {"token": token}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": NAMESPACE}}],
        "current-context": "x",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
