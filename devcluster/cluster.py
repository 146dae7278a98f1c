"""The API for the demo and for tests: a cluster by name, whatever makes it."""

import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from devcluster import binaries, outage
from devcluster.instance import Instance, deserted
from devcluster.kind import KindCluster, is_available
from devcluster.native import NativeCluster
from hack.common.steps import StepError, say


@dataclass(frozen=True)
class Tools:
    """Command-line tools of the versions that the project is tested with."""

    kubectl: Path
    helm: Path


def tools() -> Tools:
    """Kubectl and Helm, built now if no run has built them before."""
    return Tools(kubectl=binaries.kube() / "kubectl", helm=binaries.helm())


class Cluster:
    """A Kubernetes cluster of this clone; several with different names may run side by side.

    ``with Cluster("tests") as cluster:`` starts one with a node and stops it at the end.
    """

    def __init__(self, name: str = "demo", *, node: bool = True) -> None:
        self.name = name
        self._node = node
        self._backend = _backend(name, node)

    def up(self) -> Path:
        """Start the cluster unless it is up; return its kubeconfig.

        Raises StepError when something is missing or does not start.
        """
        self._backend.up(with_node=self._node)
        return self._backend.kubeconfig

    def load_image(self, *archives: Path) -> None:
        """Make the images of these archives (OCI or docker save) known to the node."""
        for archive in archives:
            self._backend.load(archive)

    def down(self) -> None:
        """Stop the cluster and remove all that it left; harmless where none runs."""
        self._backend.down()

    def status(self) -> list[str]:
        """Lines that tell a person how the cluster fares."""
        return self._backend.status()

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig; it needs no other file and may be copied."""
        return self._backend.kubeconfig

    @property
    def host_ip(self) -> str:
        """The address at which pods reach servers of this machine."""
        return self._backend.host_ip

    def pids(self) -> dict[str, int]:
        """The servers' processes by name, for tests that suspend one (SIGSTOP, SIGCONT)."""
        return self._native().pids()

    def stop(self, *servers: str) -> None:
        """Kill servers and keep them down; ``node`` is all of the node's, and whatever its pods run."""
        outage.stop(self._native(), servers)

    def start(self, *servers: str) -> None:
        """Have stopped servers run again, with the state that they had."""
        outage.start(self._native(), servers)

    def _native(self) -> Instance:
        if isinstance(self._backend, KindCluster):
            raise StepError("kind keeps its processes to itself: DAT_CLUSTER=native")
        return self._backend.instance

    def __enter__(self) -> "Cluster":
        self.up()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.down()


def prune() -> None:
    """Stop the clusters of clones that were deleted: nothing else could stop them any more."""
    for instance in deserted():
        say(f"  {instance.state}")
        NativeCluster(instance).down()


def _backend(name: str, node: bool) -> NativeCluster | KindCluster:
    """Kind where Docker answers, else processes of this machine; DAT_CLUSTER decides otherwise."""
    chosen = os.environ.get("DAT_CLUSTER", "")
    if chosen not in ("", "kind", "native"):
        raise StepError(f"DAT_CLUSTER is '{chosen}': it may be kind, native or unset")
    instance = Instance(name)
    # A control plane alone is always native, and `down` must find it though Docker answers.
    exists = instance.state.exists()
    if chosen == "kind" or (not chosen and node and not exists and is_available()):
        return KindCluster(name)
    return NativeCluster(instance)
