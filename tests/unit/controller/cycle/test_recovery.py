"""What runs have done, found on chain pass after pass, within a bound of calls a pass."""

import itertools
from collections.abc import Sequence
from typing import Any

from dat_operator.controller.cycle.facts import CycleFacts
from dat_operator.controller.cycle.recovery import (
    CALLS,
    GIVE_UP_SECONDS,
    LONGEST_PAUSE_SECONDS,
    WALKS,
    CycleRecovery,
)
from dat_operator.controller.cycle.status import cycle_status, without_amounts
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import run_bytes
from dat_operator.domain.timestamp import timestamp
from tests.support.chain_state import chain, key, stats, token
from tests.support.fakes.history import STRANGE_STATE, Index, cycle_of, history
from tests.support.fakes.rpc import FakeRpc
from tests.support.golden_cases import NOW

APPLE, PEAR = key("apple"), key("pear")
ENDED = int(NOW.timestamp()) - 60
STARTED = ENDED - 10
RUN = run_bytes("uid-lost")


def observed(cycles: Sequence[Body], jobs: Sequence[Body] = (), pods: Sequence[Body] = ()) -> Observed:
    return Observed("fruit", None, (), None, (), tuple(jobs), tuple(pods), tuple(cycles), None)


def at(time: int, *ran: tuple[Any, int, bytes]) -> ChainState:
    """The chain at a time; tokens by what their stats say of their last cycle: when, and whose."""
    tokens = [
        token(mint, stats=stats(mint, Role.SECONDARY, cycle_count=5, last_cycle_at=last, last_cycle_id=run))
        for mint, last, run in ran
    ]
    return chain(*tokens, time=time)


def signed(*signatures: str, ended: int = ENDED) -> Body:
    """An ended DATCycle that has signed for so much."""
    done = [{"name": "apple", "outcome": "Completed", "signature": one} for one in signatures]
    return {
        "metadata": {"name": "done", "creationTimestamp": timestamp(ended)},
        "spec": {},
        "status": {"completionTime": timestamp(ended), "tokens": done},
    }


class Passes:
    """A worker's passes over one ecosystem."""

    def __init__(self, rpc: FakeRpc) -> None:
        self.rpc = rpc
        self._client = rpc.client()
        self._recovery = CycleRecovery(history(self._client))

    async def amounts(self, cycle: Body, time: int) -> tuple[list[str], dict[str, Sequence[Landed]]]:
        """What a pass asks for, and what it finds."""
        before = len(self.rpc.asked)
        found = await self._recovery.amounts(observed([cycle]), at(time))
        return [params[0] for _, params in self.rpc.asked[before:]], found

    async def lost(self, on_chain: ChainState) -> tuple[int, list[int] | None]:
        """How many calls a pass makes, and the cycles it finds of the Job, by their numbers."""
        before = len(self.rpc.asked)
        found = await self._recovery.lost(observed([WAITING], [LOST]), on_chain)
        landed = found.get("lost")
        numbers = None if landed is None else [one.event.cycle for one in landed]
        return len(self.rpc.asked) - before, numbers


LOST: Body = {
    "metadata": {"name": "lost", "uid": "uid-lost", "creationTimestamp": timestamp(STARTED)},
    "spec": {"template": {"metadata": {"labels": {"dat.asdf.io/purpose": "cycle"}}}},
    "status": {"conditions": [{"type": "Failed", "status": "True", "lastTransitionTime": timestamp(ENDED)}]},
}
WAITING: Body = {"metadata": {"name": "lost"}, "spec": {}, "status": {}}


async def test_signatures_that_no_node_knows_do_not_keep_newer_ones_from_being_asked_for() -> None:
    index = Index()
    unknown = [f"unknown {number}" for number in range(CALLS)]
    index.unknown = set(unknown)
    new = index.add(ENDED, cycle_of(APPLE, 1, ENDED))
    passes, cycle = Passes(index.rpc), signed(*unknown, new)
    assert await passes.amounts(cycle, ENDED) == (unknown, {})
    asked, found = await passes.amounts(cycle, ENDED + 5)
    assert asked[0] == new
    assert list(found) == [new]


