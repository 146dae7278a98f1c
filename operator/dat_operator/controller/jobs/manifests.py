"""The Jobs of an ecosystem, and the CronJobs that start them."""

from collections.abc import Container, Sequence
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.api.wallets import SecretRef
from dat_operator.controller.objects.manifests import ECOSYSTEM_LABEL, MANAGED, config_map_name, owned, suffix
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.settings import Settings
from dat_operator.domain import binding
from dat_operator.domain.exit_code import FINAL
from dat_operator.domain.report import PODS, longest_job_seconds

PURPOSE_LABEL = "dat.asdf.io/purpose"
CONTAINER = "dat"
"""Its name, in every pod of ours."""

SETUP_DEADLINE_SECONDS = 900
STARTING_DEADLINE_SECONDS = 300
FINISHED_TTL_SECONDS = 3600
"""A cycle's Job gets it once it is recorded: its report and log stay until then."""
CRON_JOB_NAME = 52
"""Characters that the name of a CronJob may have: its Jobs' names are longer."""
JOBS_KEPT = 10
"""For an operator that was away while so many ended."""


def setup_job(
    ecosystem: Body, spec: EcosystemSpec, settings: Settings, secret: SecretRef, missing: Sequence[str]
) -> dict[str, Any]:
    """The Job that sets up what is missing on chain; its name follows from what that is."""
    what = "\n".join([str(ecosystem["metadata"].get("generation")), *sorted(missing)])
    name = f"{ecosystem['metadata']['name']}-setup-{suffix(what)}"
    job = _job_spec(ecosystem, spec, settings, "setup", ["setup"], secret, SETUP_DEADLINE_SECONDS)
    return owned(ecosystem, name, {"apiVersion": "batch/v1", "kind": "Job", "spec": job})


def cycle_cron_jobs(
    ecosystem: Body,
    spec: EcosystemSpec,
    settings: Settings,
    tokens: Sequence[tuple[str, TokenSpec]],
    stopped: Container[str],
) -> dict[str, dict[str, Any]]:
    """The CronJobs that run cycles, by name; ``stopped``: tokens, or the ecosystem, with an open breaker."""
    name = str(ecosystem["metadata"]["name"])
    if spec.cycle.mode == "Ecosystem":
        key = cron_job_name(name)
        return {key: _cron_job(ecosystem, spec, settings, key, suspend=name in stopped)}
    found = {}
    for token, own in tokens:
        key = cron_job_name(name, token)
        suspend = own.suspend or name in stopped or token in stopped
        found[key] = _cron_job(ecosystem, spec, settings, key, token, own.schedule, suspend=suspend)
    return found


def cron_job_name(ecosystem: str, token: str | None = None) -> str:
    """The name of the CronJob of all tokens, or of one."""
    if token is None:
        return f"{ecosystem}-cycle"
    name = f"{ecosystem}-{token}-cycle"
    if len(name) <= CRON_JOB_NAME:
        return name
    return f"{ecosystem}-{suffix(token)}-cycle"


def _cron_job(
    ecosystem: Body,
    spec: EcosystemSpec,
    settings: Settings,
    key: str,
    token: str | None = None,
    schedule: str | None = None,
    *,
    suspend: bool,
) -> dict[str, Any]:
    secret, command = spec.wallets.operator.secret_ref, ["cycle", "run"]
    command += ["--token", token] if token else []
    longest = longest_job_seconds(spec.cycle.jitter_seconds)
    job = _job_spec(ecosystem, spec, settings, "cycle", command, secret, longest)
    name = ecosystem["metadata"]["name"]
    body = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "spec": {
            "schedule": schedule or spec.cycle.schedule,
            "timeZone": spec.cycle.time_zone,
            "suspend": spec.suspend or suspend,
            "concurrencyPolicy": "Forbid",
            # Unsuspending, or a controller that was away, must not start what is long overdue.
            "startingDeadlineSeconds": STARTING_DEADLINE_SECONDS,
            "successfulJobsHistoryLimit": JOBS_KEPT,
            "failedJobsHistoryLimit": JOBS_KEPT,
            "jobTemplate": {"metadata": {"labels": _labels(name, "cycle")}, "spec": job},
        },
    }
    return owned(ecosystem, key, body)


