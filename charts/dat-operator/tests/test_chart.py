"""The chart against a real API server: valid, and with least rights.

Run with ``python -m pytest charts/dat-operator/tests``.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dat_operator import __version__
from dat_operator.chain.dat.codec import declared_program
from devcluster.cluster import Cluster, tools
from tests.support.cluster.chart import CHART, helm, render

NAMESPACE = "chart"


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
        ("image.digest=sha256:0", "/image/digest"),
        ("replicas=-1", "/replicas"),
        ("replica=2", "additional properties 'replica' not allowed"),
        ("extraEnv[0].name=DAT_IMAGE", "/extraEnv/0/name"),
        ("admissionPolicy.walletSecrets={Fruit}", "/admissionPolicy/walletSecrets/0"),
    ],
)
def test_wrong_values_are_refused(setting: str, message: str) -> None:
    """The schema names the value."""
    with pytest.raises(AssertionError, match=re.escape(message)):
        render(NAMESPACE, "--set", setting)


def test_every_value_is_documented() -> None:
    """The README's table has every value that the chart reads."""
    table = (CHART / "README.md").read_text()
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())["properties"]
    assert [name for name in values if not re.search(rf"^\| .*`{name}[.`].* \|", table, re.MULTILINE)] == []
    assert set(values) == set(schema) - {"global"}


def test_no_rule_on_secrets() -> None:
    """Nor one that would cover them: no wildcard, nothing of the cluster."""
    objects = render(NAMESPACE)
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
        "networkPolicy": {
            "metricsFrom": [{"podSelector": {"matchLabels": {"app": "prometheus"}}}],
            "dns": [{"ipBlock": {"cidr": "169.254.20.10/32"}}],
            "apiServer": {"cidrs": ["10.96.0.1/32", "fd00::1/128"], "ports": [6443]},
            "rpcPorts": [443, 8899],
            "extraEgress": [{"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}]}],
        },
        "allowed": {"programs": ["1" * 32], "adminSecrets": ["a"], "operatorSecrets": ["b"]},
        "admissionPolicy": {"walletSecrets": ["fruit-admin", "fruit-operator"]},
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


def test_the_policies_are_on_by_default(kubectl: Kubectl) -> None:
    """T8: a stolen token of the operator could mount any Secret of the namespace."""
    names = [f"dat-operator{part}.{NAMESPACE}" for part in ("", "-retired", "-configmaps", "-tokens")]
    for kind in ("validatingadmissionpolicy", "validatingadmissionpolicybinding"):
        found = json.loads(kubectl("get", kind, *names, "--output=json"))["items"]
        assert [o["metadata"]["name"] for o in found] == names
        assert all(o["spec"].get("validationActions", ["Deny"]) == ["Deny"] for o in found)


def test_without_rights_on_the_cluster(kubectl: Kubectl) -> None:
    """Who may install into one namespace only is refused the policies by name, and installs without them."""
    account = f"system:serviceaccount:{NAMESPACE}:installer"
    kubectl(
        "create", "rolebinding", "installer", "--clusterrole=admin", f"--serviceaccount={NAMESPACE}:installer"
    )
    text = helm("template", "second", CHART, "--namespace", NAMESPACE)
    done = kubectl.try_("create", "--dry-run=server", "--filename=-", f"--as={account}", stdin=text)
    assert 'cannot create resource "validatingadmissionpolicies"' in done.stderr
    switch = "admissionPolicy.enabled=false"
    objects = render(NAMESPACE, "--set", switch)
    assert not [o["kind"] for o in objects if o["kind"].startswith("ValidatingAdmission")]
    off = helm("install", "dat", CHART, "--namespace", NAMESPACE, "--dry-run=client", "--set", switch)
    assert "WARNING: admissionPolicy.enabled is false" in off


def test_the_notes_say_that_no_wallet_is_named() -> None:
    """Without walletSecrets the policy admits no Job."""
    words = ("install", "dat", CHART, "--namespace", NAMESPACE, "--dry-run=client")
    warning = "admissionPolicy.walletSecrets is empty"
    assert warning in helm(*words)
    assert warning not in helm(*words, "--set", "admissionPolicy.walletSecrets={fruit-operator}")


def test_an_image_by_digest() -> None:
    """T14: a tag can be moved. The operator, its Jobs and their policy have the same name."""
    digest = "sha256:" + "0f" * 32
    text = helm(
        "template", "x", CHART, "--set", f"image.repository=r/dat,image.tag=1.2,image.digest={digest}"
    )
    assert f'image: "r/dat@{digest}"' in text
    assert f'value: "r/dat@{digest}"' in text
    assert f'"image": dyn("r/dat@{digest}")' in text
    assert "r/dat:1.2" not in text


def test_replicas_keep_apart_and_are_drained_one_by_one(kubectl: Kubectl) -> None:
    """Two by default, on different nodes if possible; a single one keeps no node from being drained."""
    budget = json.loads(kubectl("get", "poddisruptionbudget", "dat-operator", "--output=json"))["spec"]
    deployment = json.loads(kubectl("get", "deployment", "dat-operator", "--output=json"))["spec"]
    assert (deployment["replicas"], deployment["strategy"]["type"]) == (2, "RollingUpdate")
    pod = deployment["template"]
    rules = pod["spec"]["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    for selector in (budget["selector"], rules[0]["podAffinityTerm"]["labelSelector"]):
        assert selector["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert not [o for o in render(NAMESPACE, "--set", "replicas=1") if o["kind"] == "PodDisruptionBudget"]


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


def test_what_datecosystems_may_name() -> None:
    """The declared program by default; a role's Secrets, or else those that the policy admits."""

    def env(*values: str) -> dict[str, str]:
        words = [word for value in values for word in ("--set", value)]
        (deployment,) = [o for o in render(NAMESPACE, *words) if o["kind"] == "Deployment"]
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        return {e["name"]: e["value"] for e in container["env"] if "value" in e}

    names = ("DAT_PROGRAMS", "DAT_ADMIN_SECRETS", "DAT_OPERATOR_SECRETS")
    default = env()
    assert [default[name] for name in names] == [declared_program(), "", ""]
    given = env("admissionPolicy.walletSecrets={a,b}", "allowed.adminSecrets={a}")
    assert [given[name] for name in names] == [declared_program(), "a", "a,b"]
