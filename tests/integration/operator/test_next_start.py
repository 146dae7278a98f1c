"""When the next cycle starts, as the status says it, and as the true CronJob controller does it."""

import datetime
import time
from collections.abc import Iterator

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Namespace
from tests.support.cluster.kubectl import kubectl
from tests.support.tenant import Tenant
from tests.support.waiting import until

YEARLY = "0 0 1 1 *"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    tenant = Tenant(namespace, chain, PROGRAM_ID, "clock", tmp_path_factory.mktemp("operator"))
    root, apple = tenant.launch("root"), tenant.launch("apple")
    with tenant.operator:
        tenant.apply_ecosystem(cycle={"schedule": YEARLY, "jitterSeconds": 0})
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint)
        tenant.set_up()
        yield tenant


def new_year() -> str:
    return f"{datetime.datetime.now(datetime.UTC).year + 1}-01-01T00:00:00Z"


def starts(tenant: Tenant) -> dict[str, str]:
    """The next starts that statuses name, by object."""
    bodies = [body for kind in ("DATEcosystem", "DATToken") for body in tenant.namespace.list(kind)]
    return {
        body["metadata"]["name"]: body["status"]["nextScheduleTime"]
        for body in bodies
        if "nextScheduleTime" in body.get("status", {})
    }


def until_starts(tenant: Tenant, expected: dict[str, str]) -> None:
    until(lambda: starts(tenant) == expected, f"the next starts {expected}", look_at=tenant.look)


def configure(tenant: Tenant, **cycle: str) -> None:
    tenant.namespace.merge("DATEcosystem", "clock", {"spec": {"cycle": cycle}})


def suspend(tenant: Tenant, kind: str, name: str, *, suspended: bool) -> None:
    tenant.namespace.merge(kind, name, {"spec": {"suspend": suspended}})


def test_it_is_the_ecosystems_and_goes_while_it_is_suspended(tenant: Tenant) -> None:
    until_starts(tenant, {"clock": new_year()})
    suspend(tenant, "DATEcosystem", "clock", suspended=True)
    until_starts(tenant, {})
    suspend(tenant, "DATEcosystem", "clock", suspended=False)
    until_starts(tenant, {"clock": new_year()})


def test_with_a_cron_job_for_each_token_it_is_the_tokens(tenant: Tenant) -> None:
    configure(tenant, mode="PerToken")
    until_starts(tenant, {"root": new_year(), "apple": new_year()})
    tenant.namespace.merge("DATToken", "apple", {"spec": {"schedule": "30 0 1 jan ?"}})
    later = new_year().replace("00:00:00", "00:30:00")
    until_starts(tenant, {"root": new_year(), "apple": later})
    suspend(tenant, "DATToken", "root", suspended=True)
    until_starts(tenant, {"apple": later})
    suspend(tenant, "DATToken", "root", suspended=False)
    until_starts(tenant, {"root": new_year(), "apple": later})
    shown = kubectl(
        tenant.namespace.kubeconfig, "get", "dattoken", "apple", "-o", "wide", "-n", tenant.namespace.name
    )
    assert later in shown.splitlines()[1], "a date that is to come would be shown as <invalid>"
    configure(tenant, mode="Ecosystem")
    until_starts(tenant, {"clock": new_year()})


def test_a_schedule_that_is_refused_leaves_the_start_of_the_one_that_runs(tenant: Tenant) -> None:
    configure(tenant, schedule="every day")
    tenant.until_condition("DATEcosystem", "clock", "Stalled", "True")
    until_starts(tenant, {"clock": new_year()})
    cron_job = tenant.namespace.get("CronJob", "clock-cycle")
    assert cron_job
    assert cron_job["spec"]["schedule"] == YEARLY
    configure(tenant, schedule=YEARLY)
    tenant.until_condition("DATEcosystem", "clock", "Ready", "True")


def test_while_nothing_starts_nothing_is_written(tenant: Tenant) -> None:
    def written() -> dict[str, int]:
        return {what: count for what, count in tenant.namespace.writes().items() if " dat" in what}

    def unchanged() -> bool:
        before = written()
        time.sleep(1)  # Two polls; there is no condition for "nothing more comes".
        return written() == before

    until(unchanged, "an end of writes", look_at=tenant.look)
    before = written()
    # Wait past a full minute, when the operator computes the next start again.
    time.sleep(62 - datetime.datetime.now(datetime.UTC).second)
    assert written() == before


def test_kubernetes_starts_the_job_at_the_time_that_was_named(tenant: Tenant) -> None:
    def scheduled() -> str | None:
        cron_job = tenant.namespace.get("CronJob", "clock-cycle") or {}
        return cron_job.get("status", {}).get("lastScheduleTime")

    configure(tenant, schedule="* * * * *")
    named = until(
        lambda: (t := starts(tenant).get("clock")) != new_year() and t, "a start", look_at=tenant.look
    )
    assert until(scheduled, "a Job of the schedule", seconds=90, look_at=tenant.look) == named
    following = datetime.datetime.fromisoformat(named) + MINUTE
    until_starts(tenant, {"clock": following.strftime("%Y-%m-%dT%H:%M:%SZ")})
    configure(tenant, schedule=YEARLY)
    (job,) = tenant.jobs("cycle")
    tenant.kubelet.run(job)
    record = until(lambda: tenant.record(job), "the record of the Job", look_at=tenant.look)
    assert record["status"]["trigger"] == "Schedule"
