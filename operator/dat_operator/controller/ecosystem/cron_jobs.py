"""The CronJobs that run cycles, and the ConfigMap that their Jobs mount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.jobs.next_starts import next_starts
from dat_operator.controller.objects.manifests import config_map, differs
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.token.members import admitted_members
from dat_operator.domain.breaker import BreakerState


@dataclass(frozen=True, slots=True)
class CronJobs:
    """The writes of CronJobs and ConfigMap, and when the CronJobs will start cycles."""

    plan: Plan
    next_starts: Mapping[str, str]
    """The time of the next start by the name of the CronJob, if it starts one."""


def plan_cron_jobs(context: EcosystemContext) -> CronJobs:
    """Compare CronJobs and ConfigMap with the spec. The first CronJob is made once a token is set up."""
    observed = context.observed
    there = {str(cron_job["metadata"]["name"]): cron_job for cron_job in observed.cron_jobs}
    wanted = _wanted(context, there)
    changed = [cron_job for name, cron_job in wanted.items() if differs(there.get(name), cron_job)]
    unwanted = [cron_job for name, cron_job in there.items() if name not in wanted]
    if observed.chain is None:
        unwanted = []
    plan = Plan(apply=[*_config_map(context), *changed], delete=_deleted(context, unwanted))
    return CronJobs(plan, next_starts(_after(observed, wanted, there), context.now))


def _deleted(context: EcosystemContext, unwanted: list[Body]) -> list[Body]:
    """The CronJobs to delete: all of them, if this release must not work on the ecosystem."""
    return list(context.observed.cron_jobs) if context.not_allowed else unwanted


def _wanted(context: EcosystemContext, there: Mapping[str, Body]) -> Mapping[str, Body]:
    observed = context.observed
    found = context.job_manifests.cron_jobs(
        [(member.name, member.spec) for member in admitted_members(context.members)], _stopped(context)
    )
    wanted = {name: c for name, c in found.items() if f"CronJob {name}" not in observed.taken_names}
    if observed.chain is None:
        # Without the chain, CronJobs follow the spec (a suspension, for example), but none is created.
        return {name: c for name, c in wanted.items() if name in there}
    is_runnable = any(member.is_set_up for member in context.members if member.refusal is None)
    return wanted if is_runnable or there else {}


def _stopped(context: EcosystemContext) -> set[str]:
    """The names of tokens, or of the ecosystem, whose CronJobs start no cycle."""
    stopped = {token.name for token in context.job_config.tokens if token.skip}
    if context.breakers.ecosystem.state is not BreakerState.CLOSED:
        stopped.add(context.name)
    return stopped


def _config_map(context: EcosystemContext) -> list[dict[str, Any]]:
    """The configuration of the Jobs, if it differs.

    If no token is left, the ConfigMap stays and lists no token: Jobs must not touch a deleted token.
    """
    observed = context.observed
    wanted = config_map(context.body, context.job_config)
    is_needed = bool(admitted_members(context.members)) or observed.config_map is not None
    is_taken = f"ConfigMap {wanted['metadata']['name']}" in observed.taken_names
    if observed.chain is None or is_taken or not is_needed or not differs(observed.config_map, wanted):
        return []
    return [wanted]


def _after(observed: Observed, wanted: Mapping[str, Body], there: Mapping[str, Body]) -> Mapping[str, Body]:
    """The CronJobs after this plan. A CronJob that the API server rejects stays as it is."""
    accepted = {name: c for name, c in wanted.items() if f"CronJob {name}" not in observed.rejected}
    return {**{name: c for name, c in there.items() if name in wanted}, **accepted}
