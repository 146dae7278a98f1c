"""Every field of a spec changed, set to nonsense and changed back, where all is settled (the method of Acto).

The fields and the edges of what they take come from ``crds/``; what a schema cannot know (a schedule that is
none, a wallet that holds nothing) stands here, and a text field without such values fails. What the API
server refuses, it refuses with the field and the value or its bound. What it takes, the operator brings
about, or Ready says why not, naming the field or the value. Changed back, all is as it was, and stays so.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from solders.keypair import Keypair

from dat_operator.api import API_VERSION
from dat_operator.controller.jobs.pending_pods import STARTING_SECONDS
from dat_operator.kube.merge_patch import merge_patch
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.schema_fields import Field, changed, fields
from tests.support.tenant import Tenant
from tests.support.waiting import until

READY = "Ready"
STRANGER = str(Keypair().pubkey())
"""A wallet that holds nothing."""
NO_KEY = "1" * 40
"""Base58, but more than 32 bytes."""
NAMES = {"DATEcosystem": "acto", "DATToken": "apple", "DATCycle": "asked"}

OWN: dict[str, list[tuple[Any, str]]] = {
    "DATEcosystem.spec.rpc.endpoints[].url": [
        ("http://127.0.0.1:9", "ChainUnreadable"),
        ("http://", "ChainUnreadable"),
        ("http://127.0.0.1:99999", "ChainUnreadable"),
        ("http://no-such-host.invalid/v2/${KEY}", "ChainUnreadable"),
    ],
    "DATEcosystem.spec.rpc.endpoints[].websocketUrl": [
        ("ws://127.0.0.1:9", READY),
        ("ws://", "ChainUnreadable"),
    ],
    "DATEcosystem.spec.wallets.admin.secretRef.name": [("no-such-secret", READY)],
    "DATEcosystem.spec.wallets.admin.secretRef.key": [("no-such-key", READY)],
    "DATEcosystem.spec.wallets.operator.publicKey": [
        (STRANGER, "OperatorWalletLow"),
        (NO_KEY, "ChainUnreadable"),
    ],
    "DATEcosystem.spec.wallets.operator.secretRef.name": [
        ("no-such-secret", READY),
    ],
    "DATEcosystem.spec.wallets.operator.secretRef.key": [("no-such-key", READY)],
    "DATEcosystem.spec.wallets.emergency.publicKey": [(STRANGER, READY), (NO_KEY, "ChainUnreadable")],
    "DATEcosystem.spec.cycle.schedule": [
        ("0 0 29 2 *", READY),
        ("every day", "ObjectRejected"),
        ("", "ObjectRejected"),
    ],
    "DATEcosystem.spec.cycle.timeZone": [
        ("Europe/Berlin", READY),
        ("Moon/Crater", "ObjectRejected"),
        ("", "ObjectRejected"),
    ],
    "DATEcosystem.spec.cycle.resources.requests.cpu": [(1, READY), ("1000m", READY)],
    "DATEcosystem.spec.cycle.resources.requests.memory": [("256Mi", READY), (1_048_576, READY)],
    "DATEcosystem.spec.cycle.resources.limits.cpu": [("50m", READY), (4, READY)],
    "DATEcosystem.spec.cycle.resources.limits.memory": [("96Mi", READY), ("1.5Gi", READY)],
    "DATCycle.spec.ecosystemRef.name": [("no-such-ecosystem", "Waiting")],
    "DATCycle.spec.tokens[]": [("no-such-token", "TokenNotFound"), ("apple", "Skipped")],
    "DATToken.spec.ecosystemRef.name": [("another", READY)],
    "DATToken.spec.schedule": [("0 0 29 2 *", READY), ("every day", "ObjectRejected")],
}
"""What text fields may hold, and the reason that Ready then has."""


VOLATILE = frozenset({"observedGeneration", "lastTransitionTime", "lastRun"})
"""What a change leaves behind in a status though it is taken back, and what a run by hand does."""
EDGES = {
    ("DATEcosystem.spec.suspend", True): "Suspended",
    ("DATToken.spec.suspend", True): "Suspended",
    ("DATToken.spec.pool", "PumpSwap"): "PoolMismatch",
    ("DATToken.spec.tokenProgram", "Token"): "TokenProgramMismatch",
}
"""The reason that Ready has for values from the schema, where it is another one."""


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    """Settled, with every optional part there; PerToken, so that a token's schedule counts, too."""
    tenant = Tenant(namespace, chain, PROGRAM_ID, NAMES["DATEcosystem"], tmp_path_factory.mktemp("acto"))
    tenant.heirs = (STRANGER,)
    root, apple = tenant.launch("root"), tenant.launch("apple")
    with tenant.operator, tenant.kubelet.at_work():
        tenant.apply_ecosystem()
        emergency = {"publicKey": chain.wallet("emergency").address}
        patch = {"wallets": {"emergency": emergency}, "cycle": {"mode": "PerToken"}}
        namespace.merge("DATEcosystem", tenant.ecosystem, {"spec": patch})
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint, rootShareBps=5000, schedule="1 0 30 2 *")
        for token in tenant.coins:
            tenant.until_condition("DATToken", token, READY, "True")
            # The last that set-up makes.
            until(lambda t=token: "lookupTable" in tenant.token(t)["status"]["addresses"], "its lookup table")  # type: ignore[misc]
        tenant.until_condition("DATEcosystem", tenant.ecosystem, READY, "True")
        yield tenant


