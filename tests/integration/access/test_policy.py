"""The chart's admission policies: the operator's own objects go through, field by field, and nothing else."""

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest

from dat_operator.api import API_VERSION
from dat_operator.domain.job_config import MAX_JITTER_SECONDS
from dat_operator.domain.report import longest_job_seconds
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.chart import render
from tests.support.cluster.kubectl import kubectl
from tests.support.cluster.mutations import Mutation, Mutations
from tests.support.golden_cases import CASES, plan_of, world_of
from tests.support.waiting import until

VALUES = (
    "fullnameOverride=dat,image.repository=dat-operator,image.tag=1,"
    "allowed.adminSecrets={fruit-admin},admissionPolicy.walletSecrets={fruit-operator},"
    "allowed.programs={11111111111111111111111111111111,D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6}"
)

POD = "spec.template.spec"
CONTAINER = f"{POD}.containers.0"
ADMITTED = {
    "spec.activeDeadlineSeconds",
    "without spec.ttlSecondsAfterFinished",
    f"{CONTAINER}.resources.requests.memory",
    f"without {CONTAINER}.resources.requests",
    f"{POD}.volumes.1.secret.items.0.key",
}
"""Other setup Jobs that are as good as ours."""
ADMITTED_CRON_JOBS = {
    *(m.replace("spec.", "spec.jobTemplate.spec.", 1) for m in ADMITTED if "econds" not in m),
    "spec.jobTemplate.spec.ttlSecondsAfterFinished",
    "spec.suspend",
    "without spec.suspend",
    "without spec.timeZone",
}
NOT_OURS = {
    *(
        "activeDeadlineSeconds",
        "automountServiceAccountToken",
        "dnsConfig",
        "dnsPolicy",
        "enableServiceLinks",
    ),
    *("hostAliases", "hostIPC", "hostNetwork", "hostPID", "hostUsers", "hostname", "imagePullSecrets"),
    *("initContainers", "nodeName", "nodeSelector", "overhead", "priorityClassName", "readinessGates"),
    *("runtimeClassName", "schedulerName", "schedulingGates", "serviceAccountName"),
    *("shareProcessNamespace", "subdomain", "terminationGracePeriodSeconds", "tolerations", "containers"),
    *("topologySpreadConstraints", "securityContext.runAsUser", "securityContext.sysctls"),
    *("securityContext.supplementalGroups", "volumes"),
    *("volumes.0.configMap.name", "volumes.1.secret.secretName", "volumes.2.secret.secretName"),
}
"""Fields of a pod that the policy must refuse itself, with the container's."""
NOT_OURS_EITHER = {
    *("args", "command", "env", "env.0.value", "env.2.value", "envFrom", "image", "imagePullPolicy"),
    *("lifecycle", "livenessProbe", "ports", "readinessProbe", "resizePolicy", "startupProbe", "stdin"),
    *("terminationMessagePath", "terminationMessagePolicy", "tty", "workingDir"),
    *("securityContext.allowPrivilegeEscalation", "securityContext.capabilities.add"),
    *("securityContext.readOnlyRootFilesystem", "securityContext.runAsUser"),
    *("volumeMounts.0.mountPath", "volumeMounts.0.readOnly", "volumeMounts.0.subPath"),
    *("volumeMounts.0.subPathExpr", "volumeMounts.0.mountPropagation", "resources.limits.cpu"),
}


@cache
def _rendered(kind: str) -> tuple[Body, ...]:
    """All objects of a kind that the operator makes in the golden cases, each once."""
    found: dict[str, Body] = {}
    for case in sorted(CASES.glob("*/input.yaml")):
        plan = plan_of(world_of(case.parent))
        for manifest in [*plan.apply, *plan.create]:
            # Without it, it only lets a Job go.
            if manifest["kind"] == kind and "ownerReferences" in manifest["metadata"]:
                found[json.dumps(manifest, sort_keys=True)] = manifest
    return tuple(found.values())


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
        f"dat.{namespace.name}": _cycle_job("sh"),
        f"dat-configmaps.{namespace.name}": _config_map(name="other"),
    }
    probe = probes.get(policy["metadata"]["name"])
    return probe is None or "denied request" in refusal(namespace, probe)


