"""What others do to the operator's objects, on a real API server: brought back, never fought nor taken."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dat_operator.api import API_VERSION
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Body, Namespace
from tests.support.tenant import Tenant
from tests.support.waiting import until

STEADY_SECONDS = 4
BY_HAND: list[Body] = [
    {"suspend": True},
    {"schedule": "* * * * *"},
    {"jobTemplate": {"spec": {"template": {"spec": {"hostNetwork": True}}}}},
    {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "dat", "image": "thief"}]}}}}},
]


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, "drift", folder)
    root = tenant.launch("root", spl=True)
    with tenant.operator:
        # Quantities that the API server writes otherwise.
        resources = {"requests": {"cpu": "0.05"}, "limits": {"cpu": "1000m", "memory": "262144Ki"}}
        cycle = {"schedule": "0 0 30 2 *", "resources": resources}
        tenant.apply_ecosystem(cycle=cycle)
        tenant.apply_token("root", root.mint, "Root")
        tenant.set_up()
        until(lambda: tenant.namespace.get("CronJob", "drift-cycle"), "the CronJob", look_at=tenant.look)
        yield tenant


def spec(tenant: Tenant, kind: str = "CronJob", name: str = "drift-cycle") -> Any:
    body = tenant.namespace.get(kind, name) or {}
    return {part: body.get(part) for part in ("spec", "data")}


def rests(tenant: Tenant) -> None:
    """Whether the operator writes nothing; a wait for what must not happen."""
    until(
        lambda: tenant.token("root")["status"].get("lastRun") is None, "the first passes", look_at=tenant.look
    )

    def unchanged() -> bool:
        before = tenant.namespace.writes()
        time.sleep(STEADY_SECONDS)
        return tenant.namespace.writes() == before

    # An Event may come a little behind the change that it is about; who writes again and again never rests.
    until(unchanged, "an end of writes", look_at=tenant.operator.log)


def test_what_is_as_applied_is_not_applied_again(tenant: Tenant) -> None:
    rests(tenant)
    assert "otherwise than wanted" not in tenant.operator.log_file.read_text()


def test_a_restart_writes_nothing(tenant: Tenant) -> None:
    before = spec(tenant)
    tenant.operator.kill()
    # It works at once, instead of waiting until the one before has lost it.
    tenant.namespace.delete("Lease", "dat-operator")
    writes = tenant.namespace.writes()
    tenant.operator.start()
    until(lambda: tenant.namespace.get("Lease", "dat-operator"), "its Lease", look_at=tenant.look)
    time.sleep(STEADY_SECONDS)
    assert spec(tenant) == before
    assert tenant.namespace.writes() == writes, tenant.operator.log()


@pytest.mark.parametrize("change", BY_HAND, ids=lambda change: next(iter(change)))
def test_a_cron_job_that_was_changed_by_hand_is_as_before(tenant: Tenant, change: Body) -> None:
    before = spec(tenant)
    tenant.namespace.merge("CronJob", "drift-cycle", {"spec": change})
    until(lambda: spec(tenant) == before, "the CronJob as it was", look_at=tenant.look)
    rests(tenant)


def test_a_config_map_with_another_slippage_is_as_before(tenant: Tenant) -> None:
    before = spec(tenant, "ConfigMap", "drift-config")
    poison = {"data": {"ecosystem.json": '{"slippageBps": 10000}', "more": "x"}}
    tenant.namespace.merge("ConfigMap", "drift-config", poison)
    until(
        lambda: spec(tenant, "ConfigMap", "drift-config") == before,
        "the ConfigMap as it was",
        look_at=tenant.look,
    )


def test_a_datcycle_named_like_a_foreign_job_says_so_and_the_next_one_runs(tenant: Tenant) -> None:
    pods = {"restartPolicy": "Never", "containers": [{"name": "x", "image": "x"}]}
    job: Body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "taken"}}
    tenant.namespace.create({**job, "spec": {"suspend": True, "template": {"spec": pods}}})
    tenant.wish("taken", dry_run=True)
    tenant.until_condition("DATCycle", "taken", "Stalled", "True")
    reasons = {c["reason"] for c in tenant.conditions("DATCycle", "taken") if c["type"] == "Ready"}
    assert reasons == {"NameTaken"}
    assert tenant.ask("after-it", dry_run=True)["status"]["outcome"] != "Failed"
    ready = next(c for c in tenant.conditions("DATEcosystem", "drift") if c["type"] == "Ready")
    assert ready["status"] == "True", ready


def test_a_foreign_config_map_of_our_name_is_not_taken_over(tenant: Tenant) -> None:
    name = "other-config"
    theirs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"x": "theirs"}}
    before = tenant.namespace.create(theirs)
    spec = (tenant.namespace.get("DATEcosystem", "drift") or {})["spec"]
    other = Tenant(tenant.namespace, tenant.chain, PROGRAM_ID, "other", tenant.folder)
    kind = {"apiVersion": API_VERSION, "kind": "DATEcosystem"}
    tenant.namespace.create({**kind, "metadata": {"name": "other"}, "spec": spec})
    other.apply_token("stone", other.launch("stone", spl=True).mint, "Root")
    stalled = tenant.until_condition("DATEcosystem", "other", "Stalled", "True")
    assert (stalled["reason"], name in stalled["message"]) == ("NameTaken", True)
    after = tenant.namespace.get("ConfigMap", name)
    assert after is not None
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    tenant.namespace.delete("ConfigMap", name)
