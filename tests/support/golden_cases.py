"""Turns a case's YAML into what the operator observes, and its plan into YAML."""

import dataclasses
import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from solders.pubkey import Pubkey

from dat_operator.api import API_VERSION
from dat_operator.chain import addresses as at
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.plan import make_plan
from dat_operator.controller.settings import Settings
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import CycleEvent, Landed
from dat_operator.domain.dat_accounts import Parameters, Role, RootShare, TokenStats
from dat_operator.domain.public_key import is_public_key
from dat_operator.domain.token_state import Mint, SharedFees, Sharing, TokenState
from dat_operator.domain.upgrade import Upgrade
from tests.support import chain_state as builders

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
World = dict[str, Any]
PARAMETERS = Parameters(2_000_000, 5_690_000, 1_000_000_000, 60, 100, 300)
"""What the program is set up with by a spec that says nothing of it."""
PARTS = {"DATEcosystem": "ecosystem", "DATToken": "tokens", "DATCycle": "cycles", "CronJob": "cron_jobs"}


def world_of(case: Path) -> World:
    """What a case observes."""
    given = _read(case / "input.yaml")
    world = _read(CASES / "base.yaml")
    if given["given"] == "settled":
        world = _settled(merged(world, _read(CASES / "settled.yaml")))
        world = _settled(merged(world, given.get("before") or {}))
    return dict(merged(world, given.get("then") or {}))


def plan_of(world: World, now: datetime.datetime = NOW) -> Plan:
    """What the operator would do."""
    return make_plan(observed(world), SETTINGS, now)


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


def written(world: World, plan: Plan) -> World:
    """The world after the API server has taken a plan."""
    world = dict(world)
    for manifest in taken(world, plan):
        name = manifest["metadata"]["name"]
        match manifest["kind"]:
            case "ConfigMap":
                world["config_map"] = manifest
            case "CronJob":
                world["cron_jobs"] = {**world["cron_jobs"], name: manifest}
            case "Job":
                world["jobs"] = {**world["jobs"], name: {**world["jobs"][name], "spec": manifest["spec"]}}
    for body in plan.delete:
        part = PARTS[body["kind"]]
        world[part] = {key: value for key, value in world[part].items() if key != body["metadata"]["name"]}
    for body, finalizers in plan.finalizers:
        name = body["metadata"]["name"]
        metadata = {**world["tokens"][name].get("metadata", {}), "finalizers": list(finalizers)}
        world["tokens"] = {**world["tokens"], name: {**world["tokens"][name], "metadata": metadata}}
    for body, status in plan.statuses:
        patch = {"status": status}
        name, part = body["metadata"]["name"], PARTS[body["kind"]]
        if part == "ecosystem":
            world[part] = {**world[part], **patch}
        else:
            world[part] = {**world[part], name: {**world[part][name], **patch}}
    return world


def taken(world: World, plan: Plan) -> list[dict[str, Any]]:
    """What of the applied the API server has not refused."""
    refused = world.get("refused", {})
    return [m for m in plan.apply if f"{m['kind']} {m['metadata']['name']}" not in refused]


def _settled(world: World) -> World:
    for _ in range(SETTLING_PASSES):
        plan = plan_of(world, BEFORE)
        if not shown(plan):
            return world
        world = written(world, plan)
    raise AssertionError(f"the plan does not settle: {shown(plan)}")


