"""How long a Job may take."""

import re
from pathlib import Path

import pytest

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.jobs.job_manifests import JobManifests
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.settings import Settings

CHART = Path(__file__).parents[4] / "charts" / "dat-operator"
ECOSYSTEM = {"kind": "DATEcosystem", "metadata": {"name": "fruit", "namespace": "fruit", "uid": "uid"}}
SETTINGS = Settings(namespace="fruit", image="dat", job_service_account="dat", pod_name="dat")
WORK_SECONDS = 1_800


def cycle_job(jitter_seconds: int) -> Body:
    wallet = {"publicKey": "1" * 32, "secretRef": {"name": "wallet"}}
    spec = {
        "network": "localnet",
        "programId": "1" * 32,
        "rpc": {"endpoints": [{"url": "http://localhost"}]},
        "wallets": {"admin": wallet, "operator": wallet},
        "cycle": {"jitterSeconds": jitter_seconds},
    }
    (cron_job,) = (
        JobManifests(ECOSYSTEM, EcosystemSpec.model_validate(spec), SETTINGS).cron_jobs([], ()).values()
    )
    job: Body = cron_job["spec"]["jobTemplate"]["spec"]
    return job


@pytest.mark.parametrize("jitter", [0, 300, 900])
def test_pods_that_each_wait_at_random_still_have_time_to_work(jitter: int) -> None:
    """Two kills took 2,700 s of waiting: the Job ended by its deadline, without a report."""
    job = cycle_job(jitter)
    pods = job["backoffLimit"] + 1
    assert job["activeDeadlineSeconds"] - pods * jitter == WORK_SECONDS


def test_the_admission_policy_admits_the_longest() -> None:
    policy = (CHART / "templates" / "admissionpolicy.yaml").read_text()
    (most,) = re.findall(r"activeDeadlineSeconds\.orValue\(\d+\) <= (\d+)", policy)
    assert int(most) == cycle_job(900)["activeDeadlineSeconds"]
