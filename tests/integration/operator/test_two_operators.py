"""Two replicas of the operator as processes. If the leader fails, the other replica takes over."""

import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from solders.keypair import Keypair

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Body, Namespace
from tests.support.operator.process import Operator
from tests.support.tenant import Tenant
from tests.support.waiting import until

TAKE_OVER_SECONDS = 20
"""The Lease's 15, one look of 2, and the work itself."""


@pytest.fixture(scope="module")
def tenant(namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory) -> Tenant:
    return Tenant(namespace, chain, PROGRAM_ID, "twins", tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def pair(tenant: Tenant) -> Iterator[list[Operator]]:
    """Both, with an ecosystem set up by one of them."""
    root = tenant.launch("root", spl=True)
    with tenant.operator as first, Operator(tenant.namespace, tenant.folder, "second") as second:
        tenant.apply_ecosystem()
        tenant.apply_token("root", root.mint, "Root")
        tenant.set_up()
        yield [first, second]


def lease(tenant: Tenant) -> Body:
    found = tenant.namespace.get("Lease", "dat-operator")
    assert found is not None
    return dict(found["spec"])


def held_by(tenant: Tenant, operator: Operator) -> bool:
    return str(lease(tenant)["holderIdentity"]).startswith(f"{operator.name}_")


def roles(tenant: Tenant, pair: list[Operator]) -> tuple[Operator, Operator]:
    """The one that works, and the one that waits."""
    first, second = pair
    return (first, second) if held_by(tenant, first) else (second, first)


def leads(operator: Operator) -> bool:
    return "\ndat_leader 1.0\n" in (operator.answers("/metrics") or "")


def refuse_a_token(tenant: Tenant, name: str, seconds: float) -> None:
    """Declare a token that does not exist, and wait until its status says so."""
    tenant.apply_token(name, Keypair().pubkey())

    def stalled() -> bool:
        return ("Stalled", "True") in [(c["type"], c["status"]) for c in tenant.conditions("DATToken", name)]

    until(stalled, f"a status of {name}", seconds=seconds, look_at=tenant.look)
    until(lambda: events(tenant, name), "its Event", look_at=tenant.look)


def events(tenant: Tenant, about: str) -> dict[str, int]:
    return dict(Counter(reason for _, reason, _ in tenant.events(about)))


def versions(tenant: Tenant) -> dict[str, str]:
    """All that an operator may write, but the Lease."""
    kinds = ("DATEcosystem", "DATToken", "DATCycle", "ConfigMap", "CronJob", "Job", "Event")
    return {
        f"{kind} {body['metadata']['name']}": body["metadata"]["resourceVersion"]
        for kind in kinds
        for body in tenant.namespace.list(kind)
    }


def writes(operator: Operator) -> list[str]:
    lines = operator.log_file.read_text().splitlines()
    return [
        line for line in lines if any(f'"{word}"' in line for word in ("applying", "creating", "deleting"))
    ]


def test_both_are_ready_and_one_works(tenant: Tenant, pair: list[Operator]) -> None:
    leader, other = roles(tenant, pair)
    assert (leads(leader), leads(other)) == (True, False)
    assert [operator.answers("/readyz") for operator in pair] == ["ok\n", "ok\n"]
    assert writes(leader)
    assert not writes(other)
    assert len(tenant.jobs("setup")) == 1
    assert events(tenant, "twins") == {"SetupStarted": 1, "Ready": 1}
    assert events(tenant, "root") == {"SetupCompleted": 1}


def test_stopped_by_kubernetes_it_hands_over(tenant: Tenant, pair: list[Operator]) -> None:
    leader, other = roles(tenant, pair)
    before = lease(tenant)["leaseTransitions"]
    start = time.monotonic()
    leader.send(signal.SIGTERM)
    until(lambda: leads(other), "the other to work", seconds=5, look_at=tenant.look)
    assert leader.end() == 0, leader.log()
    assert time.monotonic() - start < 5, "and it is gone soon"
    assert lease(tenant)["leaseTransitions"] == before + 1
    refuse_a_token(tenant, "handed-over", seconds=5)
    leader.start()
    assert held_by(tenant, other)


def test_killed_it_is_replaced(tenant: Tenant, pair: list[Operator]) -> None:
    """In the middle of setting up a token: its Job is there already, or is made by the other."""
    leader, other = roles(tenant, pair)
    plum, jobs = tenant.launch("plum"), {*tenant.jobs("setup")}
    tenant.apply_token("plum", plum.mint)
    leader.kill()
    refuse_a_token(tenant, "killed", seconds=TAKE_OVER_SECONDS)
    assert leads(other)
    (job,) = until(lambda: {*tenant.jobs("setup")} - jobs, "its Job", look_at=tenant.look)
    tenant.kubelet.run(job)
    tenant.until_condition("DATToken", "plum", "Ready", "True")
    leader.start()
    assert held_by(tenant, other)


def test_frozen_it_ends_without_a_write(tenant: Tenant, pair: list[Operator]) -> None:
    """As on a machine that stalls: when it goes on, it must not act on what it knew."""
    leader, other = roles(tenant, pair)
    leader.send(signal.SIGSTOP)
    frozen = time.monotonic()
    refuse_a_token(tenant, "frozen", seconds=TAKE_OVER_SECONDS)
    assert leads(other)
    time.sleep(max(0.0, frozen + 20 - time.monotonic()))
    tenant.market.buy(tenant.trader, tenant.coins["root"], 10**8)
    before = until_settled(tenant)
    written = writes(leader)
    leader.send(signal.SIGCONT)
    assert leader.end() == 1, leader.log()
    assert ": not renewed for 10 s; this replica ends" in leader.log()
    assert versions(tenant) == before
    assert writes(leader) == written
    assert held_by(tenant, other)
    leader.start()


def until_settled(tenant: Tenant) -> dict[str, str]:
    """What is there once the last trade is written down."""

    def settled() -> dict[str, str] | None:
        before = versions(tenant)
        time.sleep(2)  # Four polls; there is no condition for "nothing more comes".
        return before if versions(tenant) == before else None

    return until(settled, "an end of writes", look_at=tenant.look)


def test_nothing_happened_twice(tenant: Tenant, pair: list[Operator]) -> None:
    assert len(tenant.jobs("setup")) == 2
    for name in ("handed-over", "killed", "frozen"):
        assert events(tenant, name) == {"MintNotFound": 1}
    for name in ("root", "plum"):
        assert events(tenant, name)["SetupCompleted"] == 1
    assert events(tenant, "twins")["SetupStarted"] == 2
