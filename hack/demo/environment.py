"""The environment of the demo: a cluster, a chain that its pods reach, the operator installed by Helm."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole
from devcluster.cluster import Cluster, tools
from hack.common.paths import REPO
from hack.common.steps import StepError, step
from hack.demo.market import well_known_key
from hack.image import image
from hack.localnet.localnet import Localnet
from hack.program import idl, program_so

NAMESPACE = "dat"
NAMESPACE_MANIFEST = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
}
CHAIN_SERVICE = "solana"
CHAIN_PORTS = {"rpc": 8899, "ws": 8900}
"""Name and ports of the chain in the examples. A Service maps them to the real ports."""

PROGRAM_ID = str(idl()["address"])


@dataclass(frozen=True)
class Environment:
    """A cluster with the operator, and a chain. ``name`` keeps several of one clone apart."""

    name: str
    cluster: Cluster
    chain: Localnet

    @classmethod
    def of(cls, name: str) -> "Environment":
        """Return the environment of that name, running or not."""
        cluster = Cluster(name)
        return cls(name, cluster, _chain(name, "127.0.0.1"))

    @classmethod
    def up(cls, name: str) -> "Environment":
        """Start everything that does not run yet."""
        artifacts = program_so(), image()
        cluster = Cluster(name)
        cluster.up()
        chain = _chain(name, cluster.host_ip, artifacts[0])
        chain.up()
        environment = cls(name, cluster, chain)
        cluster.load_image(artifacts[1].archive)
        with step("install dat-operator by Helm"):
            environment.install(artifacts[1].name)
        environment.connect_chain()
        return environment

    def down(self) -> None:
        """Remove everything."""
        self.cluster.down()
        self.chain.down()

    def install(self, image_name: str) -> None:
        """Install or upgrade the chart with an image of the node."""
        repository, tag = image_name.rsplit(":", 1)
        values = {
            "image.repository": repository,
            "image.tag": tag,
            "image.pullPolicy": "Never",
            "pollSeconds": "1",
            "admissionPolicy.walletSecrets": "{fruit-admin,fruit-operator}",
        }
        self.apply(NAMESPACE_MANIFEST)
        self.helm(
            "upgrade", "--install", "dat-operator", REPO / "charts/dat-operator",
            "--namespace", NAMESPACE, "--wait", "--timeout", "120s",
            *(word for key, value in values.items() for word in ("--set", f"{key}={value}")),
            "--set-json", f"networkPolicy.extraEgress={json.dumps([self._to_the_chain()])}",
        )  # fmt: skip

    def _to_the_chain(self) -> dict[str, Any]:
        """Return a rule of a NetworkPolicy for the chain, which has a private address."""
        ports = [*CHAIN_PORTS.values(), *self._chain_ports().values()]
        return {
            "to": [{"ipBlock": {"cidr": f"{self.cluster.host_ip}/32"}}],
            "ports": [{"protocol": "TCP", "port": port} for port in ports],
        }

    def _chain_ports(self) -> dict[str, int | None]:
        urls = {"rpc": self.chain.rpc_url, "ws": self.chain.ws_url}
        return {name: urlsplit(url).port for name, url in urls.items()}

    def connect_chain(self) -> None:
        """Create a Service for the chain: pods and examples use its name."""
        real = self._chain_ports()
        meta = {"name": CHAIN_SERVICE, "namespace": NAMESPACE}
        labels = {"kubernetes.io/service-name": CHAIN_SERVICE}
        service = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": meta,
            "spec": {
                "ports": [
                    {"name": name, "port": port, "targetPort": real[name]}
                    for name, port in CHAIN_PORTS.items()
                ]
            },
        }
        slice_ = {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {**meta, "labels": labels},
            "addressType": "IPv4",
            "ports": [{"name": name, "port": port} for name, port in real.items()],
            "endpoints": [{"addresses": [self.cluster.host_ip]}],
        }
        self.apply(service, slice_)

    def wallet_secret(self, secret: str, purpose: WalletRole, ecosystem: str) -> None:
        """Create a Secret with a well-known key, bound to an ecosystem of the well-known admin."""
        key = json.dumps(list(bytes(well_known_key(purpose))))
        binding = Binding(
            network="localnet",
            program=PROGRAM_ID,
            admin=str(well_known_key("admin").pubkey()),
            ecosystem=ecosystem,
            role=purpose,
            operators=(str(well_known_key("operator").pubkey()),) if purpose is WalletRole.ADMIN else (),
            emergency_admins=(NOBODY,) if purpose is WalletRole.ADMIN else (),
        )
        bound = binding.model_dump_json(by_alias=True, exclude_none=True)
        self.apply(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": secret, "namespace": NAMESPACE},
                "stringData": {"keypair.json": key, FILE: bound},
            }
        )

    def apply(self, *manifests: dict[str, Any]) -> None:
        """Apply objects."""
        items = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(items))

    def get(self, *words: str) -> Any:
        """Read an object or a list, as JSON."""
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def kubectl(self, *words: str | Path, stdin: str | None = None) -> str:
        """Run kubectl and return its output. Raise StepError with its errors."""
        return _run([tools().kubectl, *words, "--namespace", NAMESPACE], self.cluster.kubeconfig, stdin)

    def helm(self, *words: str | Path) -> str:
        """Run Helm and return its output."""
        return _run([tools().helm, *words], self.cluster.kubeconfig, None)


def _chain(name: str, listen: str, program: Path | None = None) -> Localnet:
    programs = {PROGRAM_ID: program} if program else {}
    return Localnet(name, listen=listen, programs=programs, traders=0)


def _run(words: list[str | Path], kubeconfig: Path, stdin: str | None) -> str:
    command = [str(word) for word in words]
    done = subprocess.run(
        [*command, "--kubeconfig", str(kubeconfig)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StepError(f"{Path(command[0]).name} {' '.join(command[1:4])} …: {done.stderr.strip()}")
    return done.stdout
