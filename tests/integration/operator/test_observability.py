"""What the operator shows of its work: metrics, logs, probes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from dat_operator.entry.operator.watches import KINDS
from hack.localnet.localnet import Localnet
from tests.support import dat_command as dat
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.cluster.api_server import Namespace
from tests.support.tenant import Tenant
from tests.support.waiting import until


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, "seen", folder)
    root, apple = tenant.launch("root"), tenant.launch("apple")
    with tenant.operator:
        tenant.apply_ecosystem()
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint)
        tenant.set_up()
        yield tenant


def samples(tenant: Tenant) -> list[Sample]:
    text = tenant.operator.answers("/metrics")
    assert text
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def value(tenant: Tenant, name: str, **labels: str) -> float | None:
    """Of the series with these labels, if there is one."""
    wanted = labels.items()
    return next((s.value for s in samples(tenant) if s.name == name and s.labels.items() >= wanted), None)


def test_every_watch_is_seen_opened(tenant: Tenant) -> None:
    opened = [s.labels["resource"] for s in samples(tenant) if s.name == "dat_watch_opened_timestamp_seconds"]
    assert sorted(opened) == sorted(plural for _, _, plural in KINDS.values())
    assert tenant.operator.answers("/healthz") == "ok\n"


def test_metrics_are_the_chain_s_numbers(tenant: Tenant) -> None:
    tenant.trade("apple", 3 * SOL)
    status = tenant.ask("by-hand")["status"]
    burned = next(t["burned"] for t in status["tokens"] if t["name"] == "apple")
    assert burned > 0
    apple = {"namespace": tenant.namespace.name, "ecosystem": "seen", "token": "apple"}
    until(lambda: value(tenant, "dat_token_burned_total", **apple) == burned, "burned", look_at=tenant.look)
    shown = tenant.token("apple")["status"]
    assert value(tenant, "dat_token_cycles_total", **apple) == 1 == shown["totals"]["cycles"]
    assert value(tenant, "dat_token_pending_fees_lamports", **apple) == shown["pendingFees"]["totalLamports"]
    assert (value(tenant, "dat_token_last_cycle_timestamp_seconds", **apple) or 0) > 1_700_000_000
    assert (value(tenant, "dat_ecosystem_operator_lamports", ecosystem="seen") or 0) > 0
    assert (value(tenant, "dat_chain_last_read_timestamp_seconds", ecosystem="seen") or 0) > 1_700_000_000
    assert value(tenant, "dat_cycles_total", ecosystem="seen", result="Completed") == 1
    assert value(tenant, "dat_cycles_total", ecosystem="seen", result="Failed") == 0


def test_a_restart_counts_no_job_again_and_loses_nothing_of_the_chain(tenant: Tenant) -> None:
    before = value(tenant, "dat_token_burned_total", token="apple")
    tenant.operator.kill()
    tenant.operator.start()
    until(lambda: value(tenant, "dat_token_burned_total", token="apple") == before, "burned again")
    assert value(tenant, "dat_cycles_total", ecosystem="seen", result="Completed") == 0


def test_what_is_deleted_has_no_series(tenant: Tenant) -> None:
    assert value(tenant, "dat_token_burned_total", token="root") is not None
    tenant.namespace.delete("DATToken", "root")
    until(lambda: not [s for s in samples(tenant) if s.labels.get("token") == "root"], "no series of root")
    assert value(tenant, "dat_token_burned_total", token="apple") is not None
    tenant.namespace.delete("DATEcosystem", "seen")
    until(
        lambda: not [s for s in samples(tenant) if s.labels.get("ecosystem") == "seen"], "no series of seen"
    )


def test_log_lines_say_what_they_are_about(tenant: Tenant) -> None:
    lines = [json.loads(line) for line in tenant.operator.log_file.read_text().splitlines()]
    ours = [line for line in lines if "ecosystem" in line]
    assert [
        line for line in ours if (line["namespace"], line["ecosystem"]) != (tenant.namespace.name, "seen")
    ] == []
    found = {(line.get("kind"), line.get("name"), line["event"]) for line in ours}
    assert ("ConfigMap", "seen-config", "creating") in found
    assert ("Job", "by-hand", "applying") in found or ("Job", "by-hand", "creating") in found
    assert ("DATToken", "apple", "the token's stats account is on chain") in found
    assert all("timestamp" in line and "level" in line for line in lines)
    others = [line["event"] for line in lines if not line.keys() & {"ecosystem", "lease"}]
    assert [text for text in others if not text.startswith("Request attempt")] == [], "kopf's, of no object"


def test_credentials_that_are_refused_end_the_operator(namespace: Namespace, tmp_path: Path) -> None:
    """The operator ends, as it does after a watch that fails for good. Its Deployment starts it again."""
    config = yaml.safe_load(namespace.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": "wrong"}
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    env = {
        "KUBECONFIG": str(tmp_path / "kubeconfig"),
        "DAT_NAMESPACE": namespace.name,
        "DAT_IMAGE": "none",
        "DAT_JOB_SERVICE_ACCOUNT": "none",
        "DAT_HTTP_PORT": "0",
    }
    process = dat.start(["operator"], env, tmp_path / "log")
    try:
        assert process.wait(60) != 0
    finally:
        process.kill()
    assert "Unauthorized" in (tmp_path / "log").read_text()