def _here(namespace: Namespace, manifest: Body) -> Body:
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace.name}}


def _without_owners(body: Body) -> Body:
    """To stay: its owners in the golden cases are nowhere, so the garbage collector would delete it."""
    return {**body, "metadata": {**body["metadata"], "ownerReferences": []}}


def _job() -> Body:
    return copy.deepcopy(next(m for m in _rendered("Job") if "-setup-" in m["metadata"]["name"]))


def _cycle_job(*args: str, purpose: str = "cycle") -> Body:
    job = copy.deepcopy(next(m for m in _rendered("Job") if "-setup-" not in m["metadata"]["name"]))
    template = job["spec"]["template"]
    template["spec"]["containers"][0]["args"] = list(args)
    template["metadata"]["labels"]["dat.asdf.io/purpose"] = purpose
    wallet = "fruit-admin" if purpose == "setup" else "fruit-operator"
    template["spec"]["volumes"][1]["secret"]["secretName"] = wallet
    return job


def _config_map(**metadata: Any) -> Body:
    config_map = copy.deepcopy(_rendered("ConfigMap")[0])
    config_map["metadata"] |= metadata
    return config_map


def account(namespace: Namespace) -> str:
    return f"system:serviceaccount:{namespace.name}:dat"


def refusal(namespace: Namespace, body: Body) -> str:
    """What the operator is told when it creates this; empty if it may."""
    return _said(namespace.try_create(_here(namespace, body), account(namespace)))


def refusal_of_change(namespace: Namespace, there: Body, patch: Body) -> str:
    """The same of a change of an object that is there."""
    return _said(namespace.try_merge(there, patch, account(namespace)))


def _said(answer: Body) -> str:
    return str(answer["message"]) if answer["kind"] == "Status" else ""


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize("kind", ["Job", "CronJob", "ConfigMap"])
def test_what_the_operator_renders_is_admitted(namespace: Namespace, kind: str) -> None:
    manifests = _rendered(kind)
    assert len(manifests) > 3
    said = [refusal(namespace, manifest) for manifest in manifests]
    # A golden case has a schedule that Kubernetes refuses.
    assert [words for words in said if words and "every day" not in words] == []


@pytest.mark.usefixtures("policies")
def test_no_other_job_is_admitted(namespace: Namespace) -> None:
    """Of all fields in the API server's schema: with another value, without it, or with one more."""
    found = _tried(namespace, _job(), "JobSpec")
    assert {str(m) for m, outcome in found if outcome == "admitted"} == ADMITTED
    refused = {str(m) for m, outcome in found if outcome == "policy"}
    assert {f"{POD}.{field}" for field in NOT_OURS} - refused == set()
    assert {f"{CONTAINER}.{field}" for field in NOT_OURS_EITHER} - refused == set()


