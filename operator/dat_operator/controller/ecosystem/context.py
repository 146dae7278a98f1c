"""One ecosystem in one pass: the observation, and all judgements of it that several plans need."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.cycle.breakers import Breakers
from dat_operator.controller.cycle.queue import JobQueue
from dat_operator.controller.jobs.job_manifests import JobManifests
from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.controller.objects.lifecycle import is_terminating
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.members import Member
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.onchain_changes import Differences


@dataclass(frozen=True, slots=True, kw_only=True)
class EcosystemContext:
    """Each judgement is made once, before any plan."""

    body: Body
    spec: EcosystemSpec
    settings: Settings
    now: datetime.datetime
    observed: Observed
    """Its DATCycles have the statuses that this pass writes."""
    members: Sequence[Member]
    """All tokens of the ecosystem."""
    not_allowed: Obstacle | None
    """Why this release must not work on the ecosystem."""
    can_cycle: bool
    """Whether there is a token to run cycles on, and a configuration for the Jobs."""
    queue: JobQueue
    cycle_statuses: Sequence[tuple[Body, dict[str, Any]]]
    """Each DATCycle as it was observed, with the status that it gets."""
    breakers: Breakers
    last_run: FinishedJob | None
    """The cycle Job that ended last."""
    job_config: EcosystemConfig
    differences: Differences | None
    """Between spec and chain; None while the chain cannot be read."""

    @property
    def name(self) -> str:
        """The ecosystem's."""
        return self.observed.name

    @property
    def is_terminating(self) -> bool:
        """Whether the ecosystem is being deleted."""
        return is_terminating(self.body)

    @property
    def takes_new_objects(self) -> bool:
        """Whether new objects may be made for the ecosystem."""
        return not self.is_terminating and self.not_allowed is None

    @property
    def job_manifests(self) -> JobManifests:
        """Makes the Jobs of the ecosystem."""
        return JobManifests(self.body, self.spec, self.settings)
