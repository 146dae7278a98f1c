"""The input of a plan: the objects and the chain, as one pass observed them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.dat_accounts import Role

Body = Mapping[str, Any]


STATUS = " status"
"""The suffix of a key in ``Observed.rejected`` that means the status of an object, not the object."""
JOB_NAME_LABEL = "batch.kubernetes.io/job-name"


@dataclass(frozen=True)
class Observed:
    """One ecosystem at one moment.

    ``ecosystem`` is None if tokens refer to one that does not exist. ``chain`` is None if the chain could not
    be read; ``chain_error`` is the reason.
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
    rejected: Mapping[str, str] = field(default_factory=dict)
    """Why the API server rejected objects of the last plan. Keys: "Job fruit-1", "DATToken apple status"."""
    taken_names: frozenset[str] = frozenset()
    """The keys of ``rejected`` whose names belong to objects of other owners."""
    namespace_terminating: bool = False
    """Whether the namespace is being deleted and takes no new objects."""
    deleted_jobs: frozenset[str] = frozenset()
    """The names of deleted Jobs whose DATCycles have not ended. A DATCycle has the name of its Job."""
    landed_by_signature: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """The cycles of each transaction whose amounts no DATCycle has yet. Empty: the transaction has none."""
    recovered_by_job: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """The cycles of each Job whose report is lost or incomplete, by its name, once the search has ended."""

    @cached_property
    def jobs_by_name(self) -> Mapping[str, Body]:
        """The Jobs, by name."""
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

    @cached_property
    def oldest_by_mint(self) -> Mapping[str, Body]:
        """Of the DATTokens that name one mint, the oldest."""
        youngest_first = sorted(self.tokens, key=seniority, reverse=True)
        return {str(body["spec"]["mint"]): body for body in youngest_first}

    @cached_property
    def oldest_root(self) -> Body | None:
        """Of the DATTokens with the role Root, the oldest."""
        roots = (body for body in self.tokens if body["spec"]["role"] == Role.ROOT)
        return min(roots, key=seniority, default=None)


def seniority(body: Body) -> tuple[str, str]:
    """The rank if two objects claim the same mint or role: the older object comes first."""
    return body["metadata"]["creationTimestamp"], body["metadata"]["name"]


def job_of(pod: Body) -> str | None:
    """The name of a pod's Job."""
    name: str | None = pod["metadata"].get("labels", {}).get(JOB_NAME_LABEL)
    return name