def observed(world: World) -> Observed:
    ecosystem = _object("DATEcosystem", "fruit", world["ecosystem"]) if world.get("ecosystem") else None
    tokens = tuple(_object("DATToken", name, body) for name, body in sorted(world["tokens"].items()))
    return Observed(
        name="fruit",
        ecosystem=ecosystem,
        tokens=tokens,
        config_map=world.get("config_map"),
        cron_jobs=tuple(body for _, body in sorted(world["cron_jobs"].items())),
        jobs=tuple(job_body(name, body) for name, body in sorted(world["jobs"].items())),
        pods=tuple(pod_body(name, body) for name, body in sorted(world["pods"].items())),
        cycles=tuple(_object("DATCycle", name, body) for name, body in sorted(world["cycles"].items())),
        chain=_chain(world) if ecosystem and world["chain"] else None,
        chain_error=world.get("chain_error"),
        refused=world.get("refused", {}),
        taken=frozenset(world.get("taken", ())),
        namespace_goes=world.get("namespaceGoes", False),
        gone=frozenset(world.get("gone", ())),
        landed={signature: (_landed(signature, event),) for signature, event in world["landed"].items()},
        recovered={
            job: tuple(_landed(signature, event) for signature, event in cycles.items())
            for job, cycles in world.get("recovered", {}).items()
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


def _chain(world: World) -> ChainState:
    facts, wallets = world["chain"], world["ecosystem"]["spec"]["wallets"]
    admin = Pubkey.from_string(wallets["admin"].get("base", wallets["admin"]["publicKey"]))
    program = Pubkey.from_string(world["ecosystem"]["spec"]["programId"])
    state = at.state_address(program, admin, "fruit")
    treasury = str(at.treasury_address(program, state))
    asked = {token["spec"]["mint"] for token in world["tokens"].values()}
    mints = [mint for mint in sorted(asked) if is_public_key(mint)]
    dat_state = builders.dat_state(
        admin=facts.get("admin", str(admin)),
        operator=wallets["operator"]["publicKey"],
        active=facts.get("active", True),
        paused=facts.get("paused", False),
        treasury=treasury,
        shared_authority=str(at.shared_authority_address(program, state)),
        root_mint=facts.get("root"),
        parameters=replace(PARAMETERS, **facts.get("parameters", {})),
        root_share=RootShare(**facts["rootShare"]) if "rootShare" in facts else RootShare(4480, 4480, 0),
    )
    return builders.chain(
        *(_token(program, state, mint, facts["tokens"].get(mint, {})) for mint in mints),
        time=int(NOW.timestamp()),
        program_deployed=facts["programDeployed"],
        state_address=str(state),
        treasury_address=treasury,
        state=dat_state if facts["initialized"] else None,
        treasury_lamports=facts["treasuryLamports"],
        operator_lamports=facts["operatorLamports"],
        admin_lamports=facts.get("adminLamports", 5_000_000_000),
        upgrade=Upgrade("pump", facts["upgrade"]["slot"], facts["upgrade"]["time"]),
        grown=tuple(facts.get("grown", ())),
        shared=SharedFees(0, 0, 0, 0, facts["sharedVaultMissingLamports"])
        if "sharedVaultMissingLamports" in facts
        else None,
    )


def _token(program: Pubkey, state: Pubkey, mint: str, facts: Any) -> TokenState:
    key = Pubkey.from_string(mint)
    supply = facts.get("supply")
    addresses = at.token_addresses(program, state, key, at.TOKEN if supply is not None else None)
    creator = {"creator": addresses.authority}
    coin_creator = {"coin_creator": addresses.authority}
    return builders.token(
        key,
        addresses=addresses,
        mint_account=Mint(str(at.TOKEN), supply, 6) if supply is not None else None,
        curve=builders.curve(**{**creator, **facts["curve"]}) if "curve" in facts else None,
        pool=builders.pool(**{**coin_creator, **facts["pool"]}) if "pool" in facts else None,
        sharing=Sharing(tuple(facts["sharing"].items()), admin_revoked=True) if "sharing" in facts else None,
        stats=_stats(key, facts["stats"]) if "stats" in facts else None,
        authority_lamports=facts.get("authorityLamports", 0),
        vault_lamports=facts.get("vaultLamports", 0),
        vault_missing_lamports=facts.get("vaultMissingLamports", 0),
        authority_missing_lamports=facts.get("authorityMissingLamports", 0),
        has_token_account=facts.get("tokenAccount", True),
        missing=tuple(facts.get("missing", ())),
        unreadable=facts.get("unreadable"),
    )


def _stats(mint: Pubkey, facts: Any) -> TokenStats:
    changes = {**facts, "role": Role(facts["role"])}
    for field in ("last_failed_id", "last_cycle_id"):
        if last := changes.pop(f"{field}_hex", None):
            changes[field] = bytes.fromhex(last)
    if share := changes.pop("root_share_bps", None):
        changes["root_share"] = RootShare(share, share, 0)
    return builders.stats(mint, **changes)


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
