"""The shape of the operator's Jobs for the chart's admission policy, from the code that makes the Jobs."""

import json
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.jobs.job_manifests import JobManifests
from dat_operator.controller.settings import Settings

Json = dict[str, Any]
ECOSYSTEM, WALLET, KEY = "the-ecosystem", "the-wallet", "the-key"
IMAGE, PULL_POLICY, ACCOUNT = "the-image", "the-pull-policy", "the-account"
"""Values that differ between Jobs or installations. The template replaces each by an expression."""

DEFAULTS: dict[str, Json] = {
    "cronJob": {},
    "job": {
        "completionMode": "NonIndexed",
        "completions": 1,
        "manualSelector": False,
        "parallelism": 1,
        "suspend": False,
    },
    "pod": {
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "terminationGracePeriodSeconds": 30,
        "serviceAccount": ACCOUNT,
    },
    "container": {"terminationMessagePath": "/dev/termination-log"},
}
"""Fields that the API server adds before it asks the policy; some only in later versions."""
FREE = {
    "cronJob": ("schedule", "timeZone", "suspend", "jobTemplate"),
    "job": ("activeDeadlineSeconds", "ttlSecondsAfterFinished", "template", "selector"),
    "pod": ("containers",),
    "container": ("args", "resources"),
}
"""Fields that have rules of their own in the policy, or that differ between ecosystems."""


def job_shape() -> str:
    """Return the fields of each level of a CronJob as JSON: known with values, required, and free."""
    cron_job = _cron_job()["spec"]
    job = cron_job["jobTemplate"]["spec"]
    pod = job["template"]["spec"]
    (container,) = pod["containers"]
    levels = {
        "cronJob": cron_job,
        "job": job,
        "pod": {**pod, "volumes": [_volume(volume) for volume in pod["volumes"]]},
        "container": {
            **container,
            "imagePullPolicy": PULL_POLICY,
            "env": [_variable(variable) for variable in container["env"]],
        },
    }
    shape = {name: _level(level, DEFAULTS[name], FREE[name]) for name, level in levels.items()}
    return json.dumps(shape, indent=2, sort_keys=True) + "\n"


def _level(level: Json, defaults: Json, free: tuple[str, ...]) -> Json:
    fixed = {key: value for key, value in level.items() if key not in free}
    return {"known": fixed | defaults, "required": sorted(fixed), "free": free}


def _cron_job() -> Json:
    metadata = {"name": ECOSYSTEM, "namespace": "the-namespace", "uid": "the-uid"}
    wallet = {"publicKey": "1" * 32, "secretRef": {"name": WALLET, "key": KEY}}
    spec = EcosystemSpec.model_validate(
        {
            "network": "localnet",
            "programId": "1" * 32,
            "rpc": {"endpoints": [{"url": "http://localhost"}]},
            "wallets": {"admin": wallet, "operator": wallet},
        }
    )
    settings = Settings(
        namespace="the-namespace",
        image=IMAGE,
        job_service_account=ACCOUNT,
        pod_name="the-pod",
    )
    ecosystem = {"kind": "DATEcosystem", "metadata": metadata}
    (cron_job,) = JobManifests(ecosystem, spec, settings).cron_jobs([], ()).values()
    return cron_job


def _volume(volume: Json) -> Json:
    filled = {kind: {"defaultMode": 0o644, **volume[kind]} for kind in volume.keys() - {"name"}}
    return {"name": volume["name"], **filled}


def _variable(variable: Json) -> Json:
    source = variable.get("valueFrom")
    if source is None:
        return variable
    return {**variable, "valueFrom": {"fieldRef": {"apiVersion": "v1", **source["fieldRef"]}}}
