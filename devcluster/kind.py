"""The same cluster made by kind, if Docker's daemon answers.

Kept short: the machines of this project have no container engine, so no test runs this file.
The tests and the demo use `native.py`.
"""

import shutil
import subprocess
from pathlib import Path

from hack.common.paths import REPO, instance_dir, instance_id
from hack.common.steps import StepError, run, step


def is_available() -> bool:
    """Whether kind is installed and Docker's daemon answers."""
    if not (shutil.which("kind") and shutil.which("docker")):
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


class KindCluster:
    """A kind cluster of this clone."""

    def __init__(self, name: str) -> None:
        self._name = f"dat-{instance_id()}-{name}"
        self._log = instance_dir() / f"kind-{name}.log"
        self.kubeconfig = instance_dir() / f"kind-{name}.kubeconfig"

    @property
    def host_ip(self) -> str:
        """The gateway of kind's network: this machine."""
        template = "{{range .IPAM.Config}}{{.Gateway}} {{end}}"
        gateways = _output("docker", "network", "inspect", "kind", "--format", template).split()
        return next(gateway for gateway in gateways if "." in gateway)

    def up(self, *, with_node: bool) -> None:
        """Create the cluster unless it exists."""
        if not with_node:
            raise StepError("kind has no control plane without a node: set DAT_CLUSTER=native")
        if self._name in _output("kind", "get", "clusters").split():
            return
        config = (f"--config={REPO / 'kind-config.yaml'}", "--wait=120s")
        with step(f"kind create cluster {self._name}"):
            self._kind("create", "cluster", *config, f"--kubeconfig={self.kubeconfig}")

    def load(self, archive: Path) -> None:
        """Copy the images of an archive to the node."""
        with step(f"load {archive.name}"):
            self._kind("load", "image-archive", archive)

    def down(self) -> None:
        """Delete the cluster."""
        with step(f"kind delete cluster {self._name}"):
            self._kind("delete", "cluster", f"--kubeconfig={self.kubeconfig}")

    def status(self) -> list[str]:
        """Return lines for a person."""
        if self._name not in _output("kind", "get", "clusters").split():
            return [f"kind cluster '{self._name}' does not run"]
        return [f"kind cluster '{self._name}'", f"  kubeconfig  {self.kubeconfig}"]

    def _kind(self, *arguments: str | Path) -> None:
        run(["kind", *arguments, "--name", self._name], log=self._log)


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
