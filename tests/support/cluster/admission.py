"""Objects as the operator renders them, sent to the API server with the operator's account."""

import copy
import json
from functools import cache
from typing import Any

from tests.support.cluster.api_server import Body, Namespace
from tests.support.golden_cases import CASES, input_of, plan_of


@cache
def rendered(kind: str) -> tuple[Body, ...]:
    """All objects of a kind that the operator makes in the golden cases, each once."""
    found: dict[str, Body] = {}
    for case in sorted(CASES.glob("*/input.yaml")):
        plan = plan_of(input_of(case.parent))
        for manifest in [*plan.apply, *plan.create]:
            # Without it, it only lets a Job go.
            if manifest["kind"] == kind and "ownerReferences" in manifest["metadata"]:
                found[json.dumps(manifest, sort_keys=True)] = manifest
    return tuple(found.values())


def in_namespace(namespace: Namespace, manifest: Body) -> Body:
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace.name}}


def without_owners(body: Body) -> Body:
    """To stay: its owners in the golden cases are nowhere, so the garbage collector would delete it."""
    return {**body, "metadata": {**body["metadata"], "ownerReferences": []}}


def set_up_job() -> Body:
    return copy.deepcopy(next(m for m in rendered("Job") if "-setup-" in m["metadata"]["name"]))


def cycle_job_running(*args: str, purpose: str = "cycle") -> Body:
    job = copy.deepcopy(next(m for m in rendered("Job") if "-setup-" not in m["metadata"]["name"]))
    template = job["spec"]["template"]
    template["spec"]["containers"][0]["args"] = list(args)
    template["metadata"]["labels"]["dat.asdf.io/purpose"] = purpose
    wallet = "fruit-admin" if purpose == "setup" else "fruit-operator"
    template["spec"]["volumes"][1]["secret"]["secretName"] = wallet
    return job


def config_map_of_jobs(**metadata: Any) -> Body:
    config_map = copy.deepcopy(rendered("ConfigMap")[0])
    config_map["metadata"] |= metadata
    return config_map


def account(namespace: Namespace) -> str:
    return f"system:serviceaccount:{namespace.name}:dat"


def refusal(namespace: Namespace, body: Body) -> str:
    """The API server's refusal when the operator creates this; empty if it may."""
    return message_of(namespace.try_create(in_namespace(namespace, body), account(namespace)))


def refusal_of_change(namespace: Namespace, there: Body, patch: Body) -> str:
    """The same of a change of an object that is there."""
    return message_of(namespace.try_merge(there, patch, account(namespace)))


def message_of(answer: Body) -> str:
    return str(answer["message"]) if answer["kind"] == "Status" else ""