@pytest.mark.usefixtures("policies")
def test_no_other_cron_job_is_admitted(namespace: Namespace) -> None:
    longest = copy.deepcopy(_rendered("CronJob")[0])
    longest["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] = longest_job_seconds(MAX_JITTER_SECONDS)
    found = _tried(namespace, longest, "CronJobSpec")
    assert {str(m) for m, outcome in found if outcome == "admitted"} == ADMITTED_CRON_JOBS
    refused = {str(m) for m, outcome in found if outcome == "policy"}
    assert {f"spec.jobTemplate.{POD}.{field}" for field in NOT_OURS} - refused == set()
    assert {f"spec.jobTemplate.{CONTAINER}.{field}" for field in NOT_OURS_EITHER} - refused == set()


def _tried(namespace: Namespace, body: Body, kind: str) -> list[tuple[Mutation, str]]:
    """What becomes of every manifest that is ``body`` but for one field."""
    schemas = namespace.schemas("apis/batch/v1")
    (schema,) = [name for name in schemas if name.endswith(f".batch.v1.{kind}")]
    normal = namespace.try_create(_here(namespace, body), account(namespace))
    mutations = Mutations(schemas).of(body, schema, ("spec",))
    return [(mutation, _outcome(namespace, mutation, normal)) for mutation in mutations]


def _outcome(namespace: Namespace, mutation: Mutation, normal: Body) -> str:
    answer = namespace.try_create(_here(namespace, mutation.body), account(namespace))
    if answer["kind"] == "Status":
        return "policy" if "ValidatingAdmissionPolicy" in answer["message"] else "API server"
    return "same" if _comparable(answer) == _comparable(normal) else "admitted"


def _comparable(answer: Body) -> str:
    uid = answer["metadata"]["uid"]
    return json.dumps(answer["spec"], sort_keys=True).replace(uid, "")


def _pod(job: Body) -> Body:
    return dict(job["spec"]["template"]["spec"])


def _a_script_in_place_of_our_program(job: Body) -> None:
    """The audit's T2: a ConfigMap of the attacker's, by subPath, over the entry point."""
    _pod(job)["volumes"].append({"name": "own", "configMap": {"name": "own", "defaultMode": 0o755}})
    mount = {"name": "own", "mountPath": "/opt/dat/bin/dat", "subPath": "dat"}
    _pod(job)["containers"][0]["volumeMounts"].append(mount)


def _the_wallet_as_an_rpc_key(job: Body) -> None:
    """T3: the URL then has the wallet's file in it."""
    _pod(job)["containers"][0]["env"].append({"name": "DAT_RPC_KEYS", "value": "/etc/dat/wallet"})


def _the_wallet_over_the_keys(job: Body) -> None:
    _pod(job)["containers"][0]["volumeMounts"][1]["mountPath"] = "/etc/dat/rpc"
    _pod(job)["containers"][0]["volumeMounts"][2]["mountPath"] = "/etc/dat/wallet"


def _another_secret_as_keys(job: Body) -> None:
    _pod(job)["volumes"][2]["secret"]["secretName"] = "fruit-admin"


def _the_other_role_s_wallet(job: Body) -> None:
    secret = _pod(job)["volumes"][1]["secret"]
    secret["secretName"] = {"fruit-admin": "fruit-operator"}.get(secret["secretName"], "fruit-admin")


def _privileged_on_the_host(job: Body) -> None:
    """T7."""
    job["spec"]["template"]["spec"] |= {"hostNetwork": True, "hostPID": True}
    context = {"privileged": True, "allowPrivilegeEscalation": True}
    _pod(job)["containers"][0]["securityContext"] |= context


def _projected(job: Body) -> None:
    _pod(job)["volumes"][1] = {"name": "wallet", "projected": {"sources": [{"secret": {"name": "other"}}]}}


def _a_second_container(job: Body) -> None:
    _pod(job)["containers"].append({**_pod(job)["containers"][0], "name": "second"})


def _another_ecosystems_configuration(job: Body) -> None:
    job["spec"]["template"]["metadata"]["labels"]["dat.asdf.io/ecosystem"] = "other"


def _no_labels(job: Body) -> None:
    """The NetworkPolicy would not find its pods."""
    del job["spec"]["template"]["metadata"]["labels"]


def _annotated(job: Body) -> None:
    job["spec"]["template"]["metadata"]["annotations"] = {
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "x"
    }


def _unconfined(job: Body) -> None:
    _pod(job)["securityContext"]["seccompProfile"] = {"type": "Unconfined"}


def _owned_by_another(job: Body) -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "uid-x"}
    job["metadata"]["ownerReferences"] = [owner]


def _no_limits(job: Body) -> None:
    del _pod(job)["containers"][0]["resources"]["limits"]


def _too_much_memory(job: Body) -> None:
    _pod(job)["containers"][0]["resources"]["limits"]["memory"] = "900Ti"


def _a_device(job: Body) -> None:
    for part in _pod(job)["containers"][0]["resources"].values():
        part["nvidia.com/gpu"] = "1"