async def test_what_no_node_knows_is_asked_for_ever_less_often() -> None:
    index = Index()
    index.unknown = {"unknown"}
    passes, times = Passes(index.rpc), range(ENDED, ENDED + 4 * LONGEST_PAUSE_SECONDS, 5)
    asked = [time for time in times if (await passes.amounts(signed("unknown"), time))[0]]
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert pauses[:4] == [5, 5, 10, 20]
    assert pauses == sorted(pauses)
    assert max(pauses) == LONGEST_PAUSE_SECONDS


async def test_after_a_day_it_is_given_up_and_the_record_says_so() -> None:
    index = Index()
    index.unknown = {"unknown"}
    passes, cycle, end = Passes(index.rpc), signed("unknown"), ENDED + GIVE_UP_SECONDS
    for time in range(ENDED, end, LONGEST_PAUSE_SECONDS):
        assert (await passes.amounts(cycle, time))[1] == {}
    _, found = await passes.amounts(cycle, end + LONGEST_PAUSE_SECONDS)
    assert found == {"unknown": ()}
    facts = CycleFacts(cycle, None, None, found, {str(APPLE): "apple"}, None)
    status = cycle_status(facts, NOW)
    assert status["tokens"][0]["amounts"] == "Unknown"
    assert "burned" not in status["tokens"][0]
    assert without_amounts([{**cycle, "status": status}]) == []


async def test_an_operator_that_was_away_for_a_day_asks_before_it_gives_up() -> None:
    index = Index()
    new = index.add(ENDED, cycle_of(APPLE, 1, ENDED))
    index.unknown = {new}
    passes, late = Passes(index.rpc), ENDED + 2 * GIVE_UP_SECONDS
    assert (await passes.amounts(signed(new), late))[1] == {}
    index.unknown.clear()
    assert len((await passes.amounts(signed(new), late + 5))[1][new]) == 1


async def test_a_transaction_that_ran_no_cycle_of_ours_has_no_amounts() -> None:
    index = Index()
    foreign = index.add(ENDED, cycle_of(APPLE, 1, ENDED, state=STRANGE_STATE))
    _, found = await Passes(index.rpc).amounts(signed(foreign), ENDED)
    facts = CycleFacts(signed(foreign), None, None, found, {str(APPLE): "apple"}, None)
    assert cycle_status(facts, NOW)["tokens"][0]["amounts"] == "Unknown"


async def test_a_lost_run_is_found() -> None:
    index = Index()
    index.add(STARTED, cycle_of(APPLE, 3, STARTED, run=bytes(16)))
    index.add(STARTED + 1, cycle_of(APPLE, 4, STARTED + 1, run=RUN), cycle_of(PEAR, 9, STARTED + 1, run=RUN))
    index.add(STARTED + 2, cycle_of(APPLE, 5, STARTED + 2, run=b"\1" * 16))
    state = at(ENDED, (APPLE, STARTED + 2, b"\1" * 16), (PEAR, STARTED + 1, RUN))
    assert await Passes(index.rpc).lost(state) == (4, [4, 9])


async def test_a_strangers_cycle_is_not_recorded_as_a_lost_runs() -> None:
    """His ecosystem may have our mint as its root, and he may call a run what he likes."""
    index = Index()
    index.add(STARTED + 1, cycle_of(APPLE, 1, STARTED + 1, run=RUN, state=STRANGE_STATE))
    state = at(ENDED, (APPLE, STARTED + 2, b"\1" * 16))
    assert await Passes(index.rpc).lost(state) == (2, [])


