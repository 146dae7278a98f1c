"""Cycles that a run has landed already, also among strangers' transactions."""

import pytest

from dat_operator.cycle.landed_cycles import MAX_LOOKBACK_CALLS
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.policy import RetryConfig
from dat_operator.domain.report import Outcome
from tests.support.fakes.accounts import TIME
from tests.support.fakes.assembled import (
    RUN_ID,
    mints,
)
from tests.support.fakes.clock import Clock
from tests.support.fakes.ecosystem_chain import (
    APPLE,
    PEAR,
    ROOT,
    EcosystemChain,
    expected,
    outcomes,
    show_cycle,
    show_index,
)
from tests.support.fakes.history import STRANGE_STATE, Index, cycle_of
from tests.support.fakes.job_chain import (
    cycled,
    stats_of,
)
from tests.support.vectors.dat_bytes import u64

ANOTHER_RUN = b"\1" * 16


@pytest.mark.parametrize(("ago", "jitter"), [(0, 0), (2_390, 0), (3_590, 300), (5_990, 900)])
async def test_a_cycle_of_an_earlier_pod_behind_another_jobs_is_not_run_again(ago: int, jitter: int) -> None:
    """As long ago as its Job can have started, for any difference of the clocks."""
    fake_chain, index = EcosystemChain(APPLE, PEAR), Index()
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, ANOTHER_RUN, count=2).items()}
    index.add(TIME - ago, cycle_of(APPLE, 1, TIME - ago, run=RUN_ID), name="hidden")
    index.add(TIME, cycle_of(APPLE, 2, TIME, run=ANOTHER_RUN))
    show_index(fake_chain, index)
    report = await fake_chain.run(jitter_seconds=jitter)
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted")
    assert (report.tokens[0].signature, report.tokens[0].cycle) == ("hidden", 1)
    assert fake_chain.cycles() == [[PEAR]]


async def test_a_strangers_cycle_is_not_taken_for_one_of_this_run() -> None:
    """A stranger's ecosystem may have our mint as its root and use our run's id."""
    fake_chain, index = EcosystemChain(APPLE), Index()
    last = stats_of(APPLE, cycle_count=u64(2), last_cycle_id=ANOTHER_RUN, last_cycle_at=u64(TIME - 400))
    fake_chain.table |= {str(k): v for k, v in last.items()}
    index.add(TIME - 500, cycle_of(APPLE, 1, TIME - 500, run=RUN_ID, state=STRANGE_STATE))
    show_index(fake_chain, index)
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted")
    assert fake_chain.cycles() == [[APPLE]]


async def test_a_flood_of_strangers_costs_a_run_so_many_calls_and_no_cycle() -> None:
    fake_chain, index = EcosystemChain(APPLE, ROOT), Index()
    last = stats_of(APPLE, cycle_count=u64(2), last_cycle_id=ANOTHER_RUN, last_cycle_at=u64(TIME - 400))
    fake_chain.table |= {str(k): v for k, v in last.items()}
    index.spam(TIME - 450, 5_000)
    show_index(fake_chain, index)
    report = await fake_chain.run()
    assert report.outcome is Outcome.COMPLETED
    assert fake_chain.cycles() == [[APPLE], [ROOT]]
    looked = fake_chain.count("getSignaturesForAddress") + fake_chain.count("getTransaction")
    assert looked == MAX_LOOKBACK_CALLS


async def test_a_flood_of_strangers_does_not_hide_a_runs_last_cycle() -> None:
    """The time of the cycle is known, so only transactions of that time are read."""
    fake_chain, index = EcosystemChain(APPLE), Index()
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, RUN_ID).items()}
    index.spam(TIME - 60, 5_000)
    index.add(TIME, cycle_of(APPLE, 1, TIME, run=RUN_ID), name="landed")
    index.spam(TIME + 60, 5_000)
    show_index(fake_chain, index)
    report = await fake_chain.run()
    assert (outcomes(report), fake_chain.sent) == (expected(apple="CycleCompleted"), {})
    assert report.tokens[0].signature == "landed"
    assert fake_chain.count("getTransaction") == 1


