"""Which runs are looked for on chain: those whose reports do not say all that they did."""

import pytest

from dat_operator.controller.cycle.lost_reports import CLOCKS_SECONDS, LostRun, lost_runs
from dat_operator.controller.jobs.job_manifests import CONTAINER
from dat_operator.controller.objects.observed import JOB_NAME_LABEL, Body
from dat_operator.domain.report import Outcome, Report, TokenReport, run_bytes
from tests.unit.controller.cycle.test_recovery import ENDED, LOST, RUN, STARTED, WAITING, observed

DONE = TokenReport(name="apple", outcome=Outcome.COMPLETED, reason="CycleCompleted", signature="5x")
FAILED = TokenReport(name="pear", outcome=Outcome.FAILED, reason="SlippageExceeded")


def report(outcome: Outcome, *tokens: TokenReport, total: int | None) -> Report:
    return Report(run_id=run_bytes("uid-lost").hex(), outcome=outcome, tokens=tokens, total=total)


def pod(said: str, phase: str = "Failed") -> Body:
    """Of the Job, with a termination message."""
    ended = {"name": CONTAINER, "state": {"terminated": {"message": said}}}
    return {
        "metadata": {"name": "pod", "labels": {JOB_NAME_LABEL: "lost"}},
        "status": {"phase": phase, "containerStatuses": [ended]},
    }


def looked_for(*pods: Body) -> dict[str, LostRun]:
    return lost_runs(observed([WAITING], [LOST], pods))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Killed",
        report(Outcome.FAILED, total=None).encode(),
        report(Outcome.FAILED, DONE, total=None).encode(),
        report(Outcome.FAILED, DONE, FAILED, total=3).encode(),
        report(Outcome.COMPLETED, DONE.model_copy(update={"signature": None}), total=1).encode(),
    ],
    ids=["nothing", "no report", "empty", "ended early", "cut off", "without signatures"],
)
def test_a_run_whose_report_does_not_say_all_is_looked_for(said: str) -> None:
    """An empty Failed report hid the burns that had landed."""
    expected = LostRun(RUN, STARTED - CLOCKS_SECONDS, ENDED + CLOCKS_SECONDS)
    assert looked_for(pod(said)) == {"lost": expected}


def test_a_run_whose_report_says_all_is_not() -> None:
    assert looked_for(pod(report(Outcome.FAILED, DONE, FAILED, total=2).encode())) == {}


def test_a_report_that_may_yet_come_is_waited_for() -> None:
    assert looked_for(pod("", phase="Running")) == {}
