"""Kubernetes, its container runtime, CoreDNS and Helm, built from pinned Go modules once a machine.

Each directory beside this file with a go.mod is one module; go.sum fixes every source that goes in.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from devcluster import images
from hack.common import packages
from hack.common.cache import built
from hack.common.steps import StepError, run

HERE = Path(__file__).parent
KUBERNETES = "v1.36.3"
CONTAINERD = "2.3.7"
HELM = "v4.3.1"
PAUSE_IMAGE = "localhost/pause:dev"

COMPONENTS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubectl",
    "kubelet",
)
_VERSION = "k8s.io/component-base/version"
_CONTAINERD = "github.com/containerd/containerd/v2"
_CNI = "github.com/containernetworking/plugins/plugins"
_GO_ENVIRONMENT = {"GOFLAGS": "-buildvcs=false -trimpath -mod=readonly", "GOWORK": "off"}


@dataclass(frozen=True)
class Target:
    """One ``go build``: the package, the file it becomes, and what is set at link time."""

    package: str
    output: str
    variables: tuple[str, ...] = ()
    tags: str = ""
    cgo: bool = False

    def command(self, directory: Path) -> list[str]:
        """The command line that builds the target into ``directory``."""
        ldflags = " ".join(["-s", "-w", *(f"-X {variable}" for variable in self.variables)])
        flags = ["-ldflags", ldflags, *(["-tags", self.tags] if self.tags else [])]
        return [_go(), "build", *flags, "-o", str(directory / self.output), self.package]


def _containerd(name: str) -> Target:
    return Target(
        f"{_CONTAINERD}/cmd/{name}",
        name,
        variables=(f"{_CONTAINERD}/version.Version={CONTAINERD}",),
        tags="no_btrfs,no_zfs,no_devmapper",
    )


_MODULES = {
    "kube": [
        Target(
            ".",
            "kube",
            variables=(
                f"{_VERSION}.gitVersion={KUBERNETES}",
                f"{_VERSION}.gitMajor=1",
                f"{_VERSION}.gitMinor={KUBERNETES.split('.')[1]}",
                f"{_VERSION}.gitTreeState=clean",
            ),
        )
    ],
    "runtime": [
        _containerd("containerd"),
        _containerd("containerd-shim-runc-v2"),
        _containerd("ctr"),
        # Without libseccomp runc refuses every pod that asks for the RuntimeDefault profile.
        Target("github.com/opencontainers/runc", "runc", tags="seccomp", cgo=True),
        *(
            Target(f"{_CNI}/{name}", f"cni/{name.rpartition('/')[2]}")
            for name in ("ipam/host-local", "main/loopback", "main/ptp", "meta/portmap")
        ),
    ],
    "coredns": [Target(".", "coredns")],
    "helm": [
        Target(
            "helm.sh/helm/v4/cmd/helm",
            "helm",
            variables=(f"helm.sh/helm/v4/internal/version.version={HELM}",),
        )
    ],
}
_COLD_MINUTES = {"kube": 7, "runtime": 2, "coredns": 3, "helm": 3}


@cache
def _go() -> str:
    """The Go program; go.mod says which version is wanted, and go itself complains about another."""
    path = os.environ.get("PATH", "") + ":/usr/local/go/bin"
    found = shutil.which("go", path=path)
    if not found:
        raise StepError("Go is missing (1.26.8 or later): install it from go.dev/dl or a package")
    return found


@cache
def _go_version() -> str:
    command = [_go(), "env", "GOVERSION", "GOOS", "GOARCH"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout


def _module(name: str) -> Path:
    targets = _MODULES[name]

    def build(directory: Path) -> None:
        if any(target.cgo for target in targets):
            packages.ensure(packages.C_BUILD)
        for target in targets:
            environment = {**_GO_ENVIRONMENT, "CGO_ENABLED": str(int(target.cgo))}
            log = directory / "build.log"
            run(target.command(directory), log=log, cwd=HERE / name, env=environment)
        if name == "kube":
            for component in COMPONENTS:
                (directory / component).symlink_to("kube")

    inputs: list[Path | str] = [HERE / name, _go_version(), repr(targets), repr(COMPONENTS)]
    note = f"about {_COLD_MINUTES[name]} min the first time"
    return built(f"cluster-{name}", inputs, build, note=note)


def kube() -> Path:
    """The directory of etcd, kube-apiserver, kubelet, kubectl and the others: links to one file."""
    return _module("kube")


def runtime() -> Path:
    """The directory of containerd, its shim, ctr and runc, and of the CNI plugins in ``cni/``."""
    return _module("runtime")


def coredns() -> Path:
    """CoreDNS with the few plugins that the Corefile names."""
    return _module("coredns") / "coredns"


def helm() -> Path:
    """Helm, with which the chart is installed."""
    return _module("helm") / "helm"


def pause_image() -> Path:
    """The archive of the image that holds a pod's namespaces, made from pause.c alone."""
    source = HERE / "pause" / "pause.c"

    def build(directory: Path) -> None:
        packages.ensure(packages.C_BUILD)
        root = directory / "root"
        root.mkdir()
        command: list[str | Path] = ["gcc", "-Os", "-static", "-s", "-o", root / "pause", source]
        run(command, log=directory / "build.log")
        images.write(directory / "pause.tar", PAUSE_IMAGE, [root], entrypoint=["/pause"])

    return built("cluster-pause", [source, Path(images.__file__)], build) / "pause.tar"
