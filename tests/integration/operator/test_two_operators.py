"""Two replicas of the operator as processes: whatever becomes of the one that works, the other goes on."""

import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from solders.keypair import Keypair

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Body, Namespace
from tests.support.operator_process import Operator
from tests.support.team import Stage
from tests.support.waiting import until

TAKE_OVER_SECONDS = 20
"""The Lease's 15, one look of 2, and the work itself."""


@pytest.fixture(scope="module")
def stage(namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(namespace, chain, PROGRAM_ID, "twins", tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def pair(stage: Stage) -> Iterator[list[Operator]]:
    """Both, with an ecosystem set up by one of them."""
    root = stage.launch("root", spl=True)
    with stage.operator as first, Operator(stage.namespace, stage.folder, "second") as second:
        stage.apply_ecosystem()
        stage.apply_token("root", root.mint, "Root")
        stage.set_up()
        yield [first, second]


def lease(stage: Stage) -> Body:
    found = stage.namespace.get("Lease", "dat-operator")
    assert found is not None
    return dict(found["spec"])


def held_by(stage: Stage, operator: Operator) -> bool:
    return str(lease(stage)["holderIdentity"]).startswith(f"{operator.name}_")


def roles(stage: Stage, pair: list[Operator]) -> tuple[Operator, Operator]:
    """The one that works, and the one that waits."""
    first, second = pair
    return (first, second) if held_by(stage, first) else (second, first)


def leads(operator: Operator) -> bool:
    return "\ndat_leader 1.0\n" in (operator.answers("/metrics") or "")


def refuse_a_token(stage: Stage, name: str, seconds: float) -> None:
    """Declare a token that does not exist, and wait until its status says so."""
    stage.apply_token(name, Keypair().pubkey())

    def stalled() -> bool:
        return ("Stalled", "True") in [(c["type"], c["status"]) for c in stage.conditions("DATToken", name)]

    until(stalled, f"a status of {name}", seconds=seconds, look_at=stage.look)
    until(lambda: events(stage, name), "its Event", look_at=stage.look)


def events(stage: Stage, about: str) -> dict[str, int]:
    return dict(Counter(reason for _, reason, _ in stage.events(about)))


def versions(stage: Stage) -> dict[str, str]:
    """All that an operator may write, but the Lease."""
    kinds = ("DATEcosystem", "DATToken", "DATCycle", "ConfigMap", "CronJob", "Job", "Event")
    return {
        f"{kind} {body['metadata']['name']}": body["metadata"]["resourceVersion"]
        for kind in kinds
        for body in stage.namespace.list(kind)
    }


def writes(operator: Operator) -> list[str]:
    lines = operator.log_file.read_text().splitlines()
    return [
        line for line in lines if any(f'"{word}"' in line for word in ("applying", "creating", "deleting"))
    ]


def test_both_are_ready_and_one_works(stage: Stage, pair: list[Operator]) -> None:
    leader, other = roles(stage, pair)
    assert (leads(leader), leads(other)) == (True, False)
    assert [operator.answers("/readyz") for operator in pair] == ["ok\n", "ok\n"]
    assert writes(leader)
    assert not writes(other)
    assert len(stage.jobs("setup")) == 1
    assert events(stage, "twins") == {"SetupStarted": 1, "Ready": 1}
    assert events(stage, "root") == {"SetupCompleted": 1}


def test_stopped_by_kubernetes_it_hands_over(stage: Stage, pair: list[Operator]) -> None:
    leader, other = roles(stage, pair)
    before = lease(stage)["leaseTransitions"]
    start = time.monotonic()
    leader.send(signal.SIGTERM)
    until(lambda: leads(other), "the other to work", seconds=5, look_at=stage.look)
    assert leader.end() == 0, leader.log()
    assert time.monotonic() - start < 5, "and it is gone soon"
    assert lease(stage)["leaseTransitions"] == before + 1
    refuse_a_token(stage, "handed-over", seconds=5)
    leader.start()
    assert held_by(stage, other)


def test_killed_it_is_replaced(stage: Stage, pair: list[Operator]) -> None:
    """In the middle of setting up a token: its Job is there already, or is made by the other."""
    leader, other = roles(stage, pair)
    plum, jobs = stage.launch("plum"), {*stage.jobs("setup")}
    stage.apply_token("plum", plum.mint)
    leader.kill()
    refuse_a_token(stage, "killed", seconds=TAKE_OVER_SECONDS)
    assert leads(other)
    (job,) = until(lambda: {*stage.jobs("setup")} - jobs, "its Job", look_at=stage.look)
    stage.kubelet.run(job)
    stage.until_condition("DATToken", "plum", "Ready", "True")
    leader.start()
    assert held_by(stage, other)


def test_frozen_it_ends_without_a_write(stage: Stage, pair: list[Operator]) -> None:
    """As on a machine that stalls: when it goes on, it must not act on what it knew."""
    leader, other = roles(stage, pair)
    leader.send(signal.SIGSTOP)
    frozen = time.monotonic()
    refuse_a_token(stage, "frozen", seconds=TAKE_OVER_SECONDS)
    assert leads(other)
    time.sleep(max(0.0, frozen + 20 - time.monotonic()))
    stage.market.buy(stage.trader, stage.coins["root"], 10**8)
    before = until_settled(stage)
    written = writes(leader)
    leader.send(signal.SIGCONT)
    assert leader.end() == 1, leader.log()
    assert ": not renewed for 10 s; this replica ends" in leader.log()
    assert versions(stage) == before
    assert writes(leader) == written
    assert held_by(stage, other)
    leader.start()


def until_settled(stage: Stage) -> dict[str, str]:
    """What is there once the last trade is written down."""

    def settled() -> dict[str, str] | None:
        before = versions(stage)
        time.sleep(2)  # Four polls; there is no condition for "nothing more comes".
        return before if versions(stage) == before else None

    return until(settled, "an end of writes", look_at=stage.look)


def test_nothing_happened_twice(stage: Stage, pair: list[Operator]) -> None:
    assert len(stage.jobs("setup")) == 2
    for name in ("handed-over", "killed", "frozen"):
        assert events(stage, name) == {"MintNotFound": 1}
    for name in ("root", "plum"):
        assert events(stage, name)["SetupCompleted"] == 1
    assert events(stage, "twins")["SetupStarted"] == 2