def _unlisted_wallet(job: Body) -> None:
    _pod(job)["volumes"][1]["secret"]["secretName"] = "other"


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (_a_script_in_place_of_our_program, "not as it makes them: volumes"),
        (_the_wallet_as_an_rpc_key, "not as it makes them: env"),
        (_the_wallet_over_the_keys, "not as it makes them: volumeMounts"),
        (_another_secret_as_keys, "not as it makes them: volumes"),
        (_the_other_role_s_wallet, "is not one of the wallets of that role"),
        (_privileged_on_the_host, "host"),
        (_projected, "admissionPolicy.walletSecrets"),
        (_a_second_container, "have one container"),
        (_another_ecosystems_configuration, "not as it makes them: volumes"),
        (_no_labels, "denied request"),
        (_annotated, "three labels and nothing else"),
        (_owned_by_another, "must belong to the DATEcosystem"),
        (_unconfined, "not as it makes them: securityContext"),
        (_no_limits, "memory (4Gi at most)"),
        (_too_much_memory, "memory (4Gi at most)"),
        (_a_device, "and nothing else"),
        (_unlisted_wallet, "the Secret 'other' is not one of the wallets"),
    ],
)
def test_an_attack_with_the_operators_token_is_refused(
    namespace: Namespace, attack: Callable[[Body], None], words: str
) -> None:
    """As a Job and as a CronJob, new or changed; other users may."""
    job, cron_job = _job(), copy.deepcopy(_rendered("CronJob")[0])
    template = cron_job["spec"]["jobTemplate"]
    template["metadata"] = cron_job["metadata"]
    for body in (job, template):
        attack(body)
    cron_job["metadata"] = template.pop("metadata")
    template["metadata"] = template["spec"]["template"].get("metadata", {})
    for body in (job, cron_job):
        said = refusal(namespace, body)
        assert "ValidatingAdmissionPolicy" in said
        assert words in said
        assert namespace.try_create(_here(namespace, body), None)["kind"] == body["kind"]


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("job", "admitted"),
    [
        (_cycle_job("cycle", "run"), True),
        (_cycle_job("cycle", "run", "--token", "apple", "--token", "pear.1"), True),
        (_cycle_job("cycle", "run", "--dry-run", purpose="dry-run"), True),
        (_cycle_job("setup", purpose="setup"), True),
        (_cycle_job("setup"), False),
        (_cycle_job("cycle", "run", purpose="setup"), False),
        (_cycle_job("cycle", "run", "--wallet", "/etc/dat/rpc/x"), False),
        (_cycle_job("cycle", "run", "--token"), False),
        (_cycle_job("cycle", "run --token apple"), False),
        (_cycle_job("cycle", "run", "--token", "--config"), False),
        (_cycle_job("cycle", "run", "--dry-run"), False),
        (_cycle_job("token", "create"), False),
        (_cycle_job(), False),
    ],
)
def test_arguments(namespace: Namespace, job: Body, *, admitted: bool) -> None:
    said = refusal(namespace, job)
    assert said == "" if admitted else "pod.containers[0].args" in said


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metadata": {"name": "other"}}, "ECOSYSTEM-config"),
        ({"metadata": {"labels": {}}}, "ECOSYSTEM-config"),
        ({"metadata": {"ownerReferences": []}}, "must belong to the DATEcosystem"),
        ({"data": {"ecosystem.json": "{}", "dat": "#!/bin/sh"}}, "ecosystem.json only"),
        ({"binaryData": {"x": ""}}, "ecosystem.json only"),
    ],
)
def test_no_other_config_map_is_admitted(namespace: Namespace, change: Body, words: str) -> None:
    config_map = _config_map(**change.pop("metadata", {})) | change
    assert words in refusal(namespace, config_map)


PROGRAM = '"programId": "D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6"'
EVIL = '"programId": "Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1"'


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PROGRAM, EVIL),
        (PROGRAM, f"{PROGRAM}, {EVIL}"),
        (PROGRAM, f"{EVIL}, {PROGRAM}"),
        (PROGRAM, f"{PROGRAM}, {EVIL.replace('I', chr(92) + 'u0049')}"),
        (PROGRAM, EVIL.replace('": "', '" : "')),
        (PROGRAM, '"programId": ["D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6"]'),
        (PROGRAM, '"x": 1'),
        ("{", "{" + EVIL + ","),
    ],
)
def test_a_configuration_of_another_program_is_refused(namespace: Namespace, old: str, new: str) -> None:
    """T5: a ConfigMap that a stolen token had rewritten stayed, and the admin's key signed."""
    config_map = _config_map()
    text = config_map["data"]["ecosystem.json"]
    assert PROGRAM in text
    config_map["data"]["ecosystem.json"] = text.replace(old, new)
    assert "allowed.programs" in refusal(namespace, config_map)


