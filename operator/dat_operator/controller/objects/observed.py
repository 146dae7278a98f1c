"""Everything a plan is made of, gathered before it is made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed

Body = Mapping[str, Any]


STATUS = " status"
"""After kind and name: of what is refused, only the status."""
JOB_NAME_LABEL = "batch.kubernetes.io/job-name"


@dataclass(frozen=True)
class Observed:
    """One ecosystem at one moment.

    ``ecosystem`` is None if tokens refer to one that is not there. ``chain`` is None if it could not be
    read; ``chain_error`` then says why.
    """

    name: str
    ecosystem: Body | None
    tokens: tuple[Body, ...]
    config_map: Body | None
    cron_jobs: tuple[Body, ...]
    jobs: tuple[Body, ...]
    pods: tuple[Body, ...]
    cycles: tuple[Body, ...]
    """The DATCycles."""
    chain: ChainState | None
    chain_error: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    """What the API server has said to objects that it refused, by kind and name (and ``STATUS``)."""
    taken: frozenset[str] = frozenset()
    """Those of them whose names are others', by kind and name."""
    namespace_goes: bool = False
    """Whether the namespace takes no new objects any more."""
    gone: frozenset[str] = frozenset()
    """DATCycles that had started, and whose Jobs are not there any more, as the API server says itself."""
    landed: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """Cycles by the signature of their transaction: of DATCycles whose amounts are not known yet."""
    recovered: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """Cycles by the name of their Job: of Jobs whose report is lost, or does not name all tokens."""

    @cached_property
    def jobs_by_name(self) -> Mapping[str, Body]:
        """The Jobs."""
        return {str(job["metadata"]["name"]): job for job in self.jobs}

    def pods_of(self, job: str) -> Sequence[Body]:
        """The pods of the Job of this name."""
        return self._pods_by_job.get(job, ())

    @cached_property
    def _pods_by_job(self) -> Mapping[str | None, Sequence[Body]]:
        found = defaultdict[str | None, list[Body]](list)
        for pod in self.pods:
            found[job_of(pod)].append(pod)
        return found


def job_of(pod: Body) -> str | None:
    """The name of the Job whose pod it is."""
    name: str | None = pod["metadata"].get("labels", {}).get(JOB_NAME_LABEL)
    return name
