"""What the API server makes of our resources: refusals with their words, defaults, docs, columns."""

import copy
import json
from typing import Any

import pytest

from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.examples import ECOSYSTEM, TOKENS
from tests.support.cluster.kubectl import kubectl, run

ROOT, SECONDARY, WITH_SHARE = TOKENS
pytestmark = pytest.mark.usefixtures("examples")


def changed(body: Body, path: str, value: Any) -> Body:
    """A copy with one field changed; None removes it."""
    copied = copy.deepcopy(body)
    *parents, last = path.split(".")
    node = copied
    for name in parents:
        node = node.setdefault(name, {})
    if value is None:
        del node[last]
    else:
        node[last] = value
    return copied


def refusal(namespace: Namespace, body: Body) -> str:
    """What a person reads when kubectl apply is refused."""
    done = run(namespace.kubeconfig, "-n", namespace.name, "apply", "-f", "-", stdin=json.dumps(body))
    assert done.returncode != 0, done.stdout
    return done.stderr


def named(body: Body) -> Body:
    return changed(body, "metadata.name", "another")


SOL_18 = 10**18


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            changed(named(SECONDARY), "spec.mint", "not-a-mint"),
            ["spec.mint", "'not-a-mint' is not a Solana public key", "copy the mint address from pump.fun"],
        ),
        (changed(named(SECONDARY), "spec.mint", "I" * 40), ["spec.mint", "I" * 40, "base58"]),
        (changed(named(SECONDARY), "spec.mint", "1" * 65), ["spec.mint", "64"]),
        (changed(named(SECONDARY), "spec.mint", None), ["spec.mint", "Required value"]),
        (changed(named(WITH_SHARE), "spec.rootShareBps", 10_001), ["spec.rootShareBps", "10001", "9000"]),
        (changed(named(WITH_SHARE), "spec.rootShareBps", 999), ["spec.rootShareBps", "999", "1000"]),
        (
            changed(named(ROOT), "spec.rootShareBps", 3000),
            ["rootShareBps: a root keeps all of its fees; remove the field or set role: Secondary"],
        ),
        (changed(named(ROOT), "spec.role", "Boss"), ["spec.role", "Boss", "Root", "Secondary"]),
        (
            changed(ECOSYSTEM, "metadata.name", "e" * 33),
            ["metadata.name: at most 32 characters, because it is part of the on-chain address"],
        ),
        (changed(named(ECOSYSTEM), "spec.rootShareBps", 10_001), ["spec.rootShareBps", "10001", "9000"]),
        (changed(named(ECOSYSTEM), "spec.network", "mainnet"), ["spec.network", "mainnet", "mainnet-beta"]),
        (changed(named(ECOSYSTEM), "spec.rpc.endpoints", []), ["spec.rpc.endpoints", "at least 1"]),
        (
            changed(named(ECOSYSTEM), "spec.rpc.endpoints", [{"url": "ftp://x"}]),
            ["spec.rpc.endpoints[0].url", "ftp://x", "^https?://"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.programId", "x"),
            ["spec.programId", "'x' is not a Solana public key", "solana program show"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.wallets.operator.publicKey", "0" * 40),
            ["spec.wallets.operator.publicKey", "0" * 40, "solana-keygen pubkey"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.minFeesSecondaryLamports", 5_499_999),
            ["spec.cycle.minFeesSecondaryLamports", "5499999", "5500000"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.resources", {"requests": {"cpu": 2}}),
            [
                "spec.cycle.resources",
                "requests.cpu is above limits.cpu: lower the request or raise the limit",
            ],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.resources", {"requests": {"memory": "0.26Gi"}}),
            ["spec.cycle.resources", "requests.memory is above limits.memory"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.resources.limits", {"memory": "512m"}),
            ["spec.cycle.resources.limits.memory", "not a quantity of at least 96Mi", "(256Mi)"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.resources.limits", {"memory": "900Ti"}),
            ["spec.cycle.resources.limits.memory", "at most 4Gi"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.resources", {"limits": {"cpu": 5}}),
            ["spec.cycle.resources.limits.cpu", "at most 4"],
        ),
        (
            changed(named(ECOSYSTEM), "spec.cycle.maxFeesPerCycleLamports", SOL_18 + 1),
            ["spec.cycle.maxFeesPerCycleLamports", str(SOL_18)[:8]],
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else value[0][:40].replace(" ", "-"),
)
def test_refused(namespace: Namespace, body: Body, words: list[str]) -> None:
    said = refusal(namespace, body)
    for word in words:
        assert word in said


def scheduled(schedule: str) -> list[Body]:
    """An ecosystem and a token with it; on localnet an ecosystem's runs may start every minute."""
    ecosystem = changed(named(ECOSYSTEM), "spec.network", "devnet")
    return [
        changed(ecosystem, "spec.cycle.schedule", schedule),
        changed(named(SECONDARY), "spec.schedule", schedule),
    ]


@pytest.mark.parametrize(
    "schedule",
    [
        *(
            "* * * * *",
            "  * * * * *",
            "? * * * *",
            "*/1 * * * *",
            "*/4 * * * *",
            "*/04 * * * *",
            "0-59 * * * *",
        ),
        *("7,* * * * *", "3,0-30/2,7 0 * * *", "0,1,2,3,4,5,6,7,8,9,10,11,12 * * * *", "5/2 3 * * *"),
        *("@every 1m", "@every 4m59s", "@every 0.1h", "@every 1000ms", "@every"),
    ],
)
def test_a_schedule_of_every_few_minutes(namespace: Namespace, schedule: str) -> None:
    """T12."""
    for body in scheduled(schedule):
        assert "runs would start less than five minutes apart" in refusal(namespace, body)


@pytest.mark.parametrize(
    "schedule",
    [
        *("*/5 * * * *", "*/15 * * * *", "0-59/10 * * * *", "0,5,10,15,20,25,30,35,40,45,50,55 * * * *"),
        *("7 * * * *", "0 0 30 2 *", "30 */2 1-7 * 1-5", "@hourly", "@every 5m", "@every 1h30m", "every day"),
    ],
)
def test_other_schedules(namespace: Namespace, schedule: str) -> None:
    """What is none at all is for the CronJob to refuse, in better words."""
    for body in scheduled(schedule):
        assert namespace.try_create(body, None)["kind"] == body["kind"]


def test_a_schedule_of_every_minute_on_localnet(namespace: Namespace) -> None:
    body = changed(named(ECOSYSTEM), "spec.cycle.schedule", "* * * * *")
    assert namespace.try_create(body, None)["kind"] == "DATEcosystem"


@pytest.mark.parametrize(
    ("body", "path", "value", "words"),
    [
        (
            SECONDARY,
            "spec.mint",
            ROOT["spec"]["mint"],
            "mint cannot change; delete this DATToken and create a new one",
        ),
        (SECONDARY, "spec.ecosystemRef.name", "other", "ecosystemRef cannot change; delete this DATToken"),
        (SECONDARY, "spec.role", "Root", "role cannot change: set-up writes it to the chain once"),
        (WITH_SHARE, "spec.rootShareBps", None, "rootShareBps: the share stays on chain"),
        (ECOSYSTEM, "spec.network", "devnet", "network cannot change; create a new DATEcosystem"),
        (
            ECOSYSTEM,
            "spec.programId",
            ROOT["spec"]["mint"],
            "programId cannot change; create a new DATEcosystem",
        ),
        (
            ECOSYSTEM,
            "spec.wallets.admin.publicKey",
            ROOT["spec"]["mint"],
            "the on-chain address derives from base, or from publicKey if base is absent, and cannot change",
        ),
        (
            ECOSYSTEM,
            "spec.wallets.admin.base",
            ROOT["spec"]["mint"],
            "the on-chain address derives from base, or from publicKey if base is absent, and cannot change",
        ),
    ],
)
def test_what_cannot_change(namespace: Namespace, body: Body, path: str, value: Any, words: str) -> None:
    assert words in refusal(namespace, changed(body, path, value))


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        (SECONDARY, "spec.rootShareBps", 3000),
        (WITH_SHARE, "spec.rootShareBps", 4000),
        (ECOSYSTEM, "spec.rootShareBps", 5000),
        (ECOSYSTEM, "spec.cycle.minIntervalSeconds", 6),
        (ECOSYSTEM, "spec.wallets.operator.publicKey", ROOT["spec"]["mint"]),
        (ECOSYSTEM, "spec.wallets.emergency", {"publicKey": ROOT["spec"]["mint"]}),
        (ECOSYSTEM, "spec.suspend", True),
        (ECOSYSTEM, "spec.cycle.schedule", "0 3 * * *"),
        (ECOSYSTEM, "spec.cycle.slippageBps", 100),
        (ECOSYSTEM, "spec.rpc.endpoints", [{"url": "https://other.example/?api-key=${KEY}"}]),
        (ECOSYSTEM, "spec.wallets.admin.secretRef", None),
        (
            ECOSYSTEM,
            "spec.wallets.admin",
            {"publicKey": ROOT["spec"]["mint"], "base": ECOSYSTEM["spec"]["wallets"]["admin"]["publicKey"]},
        ),
    ],
)
def test_what_may_change(namespace: Namespace, body: Body, path: str, value: Any) -> None:
    manifest = json.dumps(changed(body, path, value))
    kubectl(
        namespace.kubeconfig, "-n", namespace.name, "apply", "--dry-run=server", "-f", "-", stdin=manifest
    )


def test_defaults_are_filled_in(namespace: Namespace) -> None:
    found = namespace.get("DATEcosystem", "fruit")
    assert found is not None
    spec = found["spec"]
    assert spec["cycle"]["minFeesSecondaryLamports"] == 5_690_000
    assert spec["cycle"]["priorityFee"] == {"percentile": 75, "maxLamports": 1_000_000}
    assert spec["cycle"]["timeZone"] == "Etc/UTC"
    assert spec["suspend"] is False
    assert spec["wallets"]["operator"]["secretRef"]["key"] == "keypair.json"


def test_an_unknown_field_is_told(namespace: Namespace) -> None:
    assert 'unknown field "spec.rootShareBsp"' in refusal(
        namespace, changed(named(WITH_SHARE), "spec.rootShareBsp", 1)
    )


def test_explain(namespace: Namespace) -> None:
    said = kubectl(namespace.kubeconfig, "explain", "dattoken.spec")
    assert "mint\t<string> -required-" in said
    assert "Overrides the ecosystem's rootShareBps" in said
    said = kubectl(namespace.kubeconfig, "explain", "dateco.spec.cycle.maxPriceImpactBps")
    assert "basis points" in said