async def test_a_last_cycle_that_is_buried_in_its_own_second_is_not_run_again() -> None:
    """The stats show that the cycle has run; only its signature is not found."""
    fake_chain, index = EcosystemChain(APPLE, PEAR), Index()
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, RUN_ID, count=3).items()}
    index.add(TIME, cycle_of(APPLE, 3, TIME, run=RUN_ID))
    index.spam(TIME, 5_000)
    show_index(fake_chain, index)
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted")
    assert (report.tokens[0].signature, report.tokens[0].cycle) == (None, 3)
    assert fake_chain.cycles() == [[PEAR]]
    with pytest.raises(RpcUnavailable, match="no endpoint shows it finalized"):
        await fake_chain.run(commitment="finalized")


async def test_a_flood_costs_a_run_of_many_tokens_no_more_calls_than_one_of_one() -> None:
    """If each token had 300 calls, a run of a hundred tokens would make 30,000."""
    many = mints(8)
    fake_chain, index = EcosystemChain(*many), Index()
    for number, mint in enumerate(many):
        at = TIME - 100 + number
        last = stats_of(mint, cycle_count=u64(3), last_cycle_id=RUN_ID, last_cycle_at=u64(at))
        fake_chain.table |= {str(k): v for k, v in last.items()}
        index.add(at, cycle_of(mint, 3, at, run=RUN_ID))
        index.spam(at, 700)
    show_index(fake_chain, index)
    report = await fake_chain.run()
    assert (set(outcomes(report).values()), fake_chain.sent) == ({"CycleCompleted"}, {})
    looked = fake_chain.count("getSignaturesForAddress") + fake_chain.count("getTransaction")
    assert looked == MAX_LOOKBACK_CALLS
    assert not report.is_whole, "so the operator looks for the rest"


async def test_a_flood_costs_a_run_that_tries_again_no_more_calls() -> None:
    """All attempts share 300 calls."""
    fake_chain, index = EcosystemChain(APPLE, PEAR), Index()
    last = stats_of(APPLE, cycle_count=u64(2), last_cycle_id=ANOTHER_RUN, last_cycle_at=u64(TIME - 400))
    fake_chain.table |= {str(k): v for k, v in last.items()}
    index.spam(TIME - 450, 5_000)
    show_index(fake_chain, index)
    fake_chain.lands = lambda _: "never"
    report = await fake_chain.run(retry=RetryConfig(limit=3, backoff_seconds=1))
    assert report.outcome is Outcome.FAILED
    looked = fake_chain.count("getSignaturesForAddress") + fake_chain.count("getTransaction")
    assert looked == MAX_LOOKBACK_CALLS


async def test_a_run_that_starts_again_knows_its_own_work() -> None:
    fake_chain = EcosystemChain(APPLE, ROOT)
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, RUN_ID).items()}
    show_cycle(fake_chain, APPLE)
    report = await fake_chain.run()
    assert outcomes(report) == expected(apple="CycleCompleted", root="CycleCompleted")
    assert report.tokens[0].signature == "landed"
    assert fake_chain.cycles() == [[ROOT]]


async def test_a_cycle_that_does_not_add_up_stops_everything() -> None:
    fake_chain = EcosystemChain(APPLE)
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, RUN_ID).items()}
    show_cycle(fake_chain, APPLE, spent=u64(61))
    with pytest.raises(DatError, match="does not add up"):
        await fake_chain.run()


async def test_a_cycle_that_no_endpoint_shows_is_no_success() -> None:
    fake_chain = EcosystemChain(APPLE)
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, RUN_ID).items()}
    show_cycle(fake_chain, APPLE, cycle_id=b"\1" * 16)
    with pytest.raises(RpcUnavailable, match="no endpoint shows it confirmed"):
        await fake_chain.run()


async def test_a_cycle_of_its_own_counts_once_it_is_final(clock: Clock) -> None:
    """A former pod was killed when its transaction was only confirmed, so it may still be rolled back."""
    fake_chain = EcosystemChain(APPLE)
    fake_chain.table |= {str(k): v for k, v in cycled(APPLE, RUN_ID).items()}
    show_cycle(fake_chain, APPLE)
    shown, final_at = fake_chain.answers["getTransaction"], 13
    fake_chain.answers["getTransaction"] = lambda _, options: (
        shown if options["commitment"] == "confirmed" or clock.slept >= final_at else None
    )
    report = await fake_chain.run(commitment="finalized")
    assert (outcomes(report), fake_chain.sent) == (expected(apple="CycleCompleted"), {})
    assert clock.slept >= final_at
    final_at = 3600
    with pytest.raises(RpcUnavailable, match="no endpoint shows it finalized"):
        await fake_chain.run(commitment="finalized")
