"""A story that the operator works through: from resources that are applied to a finished cycle."""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.support.chain.ecosystem import SOL
from tests.support.cluster.api_proxy import Hung, KubeProxy, Write
from tests.support.cluster.api_server import Body
from tests.support.tenant import Tenant
from tests.support.waiting import until

VOLATILE = frozenset(
    {"lastTransitionTime", "addresses", "signature", "id", "time", "startTime", "completionTime"}
    | {"durationSeconds", "operatorLamports", "display"}
)
"""Fields of a status that differ in each story: times, and values that depend on its new keys."""


T = TypeVar("T")


End = dict[str, Any]
"""Single values by where they are."""


@dataclass
class Story:
    """One telling of it, with its own namespace and its own ecosystem on the shared chain."""

    tenant: Tenant
    proxy: KubeProxy
    kills: threading.Event = field(default_factory=threading.Event)
    points: list[str] = field(default_factory=list)
    """The writes that have come by, each once."""

    def point(self, write: Write) -> str:
        """What a write is, whenever and in whichever story it comes."""
        plural, *rest = write.path.split(f"/namespaces/{self.tenant.namespace.name}/")[1].split("/")
        body = write.body
        if plural == "events":
            about = body["involvedObject"]
            what = f"{about['kind']} {about['name']} {body['reason']}"
        elif rest[1:] == ["status"]:
            what = f"{'/'.join(rest)} {ready_of(body)} {sorted(body['status'])}"
        else:
            what = "/".join(rest or [body["metadata"]["name"]])
        return self.common(f"{write.method} {plural} {what}")

    def common(self, text: str) -> str:
        """Without what differs from story to story: hashes of what is to be set up."""
        text = re.sub(r"-setup-[0-9a-f]{10}", "-setup", text)
        for name, coin in self.tenant.coins.items():
            text = text.replace(str(coin.mint), name)
        return text.replace(self.tenant.ecosystem, "ECO").replace(self.tenant.namespace.name, "NAMESPACE")

    def kill(self) -> None:
        """From a rule: the process that has made this request ends now, and hears nothing."""
        self.tenant.operator.kill()
        self.kills.set()
        raise Hung

    def tell(self) -> End:
        """The story, and its end."""
        tenant = self.tenant
        root, apple = tenant.launch("root"), tenant.launch("apple")
        with self._operator_again_and_again(), tenant.kubelet.at_work():
            tenant.apply_ecosystem()
            tenant.apply_token("root", root.mint, "Root")
            tenant.apply_token("apple", apple.mint)
            for kind, name in (
                ("DATEcosystem", tenant.ecosystem),
                ("DATToken", "root"),
                ("DATToken", "apple"),
            ):
                self._until(lambda k=kind, n=name: self._is_ready(k, n), f"{kind} {name} ready")  # type: ignore[misc]
            tenant.trade("apple", 3 * SOL)
            self._until(lambda: pending(tenant) > 5_690_000, "pending fees")
            tenant.wish("asked")
            self._until(lambda: tenant.record("asked"), "the end of the DATCycle")
            self._until(lambda: tenant.token("apple")["status"]["totals"]["cycles"], "its totals")
            return self._end()

    def _end(self) -> End:
        def unchanged() -> End | None:
            before = self._snapshot()
            time.sleep(1.2)  # Two polls; there is no condition for "nothing more comes".
            return before if self._passes() > 2 and self._snapshot() == before else None

        return self._until(unchanged, "an end of changes")

    def _passes(self) -> float:
        """Reconciliations of the process that works now."""
        lines = (self.tenant.operator.answers("/metrics") or "").splitlines()
        done = (line for line in lines if line.startswith('dat_reconcile_total{result="success"}'))
        return float(next(done, "0").split()[-1])

    def _until(self, condition: Callable[[], T | None], what: str) -> T:
        """Wait as long as the operator is killed and started again."""
        return until(condition, what, look_at=self.tenant.look, seconds=300)

    def _is_ready(self, kind: str, name: str) -> bool:
        return ("Ready", "True") in [(c["type"], c["status"]) for c in self.tenant.conditions(kind, name)]

    def _snapshot(self) -> End:
        namespace = self.tenant.namespace
        statuses = {
            f"{kind} {body['metadata']['name']}": lasting(body.get("status"))
            for kind in ("DATEcosystem", "DATToken", "DATCycle")
            for body in namespace.list(kind)
        }
        events = Counter(
            f"{event['involvedObject']['name']} {event['type']} {event['reason']} {event['message']}"
            for event in namespace.list("Event")
            if event["source"].get("component") == "dat-operator"
        )
        config = self.tenant.config() | {"rpc": None}
        jobs = {
            job["metadata"]["name"]: job["spec"].get("ttlSecondsAfterFinished")
            for job in namespace.list("Job")
        }
        cron_jobs = [cron_job["spec"] for cron_job in namespace.list("CronJob")]
        found = {
            "statuses": statuses,
            "events": events,
            "config": config,
            "jobs": jobs,
            "cron jobs": cron_jobs,
        }
        return dict(leaves("", json.loads(self.common(json.dumps(found)))))

    @contextmanager
    def _operator_again_and_again(self) -> Iterator[None]:
        """Start it, and whenever it was killed the next one, with the Lease free."""
        ended, operator = threading.Event(), self.tenant.operator

        def restart() -> None:
            while not ended.is_set():
                if self.kills.wait(0.1):
                    self.kills.clear()
                    if self.tenant.namespace.get("Lease", "dat-operator"):
                        self.tenant.namespace.delete("Lease", "dat-operator")
                    operator.spawn()

        thread = threading.Thread(target=restart)
        operator.spawn()
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            operator.kill()


def ready_of(body: Body) -> str:
    return next((c["reason"] for c in body["status"].get("conditions", []) if c["type"] == "Ready"), "")


def lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: lasting(below) for key, below in value.items() if key not in VOLATILE}
    return [lasting(below) for below in value] if isinstance(value, list) else value


def leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """All single values by where they are."""
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(f"{path}/{key}", below)
    else:
        yield path, value


def different(end: End, other: End) -> dict[str, tuple[Any, Any]]:
    """Where two ends differ."""
    paths = [path for path in {**end, **other} if end.get(path) != other.get(path)]
    return {path: (end.get(path), other.get(path)) for path in paths}


def pending(tenant: Tenant) -> int:
    return int(tenant.token("apple")["status"]["pendingFees"]["totalLamports"])
