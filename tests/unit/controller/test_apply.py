"""Carrying plans out: each object by itself, each refusal its own, nothing twice."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from dat_operator.controller import apply
from dat_operator.controller.apply import Applier
from dat_operator.controller.objects.store import Store
from dat_operator.controller.objects.writes import Plan
from dat_operator.kube.errors import KubeError

META = {
    "namespace": "dat",
    "resourceVersion": "1",
    "generation": 1,
    "creationTimestamp": "2026-11-21T11:00:00Z",
}
LABELS = {"app.kubernetes.io/managed-by": "dat-operator", "dat.asdf.io/ecosystem": "fruit"}
OWNER = {"kind": "DATEcosystem", "name": "fruit", "uid": "uid-fruit"}


def manifest(kind: str, name: str, **more: Any) -> dict[str, Any]:
    meta = {"namespace": "dat", "name": name, "labels": LABELS, "ownerReferences": [OWNER]}
    return {"kind": kind, "metadata": meta, **more}


def token(name: str) -> dict[str, Any]:
    spec = {"ecosystemRef": {"name": "fruit"}}
    return {"kind": "DATToken", "metadata": {**META, "name": name, "uid": name}, "spec": spec, "status": {}}


@dataclass
class Server:
    """Takes writes; ``refuses`` the statuses of some objects, has ``others`` under some names, by a webhook
    adds ``added`` to specs."""

    refuses: set[str] = field(default_factory=set)
    others: dict[str, dict[str, Any]] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)
    writes: list[tuple[str, str, Any]] = field(default_factory=list)

    async def create(self, body: Any) -> bool:
        name = body["metadata"]["name"]
        self.writes.append(("create", name, body))
        return name not in self.others

    async def find(self, body: Any) -> Any:
        return self.others.get(body["metadata"]["name"])

    async def patch(self, body: Any, change: Any) -> Any:
        self.writes.append(("patch", body["metadata"]["name"], change))
        spec = {**body.get("spec", {}), **change.get("spec", {}), **self.added}
        meta = {**body["metadata"], "resourceVersion": str(int(body["metadata"]["resourceVersion"]) + 1)}
        return {**body, "metadata": meta, "spec": spec}

    async def patch_status(self, body: Any, status: Any) -> Any:
        name = body["metadata"]["name"]
        self.writes.append(("status", name, status))
        if name in self.refuses and "poison" in status:
            raise KubeError(f"PATCH {name}", 422, "status.poison: unknown")
        return {**body, "status": copy.deepcopy(dict(status))}

    async def delete(self, body: Any) -> None:
        self.writes.append(("delete", body["metadata"]["name"], None))
        raise KubeError("DELETE x", 403, "not allowed")


def applier(server: Server, *known: dict[str, Any]) -> Applier:
    store = Store(lambda _: None)
    for body in known:
        store.put_page(body["kind"], [body])
    return Applier(server, store)  # type: ignore[arg-type]


async def test_a_status_that_is_refused_costs_no_other_its_turn_and_its_object_says_so() -> None:
    server = Server(refuses={"apple"})
    writes = applier(server)
    plan = Plan(statuses=[(token("apple"), {"poison": 1}), (token("pear"), {"supply": 1})])
    await writes.apply([plan])
    assert ("status", "pear", {"supply": 1}) in server.writes
    written = [status for _, name, status in server.writes if name == "apple"][-1]
    ready = next(c for c in written["conditions"] if c["type"] == "Ready")
    assert (ready["status"], ready["reason"]) == ("False", "StatusRejected")
    assert "status.poison: unknown" in ready["message"]
    count = len(server.writes)
    await writes.apply([Plan(statuses=[(token("apple"), {"poison": 2})])])
    assert len(server.writes) == count, "it is not tried again at once"


async def test_each_plan_is_made_after_the_one_before_it_is_written() -> None:
    """So the new statuses of all tokens are never in memory at once."""
    server = Server()
    written_before = []

    def plans() -> Iterator[Plan]:
        for name in ("apple", "pear", "plum"):
            written_before.append(len(server.writes))
            yield Plan(statuses=[(token(name), {"supply": 1})])

    await applier(server).apply(plans())
    assert written_before == [0, 1, 2]


async def test_a_deletion_that_is_refused_costs_no_status() -> None:
    server = Server()
    await applier(server).apply([Plan(delete=[token("old")], statuses=[(token("pear"), {"supply": 1})])])
    assert ("status", "pear", {"supply": 1}) in server.writes


@pytest.mark.parametrize("kind", ["ConfigMap", "CronJob", "Job"])
@pytest.mark.parametrize("labels", [{}, LABELS])
async def test_what_another_owns_is_never_taken_over(kind: str, labels: dict[str, str]) -> None:
    other = {"uid": "another", "kind": "DATEcosystem", "name": "fruit-apple"}
    meta = {**META, "name": "x", "labels": labels, "ownerReferences": [other]}
    server = Server(others={"x": {"kind": kind, "metadata": meta}})
    writes = applier(server)
    part = {"create": [manifest(kind, "x")]} if kind == "Job" else {"apply": [manifest(kind, "x")]}
    await writes.apply([Plan(**part)])  # type: ignore[arg-type]
    assert writes.taken == {f"{kind} x"}
    assert "of DATEcosystem fruit-apple" in writes.refused[f"{kind} x"]
    assert [what for what, _, _ in server.writes] == ["create"]


async def test_a_name_that_is_taken_is_remembered_while_the_plan_leaves_it_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the DATCycle of that name would be tried in every other pass."""
    server = Server(others={"x": {"kind": "Job", "metadata": {**META, "name": "x"}}})
    writes = applier(server)
    await writes.apply([Plan(create=[manifest("Job", "x")])])
    await writes.apply([Plan()])
    assert writes.taken == {"Job x"}
    monkeypatch.setattr(apply, "REJECTED_PAUSE_SECONDS", 0)
    await writes.apply([Plan()])
    assert not writes.taken, "after a while it is tried again"


async def test_ours_that_the_store_has_not_seen_yet_is_no_taken_name() -> None:
    server = Server(others={"x": {**manifest("CronJob", "x"), "spec": {}}})
    writes = applier(server)
    await writes.apply([Plan(apply=[manifest("CronJob", "x")])])
    assert not writes.refused


async def test_what_the_api_server_makes_otherwise_is_not_fought() -> None:
    """A webhook of the cluster's that adds a field: one write, not one in every pass."""
    there = manifest("CronJob", "x", spec={"suspend": True})
    there["metadata"] = {**there["metadata"], **META}
    server = Server(added={"webhook": "was here"})
    writes = applier(server, there)
    for _ in range(3):
        await writes.apply([Plan(apply=[manifest("CronJob", "x", spec={"suspend": False})])])
    assert len(server.writes) == 1


async def test_what_is_as_it_should_be_is_not_written() -> None:
    there = manifest("CronJob", "x", spec={"suspend": False})
    there["metadata"] = {**there["metadata"], **META}
    server = Server()
    await applier(server, there).apply([Plan(apply=[manifest("CronJob", "x", spec={"suspend": False})])])
    assert server.writes == []
