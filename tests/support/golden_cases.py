"""Turns a case's YAML into what the operator observes, and its plan into YAML."""

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import yaml

from dat_operator.api import API_VERSION
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.plan import make_plans
from dat_operator.controller.settings import Settings
from dat_operator.domain.cycle_event import CycleEvent, Landed
from tests.support.golden_chain import chain_of

CASES = Path(__file__).parents[1] / "unit/controller/golden"
SETTINGS = Settings(
    namespace="dat",
    image="dat-operator:1",
    job_service_account="dat-jobs",
    pod_name="dat-0",
    admin_secrets=("fruit-admin",),
    operator_secrets=("fruit-operator",),
)
NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
BEFORE = datetime.datetime(2026, 11, 21, 11, 0, tzinfo=datetime.UTC)
SETTLING_PASSES = 4
GoldenInput = dict[str, Any]
PARTS = {"DATEcosystem": "ecosystem", "DATToken": "tokens", "DATCycle": "cycles", "CronJob": "cron_jobs"}


def input_of(case: Path) -> GoldenInput:
    """What a case observes."""
    about = _read(case / "input.yaml")
    given = _read(CASES / "base.yaml")
    if about["given"] == "settled":
        given = _settled(merged(given, _read(CASES / "settled.yaml")))
        given = _settled(merged(given, about.get("before") or {}))
    return dict(merged(given, about.get("then") or {}))


def plan_of(given: GoldenInput, now: datetime.datetime = NOW) -> Plan:
    """What the operator would do."""
    return Plan.merge(make_plans(observed(given), SETTINGS, now))


def shown(plan: Plan) -> dict[str, Any]:
    """A plan as a reviewer wants to read it."""
    parts = {
        "apply": plan.apply,
        "create": plan.create,
        "finalizers": {f"DATToken {b['metadata']['name']}": list(names) for b, names in plan.finalizers},
        "delete": [f"{body['kind']} {body['metadata']['name']}" for body in plan.delete],
        "events": [
            f"{e.type} {e.reason} ({e.about['kind']} {e.about['metadata']['name']}): {e.message}"
            for e in plan.events
        ],
        "status": {
            f"{body['kind']} {body['metadata']['name']}": _changes(body.get("status", {}), status)
            for body, status in plan.statuses
        },
    }
    return {name: part for name, part in parts.items() if part}


def merged(old: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None and name not in ("chain", "root"):
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def written(given: GoldenInput, plan: Plan) -> GoldenInput:
    """The same input after the API server has accepted a plan."""
    given = dict(given)
    for manifest in accepted(given, plan):
        name = manifest["metadata"]["name"]
        match manifest["kind"]:
            case "ConfigMap":
                given["config_map"] = manifest
            case "CronJob":
                given["cron_jobs"] = {**given["cron_jobs"], name: manifest}
            case "Job":
                given["jobs"] = {
                    **given["jobs"],
                    name: {**given["jobs"][name], "spec": manifest["spec"]},
                }
    for body in plan.delete:
        part = PARTS[body["kind"]]
        given[part] = {key: value for key, value in given[part].items() if key != body["metadata"]["name"]}
    for body, finalizers in plan.finalizers:
        name = body["metadata"]["name"]
        metadata = {**given["tokens"][name].get("metadata", {}), "finalizers": list(finalizers)}
        given["tokens"] = {
            **given["tokens"],
            name: {**given["tokens"][name], "metadata": metadata},
        }
    for body, status in plan.statuses:
        patch = {"status": status}
        name, part = body["metadata"]["name"], PARTS[body["kind"]]
        if part == "ecosystem":
            given[part] = {**given[part], **patch}
        else:
            given[part] = {**given[part], name: {**given[part][name], **patch}}
    return given


def accepted(given: GoldenInput, plan: Plan) -> list[dict[str, Any]]:
    """The applied objects of a plan that the API server accepts."""
    rejected = given.get("rejected", {})
    return [m for m in plan.apply if f"{m['kind']} {m['metadata']['name']}" not in rejected]


def _settled(given: GoldenInput) -> GoldenInput:
    for _ in range(SETTLING_PASSES):
        plan = plan_of(given, BEFORE)
        if not shown(plan):
            return given
        given = written(given, plan)
    raise AssertionError(f"the plan does not settle: {shown(plan)}")


def observed(given: GoldenInput) -> Observed:
    ecosystem = _object("DATEcosystem", "fruit", given["ecosystem"]) if given.get("ecosystem") else None
    tokens = tuple(_object("DATToken", name, body) for name, body in sorted(given["tokens"].items()))
    return Observed(
        name="fruit",
        ecosystem=ecosystem,
        tokens=tokens,
        config_map=given.get("config_map"),
        cron_jobs=tuple(body for _, body in sorted(given["cron_jobs"].items())),
        jobs=tuple(job_body(name, body) for name, body in sorted(given["jobs"].items())),
        pods=tuple(pod_body(name, body) for name, body in sorted(given["pods"].items())),
        cycles=tuple(_object("DATCycle", name, body) for name, body in sorted(given["cycles"].items())),
        chain=chain_of(given, int(NOW.timestamp())) if ecosystem and given["chain"] else None,
        chain_error=given.get("chain_error"),
        rejected=given.get("rejected", {}),
        taken_names=frozenset(given.get("taken_names", ())),
        namespace_terminating=given.get("namespace_terminating", False),
        deleted_jobs=frozenset(given.get("deleted_jobs", ())),
        landed_by_signature={
            signature: (_landed(signature, event),) for signature, event in given["landed"].items()
        },
        recovered_by_job={
            job: tuple(_landed(signature, event) for signature, event in cycles.items())
            for job, cycles in given.get("recovered", {}).items()
        },
    )


def _landed(signature: str, event: Any) -> Landed:
    """``event``: the fields of a cycle's event that matter."""
    names = [f.name for f in dataclasses.fields(CycleEvent)]
    whole = dict.fromkeys(names, 0) | {"state": "", "cycle_id": b""} | event
    return Landed(signature, 1, CycleEvent(**whole))


def _object(kind: str, name: str, body: Any) -> dict[str, Any]:
    defaults = {
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "dat",
            "uid": f"uid-{name}",
            "generation": 1,
            "resourceVersion": "1",
            "creationTimestamp": "2026-11-01T00:00:00Z",
        },
    }
    return dict(merged(defaults, body))