@pytest.mark.usefixtures("policies")
def test_a_large_configuration_is_admitted(namespace: Namespace) -> None:
    """The expressions stay below the API server's bound of costs, for the largest ConfigMap."""
    config_map = _config_map()
    config_map["data"]["ecosystem.json"] += " " * 1_040_000
    assert refusal(namespace, config_map) == ""


@pytest.mark.usefixtures("policies")
def test_a_config_map_of_another_user_is_not_taken_over(namespace: Namespace) -> None:
    """T13."""
    spec = world_of(CASES / "fresh")["ecosystem"]["spec"]
    body = {"apiVersion": API_VERSION, "kind": "DATEcosystem", "metadata": {"name": "fruit"}, "spec": spec}
    owner = {
        **_config_map()["metadata"]["ownerReferences"][0],
        "uid": namespace.create(body)["metadata"]["uid"],
    }
    config_map = _here(namespace, _config_map(ownerReferences=[owner]))
    labels = config_map["metadata"].pop("labels")
    there = namespace.create(config_map)
    assert "was not made by the operator" in refusal_of_change(
        namespace, there, {"metadata": {"labels": labels}}
    )


@pytest.mark.usefixtures("policies")
def test_a_job_that_is_there_may_only_go(namespace: Namespace) -> None:
    """Whatever made it: a release before, with another image, included."""
    job = _without_owners(_cycle_job("cycle", "run"))
    _pod(job)["containers"][0]["image"] = "dat-operator:0"
    there = namespace.create(_here(namespace, job))
    assert refusal_of_change(namespace, there, {"spec": {"ttlSecondsAfterFinished": 3600}}) == ""
    labels = {"metadata": {"labels": {"dat.asdf.io/purpose": "setup"}}}
    for patch in ({"spec": {"suspend": True}}, {"spec": {"activeDeadlineSeconds": 1}}, labels):
        assert "ttlSecondsAfterFinished only" in refusal_of_change(namespace, there, patch)


@pytest.mark.usefixtures("policies")
def test_a_cron_job_that_is_there_stays_the_operators(namespace: Namespace) -> None:
    """Also one that a release before has made: it is brought to this one's shape."""
    cron_job = copy.deepcopy(_rendered("CronJob")[0])
    pod = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    pod["containers"][0]["image"] = "dat-operator:0"
    there = namespace.create(_here(namespace, _without_owners(cron_job)))
    pod["containers"][0]["image"] = "dat-operator:1"
    owners = {"metadata": {"ownerReferences": cron_job["metadata"]["ownerReferences"]}}
    assert refusal_of_change(namespace, there, {"spec": cron_job["spec"], **owners}) == ""
    pod["hostPID"] = True
    assert "hostPID" in refusal_of_change(namespace, there, {"spec": cron_job["spec"], **owners})


@pytest.mark.usefixtures("policies")
def test_a_token_s_spec_is_not_the_operators(namespace: Namespace) -> None:
    """It has the right to patch DATTokens for their finalizers."""
    spec = {"ecosystemRef": {"name": "fruit"}, "mint": "1" * 32, "role": "Secondary"}
    token = {"apiVersion": API_VERSION, "kind": "DATToken", "metadata": {"name": "kiwi"}, "spec": spec}
    there = namespace.create(token)
    finalizers = {"metadata": {"finalizers": ["dat.asdf.io/deactivate"]}}
    assert refusal_of_change(namespace, there, finalizers) == ""
    resumed = {"metadata": {"annotations": {"dat.asdf.io/resumed-at": "x"}}}
    for patch in ({"spec": {"rootShareBps": 9000}}, resumed):
        said = refusal_of_change(namespace, there, patch)
        assert "may change metadata.finalizers and the status only" in said


def test_the_policies_are_sound(namespace: Namespace, policies: list[Body]) -> None:
    """The API server has nothing to warn of in their expressions."""
    for policy in (o for o in policies if o["kind"] == "ValidatingAdmissionPolicy"):
        name = f"validatingadmissionpolicy/{policy['metadata']['name']}"
        words = ("get", name, "-o", "jsonpath={.status.typeChecking}")
        status = until(partial(kubectl, namespace.kubeconfig, *words), "the type check")
        assert json.loads(status) == {}, name
