"""etcd, the API server, the controllers and the scheduler as services of a supervisor."""

from dataclasses import dataclass
from pathlib import Path

from devcluster.pki import Pki
from devcluster.supervisor import Service

SERVICE_CIDR = "10.96.0.0/16"
API_SERVICE_IP = "10.96.0.1"
POD_CIDR = "10.244.0.0/16"


@dataclass(frozen=True)
class Endpoints:
    """The addresses of the control plane: ``host`` for its clients, loopback for etcd."""

    host: str
    api_port: int = 6443
    etcd_port: int = 2379
    etcd_peer_port: int = 2380

    @property
    def api(self) -> str:
        """``host:port`` of the API server."""
        return f"{self.host}:{self.api_port}"

    @property
    def etcd(self) -> str:
        """``host:port`` of etcd."""
        return f"127.0.0.1:{self.etcd_port}"


def issue_certificates(pki: Pki, endpoints: Endpoints) -> None:
    """Create the certificate authority and the certificates of control plane and administrator."""
    pki.create_authority()
    names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"]
    hosts = [f"IP:{ip}" for ip in dict.fromkeys((endpoints.host, "127.0.0.1", API_SERVICE_IP))]
    hosts += [f"DNS:{name}" for name in (*names, "kubernetes.default.svc.cluster.local")]
    pki.issue("apiserver", "kube-apiserver", "kube", tuple(hosts))
    pki.issue("admin", "admin", "system:masters")
    pki.issue("controller-manager", "system:kube-controller-manager", "kube")
    pki.issue("scheduler", "system:kube-scheduler", "kube")
    pki.issue("kubelet-client", "kube-apiserver-kubelet-client", "system:masters")
    pki.issue("front-proxy", "front-proxy-client", "kube")


def services(kube: Path, state: Path, pki: Pki, endpoints: Endpoints, *, scheduler: bool) -> list[Service]:
    """Return the services of the control plane. Without a node no scheduler is needed."""
    servers = [
        _etcd(kube, state, endpoints),
        _api_server(kube, pki, endpoints),
        _controller_manager(kube, state, pki, endpoints),
    ]
    if scheduler:
        config = state / "config" / "scheduler.kubeconfig"
        pki.write_kubeconfig(config, f"https://{endpoints.api}", "scheduler", "cluster")
        command = [str(kube / "kube-scheduler"), *_client_flags(config), "--leader-elect=false"]
        servers.append(Service("kube-scheduler", command, after=endpoints.api))
    return servers


def _etcd(kube: Path, state: Path, endpoints: Endpoints) -> Service:
    client, peer = f"http://{endpoints.etcd}", f"http://127.0.0.1:{endpoints.etcd_peer_port}"
    command = [
        str(kube / "etcd"),
        "--name=one",
        f"--data-dir={state}/etcd",
        # The next `up` after a crash starts from an empty state, so waiting for disks has no use.
        "--unsafe-no-fsync",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=one={peer}",
        "--log-level=warn",
    ]
    return Service("etcd", command)


def _api_server(kube: Path, pki: Pki, endpoints: Endpoints) -> Service:
    loopback = endpoints.host.startswith("127.")
    command = [
        str(kube / "kube-apiserver"),
        f"--etcd-servers=http://{endpoints.etcd}",
        f"--bind-address={endpoints.host}",
        f"--advertise-address={endpoints.host}",
        f"--secure-port={endpoints.api_port}",
        # The API server rejects an endpoint on loopback. Without a node nothing uses the Service.
        f"--endpoint-reconciler-type={'none' if loopback else 'lease'}",
        f"--service-cluster-ip-range={SERVICE_CIDR}",
        f"--tls-cert-file={pki.file('apiserver.crt')}",
        f"--tls-private-key-file={pki.file('apiserver.key')}",
        f"--client-ca-file={pki.file('ca.crt')}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={pki.file('sa.pub')}",
        f"--service-account-signing-key-file={pki.file('sa.key')}",
        "--authorization-mode=Node,RBAC",
        # The second is a default of OpenShift: an owner reference needs rights on the owner.
        "--enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement",
        "--allow-privileged=true",
        f"--kubelet-client-certificate={pki.file('kubelet-client.crt')}",
        f"--kubelet-client-key={pki.file('kubelet-client.key')}",
        f"--kubelet-certificate-authority={pki.file('ca.crt')}",
        "--kubelet-preferred-address-types=InternalIP,Hostname",
        f"--requestheader-client-ca-file={pki.file('ca.crt')}",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={pki.file('front-proxy.crt')}",
        f"--proxy-client-key-file={pki.file('front-proxy.key')}",
        "--profiling=false",
    ]
    return Service("kube-apiserver", command, after=endpoints.etcd)


def _controller_manager(kube: Path, state: Path, pki: Pki, endpoints: Endpoints) -> Service:
    config = state / "config" / "controller-manager.kubeconfig"
    pki.write_kubeconfig(config, f"https://{endpoints.api}", "controller-manager", "cluster")
    command = [
        str(kube / "kube-controller-manager"),
        *_client_flags(config),
        "--leader-elect=false",
        "--use-service-account-credentials",
        f"--service-account-private-key-file={pki.file('sa.key')}",
        f"--root-ca-file={pki.file('ca.crt')}",
        f"--cluster-signing-cert-file={pki.file('ca.crt')}",
        f"--cluster-signing-key-file={pki.file('ca.key')}",
        f"--cluster-cidr={POD_CIDR}",
        "--allocate-node-cidrs",
        "--enable-hostpath-provisioner",
        # Forty controllers start one after the other. The default of 20 requests a second takes 5 s longer.
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    ]
    return Service("kube-controller-manager", command, after=endpoints.api)


def _client_flags(config: Path) -> list[str]:
    """Return the flags of a client of the API server. Port 0: the client itself does not listen."""
    flags = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
    return [*(f"--{flag}={config}" for flag in flags), "--secure-port=0"]
