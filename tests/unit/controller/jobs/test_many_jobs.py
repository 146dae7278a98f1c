"""A pass over many Jobs looks at each a few times, not each of them for each."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dat_operator.controller.cycle.lost_reports import lost_runs
from dat_operator.controller.cycle.plan import cycle_statuses
from dat_operator.controller.cycle.queue import job_queue
from tests.support.golden_cases import CASES, NOW, input_of, job_body, observed, pod_body

JOBS = 800
TOKEN = '{"name":"apple","outcome":"Skipped","reason":"InsufficientFees"}'
SAID = f'{{"cycleId":"00","outcome":"Skipped","total":1,"tokens":[{TOKEN}]}}'


class Counted(tuple[Any, ...]):
    """Counts how many of its parts were looked at."""

    looks = 0

    def __iter__(self) -> Iterator[Any]:
        for part in super().__iter__():
            Counted.looks += 1
            yield part


def test_eight_hundred_jobs_are_no_square_of_looks() -> None:
    """It blocked the loop, and with it the Lease, for a second."""
    seen = observed(input_of(CASES / "steady"))
    names = [f"run-{number}" for number in range(JOBS)]
    cycles = [
        {"kind": "DATCycle", "metadata": {**seen.tokens[0]["metadata"], "name": name}} for name in names
    ]
    spec = {"spec": {"ecosystemRef": {"name": "fruit"}}}
    seen = replace(
        seen,
        jobs=Counted(job_body(name, {"purpose": "cycle", "ended": "Complete"}) for name in names),
        pods=Counted(pod_body(name, {"job": name, "said": SAID}) for name in names),
        cycles=tuple({**cycle, **spec} for cycle in cycles),
    )
    statuses = cycle_statuses(seen, job_queue(seen, can_cycle=True), NOW)
    assert not lost_runs(seen)
    assert {status["outcome"] for _, status in statuses} == {"Skipped"}
    assert Counted.looks <= 10 * JOBS
