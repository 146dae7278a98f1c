"""Clusters start, stop and crash without harm to each other or to the next start."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from devcluster.cluster import Cluster
from devcluster.native import NativeCluster
from devcluster.supervisor import RESTART_SECONDS
from devcluster.tests.conftest import Kubectl, eventually
from hack.common.paths import REPO
from hack.common.steps import StepError


def traces(cluster: Cluster) -> list[str]:
    """Return all visible traces of a cluster on this machine: interfaces, cgroups, mounts, state."""
    assert isinstance(cluster._backend, NativeCluster)
    instance = cluster._backend.instance
    found = [str(path) for path in Path("/sys/class/net").glob(f"*{instance.tag}*")]
    found += [str(path) for path in Path("/sys/fs/cgroup").glob(f"**/dat-{instance.tag}")]
    found += [line for line in Path("/proc/mounts").read_text().splitlines() if str(instance.state) in line]
    found += [str(instance.state)] if instance.state.exists() else []
    return found


def command_line(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool of a clone from the command line."""
    command = [sys.executable, "-m", "devcluster", *arguments]
    return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)


@pytest.fixture(params=[True, False], ids=["node", "control-plane"])
def mortal(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Start a cluster for tests that kill it."""
    if request.param and os.geteuid() != 0:
        pytest.skip("a node needs root")
    cluster = Cluster("test-mortal", node=request.param)
    with cluster:
        yield cluster


def test_up_twice_is_up(mortal: Cluster) -> None:
    """The second `up` changes nothing."""
    before = mortal.pids()
    mortal.up()
    assert mortal.pids() == before
    assert all(before.values())


def test_down_leaves_no_trace(mortal: Cluster) -> None:
    """All processes, mounts, interfaces and cgroups are removed. A second `down` is harmless."""
    pids = mortal.pids().values()
    mortal.down()
    assert traces(mortal) == []
    assert not [pid for pid in pids if Path(f"/proc/{pid}/exe").exists()]
    mortal.down()


def test_a_killed_supervisor_ends_the_cluster_and_up_recovers(mortal: Cluster) -> None:
    """SIGKILL of the supervisor ends all servers. The next `up` starts a new cluster."""
    assert isinstance(mortal._backend, NativeCluster)
    before = mortal.pids()
    os.kill(mortal._backend.instance.supervisor_pid(), signal.SIGKILL)
    eventually(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in before.values()))
    mortal.up()
    assert not set(before.values()) & set(mortal.pids().values())
    Kubectl(mortal.kubeconfig)("get", "--raw", "/readyz")


def test_a_server_that_dies_is_started_again(mortal: Cluster) -> None:
    """The supervisor starts the API server again, unless the server was stopped on purpose."""
    before = mortal.pids()["kube-apiserver"]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: mortal.pids()["kube-apiserver"] not in (0, before))
    eventually(lambda: any("ready" in line for line in mortal.status()))
    with pytest.raises(StepError, match="no server 'apiserver'; it has etcd, kube-apiserver, "):
        mortal.stop("apiserver")
    mortal.stop("kube-apiserver")
    time.sleep(2 * RESTART_SECONDS)
    assert [name for name, pid in mortal.pids().items() if not pid] == ["kube-apiserver"]
    mortal.start("kube-apiserver")
    eventually(lambda: any("ready" in line for line in mortal.status()))


def test_interrupted_up_is_no_obstacle() -> None:
    """A kill of `up` at any moment does not stop the next `up`."""
    cluster = Cluster("test-cut", node=os.geteuid() == 0)
    mode = [] if os.geteuid() == 0 else ["--control-plane"]
    for seconds in (0.3, 0.6, 0.9, 1.5, 3.0):
        command = [sys.executable, "-m", "devcluster", "--name", "test-cut", "up", *mode]
        with subprocess.Popen(command, cwd=REPO, stdout=subprocess.DEVNULL) as up:
            try:
                up.wait(seconds)
            except subprocess.TimeoutExpired:
                up.kill()
    cluster.up()
    Kubectl(cluster.kubeconfig)("get", "--raw", "/readyz")
    cluster.down()
    assert traces(cluster) == []


@pytest.mark.usefixtures("needs_root")
def test_two_clones_live_side_by_side(tmp_path: Path) -> None:
    """The cluster of another clone, with the same name, keeps running when this cluster stops."""
    clone = tmp_path / "clone"
    for package in ("devcluster", "hack"):
        shutil.copytree(REPO / package, clone / package, ignore=shutil.ignore_patterns("target"))
    try:
        other = command_line(clone, "--name", "test-twin", "up")
        assert other.returncode == 0, other.stderr
        kubeconfig = Path(other.stdout.removeprefix("export KUBECONFIG=").strip())
        with Cluster("test-twin") as mine:
            assert mine.kubeconfig != kubeconfig
            Kubectl(mine.kubeconfig)("create", "configmap", "mine")
        assert traces(mine) == []
        assert "mine" not in Kubectl(kubeconfig)("get", "configmaps")
    finally:
        shutil.rmtree(clone)
        pruned = command_line(REPO, "prune")
    assert pruned.returncode == 0, pruned.stderr
    assert not kubeconfig.exists()


def test_the_machine_keeps_its_settings(cluster: Cluster) -> None:
    """Kubelet asks for other kernel settings and sees files with these settings."""
    own = Path("/proc/sys/kernel/panic").read_text()
    (kubelet,) = (pid for name, pid in cluster.pids().items() if name == "kubelet")
    assert Path(f"/proc/{kubelet}/root/proc/sys/kernel/panic").read_text() == "10\n"
    assert own == Path("/proc/sys/kernel/panic").read_text()


def test_strange_names_are_refused() -> None:
    """A name becomes a part of paths, so it must be plain."""
    with pytest.raises(StepError, match="no name for a cluster"):
        Cluster("../other")


def test_control_plane_listens_on_loopback_only() -> None:
    """Other machines cannot reach the API server of the integration tests."""
    with Cluster("test-loopback", node=False) as cluster:
        assert cluster.host_ip == "127.0.0.1"
        server = Kubectl(cluster.kubeconfig)("config", "view", "-o", "jsonpath={.clusters[0].cluster.server}")
        assert server.startswith("https://127.0.0.1:")
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(server, timeout=5)  # noqa: S310 - refused: no certificate known