async def test_if_no_token_has_cycled_since_nothing_is_looked_for() -> None:
    rpc = FakeRpc()
    assert await Passes(rpc).lost(at(ENDED, (APPLE, STARTED - 601, bytes(16)))) == (0, [])


async def test_a_flood_of_strangers_costs_a_pass_so_many_calls_and_the_next_one_goes_on() -> None:
    index = Index()
    index.spam(STARTED - 700, 5_000)
    index.add(STARTED + 1, cycle_of(APPLE, 4, STARTED + 1, run=RUN))
    index.spam(STARTED + 2, 50)
    index.spam(ENDED + 700, 5_000)
    passes, state = Passes(index.rpc), at(ENDED, (APPLE, STARTED + 3, b"\1" * 16))
    said = [await passes.lost(state) for _ in range(3)]
    assert said == [(CALLS, None), (CALLS, None), (17, [4])]


async def test_a_flood_of_strangers_at_another_second_does_not_hold_a_record_up() -> None:
    """All that they had sent behind it was read first, twenty transactions a pass."""
    index = Index()
    index.spam(STARTED - 2, 2_500)
    index.add(STARTED + 1, cycle_of(APPLE, 4, STARTED + 1, run=RUN), cycle_of(PEAR, 9, STARTED + 1, run=RUN))
    index.spam(STARTED + 2, 2_500)
    passes, state = Passes(index.rpc), at(ENDED, (APPLE, STARTED + 1, RUN), (PEAR, STARTED + 1, RUN))
    assert await passes.lost(state) == (CALLS, [4, 9])


async def test_a_token_behind_whose_cycle_another_jobs_has_come_is_found_with_the_others() -> None:
    """Its time is not known: the whole time of the Job is looked through for it."""
    index = Index()
    index.add(STARTED, cycle_of(PEAR, 9, STARTED, run=RUN))
    index.add(STARTED + 20, cycle_of(APPLE, 4, STARTED + 20, run=RUN))
    index.add(STARTED + 40, cycle_of(PEAR, 10, STARTED + 40, run=b"\1" * 16))
    passes = Passes(index.rpc)
    state = at(ENDED, (APPLE, STARTED + 20, RUN), (PEAR, STARTED + 40, b"\1" * 16))
    assert await passes.lost(state) == (2, None)
    assert await passes.lost(state) == (3, [4, 9])


async def test_a_node_whose_index_is_late_is_looked_at_again() -> None:
    """The stats say that there is a cycle of this run."""
    index, state = Index(), at(ENDED, (APPLE, STARTED + 1, RUN))
    passes = Passes(index.rpc)
    assert await passes.lost(state) == (1, None)
    index.add(STARTED + 1, cycle_of(APPLE, 4, STARTED + 1, run=RUN))
    assert await passes.lost(state) == (2, [4])


async def test_an_index_that_never_shows_it_does_not_hold_the_record_up_for_ever() -> None:
    passes, state = Passes(Index().rpc), at(ENDED, (APPLE, STARTED + 1, RUN))
    said = [await passes.lost(state) for _ in range(1 + WALKS)]
    assert said == [(1, None)] * WALKS + [(1, [])], "near its time, and then everywhere"


async def test_lost_runs_share_the_calls_of_a_pass() -> None:
    index = Index()
    index.spam(STARTED + 1, 5_000)
    rpc = index.rpc
    jobs = [_named(LOST, f"lost-{number}") for number in range(5)]
    cycles = [{"metadata": {"name": f"lost-{number}"}, "spec": {}} for number in range(5)]
    state = at(ENDED, (APPLE, STARTED + 1, b"\1" * 16))
    recovery = CycleRecovery(history(rpc.client()))
    for passes in (1, 2):
        assert await recovery.lost(observed(cycles, jobs), state) == {}
        assert len(rpc.asked) == passes * CALLS


def _named(job: Body, name: str) -> Body:
    return {**job, "metadata": {**job["metadata"], "name": name, "uid": name}}
