"""The chart's admission policies: the operator's own objects go through, field by field, and nothing else."""

import copy
import json
from collections.abc import Callable
from functools import partial

import pytest

from dat_operator.api import API_VERSION
from dat_operator.domain.job_config import MAX_JITTER_SECONDS
from dat_operator.domain.report import longest_job_seconds
from tests.support.cluster.admission import (
    account,
    cycle_job_running,
    in_namespace,
    refusal,
    refusal_of_change,
    rendered,
    set_up_job,
    without_owners,
)
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.job_attacks import (
    a_device,
    a_script_in_place_of_our_program,
    a_second_container,
    annotated,
    another_ecosystems_configuration,
    another_secret_as_keys,
    no_labels,
    no_limits,
    owned_by_another,
    pod_of,
    privileged_on_the_host,
    projected,
    the_other_role_s_wallet,
    the_wallet_as_an_rpc_key,
    the_wallet_over_the_keys,
    too_much_memory,
    unconfined,
    unlisted_wallet,
)
from tests.support.cluster.kubectl import kubectl
from tests.support.cluster.mutations import Mutation, Mutations
from tests.support.waiting import until

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


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize("kind", ["Job", "CronJob", "ConfigMap"])
def test_what_the_operator_renders_is_admitted(namespace: Namespace, kind: str) -> None:
    manifests = rendered(kind)
    assert len(manifests) > 3
    said = [refusal(namespace, manifest) for manifest in manifests]
    # A golden case has a schedule that Kubernetes refuses.
    assert [words for words in said if words and "every day" not in words] == []


@pytest.mark.usefixtures("policies")
def test_no_other_job_is_admitted(namespace: Namespace) -> None:
    """Of all fields in the API server's schema: with another value, without it, or with one more."""
    found = _tried(namespace, set_up_job(), "JobSpec")
    assert {str(m) for m, outcome in found if outcome == "admitted"} == ADMITTED
    refused = {str(m) for m, outcome in found if outcome == "policy"}
    assert {f"{POD}.{field}" for field in NOT_OURS} - refused == set()
    assert {f"{CONTAINER}.{field}" for field in NOT_OURS_EITHER} - refused == set()


@pytest.mark.usefixtures("policies")
def test_no_other_cron_job_is_admitted(namespace: Namespace) -> None:
    longest = copy.deepcopy(rendered("CronJob")[0])
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
    normal = namespace.try_create(in_namespace(namespace, body), account(namespace))
    mutations = Mutations(schemas).of(body, schema, ("spec",))
    return [(mutation, _outcome(namespace, mutation, normal)) for mutation in mutations]


def _outcome(namespace: Namespace, mutation: Mutation, normal: Body) -> str:
    answer = namespace.try_create(in_namespace(namespace, mutation.body), account(namespace))
    if answer["kind"] == "Status":
        return "policy" if "ValidatingAdmissionPolicy" in answer["message"] else "API server"
    return "same" if _comparable(answer) == _comparable(normal) else "admitted"


def _comparable(answer: Body) -> str:
    uid = answer["metadata"]["uid"]
    return json.dumps(answer["spec"], sort_keys=True).replace(uid, "")


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (a_script_in_place_of_our_program, "not as it makes them: volumes"),
        (the_wallet_as_an_rpc_key, "not as it makes them: env"),
        (the_wallet_over_the_keys, "not as it makes them: volumeMounts"),
        (another_secret_as_keys, "not as it makes them: volumes"),
        (the_other_role_s_wallet, "is not one of the wallets of that role"),
        (privileged_on_the_host, "host"),
        (projected, "admissionPolicy.walletSecrets"),
        (a_second_container, "have one container"),
        (another_ecosystems_configuration, "not as it makes them: volumes"),
        (no_labels, "denied request"),
        (annotated, "three labels and nothing else"),
        (owned_by_another, "must belong to the DATEcosystem"),
        (unconfined, "not as it makes them: securityContext"),
        (no_limits, "memory (4Gi at most)"),
        (too_much_memory, "memory (4Gi at most)"),
        (a_device, "and nothing else"),
        (unlisted_wallet, "the Secret 'other' is not one of the wallets"),
    ],
)
def test_an_attack_with_the_operators_token_is_refused(
    namespace: Namespace, attack: Callable[[Body], None], words: str
) -> None:
    """As a Job and as a CronJob, new or changed; other users may."""
    job, cron_job = set_up_job(), copy.deepcopy(rendered("CronJob")[0])
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
        assert namespace.try_create(in_namespace(namespace, body), None)["kind"] == body["kind"]


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("job", "admitted"),
    [
        (cycle_job_running("cycle", "run"), True),
        (cycle_job_running("cycle", "run", "--token", "apple", "--token", "pear.1"), True),
        (cycle_job_running("cycle", "run", "--dry-run", purpose="dry-run"), True),
        (cycle_job_running("setup", purpose="setup"), True),
        (cycle_job_running("setup"), False),
        (cycle_job_running("cycle", "run", purpose="setup"), False),
        (cycle_job_running("cycle", "run", "--wallet", "/etc/dat/rpc/x"), False),
        (cycle_job_running("cycle", "run", "--token"), False),
        (cycle_job_running("cycle", "run --token apple"), False),
        (cycle_job_running("cycle", "run", "--token", "--config"), False),
        (cycle_job_running("cycle", "run", "--dry-run"), False),
        (cycle_job_running("token", "create"), False),
        (cycle_job_running(), False),
    ],
)
def test_arguments(namespace: Namespace, job: Body, *, admitted: bool) -> None:
    said = refusal(namespace, job)
    assert said == "" if admitted else "pod.containers[0].args" in said


@pytest.mark.usefixtures("policies")
def test_a_job_that_is_there_may_only_go(namespace: Namespace) -> None:
    """This holds for any Job, also for one of an earlier release with another image."""
    job = without_owners(cycle_job_running("cycle", "run"))
    pod_of(job)["containers"][0]["image"] = "dat-operator:0"
    there = namespace.create(in_namespace(namespace, job))
    assert refusal_of_change(namespace, there, {"spec": {"ttlSecondsAfterFinished": 3600}}) == ""
    labels = {"metadata": {"labels": {"dat.asdf.io/purpose": "setup"}}}
    for patch in ({"spec": {"suspend": True}}, {"spec": {"activeDeadlineSeconds": 1}}, labels):
        assert "ttlSecondsAfterFinished only" in refusal_of_change(namespace, there, patch)


@pytest.mark.usefixtures("policies")
def test_a_cron_job_that_is_there_stays_the_operators(namespace: Namespace) -> None:
    """Also one that a release before has made: it is brought to this one's shape."""
    cron_job = copy.deepcopy(rendered("CronJob")[0])
    pod = cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    pod["containers"][0]["image"] = "dat-operator:0"
    there = namespace.create(in_namespace(namespace, without_owners(cron_job)))
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
