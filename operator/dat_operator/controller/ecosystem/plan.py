"""The plan for a DATEcosystem itself: its status, and the Events about changes of the status."""

from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.ecosystem.cron_jobs import CronJobs
from dat_operator.controller.ecosystem.health import EcosystemHealthInput
from dat_operator.controller.ecosystem.setup_job import Setup
from dat_operator.controller.ecosystem.status import ecosystem_status
from dat_operator.controller.jobs.job_manifests import cron_job_name
from dat_operator.controller.jobs.pending_pods import pending_pods
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.status.events import ecosystem_events
from dat_operator.controller.status.isolation import isolated
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.status.refused_objects import refused_objects


def plan_ecosystem(context: EcosystemContext, setup: Setup, cron_jobs: CronJobs) -> Plan:
    """The status. ``setup`` and ``cron_jobs``: what is planned for its objects."""
    health = EcosystemHealthInput(
        spec=context.spec,
        observed=context.observed,
        breakers=context.breakers,
        different=context.differences,
        not_allowed=context.not_allowed,
    )
    body, obstacle = context.body, _obstacle(context, setup)
    next_start = cron_jobs.next_starts.get(cron_job_name(context.name))
    status = isolated(
        body,
        context.now,
        lambda: ecosystem_status(health, body, setup=obstacle, next_start=next_start, now=context.now),
    )
    return Plan.of_status(body, status, ecosystem_events(body, status))


def _obstacle(context: EcosystemContext, setup: Setup) -> Obstacle | None:
    """Why the ecosystem is not ready; causes in the cluster come before set-up."""
    if not context.takes_new_objects:
        return setup.obstacle
    return refused_objects(context.observed) or _pending_pod(context) or setup.obstacle


def _pending_pod(context: EcosystemContext) -> Obstacle | None:
    message = pending_pods(context.observed, context.now)
    return Obstacle("PodPending", message, stuck=True) if message else None
