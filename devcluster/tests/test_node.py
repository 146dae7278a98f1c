"""Pods on the node are real, as the operator, the chart and the demo need them."""

import functools
import http.server
import subprocess
import threading
from pathlib import Path

from devcluster.cluster import Cluster, tools
from devcluster.tests.conftest import Kubectl, eventually, pod


def test_cronjob_with_secret_completes(kubectl: Kubectl) -> None:
    """The pod of a CronJob gets its Secret as a variable and as a file, and its Job completes."""
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "wallet"},
        "stringData": {"key": "s3cret"},
    }
    run = pod(
        "tick",
        'echo "$KEY $(cat /wallet/key) $(id -u)"',
        volumes=[{"name": "wallet", "secret": {"secretName": "wallet", "defaultMode": 0o444}}],
        volumeMounts=[{"name": "wallet", "mountPath": "/wallet", "readOnly": True}],
        env=[{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "wallet", "key": "key"}}}],
    )
    cronjob = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tick"},
        "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": {"spec": run["spec"]}}}},
    }
    kubectl.apply(secret, cronjob)
    kubectl("create", "job", "tick-now", "--from=cronjob/tick")
    kubectl("wait", "--for=condition=complete", "job/tick-now", "--timeout=60s")
    assert kubectl("logs", "job/tick-now") == "s3cret s3cret 65532\n"


def test_services_have_names_and_kubectl_reaches_pods(kubectl: Kubectl) -> None:
    """A Service answers under its names, from another pod and from its own pod. exec works."""
    server = pod("web-0", "httpd -f -p 8080 -h /bin", ports=[{"containerPort": 8080}])
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web-0"}, "ports": [{"port": 80, "targetPort": 8080}]},
    }
    kubectl.apply(server, service)
    kubectl("wait", "--for=condition=ready", "pod/web-0", "--timeout=60s")

    def fetch(name: str) -> str:
        return f"until wget -q -O - http://{name}/busybox | head -c 4 | tail -c 3; do sleep 0.2; done"

    names = ("web", "web.default", "web.default.svc.cluster.local")
    printed = kubectl.run_pod("client", "; ".join(map(fetch, names)))
    assert printed == "ELF" * 3
    assert kubectl("exec", "web-0", "--", "sh", "-c", fetch("web")) == "ELF"


def test_unknown_names_fail_at_once(kubectl: Kubectl) -> None:
    """The cluster has no way to the Internet. An unknown name fails with NXDOMAIN, without a timeout."""
    script = "nslookup api.mainnet.invalid; test $? -ne 0 && echo refused"
    assert "NXDOMAIN" in kubectl.run_pod("outside", script)


def test_pods_reach_servers_of_this_machine(cluster: Cluster, kubectl: Kubectl, tmp_path: Path) -> None:
    """A server that listens at host_ip answers pods. The local chain does so."""
    (tmp_path / "hello").write_text("from the host")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer((cluster.host_ip, 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://{cluster.host_ip}:{server.server_port}/hello"
        assert kubectl.run_pod("to-host", f"wget -q -O - {url}") == "from the host"
        server.shutdown()


def test_memory_limit_kills(kubectl: Kubectl) -> None:
    """A container above its memory limit is killed. Its status names the reason."""
    limits = {"limits": {"memory": "16Mi"}}
    kubectl.apply(pod("greedy", "tail /dev/zero", resources=limits))
    path = "jsonpath={.status.containerStatuses[0].state.terminated.reason}"
    eventually(lambda: kubectl("get", "pod", "greedy", "-o", path) == "OOMKilled")


def test_the_root_filesystem_is_read_only(kubectl: Kubectl) -> None:
    """The restrictions of the operator's pods are in force."""
    assert kubectl.run_pod("read-only", "touch /x 2>/dev/null || echo refused") == "refused\n"


def test_unprivileged_pod_writes_to_a_claimed_volume(kubectl: Kubectl) -> None:
    """The default StorageClass provides a volume for a pod that does not run as root."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    kubectl.apply(
        claim,
        pod(
            "writer",
            "until touch /data/x 2>/dev/null; do sleep 0.1; done; echo written",
            volumes=[volume],
            volumeMounts=[{"name": "data", "mountPath": "/data"}],
        ),
    )
    eventually(lambda: kubectl.phase("writer") == "Succeeded")


def test_helm_installs_a_chart(cluster: Cluster, tmp_path: Path) -> None:
    """The pinned version of Helm installs a chart in the cluster."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("{apiVersion: v2, name: tiny, version: 0.1.0}\n")
    (tmp_path / "templates" / "map.yaml").write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: {{ .Release.Name }}}}\n"
    )
    command = [tools().helm, f"--kubeconfig={cluster.kubeconfig}", "install", "tiny", tmp_path, "--wait"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert "STATUS: deployed" in done.stdout, done.stderr
