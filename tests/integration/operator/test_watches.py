"""Watches when the API server dies, on a cluster of its own."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dat_operator.entry.operator.watches import KINDS
from devcluster.cluster import Cluster
from hack.common.paths import REPO
from tests.support.cluster.api_server import Namespace
from tests.support.cluster.kubectl import kubectl
from tests.support.operator.process import Operator
from tests.support.waiting import until

HELD = {
    "apiVersion": "coordination.k8s.io/v1",
    "kind": "Lease",
    "metadata": {"name": "dat-operator", "namespace": "default"},
    "spec": {"holderIdentity": "another", "leaseDurationSeconds": 3600},
}


@pytest.fixture
def cluster(worker: str) -> Iterator[Cluster]:
    with Cluster(f"watches-{worker}", node=False) as cluster:
        kubectl(cluster.kubeconfig, "apply", "-f", str(REPO / "crds"))
        kubectl(cluster.kubeconfig, "wait", "--for=condition=Established", "crd", "--all")
        yield cluster


def opened(operator: Operator, since: float) -> list[str]:
    """The resources whose watch was opened after a moment."""
    families = text_string_to_metric_families(operator.answers("/metrics") or "")
    found = [f for f in families if f.name == "dat_watch_opened_timestamp_seconds"]
    return sorted(s.labels["resource"] for f in found for s in f.samples if s.value > since)


def test_they_come_back_and_end_in_order(cluster: Cluster, tmp_path: Path) -> None:
    every = sorted(plural for _, _, plural in KINDS.values())
    namespace = Namespace(cluster.kubeconfig, "default")
    # A replica that waits: one that works ends when it cannot renew its Lease.
    kubectl(cluster.kubeconfig, "apply", "-f", "-", stdin=json.dumps(HELD))
    with Operator(namespace, tmp_path) as operator:
        until(lambda: opened(operator, 0) == every, "all watches", look_at=operator.log)
        killed = time.time()
        os.kill(cluster.pids()["kube-apiserver"], signal.SIGKILL)
        until(lambda: opened(operator, killed) == every, "all watches again", look_at=operator.log)
        assert operator.answers("/healthz") == "ok\n"
        operator.send(signal.SIGTERM)
        assert operator.end() == 0
        assert "Unclosed" not in operator.log_file.read_text()
    namespace.close()
