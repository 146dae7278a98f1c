"""The plans for an ecosystem: judge the observation once, plan all that tokens share, then token by token."""

import datetime
from collections.abc import Iterator
from dataclasses import replace

from pydantic import ValidationError

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.cycle.breakers import judge_breakers
from dat_operator.controller.cycle.plan import cycle_statuses, plan_cycles, plan_orphan_cycles
from dat_operator.controller.cycle.queue import job_queue
from dat_operator.controller.ecosystem.admission import not_allowed
from dat_operator.controller.ecosystem.configuration import ecosystem_config, skips, token_configs
from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.ecosystem.cron_jobs import plan_cron_jobs
from dat_operator.controller.ecosystem.plan import plan_ecosystem
from dat_operator.controller.ecosystem.setup_job import plan_setup
from dat_operator.controller.jobs.reports import last_finished
from dat_operator.controller.objects.lifecycle import is_terminating
from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.ownership import without_foreign
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.isolation import spec_invalid
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.members import admitted_members, members
from dat_operator.controller.token.plan import (
    plan_orphan_token,
    plan_token,
    token_facts,
    without_invalid_tokens,
)
from dat_operator.controller.token.settled import SettledTokens
from dat_operator.domain.onchain_changes import differences


def make_plans(
    observed: Observed, settings: Settings, now: datetime.datetime, settled: SettledTokens | None = None
) -> Iterator[Plan]:
    """Compare the observation with the specs, and plan the writes that bring both together. Does no I/O.

    The plan of a token is made when the caller asks for it: the new statuses of all tokens of all ecosystems
    at once are 25 MiB over 5,000 tokens. ``settled`` remembers the tokens without writes in the last pass.
    """
    body = observed.ecosystem
    if body is None:
        yield from _plan_orphans(observed, now)
        return
    try:
        spec = EcosystemSpec.model_validate(body["spec"])
    except ValidationError as error:
        yield Plan.of_status(body, spec_invalid(body, error, now))
        return
    valid, invalid_tokens = without_invalid_tokens(without_foreign(observed), now)
    yield from _plan(judge(valid, spec, settings, now), invalid_tokens, settled or SettledTokens())


def judge(
    observed: Observed, spec: EcosystemSpec, settings: Settings, now: datetime.datetime
) -> EcosystemContext:
    """Judge an observation whose DATEcosystem exists, whose tokens are valid and whose objects are ours."""
    body = observed.ecosystem
    assert body is not None
    tokens = members(spec, observed)
    admitted = admitted_members(tokens)
    obstacle = not_allowed(spec, settings)
    can_cycle = any(token.is_set_up for token in tokens) and observed.config_map is not None
    can_cycle = can_cycle and not is_terminating(body) and obstacle is None
    queue = job_queue(observed, can_cycle=can_cycle)
    statuses = cycle_statuses(observed, queue, now)
    # A cycle that ends in this pass counts for its breakers in this pass.
    after = replace(observed, cycles=tuple({**cycle, "status": status} for cycle, status in statuses))
    breakers = judge_breakers(after, spec, now)
    configs = token_configs(admitted, skips(observed, tokens, breakers))
    config = ecosystem_config(observed.name, spec, configs, private_rpc=settings.private_rpc)
    return EcosystemContext(
        body=body,
        spec=spec,
        settings=settings,
        now=now,
        observed=after,
        not_allowed=obstacle,
        members=tokens,
        can_cycle=can_cycle,
        queue=queue,
        cycle_statuses=statuses,
        breakers=breakers,
        last_run=last_finished(observed, "cycle"),
        job_config=config,
        differences=differences(observed.chain, config) if observed.chain else None,
    )


def _plan(context: EcosystemContext, invalid_tokens: Plan, settled: SettledTokens) -> Iterator[Plan]:
    settled.begin_pass(context.observed)
    setup, cron_jobs = plan_setup(context), plan_cron_jobs(context)
    ecosystem = plan_ecosystem(context, setup, cron_jobs)
    # A write that fails ends the pass, so the writes that stop or free money come first: the setup Job, and
    # the CronJobs with their configuration. Records of runs come after them.
    shared = Plan.merge([invalid_tokens, setup.plan, cron_jobs.plan, plan_cycles(context), ecosystem])
    # Kubernetes deletes all objects of a terminating owner, so it would delete a new one, too.
    yield shared if context.takes_new_objects else replace(shared, apply=[], create=[])
    for member in context.members:
        facts = token_facts(context, member, setup.obstacle, cron_jobs.next_starts)
        yield plan_token(context, member, facts, settled)


def _plan_orphans(observed: Observed, now: datetime.datetime) -> Iterator[Plan]:
    """The tokens and DATCycles of an ecosystem that does not exist."""
    message = f"spec.ecosystemRef.name: there is no DATEcosystem {observed.name} in this namespace; create it"
    missing = Obstacle("EcosystemNotFound", message, stuck=False)
    for body in observed.tokens:
        yield plan_orphan_token(body, missing, now)
    yield plan_orphan_cycles(observed, now)
