"""The interface for the demo and the tests: a cluster by its name, native or made by kind."""

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
    """Command-line tools in the versions of the project's tests."""

    kubectl: Path
    helm: Path


def tools() -> Tools:
    """Return kubectl and Helm. They are built now if no run has built them before."""
    return Tools(kubectl=binaries.kube() / "kubectl", helm=binaries.helm())


class Cluster:
    """A Kubernetes cluster of this clone. Clusters with different names can run side by side.

    ``with Cluster("tests") as cluster:`` starts a cluster with a node and stops it at the end.
    """

    def __init__(self, name: str = "demo", *, node: bool = True) -> None:
        self.name = name
        self._node = node
        self._backend = _backend(name, node)

    def up(self) -> Path:
        """Start the cluster unless it runs already. Return its kubeconfig.

        Raises StepError if a program is missing or a server does not start.
        """
        self._backend.up(with_node=self._node)
        return self._backend.kubeconfig

    def load_image(self, *archives: Path) -> None:
        """Load the images of these archives (OCI or docker save) into the node."""
        for archive in archives:
            self._backend.load(archive)

    def down(self) -> None:
        """Stop the cluster and remove its state. Nothing happens if no cluster runs."""
        self._backend.down()

    def status(self) -> list[str]:
        """Return lines for a person: addresses, files and servers of the cluster."""
        return self._backend.status()

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig. It refers to no other file, so it can be copied."""
        return self._backend.kubeconfig

    @property
    def host_ip(self) -> str:
        """The address of this machine for pods."""
        return self._backend.host_ip

    def pids(self) -> dict[str, int]:
        """Return the process id of each server by its name, for tests that suspend one (SIGSTOP, SIGCONT)."""
        return self._native().pids()

    def stop(self, *servers: str) -> None:
        """Kill servers and keep them stopped. ``node`` means all servers and pods of the node."""
        outage.stop(self._native(), servers)

    def start(self, *servers: str) -> None:
        """Start stopped servers again, with their old state."""
        outage.start(self._native(), servers)

    def _native(self) -> Instance:
        if isinstance(self._backend, KindCluster):
            raise StepError("kind does not show its processes: set DAT_CLUSTER=native")
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
    """Stop the clusters of deleted clones. No other command can stop them."""
    for instance in deserted():
        say(f"  {instance.state}")
        NativeCluster(instance).down()


def _backend(name: str, node: bool) -> NativeCluster | KindCluster:
    """Return kind if Docker answers, else processes of this machine. DAT_CLUSTER overrides the choice."""
    chosen = os.environ.get("DAT_CLUSTER", "")
    if chosen not in ("", "kind", "native"):
        raise StepError(f"DAT_CLUSTER is '{chosen}': use kind or native, or unset it")
    instance = Instance(name)
    # A control plane alone is always native. `down` must find it, also if Docker answers.
    exists = instance.state.exists()
    if chosen == "kind" or (not chosen and node and not exists and is_available()):
        return KindCluster(name)
    return NativeCluster(instance)
