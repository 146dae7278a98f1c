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
from tests.support.team import Stage
from tests.support.waiting import until

STEADY_SECONDS = 4
BY_HAND: list[Body] = [
    {"suspend": True},
    {"schedule": "* * * * *"},
    {"jobTemplate": {"spec": {"template": {"spec": {"hostNetwork": True}}}}},
    {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "dat", "image": "thief"}]}}}}},
]


@pytest.fixture(scope="module")
def stage(namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("operator")
    stage = Stage(namespace, chain, PROGRAM_ID, "drift", folder)
    root = stage.launch("root", spl=True)
    with stage.operator:
        # Quantities that the API server writes otherwise.
        resources = {"requests": {"cpu": "0.05"}, "limits": {"cpu": "1000m", "memory": "262144Ki"}}
        cycle = {"schedule": "0 0 30 2 *", "resources": resources}
        stage.apply_ecosystem(cycle=cycle)
        stage.apply_token("root", root.mint, "Root")
        stage.set_up()
        until(lambda: stage.namespace.get("CronJob", "drift-cycle"), "the CronJob", look_at=stage.look)
        yield stage


def spec(stage: Stage, kind: str = "CronJob", name: str = "drift-cycle") -> Any:
    body = stage.namespace.get(kind, name) or {}
    return {part: body.get(part) for part in ("spec", "data")}


def rests(stage: Stage) -> None:
    """Whether the operator writes nothing; a wait for what must not happen."""
    until(
        lambda: stage.token("root")["status"].get("lastRun") is None, "the first passes", look_at=stage.look
    )

    def unchanged() -> bool:
        before = stage.namespace.writes()
        time.sleep(STEADY_SECONDS)
        return stage.namespace.writes() == before

    # An Event may come a little behind the change that it is about; who writes again and again never rests.
    until(unchanged, "an end of writes", look_at=stage.operator.log)


def test_what_is_as_applied_is_not_applied_again(stage: Stage) -> None:
    rests(stage)
    assert "otherwise than wanted" not in stage.operator.log_file.read_text()


def test_a_restart_writes_nothing(stage: Stage) -> None:
    before = spec(stage)
    stage.operator.kill()
    # It works at once, instead of waiting until the one before has lost it.
    stage.namespace.delete("Lease", "dat-operator")
    writes = stage.namespace.writes()
    stage.operator.start()
    until(lambda: stage.namespace.get("Lease", "dat-operator"), "its Lease", look_at=stage.look)
    time.sleep(STEADY_SECONDS)
    assert spec(stage) == before
    assert stage.namespace.writes() == writes, stage.operator.log()


@pytest.mark.parametrize("change", BY_HAND, ids=lambda change: next(iter(change)))
def test_a_cron_job_that_was_changed_by_hand_is_as_before(stage: Stage, change: Body) -> None:
    before = spec(stage)
    stage.namespace.merge("CronJob", "drift-cycle", {"spec": change})
    until(lambda: spec(stage) == before, "the CronJob as it was", look_at=stage.look)
    rests(stage)


def test_a_config_map_with_another_slippage_is_as_before(stage: Stage) -> None:
    before = spec(stage, "ConfigMap", "drift-config")
    poison = {"data": {"ecosystem.json": '{"slippageBps": 10000}', "more": "x"}}
    stage.namespace.merge("ConfigMap", "drift-config", poison)
    until(
        lambda: spec(stage, "ConfigMap", "drift-config") == before,
        "the ConfigMap as it was",
        look_at=stage.look,
    )


def test_a_datcycle_named_like_a_foreign_job_says_so_and_the_next_one_runs(stage: Stage) -> None:
    pods = {"restartPolicy": "Never", "containers": [{"name": "x", "image": "x"}]}
    job: Body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "taken"}}
    stage.namespace.create({**job, "spec": {"suspend": True, "template": {"spec": pods}}})
    stage.wish("taken", dry_run=True)
    stage.until_condition("DATCycle", "taken", "Stalled", "True")
    reasons = {c["reason"] for c in stage.conditions("DATCycle", "taken") if c["type"] == "Ready"}
    assert reasons == {"NameTaken"}
    assert stage.ask("after-it", dry_run=True)["status"]["outcome"] != "Failed"
    ready = next(c for c in stage.conditions("DATEcosystem", "drift") if c["type"] == "Ready")
    assert ready["status"] == "True", ready


def test_a_foreign_config_map_of_our_name_is_not_taken_over(stage: Stage) -> None:
    name = "other-config"
    theirs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"x": "theirs"}}
    before = stage.namespace.create(theirs)
    spec = (stage.namespace.get("DATEcosystem", "drift") or {})["spec"]
    other = Stage(stage.namespace, stage.chain, PROGRAM_ID, "other", stage.folder)
    kind = {"apiVersion": API_VERSION, "kind": "DATEcosystem"}
    stage.namespace.create({**kind, "metadata": {"name": "other"}, "spec": spec})
    other.apply_token("stone", other.launch("stone", spl=True).mint, "Root")
    stalled = stage.until_condition("DATEcosystem", "other", "Stalled", "True")
    assert (stalled["reason"], name in stalled["message"]) == ("NameTaken", True)
    after = stage.namespace.get("ConfigMap", name)
    assert after is not None
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    stage.namespace.delete("ConfigMap", name)
