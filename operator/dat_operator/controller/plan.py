"""Everything that is to be done for an ecosystem, decided without doing any of it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller import checks, jobs, render
from dat_operator.controller.breakers import Breakers, breakers, skips
from dat_operator.controller.cycles import (
    CyclesInput,
    CyclesPlan,
    cycle_statuses,
    orphaned,
    plan_cycles,
    turn_of,
)
from dat_operator.controller.deletion import DELETED, FINALIZER, finalizers, is_going, is_switched_off
from dat_operator.controller.ecosystem_health import Subject
from dat_operator.controller.ecosystem_status import ecosystem_status
from dat_operator.controller.happenings import ecosystem_events, token_events
from dat_operator.controller.held_up import held_up
from dat_operator.controller.job_reports import (
    FinishedJob,
    finished_job,
    last_finished,
    unfinished_jobs,
)
from dat_operator.controller.observed import Body, Observed
from dat_operator.controller.readiness import Obstacle
from dat_operator.controller.settings import Settings
from dat_operator.controller.token_status import TokenFacts, token_status
from dat_operator.domain.breaker import BreakerState
from dat_operator.domain.chain_state import Role, TokenState
from dat_operator.domain.config import EcosystemConfig
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.settings import differences
from dat_operator.kube.events import Event

BEING_TERMINATED = "is being terminated"
"""What the API server says to new objects of a namespace that goes."""


@dataclass(slots=True)
class Plan:
    """What to write; empty when everything is as it should be."""

    apply: list[dict[str, Any]] = field(default_factory=list)
    create: list[dict[str, Any]] = field(default_factory=list)
    delete: list[Body] = field(default_factory=list)
    finalizers: list[tuple[Body, Sequence[str]]] = field(default_factory=list)
    statuses: list[tuple[Body, dict[str, Any]]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    body: Body
    spec: TokenSpec
    subject: checks.Subject
    refusal: Refusal | None
    chain: TokenState | None
    finalizers: Sequence[str] | None
    """Those it should have, if they are others than it has."""

    @property
    def leaves(self) -> bool:
        """Whether it is as good as gone: deleted, and nothing of ours keeps it."""
        has = self.body["metadata"].get("finalizers", []) if self.finalizers is None else self.finalizers
        return "deletionTimestamp" in self.body["metadata"] and FINALIZER not in has

    @property
    def wants_setup(self) -> bool:
        if self.refusal is not None or self.chain is None or self.leaves or is_going(self.body):
            return False
        return self.chain.stats is None or bool(self.chain.missing)


def make_plan(observed: Observed, settings: Settings, now: datetime.datetime) -> Plan:
    """Compare what is with what should be."""
    plan = Plan()
    if observed.ecosystem is None:
        _plan_orphans(plan, observed, now)
        return plan
    body = observed.ecosystem
    spec = EcosystemSpec.model_validate(body["spec"])
    tokens = [_checked(token, spec, observed) for token in observed.tokens]
    going = {str(token["metadata"]["name"]) for token in observed.tokens if is_going(token)}
    told = render.ecosystem_config(observed.name, spec, _allowed(tokens), going=going)
    setup = _setup(plan, body, spec, observed, settings, tokens, told)
    ready = any(token.chain and token.chain.stats for token in tokens) and observed.config_map is not None
    turn = turn_of(observed, ready=ready)
    for cycle, cycle_status in (statuses := cycle_statuses(observed, turn, now)):
        _write_if_new(plan, cycle, cycle_status)
    after = replace(observed, cycles=tuple({**cycle, "status": status} for cycle, status in statuses))
    judged = breakers(after, spec, now)
    _plan_cycles(plan, body, spec, observed, settings, tokens, judged)
    _take(plan, plan_cycles(CyclesInput(body, spec, after, settings, judged, turn, ready, now)))

    different = differences(observed.chain, told) if observed.chain else None
    status = ecosystem_status(
        Subject(spec, observed, judged, different),
        body,
        _refused(observed) or _held_up(observed, now) or setup,
        now,
    )
    plan.events += ecosystem_events(body, status)
    _write_if_new(plan, body, status)
    last_run = last_finished(observed, "cycle")
    for token in tokens:
        if token.finalizers is not None:
            plan.finalizers.append((token.body, token.finalizers))
        waiting = setup or Obstacle("WaitingForSetup", "waits for the setup Job", stuck=False)
        facts = TokenFacts(
            token.body,
            token.refusal,
            token.chain,
            observed.chain is None,
            waiting,
            last_run,
            judged.tokens[token.body["metadata"]["name"]],
            token.subject,
            _refused(
                observed, f"CronJob {jobs.cron_job_name(observed.name, token.body['metadata']['name'])}"
            ),
        )
        _plan_token(plan, facts, now)
    return plan


def _plan_token(plan: Plan, facts: TokenFacts, now: datetime.datetime) -> None:
    status = token_status(facts, now)
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
        _plan_token(plan, TokenFacts(body, None, None, False, missing, None, None, None), now)
    for cycle, status in orphaned(observed, now):
        _write_if_new(plan, cycle, status)


def _take(plan: Plan, more: CyclesPlan) -> None:
    plan.apply += more.apply
    plan.create += more.create
    plan.delete += more.delete


def _checked(body: Body, ecosystem: EcosystemSpec, observed: Observed) -> _Token:
    spec = TokenSpec.model_validate(body["spec"])
    subject = checks.Subject(body, spec, ecosystem, observed)
    refusal = checks.refusal(subject)
    # What lies under this mint is another DATToken's to show.
    chain = None if refusal and refusal.reason == "DuplicateMint" else subject.chain_token
    off = is_switched_off(
        chain,
        refused=refusal is not None,
        unread=observed.chain is None,
        namespace_goes=any(BEING_TERMINATED in why for why in observed.refused.values()),
    )
    return _Token(body, spec, subject, refusal, chain, finalizers(body, switched_off=off))


def _refused(observed: Observed, *objects: str) -> Obstacle | None:
    """What the API server would not have, of these objects or of any: a bad schedule, a quota, a policy."""
    refused = {what: why for what, why in observed.refused.items() if not objects or what in objects}
    said = [f"{what} was refused by the API server: {why}" for what, why in refused.items()]
    return Obstacle("ObjectRefused", "; ".join(said), stuck=True) if said else None


def _held_up(observed: Observed, now: datetime.datetime) -> Obstacle | None:
    said = held_up(observed, now)
    return Obstacle("PodPending", said, stuck=True) if said else None


def _setup(
    plan: Plan,
    body: Body,
    spec: EcosystemSpec,
    observed: Observed,
    settings: Settings,
    tokens: list[_Token],
    told: EcosystemConfig,
) -> Obstacle | None:
    """See to what is missing on chain; None if nothing is."""
    chain = observed.chain
    if chain is None:
        return Obstacle("ChainUnreadable", observed.chain_error or "waits for the chain", stuck=False)
    if not chain.program_deployed:
        return Obstacle(
            "ProgramNotDeployed", f"spec.programId: {spec.program_id} is not deployed", stuck=True
        )
    missing = [
        # What a token lacks changes when it graduates, and with it the Job's name.
        " ".join([token.spec.mint, *(token.chain.missing if token.chain else ())])
        for token in tokens
        if token.wants_setup
    ]
    changes = [change.what for change in differences(chain, told).now]
    if chain.state is not None and not missing and not changes:
        return None
    if not missing and not changes:
        return Obstacle("NoTokens", "waits for a DATToken that passes its checks", stuck=False)
    secret = spec.wallets.admin.secret_ref
    if secret is None:
        message = "wallets.admin has no secretRef; run `dat setup` with the admin's key (docs/setup.md)"
        return Obstacle("AwaitingAdmin", message, stuck=True)
    job = jobs.setup_job(body, settings, secret, [*missing, *changes])
    name = job["metadata"]["name"]
    finished = finished_job(observed, name)
    if finished and not finished.succeeded:
        return Obstacle("SetupFailed", _failure(finished), stuck=True)
    doing = [*([f"sets up {len(missing)} token(s)"] if missing else []), *changes]
    message = f"Job {name}: {'; '.join(doing)}"
    # One at a time: what a running Job is setting up may well be what is missing.
    if not finished and not unfinished_jobs(observed, "setup"):
        plan.create.append(job)
        plan.events.append(Event(body, "Normal", "SetupStarted", message, cause=name))
    return Obstacle("SettingUp", message, stuck=False)


def _failure(job: FinishedJob) -> str:
    said = job.message.strip()
    if job.report:
        failed = [f"{t.name}: {t.reason}: {t.message}" for t in job.report.tokens if t.outcome == "Failed"]
        said = "; ".join([job.report.message, *failed] if job.report.message else failed)
    return f"Job {job.name} failed: {said}; put it right and delete the Job to try again"


def _plan_cycles(
    plan: Plan,
    body: Body,
    spec: EcosystemSpec,
    observed: Observed,
    settings: Settings,
    tokens: list[_Token],
    judged: Breakers,
) -> None:
    """The Jobs' configuration and the CronJobs, once there is something to run cycles on."""
    named = _allowed(tokens)
    skipped = skips(observed, judged)
    stopped = {*skipped, *([observed.name] if judged.ecosystem.state is not BreakerState.CLOSED else [])}
    wanted = jobs.cycle_cron_jobs(body, spec, settings, named, stopped)
    there = {str(cron_job["metadata"]["name"]): cron_job for cron_job in observed.cron_jobs}
    if observed.chain is None:
        # What the checks would say is not known: only what is there follows the spec, to be suspended, say.
        plan.apply += [c for name, c in wanted.items() if name in there and render.differs(there[name], c)]
        return
    going = {name for name, why in skipped.items() if why is DELETED}
    told = render.ecosystem_config(body["metadata"]["name"], spec, named, skipped, going)
    config = render.config_map(body, told)
    # Without a token it is emptied, never left as it was: a token that is gone must not be touched.
    if (named or observed.config_map) and render.differs(observed.config_map, config):
        plan.apply.append(config)
    runnable = any(token.chain and token.chain.stats for token in tokens if token.refusal is None)
    if runnable or there:
        plan.apply += [c for name, c in wanted.items() if render.differs(there.get(name), c)]
    plan.delete += [cron_job for name, cron_job in there.items() if name not in wanted]


def _allowed(tokens: list[_Token]) -> list[tuple[str, TokenSpec]]:
    """The tokens that Jobs may touch, the root first."""
    allowed = [token for token in tokens if token.refusal is None and not token.leaves]
    ordered = sorted(allowed, key=lambda t: (t.spec.role is not Role.ROOT, t.body["metadata"]["name"]))
    return [(str(token.body["metadata"]["name"]), token.spec) for token in ordered]


def _write_if_new(plan: Plan, body: Body, status: Mapping[str, Any]) -> None:
    if status != body.get("status", {}):
        plan.statuses.append((body, dict(status)))
