"""Everything that is to be done for an ecosystem, decided without doing any of it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.cycle.breakers import Breakers, breakers, skips
from dat_operator.controller.cycle.plan import (
    CyclesInput,
    CyclesPlan,
    cycle_statuses,
    orphaned,
    plan_cycles,
    turn_of,
)
from dat_operator.controller.ecosystem.admission import not_allowed
from dat_operator.controller.ecosystem.health import EcosystemHealthInput
from dat_operator.controller.ecosystem.members import Member, allowed, members
from dat_operator.controller.ecosystem.setup_job import Setup, plan_setup
from dat_operator.controller.ecosystem.status import ecosystem_status
from dat_operator.controller.jobs import manifests as jobs
from dat_operator.controller.jobs.next_starts import next_starts
from dat_operator.controller.jobs.pending_pods import held_up
from dat_operator.controller.jobs.reports import last_finished
from dat_operator.controller.objects import manifests as render
from dat_operator.controller.objects.drift import is_owned_by
from dat_operator.controller.objects.observed import STATUS, Body, Observed
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.events import ecosystem_events, token_events
from dat_operator.controller.status.isolation import isolated, spec_invalid
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.deletion import finalizers, is_terminating
from dat_operator.controller.token.status import TokenFacts, token_status
from dat_operator.domain.breaker import BreakerState
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.onchain_changes import differences
from dat_operator.kube.events import Event

GOING = Setup(Obstacle("Terminating", "it is being deleted; nothing new is made for it", stuck=False))
TAKEN = "another owner's object has this name; delete that one, or rename what needs the name"


@dataclass(slots=True)
class Plan:
    """What to write; empty when everything is as it should be."""

    apply: list[dict[str, Any]] = field(default_factory=list)
    create: list[dict[str, Any]] = field(default_factory=list)
    delete: list[Body] = field(default_factory=list)
    finalizers: list[tuple[Body, Sequence[str]]] = field(default_factory=list)
    statuses: list[tuple[Body, dict[str, Any]]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def make_plan(observed: Observed, settings: Settings, now: datetime.datetime) -> Plan:
    """Compare what is with what should be."""
    plan = Plan()
    if observed.ecosystem is None:
        _plan_orphans(plan, observed, now)
        return plan
    body = observed.ecosystem
    try:
        spec = EcosystemSpec.model_validate(body["spec"])
    except ValidationError as error:
        _write_if_new(plan, body, spec_invalid(body, error, now))
        return plan
    observed = _without_invalid(plan, _without_foreign(observed), now)
    going, barred = is_terminating(body), not_allowed(spec, settings)
    tokens = members(spec, observed)
    ready = any(token.is_set_up for token in tokens) and observed.config_map is not None
    ready = ready and not going and barred is None
    turn = turn_of(observed, ready=ready)
    statuses = cycle_statuses(observed, turn, now)
    after = replace(observed, cycles=tuple({**cycle, "status": status} for cycle, status in statuses))
    judged = breakers(after, spec, now)
    told = render.ecosystem_config(observed.name, spec, allowed(tokens), skips(observed, judged))
    told = told.model_copy(update={"private_rpc": settings.private_rpc})
    different = differences(observed.chain, told) if observed.chain else None

    if going or barred:
        setup = GOING if going else Setup(barred)
    else:
        setup = plan_setup(body, spec, observed, settings, tokens, different, now)
    plan.create += [setup.job] if setup.job else []
    plan.events += [setup.event] if setup.event else []
    cron_jobs = _plan_cron_jobs(plan, body, spec, observed, settings, tokens, judged, told)
    starts = next_starts(cron_jobs, now)
    _take(plan, plan_cycles(CyclesInput(body, spec, after, settings, judged, turn, ready, now)))
    for cycle, cycle_status in statuses:
        _write_if_new(plan, cycle, cycle_status)
    obstacle = _refused(observed) or _held_up(observed, now) or setup.obstacle
    if going or barred:
        # A terminating owner gets nothing new: the garbage collector would race us for it.
        plan.apply, plan.create, obstacle = [], [], setup.obstacle
    if barred:
        plan.delete += [cron_job for cron_job in observed.cron_jobs if cron_job not in plan.delete]
    health = EcosystemHealthInput(spec, observed, judged, different, barred)
    next_start = starts.get(jobs.cron_job_name(observed.name))
    status = isolated(body, now, lambda: ecosystem_status(health, body, obstacle, next_start, now))
    plan.events += ecosystem_events(body, status)
    _write_if_new(plan, body, status)
    last_run = last_finished(observed, "cycle")
    waiting = setup.obstacle or Obstacle("AwaitingSetup", "waits for the setup Job", stuck=False)
    for token in tokens:
        if token.finalizers is not None:
            plan.finalizers.append((token.body, token.finalizers))
        cron_job = jobs.cron_job_name(observed.name, token.name)
        facts = TokenFacts(
            token.body,
            token.refusal,
            token.chain,
            waiting,
            last_run,
            judged.tokens[token.name],
            token.admission,
            _refused(observed, f"CronJob {cron_job}"),
            starts.get(cron_job),
        )
        _plan_token(plan, facts, now)
    return plan


def _plan_token(plan: Plan, facts: TokenFacts, now: datetime.datetime) -> None:
    status = isolated(facts.body, now, lambda: token_status(facts, now))
    plan.events += token_events(facts.body, status)
    _write_if_new(plan, facts.body, status)


def _plan_orphans(plan: Plan, observed: Observed, now: datetime.datetime) -> None:
    missing = Obstacle(
        "EcosystemNotFound",
        f"spec.ecosystemRef.name: there is no DATEcosystem {observed.name} in this namespace; create it",
        stuck=False,
    )
    for body in observed.tokens:
        if (wanted := finalizers(body, switched_off=True)) is not None:
            plan.finalizers.append((body, wanted))
        _plan_token(plan, TokenFacts(body, None, None, missing, None, None, None), now)
    for cycle, status in orphaned(observed, now):
        _write_if_new(plan, cycle, status)


def _take(plan: Plan, more: CyclesPlan) -> None:
    plan.apply += more.apply
    plan.create += more.create
    plan.delete += more.delete


def _refused(observed: Observed, *objects: str) -> Obstacle | None:
    """What the API server would not have, of these objects or of any: a bad schedule, a quota, a policy."""
    asked_for = {f"Job {cycle['metadata']['name']}" for cycle in observed.cycles}
    refused = {
        what: why
        for what, why in observed.refused.items()
        if (not objects or what in objects)
        # A status, or a DATCycle whose Job cannot be made, says so itself.
        and not what.endswith(STATUS)
        and not (what in observed.taken and what in asked_for)
    }
    said = [
        f"{what}: {why}" if what in observed.taken else f"the API server rejected {what}: {why}"
        for what, why in refused.items()
    ]
    reason = "NameTaken" if refused.keys() <= observed.taken else "ObjectRejected"
    return Obstacle(reason, "; ".join(said), stuck=True) if said else None


def _held_up(observed: Observed, now: datetime.datetime) -> Obstacle | None:
    said = held_up(observed, now)
    return Obstacle("PodPending", said, stuck=True) if said else None


def _plan_cron_jobs(
    plan: Plan,
    body: Body,
    spec: EcosystemSpec,
    observed: Observed,
    settings: Settings,
    tokens: Sequence[Member],
    judged: Breakers,
    told: EcosystemConfig,
) -> dict[str, Body]:
    """The Jobs' configuration and the CronJobs, once there is something to run cycles on.

    Returns the CronJobs that there are once the plan is carried out, by name.
    """
    named = allowed(tokens)
    stopped = {token.name for token in told.tokens if token.skip}
    if judged.ecosystem.state is not BreakerState.CLOSED:
        stopped.add(observed.name)
    wanted = jobs.cycle_cron_jobs(body, spec, settings, named, stopped)
    wanted = {name: c for name, c in wanted.items() if f"CronJob {name}" not in observed.taken}
    there = {str(cron_job["metadata"]["name"]): cron_job for cron_job in observed.cron_jobs}
    if observed.chain is None:
        # What the checks would say is not known: only what is there follows the spec, to be suspended, say.
        wanted = {name: c for name, c in wanted.items() if name in there}
        plan.apply += [c for name, c in wanted.items() if render.differs(there[name], c)]
        return _as_taken(observed, wanted, there)
    config = render.config_map(body, told)
    # Without a token it is emptied, never left as it was: a token that is gone must not be touched.
    taken = f"ConfigMap {config['metadata']['name']}" in observed.taken
    if (named or observed.config_map) and not taken and render.differs(observed.config_map, config):
        plan.apply.append(config)
    runnable = any(token.is_set_up for token in tokens if token.refusal is None)
    if not runnable and not there:
        return {}
    plan.apply += [c for name, c in wanted.items() if render.differs(there.get(name), c)]
    plan.delete += [cron_job for name, cron_job in there.items() if name not in wanted]
    return _as_taken(observed, wanted, there)


def _as_taken(observed: Observed, wanted: Mapping[str, Body], there: Mapping[str, Body]) -> dict[str, Body]:
    """The CronJobs as they will be: one that the API server refuses stays as it is."""
    taken = {name: c for name, c in wanted.items() if f"CronJob {name}" not in observed.refused}
    return {**{name: c for name, c in there.items() if name in wanted}, **taken}


def _without_foreign(observed: Observed) -> Observed:
    """Without the objects that bear our names and labels, and are another uid's: they are not ours."""
    assert observed.ecosystem is not None
    uid = observed.ecosystem["metadata"]["uid"]
    found = [*observed.cron_jobs, *([observed.config_map] if observed.config_map else [])]
    taken = {
        f"{body['kind']} {body['metadata']['name']}": TAKEN for body in found if not is_owned_by(body, uid)
    }
    if not taken:
        return observed
    ours = tuple(c for c in observed.cron_jobs if is_owned_by(c, uid))
    config_map = (
        observed.config_map if observed.config_map and is_owned_by(observed.config_map, uid) else None
    )
    return replace(
        observed,
        cron_jobs=ours,
        config_map=config_map,
        refused={**observed.refused, **taken},
        taken=observed.taken | taken.keys(),
    )


def _without_invalid(plan: Plan, observed: Observed, now: datetime.datetime) -> Observed:
    """Without the tokens that cannot be understood: they say so themselves."""
    valid = []
    for body in observed.tokens:
        try:
            TokenSpec.model_validate(body["spec"])
            valid.append(body)
        except ValidationError as error:
            _write_if_new(plan, body, spec_invalid(body, error, now))
    return replace(observed, tokens=tuple(valid))


def _write_if_new(plan: Plan, body: Body, status: Mapping[str, Any]) -> None:
    if status != body.get("status", {}):
        plan.statuses.append((body, dict(status)))
