"""The exposition as Prometheus reads it."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from solders.pubkey import Pubkey

from dat_operator.controller.metrics import process as metrics
from dat_operator.controller.metrics.resources import EcosystemCollector, Snapshot
from dat_operator.domain.dat_accounts import Role
from hack.common.paths import REPO
from tests.support import chain_state as builders

FRUIT = {"namespace": "dat", "ecosystem": "fruit"}
MINT = builders.key("apple")


def body(name: str, mint: Pubkey = MINT, created: str = "2026-11-01T00:00:00Z") -> dict[str, Any]:
    meta = {"namespace": "dat", "name": name, "creationTimestamp": created}
    return {"metadata": meta, "spec": {"mint": str(mint)}}


def snapshot(**changes: Any) -> Snapshot:
    stats = builders.stats(
        MINT, Role.SECONDARY, total_burned=2**60, cycle_count=3, last_cycle_at=1_700_000_000
    )
    chain = builders.chain(
        builders.token(MINT, stats=stats, vault_lamports=5_000), treasury_lamports=7, operator_lamports=8
    )
    results = {"Completed": 3, "Skipped": 0, "Failed": 1}
    return replace(Snapshot(("dat", "fruit"), (body("apple"),), chain, 1_700_000_100.0, results), **changes)


def exposed(*snapshots: Snapshot) -> list[Sample]:
    registry = CollectorRegistry()
    registry.register(EcosystemCollector(lambda: snapshots))
    return samples(generate_latest(registry).decode())


def samples(text: str) -> list[Sample]:
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def values(found: list[Sample]) -> dict[str, float]:
    return {s.name: s.value for s in found if s.name != "dat_cycles_total"}


def test_an_ecosystem() -> None:
    found = exposed(snapshot())
    apple = builders.token(MINT, vault_lamports=5_000)
    assert values(found) == {
        "dat_chain_last_read_timestamp_seconds": 1_700_000_100.0,
        "dat_ecosystem_treasury_lamports": 7,
        "dat_ecosystem_operator_lamports": 8,
        "dat_token_pending_fees_lamports": apple.pending_lamports,
        "dat_token_burned_total": 2**60,
        "dat_token_cycles_total": 3,
        "dat_token_last_cycle_timestamp_seconds": 1_700_000_000,
    }
    for sample in found:
        token = {"token": "apple"} if sample.name.startswith("dat_token") else {}
        result = {"result": sample.labels["result"]} if sample.name == "dat_cycles_total" else {}
        assert sample.labels == {**FRUIT, **token, **result}
    results = {s.labels["result"]: s.value for s in found if s.name == "dat_cycles_total"}
    assert results == {"Completed": 3, "Skipped": 0, "Failed": 1}


def test_what_is_gone_has_no_series() -> None:
    assert exposed() == []
    assert not [s for s in exposed(snapshot(tokens=())) if s.name.startswith("dat_token")]


def test_a_chain_that_was_never_read_has_no_numbers() -> None:
    assert values(exposed(snapshot(chain=None, read_at=0.0))) == {
        "dat_chain_last_read_timestamp_seconds": 0.0
    }


def test_a_token_without_a_cycle_has_no_time_of_one() -> None:
    fresh = builders.chain(builders.token(MINT, stats=builders.stats(MINT, Role.SECONDARY, cycle_count=0)))
    found = values(exposed(snapshot(chain=fresh)))
    assert found["dat_token_cycles_total"] == 0
    assert "dat_token_last_cycle_timestamp_seconds" not in found


def test_two_tokens_of_one_mint_count_once() -> None:
    younger = body("aaa", created="2026-11-02T00:00:00Z")
    found = exposed(snapshot(tokens=(younger, body("apple"))))
    assert [s.labels["token"] for s in found if s.name == "dat_token_burned_total"] == ["apple"]


@pytest.fixture
def everything() -> str:
    """All that is ours, with at least one series each."""
    with metrics.reconcile():
        pass
    metrics.count_rpc_call("getSlot", "ok")
    metrics.WATCH_OPENED.labels("pods").set_to_current_time()
    registry = CollectorRegistry()
    registry.register(EcosystemCollector(lambda: [snapshot()]))
    return generate_latest(REGISTRY).decode() + generate_latest(registry).decode()


def ours(text: str, describe: Callable[[Any], str]) -> list[str]:
    families = text_string_to_metric_families(text)
    return sorted(describe(f) for f in families if f.name.startswith("dat_") and f.type != "unknown")


def row(family: Any) -> str:
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = next(s.labels for s in family.samples).keys() - {"le"}
    order = ("namespace", "ecosystem", "token", "resource", "method", "result")
    cell = " " + ", ".join(f"`{label}`" for label in order if label in labels)
    return f"| `{name}` | {family.type} |{cell.rstrip()} | {family.documentation} |"


def test_every_metric_is_documented(everything: str) -> None:
    table = re.findall(r"^\| `dat_.*\|$", (REPO / "docs/metrics.md").read_text(), re.MULTILINE)
    assert sorted(table) == sorted(line for line in ours(everything, row) if "_created" not in line)


def test_names_follow_the_rules(everything: str) -> None:
    """What promtool checks: base units, _total for counters alone, no type in a name, help for each."""
    for family in text_string_to_metric_families(everything):
        if not family.name.startswith("dat_") or family.name.endswith("_created"):
            continue
        assert re.fullmatch(r"[a-z_]+", family.name)
        assert family.documentation
        assert not re.search(r"_(gauge|counter|histogram|milliseconds|minutes|sol)(_|$)", family.name)
        assert not family.name.endswith(("_total", "_count", "_sum", "_bucket", "_info"))


def test_the_alerts_know_the_metrics(everything: str) -> None:
    rules = (REPO / "charts/dat-operator/templates/prometheusrule.yaml").read_text()
    asked = set(re.findall(r"\bdat_\w+", rules))
    assert asked
    assert asked <= {sample.name for sample in samples(everything)}
    for alert in re.findall(r"alert: (\w+)", rules):
        assert f"| `{alert}` |" in (REPO / "docs/metrics.md").read_text()
