"""A DATCycle whose Job the store does not have: the API server is asked before its record is final."""

from typing import Any

import pytest

from dat_operator.controller.jobs.unseen import with_unseen_jobs
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.kube.errors import KubeError, KubeUnavailable

STARTED = {"startTime": "2026-11-21T11:00:00Z"}


def named(kind: str, name: str, **more: Any) -> Body:
    return {"kind": kind, "metadata": {"namespace": "dat", "name": name}, **more}


def observed(*jobs: Body, **status: Any) -> Observed:
    """One DATCycle with this status, and the Jobs of the store."""
    return Observed("fruit", None, (), None, (), jobs, (), (named("DATCycle", "run", status=status),), None)


class Server:
    """Has these Jobs, or answers with an error. ``asked``: the names that were asked for."""

    def __init__(self, *jobs: str, error: Exception | None = None) -> None:
        self._jobs, self._error = jobs, error
        self.asked: list[str] = []

    async def find(self, manifest: Body) -> Body | None:
        assert (manifest["kind"], manifest["metadata"]["namespace"]) == ("Job", "dat")
        self.asked.append(name := manifest["metadata"]["name"])
        if self._error:
            raise self._error
        return named("Job", name) if name in self._jobs else None


async def seen(server: Server, before: Observed) -> Observed:
    return await with_unseen_jobs(server, before)  # type: ignore[arg-type]


async def test_a_job_that_a_late_watch_has_not_shown_is_no_deleted_one() -> None:
    """Its record said Failed for good, and the Job completed."""
    after = await seen(Server("run"), observed(**STARTED))
    assert (list(after.jobs_by_name), after.deleted_jobs) == (["run"], frozenset())


async def test_a_job_that_the_api_server_does_not_have_is_gone() -> None:
    after = await seen(Server(), observed(**STARTED))
    assert (list(after.jobs_by_name), after.deleted_jobs) == ([], {"run"})


@pytest.mark.parametrize("error", [KubeUnavailable("away"), KubeError("GET /jobs", 502, "no JSON")])
async def test_without_an_answer_it_is_neither(error: Exception) -> None:
    after = await seen(Server("run", error=error), observed(**STARTED))
    assert (list(after.jobs_by_name), after.deleted_jobs) == ([], frozenset())


@pytest.mark.parametrize(
    ("jobs", "status"),
    [
        ((), {}),
        ((), {**STARTED, "completionTime": "2026-11-21T11:01:00Z"}),
        ((named("Job", "run"),), STARTED),
    ],
    ids=["not started", "ended", "in the store"],
)
async def test_nobody_is_asked_about_others(jobs: tuple[Body, ...], status: dict[str, Any]) -> None:
    server = Server("run")
    before = observed(*jobs, **status)
    assert await seen(server, before) is before
    assert server.asked == []
