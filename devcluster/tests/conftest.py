"""Fixtures and helpers for the tests of the cluster: a small image, and kubectl."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devcluster import images
from devcluster.cluster import Cluster, tools
from hack.common import packages

IMAGE = "localhost/busybox:test"


@pytest.fixture(scope="session")
def busybox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an image archive with a shell, wget, httpd and nslookup."""
    # Not the static busybox: without the C library in the image it resolves no names.
    packages.ensure({"/usr/share/doc/busybox": "busybox"})
    root = tmp_path_factory.mktemp("busybox")
    (root / "bin").mkdir()
    libraries = subprocess.run(["ldd", "/bin/busybox"], capture_output=True, text=True, check=True).stdout
    for path in ["/bin/busybox", *re.findall(r"/lib\S+", libraries)]:
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for applet in ("sh", "cat", "head", "httpd", "id", "nslookup", "sleep", "tail", "touch", "wget"):
        (root / "bin" / applet).symlink_to("busybox")
    archive = root.with_suffix(".tar")
    images.write(archive, IMAGE, [root], command=["sh"])
    return archive


class Kubectl:
    """Kubectl with the kubeconfig of one cluster."""

    def __init__(self, kubeconfig: Path) -> None:
        self._command = [str(tools().kubectl), f"--kubeconfig={kubeconfig}"]

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl and return its output."""
        done = subprocess.run(
            [*self._command, *arguments], input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def apply(self, *objects: dict[str, Any]) -> None:
        """Apply objects, each a manifest."""
        self("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))

    def run_pod(self, name: str, script: str, **container: Any) -> str:
        """Run a shell script in a pod without further limits. Return its output."""
        self.apply(pod(name, script, **container))
        eventually(lambda: self.phase(name) in ("Succeeded", "Failed"))
        return self("logs", name)

    def phase(self, name: str) -> str:
        """Return the phase of a pod."""
        return self("get", "pod", name, "-o", "jsonpath={.status.phase}")


def pod(name: str, script: str, *, volumes: Any = (), **container: Any) -> dict[str, Any]:
    """Return a pod that runs a script as an unprivileged user on a read-only root, like the operator."""
    security = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    main = {
        "name": "main",
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "command": ["sh", "-c", script],
        "securityContext": security,
        **container,
    }
    spec = {
        "restartPolicy": "Never",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [main],
        "volumes": list(volumes),
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": spec,
    }


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until a condition holds. Fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition does not hold"
        time.sleep(0.2)


@pytest.fixture(scope="session")
def needs_root() -> None:
    """Skip the test if no node can run."""
    if os.geteuid() != 0:
        pytest.skip("a node needs root")


@pytest.fixture(scope="session")
def cluster(needs_root: None, busybox: Path) -> Iterator[Cluster]:  # noqa: ARG001 - it only skips
    """Start a cluster with a node and the image, for tests that do not stop it."""
    with Cluster("test-node") as cluster:
        cluster.load_image(busybox)
        yield cluster


@pytest.fixture(scope="session")
def kubectl(cluster: Cluster) -> Kubectl:
    """Return kubectl for the cluster."""
    return Kubectl(cluster.kubeconfig)
