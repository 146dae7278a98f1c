"""The node: containerd, kubelet, kube-proxy and CoreDNS, and their private directories."""

import http.client
import subprocess
from pathlib import Path
from string import Template
from typing import IO

from devcluster import binaries, images, network
from devcluster.controlplane import POD_CIDR, Endpoints
from devcluster.instance import Instance
from devcluster.pki import Pki
from devcluster.supervisor import Service
from hack.common.steps import StepError, run

NAME = "node-1"
DNS_IP = "10.96.0.10"
CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
_TEMPLATES = Path(__file__).parent / "templates"
_NODE_POD_CIDR = "10.244.0.0/24"
# On the machine all clusters share these; in the mount namespace of each cluster they are empty.
_TMPFS = ("/run", "/var/lib/cni", "/var/log/containers")
# On the disk, below the state directory, mounted at the fixed paths of kubelet and the provisioner.
_BOUND = {
    "kubelet": "/var/lib/kubelet",
    "pod-logs": "/var/log/pods",
    "volumes": "/tmp/hostpath_pv",  # noqa: S108 - a fixed path of the provisioner, private to the namespace
}
# Kubelet sets these for the whole machine unless they are set. The node shows it files with these values.
_KUBELET_SYSCTLS = {
    "kernel/keys/root_maxbytes": 25_000_000,
    "kernel/keys/root_maxkeys": 1_000_000,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
}
# The provisioner creates directories that only root may write to, and kubelet applies no fsGroup to
# host paths. Without this command, a pod that does not run as root could not use its volume.
_OPEN_VOLUMES = "while sleep 0.5; do chmod -f 0777 /tmp/hostpath_pv/*; done"


def issue_certificates(pki: Pki, endpoints: Endpoints) -> None:
    """Create the certificates of the node's servers. The authority must exist."""
    hosts = (f"IP:{endpoints.host}", "IP:127.0.0.1", f"DNS:{NAME}")
    pki.issue("node", f"system:node:{NAME}", "system:nodes", hosts)
    pki.issue("proxy", "system:kube-proxy", "kube")
    pki.issue("coredns", "system:coredns", "kube")


def write_config(state: Path, pki: Pki, endpoints: Endpoints, cgroup: str) -> None:
    """Fill in the templates and write the kubeconfigs of the node's servers."""
    config = state / "config"
    for name in ("node", "proxy", "coredns"):
        target = config / f"{name}.kubeconfig"
        pki.write_kubeconfig(target, f"https://{endpoints.api}", name, "cluster")
    values = {
        "cgroup": cgroup,
        "config": config,
        "dns_ip": DNS_IP,
        "node_ip": endpoints.host,
        "node_pod_cidr": _NODE_POD_CIDR,
        "pause_image": binaries.PAUSE_IMAGE,
        "pki": pki.directory,
        "pod_cidr": POD_CIDR,
        "runtime": binaries.runtime(),
    }
    for template in _TEMPLATES.iterdir():
        # The CNI directory must contain the file of the network only.
        below = config / "cni" if template.suffix == ".conflist" else config
        below.mkdir(exist_ok=True)
        (below / template.name).write_text(Template(template.read_text()).substitute(values))


def setup_commands(state: Path, link: network.Link) -> list[list[str]]:
    """Return the commands that the supervisor runs in its new namespaces before the servers start."""
    commands = [["hostname", NAME], *network.setup_commands(link)]
    for target in _TMPFS:
        commands += [["mkdir", "-p", target], ["mount", "-t", "tmpfs", "tmpfs", target]]
    for name, target in _BOUND.items():
        (state / name).mkdir(mode=0o755)
        commands += [["mkdir", "-p", target], ["mount", "--bind", str(state / name), target]]
    for name, value in _KUBELET_SYSCTLS.items():
        file = state / "config" / name.replace("/", ".")
        file.write_text(f"{value}\n")
        commands.append(["mount", "--bind", str(file), f"/proc/sys/{name}"])
    return commands


def services(state: Path, endpoints: Endpoints) -> list[Service]:
    """Return the services of the node."""
    kube, runtime, config = binaries.kube(), binaries.runtime(), state / "config"
    kubelet = [
        f"{kube}/kubelet",
        f"--kubeconfig={config}/node.kubeconfig",
        f"--config={config}/kubelet.yaml",
        f"--hostname-override={NAME}",
        f"--node-ip={endpoints.host}",
    ]
    proxy = [
        f"{kube}/kube-proxy",
        f"--config={config}/kube-proxy.yaml",
        f"--hostname-override={NAME}",
    ]
    coredns = [f"{binaries.coredns()}", "-conf", f"{config}/Corefile"]
    return [
        Service("containerd", [f"{runtime}/containerd", f"--config={config}/containerd.toml"]),
        Service("kubelet", kubelet, after=CONTAINERD_SOCKET),
        Service("kube-proxy", proxy, after=endpoints.api),
        Service("coredns", coredns, after=endpoints.api),
        Service("volume-modes", ["sh", "-c", _OPEN_VOLUMES]),
    ]


def containerd_answers(instance: Instance) -> bool:
    """Whether containerd answers commands."""
    return _ctr(instance, "version").returncode == 0


def import_image(instance: Instance, archive: Path) -> None:
    """Import an image archive (OCI or docker save)."""
    name = images.foreign_name(archive)
    named = [f"--index-name={name}"] if name else []
    # Through standard input: at the path of the file the namespaces may have another mount.
    with archive.open("rb") as file:
        done = _ctr(
            instance,
            "images",
            "import",
            "--local",
            "--discard-unpacked-layers",
            *named,
            "-",
            stdin=file,
        )
    if done.returncode != 0:
        raise StepError(f"{archive} is no image that containerd can import:\n{done.stderr}")


def apply_addons(kube: Path, state: Path, kubeconfig: Path) -> None:
    """Create the DNS Service, the role of CoreDNS and the default StorageClass."""
    addons = state / "config" / "addons.yaml"
    command = [f"{kube}/kubectl", f"--kubeconfig={kubeconfig}", "create", f"--filename={addons}"]
    run(command, log=state / "logs" / "addons.log")


def dns_is_ready(endpoints: Endpoints) -> bool:
    """Whether CoreDNS has read all Services."""
    connection = http.client.HTTPConnection(endpoints.host, 8181, timeout=2)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _ctr(
    instance: Instance, *arguments: str, stdin: IO[bytes] | None = None
) -> subprocess.CompletedProcess[str]:
    ctr = [str(binaries.runtime() / "ctr"), f"--address={CONTAINERD_SOCKET}", "--namespace=k8s.io"]
    return subprocess.run(
        instance.inside([*ctr, *arguments]),
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