@pytest.mark.parametrize("field", [*fields("DATEcosystem"), *fields("DATToken")], ids=str)
def test_field(tenant: Tenant, field: Field) -> None:
    name = NAMES[field.kind]
    spec = body_of(tenant, field.kind)["spec"]
    before = until_settled(tenant)
    for value, words in field.refused():
        said = refusal(tenant, field, spec, value)
        assert (field.path.replace("[]", "[0]") in said, words in said) == (True, True), said
    taken = [(value, EDGES.get((str(field), value), READY)) for value in field.taken()] + OWN.get(
        str(field), []
    )
    assert taken or field.immutable, (
        f"{field}: what it holds is text, so {__name__}.OWN must say what it may be"
    )
    if field.immutable:
        other = next((v for v, _ in taken if v != value_at(spec, field)), STRANGER)
        assert field.immutable in refusal(tenant, field, spec, other)
        return
    try:
        for value, reason in taken:
            wanted = changed({"spec": spec}, field.path, value)
            tenant.namespace.merge(field.kind, name, patch(tenant, field, wanted))
            until_reason(tenant, field, value, reason)
    finally:
        tenant.namespace.merge(field.kind, name, patch(tenant, field, {"spec": spec}))
    until(lambda: settled(tenant, field, READY), "what was before", look_at=tenant.look)
    until(lambda: snapshot(tenant) == before, "all as before", look_at=lambda: difference(tenant, before))


def until_reason(tenant: Tenant, field: Field, value: Any, reason: str) -> None:
    """Wait until a value has come about, or Ready has this reason and says of what."""
    ready = until(
        lambda: settled(tenant, field, reason), f"{value!r}: {reason}", look_at=tenant.look, seconds=30
    )
    said, name = ready["message"], field.path.rsplit(".", 1)[1].removesuffix("[]")
    assert ready["status"] == "True" or name.lower() in said.lower() or str(value) in said, said


@pytest.mark.parametrize("field", fields("DATCycle"), ids=str)
def test_field_of_a_wish(tenant: Tenant, field: Field) -> None:
    """A DATCycle cannot be changed: each value is asked for by another one, which is deleted then."""
    before, spec = until_settled(tenant), {"ecosystemRef": {"name": tenant.ecosystem}}

    def ask(value: Any) -> None:
        meta = {"kind": "DATCycle", "apiVersion": API_VERSION, "metadata": {"name": "asked"}}
        tenant.namespace.create({**meta, **changed({"spec": spec}, field.path, value)})

    for value, words in field.refused():
        with pytest.raises(AssertionError) as refused:
            ask(value)
        assert (field.path.replace("[]", "[0]") in str(refused.value), words in str(refused.value)) == (
            True,
            True,
        )
    for value, reason in [(v, "Skipped") for v in field.taken()] + OWN.get(str(field), []):
        ask(value)
        until_reason(tenant, field, value, reason)
        assert field.immutable is not None
        with pytest.raises(AssertionError, match=field.immutable):
            tenant.namespace.merge("DATCycle", "asked", {"spec": {"dryRun": None, "tokens": ["another"]}})
        tenant.namespace.delete("DATCycle", "asked")
        until(lambda: not tenant.jobs("cycle") + tenant.jobs("dry-run"), "its Job gone", look_at=tenant.look)
    until(lambda: snapshot(tenant) == before, "all as before", look_at=lambda: difference(tenant, before))


