from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.controller.metrics.cycle_results import CycleResults
from dat_operator.domain.report import Outcome, Report


def job(name: str, outcome: Outcome | None, *, succeeded: bool = True, at: str = "12:00") -> FinishedJob:
    report = Report(run_id="", outcome=outcome) if outcome else None
    return FinishedJob(name, succeeded, at, report, "")


DONE, IDLE = job("done", Outcome.COMPLETED), job("idle", Outcome.SKIPPED)


def test_each_job_counts_once_as_long_as_it_is_there() -> None:
    results = CycleResults()
    for finished in ([], [DONE], [DONE], [DONE, IDLE], [IDLE]):
        results.count(finished)
    assert results.counts == {"Completed": 1, "Skipped": 1, "Failed": 0}


def test_what_had_ended_before_does_not_count() -> None:
    results = CycleResults()
    results.count([DONE])
    results.count([DONE, IDLE])
    assert results.counts == {"Completed": 0, "Skipped": 1, "Failed": 0}


def test_a_job_of_the_same_name_is_another_one() -> None:
    results = CycleResults()
    for at in ("", "12:00", "13:00"):
        results.count([job("by-hand", Outcome.COMPLETED, at=at)] if at else [])
    assert results.counts["Completed"] == 2


def test_a_job_without_a_report() -> None:
    results = CycleResults()
    results.count([])
    results.count([job("killed", None, succeeded=False), job("gone", None)])
    assert results.counts == {"Completed": 0, "Skipped": 0, "Failed": 1, "Unknown": 1}
