"""The chart's Role is what the operator's code asks of the API server, no less and no more."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dat_operator.controller.apply import Applier
from dat_operator.controller.objects.manifests import ECOSYSTEM_LABEL
from dat_operator.controller.objects.store import Store
from dat_operator.entry.operator.watches import KINDS
from dat_operator.kube.client import Kube
from dat_operator.kube.errors import KubeError
from dat_operator.kube.lease import Lease
from tests.support.cluster.chart import CHART, render
from tests.support.golden_cases import CASES, input_of, plan_of

Right = tuple[str, str, str]
"""API group, resource[/subresource], verb."""
VERBS = {"GET": "get", "POST": "create", "PUT": "update", "DELETE": "delete"}


class Recorder(Kube):
    """Notes the rights that requests need, and makes none of them; what was created last can be read."""

    def __init__(self) -> None:
        self.rights: set[Right] = set()
        self._created: Mapping[str, Any] | None = None

    async def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        content_type: str = "application/json",  # noqa: ARG002
        query: object = (),  # noqa: ARG002
    ) -> Mapping[str, Any]:
        match = re.fullmatch(r"/apis?/(?:(\S+)/)?v\w+/namespaces/[^/]+/([^/]+)(?:/[^/]+(/\w+)?)?", path)
        assert match, path
        group, resource, subresource = (part or "" for part in match.groups())
        # A list of one, rather than a right to get.
        verb = "list" if method == "GET" and path.endswith(f"/{resource}") else VERBS.get(method, "patch")
        self.rights.add((group, resource + subresource, verb))
        if body is None:
            return {"items": []} if verb == "list" else self._read(path)
        if method == "POST":
            self._created = body
        owners = body.get("metadata", {}).get("ownerReferences", [])
        # What OwnerReferencesPermissionEnforcement asks of who names an owner; OpenShift has it by default.
        self.rights |= {finalizers(owner["kind"]) for owner in owners if owner["blockOwnerDeletion"]}
        if "metadata" not in body:
            return {}
        return {**body, "metadata": {"resourceVersion": str(len(self.rights)), **body["metadata"]}}

    def _read(self, path: str) -> Mapping[str, Any]:
        if self._created is None or not path.endswith("/" + self._created["metadata"]["name"]):
            raise KubeError(f"GET {path}", 404, "not found")
        return self._created


def finalizers(kind: str) -> Right:
    group, _, plural = KINDS[kind]
    return group, f"{plural}/finalizers", "update"


def granted() -> set[Right]:
    (role,) = [o for o in render("dat") if o["kind"] == "Role"]
    return {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def needed() -> set[Right]:
    """By the watches, and by what the plans of all golden cases come to."""
    watched = {(group, plural, verb) for group, _, plural in KINDS.values() for verb in ("list", "watch")}
    recorder = Recorder()
    for case in CASES.glob("*/input.yaml"):
        local = input_of(case.parent)
        store = Store(lambda _: None)
        for body in (*local["cron_jobs"].values(), *filter(None, [local.get("config_map")])):
            store.put_page(body["kind"], [{**body, "metadata": {"resourceVersion": "1", **body["metadata"]}}])
        applier, plan = Applier(recorder, store), plan_of(local)
        for job in (manifest for manifest in plan.apply if manifest["kind"] == "Job"):
            meta = {"labels": {ECOSYSTEM_LABEL: "fruit"}, "resourceVersion": "1", **job["metadata"]}
            store.put_page("Job", [{**job, "metadata": meta, "spec": {}}])
        # The cases' objects were never on an API server.
        deleted = [{**o, "metadata": {"uid": "", **o["metadata"]}} for o in plan.delete]
        asyncio.run(applier.apply([replace(plan, delete=deleted)]))
    asyncio.run(leader(Lease(recorder, "dat", "dat-operator", "one")))
    return watched | recorder.rights


async def leader(lease: Lease) -> None:
    await lease.acquire()
    await lease.release()


def test_the_role_is_what_is_needed() -> None:
    assert granted() == needed()


def documented() -> set[Right]:
    """The table of the chart's README: API group, resources, verbs, use."""
    section = (CHART / "README.md").read_text().split("\n## Rights\n")[1].split("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith(("| `", "| core |"))]
    return {
        ("" if group == "| core" else group.strip("| `"), resource, verb)
        for group, resources, verbs, *_ in rows
        for resource in re.findall("`([^`]+)`", resources)
        for verb in verbs.split(", ")
    }


def test_the_readme_names_every_right_of_the_role() -> None:
    assert documented() == granted()


def test_there_is_no_other_role() -> None:
    bound = [o for o in render("dat") if o["kind"].endswith(("Role", "RoleBinding"))]
    assert [o["kind"] for o in bound] == ["Role", "RoleBinding"]
    (subject,) = bound[1]["subjects"]
    assert (subject["kind"], subject["name"], subject["namespace"]) == (
        "ServiceAccount",
        "dat-operator",
        "dat",
    )