def test_a_secret_that_is_missing(tenant: Tenant) -> None:
    """Seen when a Job wants it; once it is there, the Job goes on by itself."""
    before = until_settled(tenant)
    spec = body_of(tenant, "DATEcosystem")["spec"]
    other = {"wallets": {"operator": {"secretRef": {"name": "late"}}}}
    tenant.namespace.merge("DATEcosystem", tenant.ecosystem, {"spec": other})
    ref = {"name": tenant.ecosystem}
    meta = {"kind": "DATCycle", "apiVersion": API_VERSION, "metadata": {"name": "asked"}}
    until(lambda: body_of(tenant, "DATEcosystem")["status"]["observedGeneration"] > 1, "the change seen")
    tenant.namespace.create({**meta, "spec": {"ecosystemRef": ref}})
    until(lambda: tenant.namespace.get("Job", "asked"), "its Job", look_at=tenant.look)
    time.sleep(STARTING_SECONDS - 30)  # A pod may take so long to start.
    for kind, name in (("DATCycle", "asked"), ("DATEcosystem", tenant.ecosystem)):
        stalled = tenant.until_condition(kind, name, "Stalled", "True")
        assert stalled["reason"] == "PodPending"
        assert "it needs the Secret late with keypair.json, binding.json" in stalled["message"]
    tenant.wallet_secret("late", "operator")
    tenant.until_condition("DATCycle", "asked", READY, "True")
    tenant.until_condition("DATEcosystem", tenant.ecosystem, READY, "True")
    tenant.namespace.delete("DATCycle", "asked")
    tenant.namespace.merge("DATEcosystem", tenant.ecosystem, {"spec": spec})
    until(lambda: snapshot(tenant) == before, "all as before", look_at=lambda: difference(tenant, before))


def test_then_nothing_is_written(tenant: Tenant) -> None:
    def versions() -> dict[str, str]:
        kinds = ("DATEcosystem", "DATToken", "DATCycle", "ConfigMap", "CronJob", "Job", "Pod", "Event")
        bodies = [body for kind in kinds for body in tenant.namespace.list(kind)]
        return {body["metadata"]["uid"]: body["metadata"]["resourceVersion"] for body in bodies}

    until_settled(tenant)
    before = versions()
    time.sleep(4)  # Eight polls: that nothing happens can only be seen by waiting.
    assert versions() == before
    assert 'dat_reconcile_total{result="error"}' not in (tenant.operator.answers("/metrics") or "")


def body_of(tenant: Tenant, kind: str) -> Body:
    found = tenant.namespace.get(kind, NAMES[kind])
    assert found is not None
    return found


def value_at(spec: Body, field: Field) -> Any:
    node: Any = {"spec": spec}
    for name in field.path.split("."):
        node = node.get(name)
        if node is None:
            return None
    return node


def patch(tenant: Tenant, field: Field, wanted: Body) -> Body:
    return merge_patch({"spec": body_of(tenant, field.kind)["spec"]}, wanted)


def refusal(tenant: Tenant, field: Field, spec: Body, value: Any) -> str:
    """What the API server says to a value."""
    with pytest.raises(AssertionError) as refused:
        tenant.namespace.merge(
            field.kind,
            NAMES[field.kind],
            patch(tenant, field, changed({"spec": spec}, field.path, value)),
        )
    return str(refused.value)


def settled(tenant: Tenant, field: Field, reason: str) -> Body | None:
    """Ready, once it is about the newest generation, has this reason, and nothing is under way on chain."""
    body = body_of(tenant, field.kind)
    if "conditions" not in body.get("status", {}):
        return None
    conditions = {c["type"]: c for c in body["status"]["conditions"]}
    ready = conditions[READY]
    newest = {
        body["metadata"]["generation"],
        body["status"]["observedGeneration"],
        ready["observedGeneration"],
    }
    whole = {c["type"]: c for c in tenant.conditions("DATEcosystem", tenant.ecosystem)}
    done = reason != READY or whole["SettingsApplied"]["reason"] in ("MatchesSpec", "TimeLocked")
    return ready if len(newest) == 1 and ready["reason"] == reason and done else None


def snapshot(tenant: Tenant) -> Body:
    """What users and Jobs see, without times and generations."""
    statuses = {
        f"{kind} {body['metadata']['name']}": timeless(body.get("status"))
        for kind in ("DATEcosystem", "DATToken", "DATCycle")
        for body in tenant.namespace.list(kind)
    }
    cron_jobs = {c["metadata"]["name"]: c["spec"] for c in tenant.namespace.list("CronJob")}
    return {**statuses, **cron_jobs, "config": tenant.config()}


def timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: timeless(v) for k, v in value.items() if k not in VOLATILE}
    return [timeless(v) for v in value] if isinstance(value, list) else value


def until_settled(tenant: Tenant) -> Body:
    """Wait until nothing changes any more; what is there then."""

    def unchanged() -> Body | None:
        found = snapshot(tenant)
        time.sleep(0.7)  # More than a poll.
        return found if snapshot(tenant) == found else None

    return until(unchanged, "an end of changes", look_at=tenant.look)


def difference(tenant: Tenant, before: Body) -> str:
    now = snapshot(tenant)
    return "\n".join(
        f"{key}\n  was {json.dumps(before.get(key))}\n  is  {json.dumps(now.get(key))}"
        for key in {*before, *now}
        if before.get(key) != now.get(key)
    )