def job_body(name: str, body: Any) -> dict[str, Any]:
    """``purpose``, and ``ended``: Complete or Failed, if it has; ``message`` of that condition.

    ``metadata`` and ``spec``: what else they hold; ``args`` of its container.
    """
    conditions = []
    if ended := body.get("ended"):
        conditions = [
            {
                "type": ended,
                "status": "True",
                "lastTransitionTime": body.get("at", "2026-11-21T11:59:00Z"),
                "message": body.get("message", ""),
            }
        ]
    labels = {"dat.asdf.io/ecosystem": "fruit", "dat.asdf.io/purpose": body["purpose"]}
    return {
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": "dat",
            "uid": f"uid-{name}",
            "labels": labels,
            "creationTimestamp": "2026-11-21T11:58:50Z",
            **body.get("metadata", {}),
        },
        "spec": {
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"args": body.get("args", ["cycle", "run"])}]},
            },
            **body.get("spec", {}),
        },
        "status": {"conditions": conditions},
    }


def pod_body(name: str, body: Any) -> dict[str, Any]:
    """``job`` and ``said``, its termination message; else ``created``, and its ``spec`` and ``status``."""
    terminated = {"finishedAt": body.get("at", "2026-11-21T11:58:59Z"), "message": body.get("said")}
    created = body.get("created", "2026-11-21T11:58:50Z")
    labels = {"batch.kubernetes.io/job-name": body["job"]}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels, "creationTimestamp": created},
        "spec": body.get("spec", {}),
        "status": body.get("status", {"containerStatuses": [{"state": {"terminated": terminated}}]}),
    }


def _changes(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    had = {c["type"]: c for c in old.get("conditions", [])}
    changed = {name: value for name, value in new.items() if value != old.get(name)}
    if "conditions" in changed:
        conditions = [c for c in new["conditions"] if c != had.get(c["type"])]
        changed["conditions"] = _conditions(conditions)
        if gone := sorted(had.keys() - {c["type"] for c in new["conditions"]}):
            changed["conditions gone"] = gone
    if gone_fields := sorted(old.keys() - new.keys()):
        changed["gone"] = gone_fields
    return changed


def _conditions(conditions: list[dict[str, Any]]) -> dict[str, str]:
    """What each type says; of several that say the same of something unknown, what and which."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for c in conditions:
        said = f"{c['status']} {c['reason']} since {c['lastTransitionTime']}: {c['message']}"
        together = said if c["status"] == "Unknown" else c["type"]
        kinds.setdefault((together, said), []).append(c["type"])
    shared = {said: ", ".join(types) for (_, said), types in kinds.items() if len(types) > 1}
    return {types[0]: said for (_, said), types in kinds.items() if len(types) == 1} | shared


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text())
