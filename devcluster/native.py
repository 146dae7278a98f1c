"""A cluster of processes on this machine, without a container engine."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from devcluster import binaries, cgroups, controlplane, network, node
from devcluster.api import Api, wait_until
from devcluster.controlplane import Endpoints
from devcluster.instance import Instance
from devcluster.pki import Pki
from devcluster.supervisor import Plan, Service
from hack.common import packages
from hack.common.cache import lock
from hack.common.ports import free_ports
from hack.common.steps import StepError, say, step

_START_SECONDS = 120.0
_MAX_STARTS = 8


@dataclass(frozen=True)
class Facts:
    """The addresses of a running cluster. The file is written last: it shows that ``up`` has finished."""

    node: bool
    api: str
    host_ip: str


class NativeCluster:
    """Etcd, the control plane and, in namespaces of its own, a node with real pods."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._facts_file = self.instance.state / "cluster.json"
        self._pki_directory = self.instance.state / "pki"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.instance.state / "kubeconfig"

    @property
    def host_ip(self) -> str:
        """The address of this machine for pods."""
        facts = self._facts()
        if facts is None:
            raise StepError(f"cluster '{self.instance.name}' is not up")
        return facts.host_ip

    def up(self, *, with_node: bool) -> None:
        """Start the cluster unless it runs already. Remove the rest of an earlier run before."""
        with lock(f"cluster-{self.instance.tag}"):
            facts = self._facts()
            if facts and self._answers(facts):
                if facts.node != with_node:
                    raise StepError(
                        f"cluster '{self.instance.name}' runs {'with' if facts.node else 'without'}"
                        " a node: use another --name, or run `down` first"
                    )
                say(f"cluster '{self.instance.name}' runs already: {self.kubeconfig}")
                return
            self._check_prerequisites(with_node)
            if self._stop():
                say(f"  stopped processes of an earlier run of cluster '{self.instance.name}'")
            self.instance.remove()
            try:
                if with_node:
                    self._start_with_node()
                else:
                    self._start_control_plane()
            except BaseException:
                # Stop all processes. The logs stay: the error names them.
                self._stop()
                raise

    def load(self, archive: Path) -> None:
        """Import an image archive (OCI or docker save) for the pods."""
        with step(f"load {archive.name}"):
            node.import_image(self.instance, archive)

    def down(self) -> None:
        """Stop the cluster and delete its state."""
        with lock(f"cluster-{self.instance.tag}"), step(f"stop cluster '{self.instance.name}'"):
            self._stop()
            self.instance.remove()

    def status(self) -> list[str]:
        """Return lines for a person: addresses, whether the cluster answers, each server with its memory."""
        facts = self._facts()
        pid = self.instance.supervisor_pid()
        if not pid:
            return [f"cluster '{self.instance.name}' does not run"]
        if facts is None:
            return [f"cluster '{self.instance.name}' is being started (supervisor {pid})"]
        answers = "ready" if self._answers(facts) else "DOES NOT ANSWER"
        return [
            f"cluster '{self.instance.name}': API server https://{facts.api} {answers}",
            f"  kubeconfig  {self.kubeconfig}",
            f"  logs        {self.instance.logs}",
            f"  host        {facts.host_ip} (the address of this machine for pods)",
            f"  supervisor  pid {pid}",
            *(f"  {line}" for line in self.instance.describe_services()),
        ]

    def _facts(self) -> Facts | None:
        if not self.instance.supervisor_pid():
            return None
        try:
            return Facts(**json.loads(self._facts_file.read_text()))
        except FileNotFoundError:
            return None

    def _answers(self, facts: Facts) -> bool:
        return Api(facts.api, Pki(self._pki_directory)).is_ready()

    def _check_prerequisites(self, with_node: bool) -> None:
        if with_node and os.geteuid() != 0:
            raise StepError(
                "pods need root (namespaces, mounts, cgroups): run as root, use kind with Docker,"
                " or start the control plane alone with --control-plane"
            )
        packages.ensure(packages.NODE if with_node else packages.CONTROL_PLANE)

    def _stop(self) -> bool:
        """Stop the processes of this instance. Its state directory remains. Return false if none ran."""
        ran = self.instance.stop()
        network.remove(self.instance.tag)
        cgroups.remove(self.instance.tag)
        return ran

    def _start_control_plane(self) -> None:
        kube = binaries.kube()
        endpoints = Endpoints("127.0.0.1", *free_ports(3))
        with step("start the control plane"):
            pki = self._prepare(endpoints)
            servers = controlplane.services(kube, self.instance.state, pki, endpoints, scheduler=False)
            self.instance.start(self._plan([], servers, packages.SYSTEM_PATH), namespaces=False)
            self._wait_for_control_plane(Api(endpoints.api, pki))
        self._finish(Facts(node=False, api=endpoints.api, host_ip=endpoints.host))

    def _start_with_node(self) -> None:
        kube, runtime, pause = binaries.kube(), binaries.runtime(), binaries.pause_image()
        binaries.coredns()
        state, tag = self.instance.state, self.instance.tag
        with lock("cluster-subnets"), step("make certificates, namespaces and their network"):
            link = network.choose_link(tag)
            endpoints = Endpoints(link.node_ip)
            pki = self._prepare(endpoints)
            node.issue_certificates(pki, endpoints)
            node.write_config(state, pki, endpoints, cgroups.parent(tag))
            servers = controlplane.services(kube, state, pki, endpoints, scheduler=True)
            servers += node.services(state, endpoints)
            setup = node.setup_commands(state, link)
            plan = self._plan(setup, servers, f"{runtime}:{packages.SYSTEM_PATH}")
            cgroups.create(tag)
            self.instance.start(plan, namespaces=True)
            network.connect(link, self.instance.supervisor_pid())
        api = Api(endpoints.api, pki)
        with step("start the control plane"):
            self._wait_for_control_plane(api)
        with step("start the node"):
            self._wait("containerd", lambda: node.containerd_answers(self.instance))
            node.import_image(self.instance, pause)
            node.apply_addons(kube, state, self.kubeconfig)
            self._wait("kubelet", lambda: api.node_is_ready(node.NAME))
            self._wait("coredns", lambda: node.dns_is_ready(endpoints))
        self._finish(Facts(node=True, api=endpoints.api, host_ip=link.host_ip))

    def _prepare(self, endpoints: Endpoints) -> Pki:
        (self.instance.state / "config").mkdir(parents=True, mode=0o700)
        pki = Pki(self._pki_directory)
        controlplane.issue_certificates(pki, endpoints)
        context = f"dat-{self.instance.name}"
        pki.write_kubeconfig(self.kubeconfig, f"https://{endpoints.api}", "admin", context)
        return pki

    def _plan(self, setup: list[list[str]], services: list[Service], path: str) -> Plan:
        places = (self.instance.logs, self.instance.status_file, self.instance.stopped)
        return Plan(setup, services, {"PATH": path}, *map(str, places))

    def _wait_for_control_plane(self, api: Api) -> None:
        self._wait("kube-apiserver", api.is_ready)
        self._wait("kube-controller-manager", api.controllers_work)

    def _wait(self, service: str, condition: Callable[[], bool]) -> None:
        """Wait until a service is ready. Raise StepError if it cannot become ready any more."""
        failure = f"is not ready after {_START_SECONDS:.0f} s"

        def decided() -> bool:
            nonlocal failure
            if condition():
                failure = ""
            elif not self.instance.supervisor_pid():
                failure = "lost its supervisor"
            elif self.instance.starts(service) > _MAX_STARTS:
                failure = "ends after every start"
            else:
                return False
            return True

        wait_until(decided, _START_SECONDS)
        if failure:
            tails = [self.instance.log_tail(name) for name in ("supervisor", service)]
            raise StepError("\n".join([f"{service} {failure}", *tails]))

    def _finish(self, facts: Facts) -> None:
        new = self._facts_file.with_suffix(".new")
        new.write_text(json.dumps(asdict(facts)))
        new.rename(self._facts_file)
