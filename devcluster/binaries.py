"""Kubernetes, its container runtime, CoreDNS and Helm, built from pinned Go modules once per machine.

All belong to the one Go module in ``go/``: a package that several use has one version and is compiled
once. go.sum fixes every source.
"""

from pathlib import Path

from devcluster import images
from devcluster.golang import Program, version
from hack.common import packages
from hack.common.cache import Build
from hack.common.steps import run

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
_MODULE = HERE / "go"
_VERSION = "k8s.io/component-base/version"
_CONTAINERD = "github.com/containerd/containerd/v2"
_CNI = "github.com/containernetworking/plugins/plugins"
_KUBE = Program(
    "./kube",
    variables=(
        f"{_VERSION}.gitVersion={KUBERNETES}",
        f"{_VERSION}.gitMajor=1",
        f"{_VERSION}.gitMinor={KUBERNETES.split('.')[1]}",
        f"{_VERSION}.gitTreeState=clean",
    ),
)
_RUNTIME = (
    *(
        Program(
            f"{_CONTAINERD}/cmd/{name}",
            variables=(f"{_CONTAINERD}/version.Version={CONTAINERD}",),
            tags="no_btrfs,no_zfs,no_devmapper",
        )
        for name in ("containerd", "containerd-shim-runc-v2", "ctr")
    ),
    # Without libseccomp runc rejects every pod with the RuntimeDefault profile. With the Go versions of
    # net and os/user it uses the packages that are compiled for the others.
    Program("github.com/opencontainers/runc", tags="seccomp,netgo,osusergo", cgo=True),
    *(
        Program(f"{_CNI}/{name}", directory="cni")
        for name in ("ipam/host-local", "main/loopback", "main/ptp", "meta/portmap")
    ),
)
_COREDNS = Program("./coredns")
_HELM = Program("helm.sh/helm/v4/cmd/helm", variables=(f"helm.sh/helm/v4/internal/version.version={HELM}",))


def _build(name: str, title: str, programs: tuple[Program, ...], seconds: int, lines: int) -> Build:
    def make(target: Path) -> None:
        if any(program.cgo for program in programs):
            packages.ensure(packages.C_BUILD)
        for program in programs:
            program.build(_MODULE, target)
        if _KUBE in programs:
            for component in COMPONENTS:
                (target / component).symlink_to("kube")

    inputs: list[Path | str] = [_MODULE, version(), repr(programs), repr(COMPONENTS)]
    return Build(f"cluster-{name}", title, inputs, make, seconds, lines)


def kube_build() -> Build:
    """The build of Kubernetes: etcd, the servers and kubectl in one file."""
    return _build("kube", "Kubernetes", (_KUBE,), seconds=180, lines=2860)


def runtime_build() -> Build:
    """The build of containerd, runc and the CNI plugins."""
    return _build("runtime", "containerd", _RUNTIME, seconds=40, lines=500)


def coredns_build() -> Build:
    """The build of CoreDNS."""
    return _build("coredns", "CoreDNS", (_COREDNS,), seconds=10, lines=115)


def helm_build() -> Build:
    """The build of Helm."""
    return _build("helm", "Helm", (_HELM,), seconds=15, lines=257)


def pause_build() -> Build:
    """The build of the image that holds a pod's namespaces, from pause.c alone."""
    source = HERE / "pause" / "pause.c"

    def make(target: Path) -> None:
        packages.ensure(packages.C_BUILD)
        root = target / "root"
        root.mkdir()
        command: list[str | Path] = ["gcc", "-Os", "-static", "-s", "-o", root / "pause", source]
        run(command, log=target / "build.log")
        images.write(target / "pause.tar", PAUSE_IMAGE, [root], entrypoint=["/pause"])

    return Build("cluster-pause", "pause image", [source, Path(images.__file__)], make, seconds=1)


def builds() -> list[Build]:
    """All builds that a cluster with a node needs, and Helm."""
    return [kube_build(), helm_build(), coredns_build(), runtime_build(), pause_build()]


def kube() -> Path:
    """The directory of etcd, kube-apiserver, kubelet, kubectl and the others: links to one file."""
    return kube_build().directory()


def runtime() -> Path:
    """The directory of containerd, its shim, ctr and runc, and of the CNI plugins in ``cni/``."""
    return runtime_build().directory()


def coredns() -> Path:
    """CoreDNS with the few plugins that the Corefile names."""
    return coredns_build().directory() / "coredns"


def helm() -> Path:
    """Helm, which installs the chart."""
    return helm_build().directory() / "helm"


def pause_image() -> Path:
    """The archive of the image that holds a pod's namespaces."""
    return pause_build().directory() / "pause.tar"
