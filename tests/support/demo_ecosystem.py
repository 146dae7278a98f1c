"""An ecosystem at work: asked for cycles, looked at, waited for."""

import contextlib
import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from dat_operator.api import API_VERSION
from dat_operator.domain.timestamp import timestamp
from hack.common.steps import StepError
from hack.demo.environment import NAMESPACE, Environment
from hack.demo.ledger import Ledger
from hack.demo.scenario import ECOSYSTEM, Scenario
from tests.support import ledger_checks
from tests.support.waiting import until

Body = dict[str, Any]
T = TypeVar("T")
OPERATOR = ("--selector", "app.kubernetes.io/name=dat-operator")
SECONDS = 240.0
POLL_SECONDS = 0.5
"""A kubectl takes a tenth of a second of a core."""
NOT_OF_THE_CHAIN = ("conditions", "observedGeneration", "nextScheduleTime")
LOOKS = (
    ("get", "nodes,pods,jobs,cronjobs,leases,datcycles"),
    ("get", "dateco,dattokens,datcycles", "-o", "yaml"),
    ("get", "events", "--sort-by=.lastTimestamp"),
    ("logs", *OPERATOR, "--prefix", "--tail=40"),
    ("logs", *OPERATOR, "--prefix", "--tail=20", "--previous"),
)


def now() -> str:
    """The time as Kubernetes writes it."""
    return timestamp(datetime.datetime.now(datetime.UTC))


@dataclass(frozen=True)
class DemoEcosystem:
    """``opening``: the cycles of other tests, which delete pods and their reports with them."""

    environment: Environment
    scenario: Scenario
    opening: Ledger

    @classmethod
    def of(cls, environment: Environment, scenario: Scenario) -> "DemoEcosystem":
        """As it is now."""
        return cls(environment, scenario, ledger_checks.ledger_of(environment, scenario))

    def check_books(self) -> Ledger:
        """What is recorded and shown is what is on chain; the cycles by token."""
        return ledger_checks.check(self.environment, self.scenario, self.opening)

    def until(self, condition: Callable[[], T | None], what: str) -> T:
        """Wait for a condition; an API server that does not answer has not shown it."""

        def seen() -> T | None:
            try:
                return condition()
            except StepError:
                return None

        return until(seen, what, seconds=SECONDS, every=POLL_SECONDS, look_at=self.look)

    def look(self) -> str:
        """What to look at when something does not happen."""
        found = []
        for words in LOOKS:
            try:
                found.append(self.environment.kubectl(*words, "--request-timeout=10s"))
            except StepError as error:
                found.append(str(error))
        return "\n".join([*found, *self.environment.cluster.status()])

    def patch(self, spec: Body) -> None:
        """Change the ecosystem's spec."""
        patch = json.dumps({"spec": spec})
        self.environment.kubectl("patch", "datecosystem", ECOSYSTEM, "--type=merge", "--patch", patch)

    @contextlib.contextmanager
    def due_every_minute(self) -> Iterator[None]:
        """Have the CronJob start a run every minute."""
        before = self._schedule()
        try:
            self._set_schedule("* * * * *")
            yield
        finally:
            self._set_schedule(before)

    def tell_jobs(self, spec: Body, shown: str) -> None:
        """Change the ecosystem's spec, and wait until its Jobs' configuration contains ``shown``."""
        self.patch(spec)
        config = f"{ECOSYSTEM}-config"
        self.until(
            lambda: shown in self.environment.get("configmap", config)["data"]["ecosystem.json"],
            f"{shown} in {config}",
        )

    def ask(self, name: str) -> None:
        """Ask for a cycle of all tokens."""
        spec = {"ecosystemRef": {"name": ECOSYSTEM}}
        meta = {"name": name, "namespace": NAMESPACE}
        self.environment.apply(
            {"apiVersion": API_VERSION, "kind": "DATCycle", "metadata": meta, "spec": spec}
        )

    def runs(self, name: str) -> bool:
        """Whether the pod of a DATCycle's Job runs."""
        pods = self.environment.get("pods", "-l", f"batch.kubernetes.io/job-name={name}")["items"]
        return any(pod["status"]["phase"] == "Running" for pod in pods)

    def scheduled_since(self, moment: str) -> bool:
        """Whether the record of a run that the CronJob has started after a moment is there."""
        since = [r for r in self.records() if r["metadata"]["creationTimestamp"] >= moment]
        return "Schedule" in [record.get("status", {}).get("trigger") for record in since]

    def records(self) -> list[Body]:
        """All DATCycles."""
        items: list[Body] = self.environment.get("datcycles")["items"]
        return items

    def record(self, name: str) -> Body:
        """The status of a DATCycle."""
        return dict(self.environment.get("datcycle", name)["status"])

    def until_recorded(self) -> None:
        """Wait until no run is under way, and all that ever ran are recorded with their amounts."""
        self.until(self._all_recorded, "records of all runs")

    def condition(self, kind: str, name: str, type_: str) -> Body:
        """One condition; empty if it is not there yet."""
        conditions = self.environment.get(kind, name).get("status", {}).get("conditions", [])
        return next((condition for condition in conditions if condition["type"] == type_), {})

    def conditions(self) -> dict[tuple[str, str], tuple[str, str]]:
        """By object and type: status, and since when."""
        return {
            (body["metadata"]["name"], c["type"]): (c["status"], c["lastTransitionTime"])
            for body in self.environment.get("datecosystems,dattokens")["items"]
            for c in body["status"]["conditions"]
        }

    def numbers(self) -> dict[str, Body]:
        """What the statuses of the ecosystem and its tokens say of the chain."""
        return {
            body["metadata"]["name"]: {k: v for k, v in body["status"].items() if k not in NOT_OF_THE_CHAIN}
            for body in self.environment.get("datecosystems,dattokens")["items"]
        }

    def ready(self) -> bool:
        """Whether all replicas of the operator are Ready."""
        deployment = self.environment.get("deployment", "dat-operator")
        return bool(deployment["status"].get("readyReplicas") == deployment["spec"]["replicas"])

    def restarts(self) -> dict[str, int]:
        """How often each of the operator's containers was started again."""
        pods = self.environment.get("pods", *OPERATOR)["items"]
        return {p["metadata"]["name"]: p["status"]["containerStatuses"][0]["restartCount"] for p in pods}

    def _all_recorded(self) -> bool:
        records = self.records()
        ended = {r["metadata"]["name"] for r in records if "completionTime" in r.get("status", {})}
        done = [t for r in records for t in r.get("status", {}).get("tokens", []) if "signature" in t]
        jobs = self.environment.get("jobs", "-l", "dat.asdf.io/purpose=cycle")["items"]
        names = {body["metadata"]["name"] for body in (*records, *jobs)}
        return names == ended and all("burned" in token for token in done)

    def _schedule(self) -> str:
        return str(self.environment.get("cronjob", f"{ECOSYSTEM}-cycle")["spec"]["schedule"])

    def _set_schedule(self, schedule: str) -> None:
        self.patch({"cycle": {"schedule": schedule}})
        self.until(lambda: self._schedule() == schedule, f"the schedule {schedule}")