def cycle_job(ecosystem: Body, asked: Body, spec: EcosystemSpec, settings: Settings) -> dict[str, Any]:
    """The Job of a DATCycle, by the same name."""
    dry_run = bool(asked["spec"].get("dryRun"))
    command = ["cycle", "run"]
    for token in asked["spec"].get("tokens", []):
        command += ["--token", token]
    if dry_run:
        command.append("--dry-run")
    secret, purpose = spec.wallets.operator.secret_ref, "dry-run" if dry_run else "cycle"
    longest = longest_job_seconds(spec.cycle.jitter_seconds)
    job = _job_spec(ecosystem, spec, settings, purpose, command, secret, longest)
    body = {"apiVersion": "batch/v1", "kind": "Job", "spec": job}
    return owned(ecosystem, asked["metadata"]["name"], body, by=asked)


def retired(job: Body) -> dict[str, Any]:
    """What lets a Job go that has been recorded."""
    meta = {key: job["metadata"][key] for key in ("name", "namespace")}
    spec = {"ttlSecondsAfterFinished": FINISHED_TTL_SECONDS}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": spec}


def _labels(ecosystem: str, purpose: str) -> dict[str, str]:
    return {**MANAGED, ECOSYSTEM_LABEL: ecosystem, PURPOSE_LABEL: purpose}


def _job_spec(
    ecosystem: Body,
    spec: EcosystemSpec,
    settings: Settings,
    purpose: str,
    command: list[str],
    secret: SecretRef,
    deadline_seconds: int,
) -> dict[str, Any]:
    name = ecosystem["metadata"]["name"]
    final = {"containerName": CONTAINER, "operator": "In", "values": list(map(int, FINAL))}
    return {
        "backoffLimit": PODS - 1,
        "activeDeadlineSeconds": deadline_seconds,
        # A cycle's Job stays until it is recorded.
        **({"ttlSecondsAfterFinished": FINISHED_TTL_SECONDS} if purpose == "setup" else {}),
        # A pod that takes over starts only when the one before is really gone.
        "podReplacementPolicy": "Failed",
        "podFailurePolicy": {
            "rules": [
                {"action": "FailJob", "onExitCodes": final},
                {
                    "action": "Ignore",
                    "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
                },
            ]
        },
        "template": {
            "metadata": {"labels": _labels(name, purpose)},
            "spec": {
                "restartPolicy": "Never",
                "serviceAccountName": settings.job_service_account,
                "automountServiceAccountToken": False,
                "enableServiceLinks": False,
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": 65532,
                    "runAsGroup": 65532,
                    "fsGroup": 65532,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
                "containers": [_container(spec, settings, command)],
                "volumes": [
                    {"name": "config", "configMap": {"name": config_map_name(ecosystem)}},
                    {
                        "name": "wallet",
                        "secret": {
                            "secretName": secret.name,
                            # Without its binding no wallet signs: its pod waits for it, as for its key.
                            "items": [
                                {"key": secret.key, "path": "keypair.json"},
                                {"key": binding.FILE, "path": binding.FILE},
                            ],
                            "defaultMode": 0o440,
                        },
                    },
                    {"name": "rpc", "secret": {"secretName": "dat-rpc", "optional": True}},
                ],
            },
        },
    }


def _container(spec: EcosystemSpec, settings: Settings, command: list[str]) -> dict[str, Any]:
    job_uid = "metadata.labels['batch.kubernetes.io/controller-uid']"
    return {
        "name": CONTAINER,
        "image": settings.image,
        "imagePullPolicy": settings.image_pull_policy,
        "args": command,
        "env": [
            {"name": "DAT_CONFIG", "value": "/etc/dat/config/ecosystem.json"},
            {"name": "DAT_WALLET", "value": "/etc/dat/wallet/keypair.json"},
            {"name": "DAT_REPORT", "value": "/dev/termination-log"},
            # The same for every pod of a Job: how a restarted one knows its own work.
            {"name": "DAT_RUN_ID", "valueFrom": {"fieldRef": {"fieldPath": job_uid}}},
        ],
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": spec.cycle.resources.model_dump(),
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/dat/config", "readOnly": True},
            {"name": "wallet", "mountPath": "/etc/dat/wallet", "readOnly": True},
            {"name": "rpc", "mountPath": "/etc/dat/rpc", "readOnly": True},
        ],
    }
