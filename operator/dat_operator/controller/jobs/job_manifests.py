"""The Jobs of an ecosystem, and the CronJobs that start them."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.api.wallets import SecretRef
from dat_operator.controller.objects.manifests import ECOSYSTEM_LABEL, MANAGED, config_map_name, owned, suffix
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.settings import Settings
from dat_operator.domain import binding
from dat_operator.domain.exit_code import FINAL
from dat_operator.domain.report import MAX_PODS, longest_job_seconds

PURPOSE_LABEL = "dat.asdf.io/purpose"
CONTAINER = "dat"
"""The name of our container, in every pod of ours."""

SETUP_DEADLINE_SECONDS = 900
STARTING_DEADLINE_SECONDS = 300
FINISHED_TTL_SECONDS = 3600
"""A cycle Job gets this once it is recorded: until then its report and log stay."""
CRON_JOB_NAME = 52
"""The most characters that the name of a CronJob may have: Kubernetes makes longer names of Jobs from it."""
JOBS_KEPT = 10
"""Ended Jobs that a CronJob keeps. An operator that was away records them later."""
SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "runAsGroup": 65532,
    "fsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


@dataclass(frozen=True, slots=True)
class JobManifests:
    """Makes the Jobs and CronJobs of one ecosystem."""

    ecosystem: Body
    spec: EcosystemSpec
    settings: Settings

    def setup_job(self, secret: SecretRef, missing: Sequence[str]) -> dict[str, Any]:
        """The Job that sets up the missing parts on chain. Its name is derived from ``missing``."""
        cause = "\n".join([str(self.ecosystem["metadata"].get("generation")), *sorted(missing)])
        job = self._job_spec("setup", ["setup"], secret)
        return self._owned("Job", f"{self._name}-setup-{suffix(cause)}", job)

    def cycle_job(self, cycle: Body) -> dict[str, Any]:
        """The Job of a DATCycle, with the DATCycle's name."""
        dry_run = bool(cycle["spec"].get("dryRun"))
        command = ["cycle", "run"]
        for token in cycle["spec"].get("tokens", []):
            command += ["--token", token]
        if dry_run:
            command.append("--dry-run")
        secret = self.spec.wallets.operator.secret_ref
        job = self._job_spec("dry-run" if dry_run else "cycle", command, secret)
        return self._owned("Job", cycle["metadata"]["name"], job, by=cycle)

    def cron_jobs(
        self, tokens: Sequence[tuple[str, TokenSpec]], stopped: Container[str]
    ) -> dict[str, dict[str, Any]]:
        """The CronJobs that run cycles, by name.

        ``stopped``: the names of tokens, or of the ecosystem, whose cycles must not start.
        """
        if self.spec.cycle.mode == "Ecosystem":
            key = cron_job_name(self._name)
            return {key: self._cron_job(key, suspend=self._name in stopped)}
        found = {}
        for token, own in tokens:
            key = cron_job_name(self._name, token)
            suspend = own.suspend or self._name in stopped or token in stopped
            found[key] = self._cron_job(key, token, own.schedule, suspend=suspend)
        return found

    @property
    def _name(self) -> str:
        return str(self.ecosystem["metadata"]["name"])

    def _cron_job(
        self, key: str, token: str | None = None, schedule: str | None = None, *, suspend: bool
    ) -> dict[str, Any]:
        command = ["cycle", "run", *(["--token", token] if token else [])]
        job = self._job_spec("cycle", command, self.spec.wallets.operator.secret_ref)
        spec = {
            "schedule": schedule or self.spec.cycle.schedule,
            "timeZone": self.spec.cycle.time_zone,
            "suspend": self.spec.suspend or suspend,
            "concurrencyPolicy": "Forbid",
            # After a suspension or an outage, Kubernetes skips a start that is long overdue.
            "startingDeadlineSeconds": STARTING_DEADLINE_SECONDS,
            "successfulJobsHistoryLimit": JOBS_KEPT,
            "failedJobsHistoryLimit": JOBS_KEPT,
            "jobTemplate": {"metadata": {"labels": self._labels("cycle")}, "spec": job},
        }
        return self._owned("CronJob", key, spec)

    def _job_spec(self, purpose: str, command: list[str], secret: SecretRef) -> dict[str, Any]:
        is_setup = purpose == "setup"
        longest = SETUP_DEADLINE_SECONDS if is_setup else longest_job_seconds(self.spec.cycle.jitter_seconds)
        final = {"containerName": CONTAINER, "operator": "In", "values": list(map(int, FINAL))}
        disrupted = [{"type": "DisruptionTarget", "status": "True"}]
        return {
            "backoffLimit": MAX_PODS - 1,
            "activeDeadlineSeconds": longest,
            # A cycle Job stays until it is recorded.
            **({"ttlSecondsAfterFinished": FINISHED_TTL_SECONDS} if is_setup else {}),
            # The next pod starts only after the last one has ended.
            "podReplacementPolicy": "Failed",
            "podFailurePolicy": {
                "rules": [
                    {"action": "FailJob", "onExitCodes": final},
                    {"action": "Ignore", "onPodConditions": disrupted},
                ]
            },
            "template": {
                "metadata": {"labels": self._labels(purpose)},
                "spec": self._pod_spec(command, secret),
            },
        }

    def _pod_spec(self, command: list[str], secret: SecretRef) -> dict[str, Any]:
        config = {"name": config_map_name(self.ecosystem)}
        # The pod waits for both keys: no wallet signs without its binding.
        keys = [
            {"key": secret.key, "path": "keypair.json"},
            {"key": binding.FILE, "path": binding.FILE},
        ]
        wallet = {"secretName": secret.name, "items": keys, "defaultMode": 0o440}
        return {
            "restartPolicy": "Never",
            "serviceAccountName": self.settings.job_service_account,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": SECURITY,
            "containers": [self._container(command)],
            "volumes": [
                {"name": "config", "configMap": config},
                {"name": "wallet", "secret": wallet},
                {"name": "rpc", "secret": {"secretName": "dat-rpc", "optional": True}},
            ],
        }

    def _container(self, command: list[str]) -> dict[str, Any]:
        job_uid = "metadata.labels['batch.kubernetes.io/controller-uid']"
        return {
            "name": CONTAINER,
            "image": self.settings.image,
            "imagePullPolicy": self.settings.image_pull_policy,
            "args": command,
            "env": [
                {"name": "DAT_CONFIG", "value": "/etc/dat/config/ecosystem.json"},
                {"name": "DAT_WALLET", "value": "/etc/dat/wallet/keypair.json"},
                {"name": "DAT_REPORT", "value": "/dev/termination-log"},
                # Every pod of a Job has the same: a restarted pod recognizes its cycles on chain.
                {"name": "DAT_RUN_ID", "valueFrom": {"fieldRef": {"fieldPath": job_uid}}},
            ],
            "terminationMessagePolicy": "FallbackToLogsOnError",
            "securityContext": CONTAINER_SECURITY,
            "resources": self.spec.cycle.resources.model_dump(),
            "volumeMounts": [
                {"name": "config", "mountPath": "/etc/dat/config", "readOnly": True},
                {"name": "wallet", "mountPath": "/etc/dat/wallet", "readOnly": True},
                {"name": "rpc", "mountPath": "/etc/dat/rpc", "readOnly": True},
            ],
        }

    def _labels(self, purpose: str) -> dict[str, str]:
        return {**MANAGED, ECOSYSTEM_LABEL: self._name, PURPOSE_LABEL: purpose}

    def _owned(self, kind: str, name: str, spec: Body, by: Body | None = None) -> dict[str, Any]:
        body = {"apiVersion": "batch/v1", "kind": kind, "spec": spec}
        return owned(self.ecosystem, name, body, by)


def cron_job_name(ecosystem: str, token: str | None = None) -> str:
    """The name of the CronJob of all tokens, or of one token."""
    if token is None:
        return f"{ecosystem}-cycle"
    name = f"{ecosystem}-{token}-cycle"
    if len(name) <= CRON_JOB_NAME:
        return name
    return f"{ecosystem}-{suffix(token)}-cycle"


def retired(job: Body) -> dict[str, Any]:
    """The part of a Job's manifest that lets Kubernetes delete the Job, once it is recorded."""
    meta = {key: job["metadata"][key] for key in ("name", "namespace")}
    spec = {"ttlSecondsAfterFinished": FINISHED_TTL_SECONDS}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": spec}
