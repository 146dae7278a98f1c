"""When a breaker opens, tries and closes."""

from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.breaker import LONGEST_OPEN_SECONDS, Breaker, BreakerState, EndedCycle, breaker
from dat_operator.domain.report import Outcome

LETTERS = {"c": Outcome.COMPLETED, "s": Outcome.SKIPPED, "f": Outcome.FAILED}
HISTORIES = st.text("csf", max_size=12)


def after(history: str, now: int = 0, **more: int) -> Breaker:
    """One cycle a minute, the last one at 0; ``now`` is seconds after it."""
    count = len(history)
    attempts = [
        EndedCycle(f"cycle-{n:02}", 60 * (n - count + 1) + 10_000, LETTERS[letter])
        for n, letter in enumerate(history)
    ]
    return breaker(attempts, 10_000 + now, **{"threshold": 3, "open_seconds": 60, **more})


def test_three_failures_in_a_row_open_it() -> None:
    states = [after(history).state for history in ("", "f", "ff", "fff", "ffff")]
    assert states == [BreakerState.CLOSED] * 3 + [BreakerState.OPEN] * 2


def test_it_is_tried_again_after_a_while() -> None:
    assert after("fff", now=59).state is BreakerState.OPEN
    found = after("fff", now=60)
    assert (found.state, found.failures, found.last_failure) == (BreakerState.HALF_OPEN, 3, "cycle-02")
    assert found.until == 10_060


def test_a_trial_closes_it_or_opens_it_anew() -> None:
    assert after("fffc", now=1).state is BreakerState.CLOSED
    assert after("ffff", now=119).state is BreakerState.OPEN


def test_each_failed_trial_doubles_the_pause_up_to_a_ceiling() -> None:
    """A token that can never cycle cost a trial a minute, for ever."""
    pauses = [after("f" * n).until for n in range(3, 20)]
    assert pauses[:4] == [10_060, 10_120, 10_240, 10_480]
    assert pauses[-1] == 10_000 + LONGEST_OPEN_SECONDS
    assert after("fff" + "f" * 500).until == pauses[-1]
    assert after("fffff", open_seconds=86_400).until == 10_000 + 86_400, "as long as the spec says, if longer"


def test_its_evidence_is_enough_to_judge_it_the_same_again() -> None:
    for open_seconds in (10, 60, 86_400):
        history = "cs" + "f" * 40
        whole = after(history, open_seconds=open_seconds)
        names = [f"cycle-{n:02}" for n in range(len(history))]
        at = {name: 60 * (n - len(history) + 1) + 10_000 for n, name in enumerate(names)}
        kept = [EndedCycle(name, at[name], Outcome.FAILED) for name in whole.evidence]
        again = breaker(kept, 10_000, threshold=3, open_seconds=open_seconds)
        assert (again.state, again.until, again.last_failure) == (
            whole.state,
            whole.until,
            whole.last_failure,
        )


def test_cycles_before_a_resume_do_not_count() -> None:
    assert after("fff", resumed_at=10_000).state is BreakerState.CLOSED
    assert after("fff", resumed_at=9_900).failures == 2, "those after it count"


@given(HISTORIES, st.integers(0, 500))
def test_skipped_cycles_say_nothing(history: str, now: int) -> None:
    ran = [(n, letter) for n, letter in enumerate(history) if letter != "s"]
    attempts = [EndedCycle(str(n), n, LETTERS[letter]) for n, letter in ran]
    skips = [EndedCycle(str(n), n, Outcome.SKIPPED) for n in range(len(history))]
    limits = {"threshold": 3, "open_seconds": 5}
    assert breaker([*attempts, *skips], now, **limits) == breaker(attempts, now, **limits)


@given(HISTORIES, st.integers(1, 5), st.integers(0, 500))
def test_it_is_closed_exactly_below_the_threshold(history: str, threshold: int, now: int) -> None:
    found = after(history, now, threshold=threshold)
    in_a_row = len(history.replace("s", "")) - len(history.replace("s", "").rstrip("f"))
    assert found.failures == in_a_row
    assert (found.state is BreakerState.CLOSED) is (in_a_row < threshold)
    assert (found.until is None) is (found.state is BreakerState.CLOSED)
