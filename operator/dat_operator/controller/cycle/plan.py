"""What is to be done about an ecosystem's DATCycles: start, record, try, keep."""

import datetime
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.cycle.admission import beyond, too_many
from dat_operator.controller.cycle.breakers import Breakers, evidence, trial_name
from dat_operator.controller.cycle.status import CycleFacts, cycle_status, has_ended
from dat_operator.controller.jobs import manifests as jobs
from dat_operator.controller.jobs.pending_pods import held_up
from dat_operator.controller.jobs.reports import FinishedJob, finished_job, jobs_of, report_is_due
from dat_operator.controller.objects import manifests as render
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.isolation import isolated
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.deletion import is_going, is_terminating
from dat_operator.domain.breaker import BreakerState
from dat_operator.domain.chain_state import ChainState, TokenState, TokenStats
from dat_operator.domain.decision import misplaced

Status = dict[str, Any]
ORIGINS = {"CronJob": "Schedule"}
INSTANTIATED = "cronjob.kubernetes.io/instantiate"
"""On a Job that `kubectl create job --from` has made of a CronJob."""


@dataclass(slots=True)
class CyclesPlan:
    """What to write for DATCycles."""

    create: list[dict[str, Any]] = field(default_factory=list)
    apply: list[dict[str, Any]] = field(default_factory=list)
    delete: list[Body] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: one cycle Job runs at a time."""

    jobs: Mapping[str, Body]
    """All cycle Jobs, by name."""
    running: Sequence[str]
    starts: Body | None
    """The DATCycle whose Job is to be made now."""
    beyond: Collection[str]
    """Those that do not wait for a turn yet: too many do."""


@dataclass(frozen=True, slots=True)
class CyclesInput:
    """What a plan for them is made of; ``observed`` has the statuses that they get."""

    ecosystem: Body
    spec: EcosystemSpec
    observed: Observed
    settings: Settings
    breakers: Breakers
    turn: Turn
    ready: bool
    """Whether there is something to run cycles on, and a configuration for it."""
    now: datetime.datetime


def turn_of(observed: Observed, *, ready: bool) -> Turn:
    """The oldest DATCycle without a Job is next, once no Job runs."""
    there = {str(job["metadata"]["name"]): job for job in jobs_of(observed, "cycle", "dry-run")}
    running = [name for name in there if finished_job(observed, name) is None]
    waiting = [
        cycle
        for cycle in observed.cycles
        if cycle["metadata"]["name"] not in there
        and not _has_started(cycle)
        and not _unknown(observed, cycle)
        # What goes gets nothing new, and what somebody else's object is in the way of holds up no other.
        and not is_terminating(cycle)
        and _job_name(cycle) not in observed.taken
    ]
    waiting.sort(key=_age)
    starts = waiting[0] if waiting and ready and not running else None
    return Turn(there, running, starts, beyond([cycle["metadata"]["name"] for cycle in waiting]))


def cycle_statuses(observed: Observed, turn: Turn, now: datetime.datetime) -> list[tuple[Body, Status]]:
    """Every DATCycle with its status, new or not."""
    names = {str(token["spec"]["mint"]): str(token["metadata"]["name"]) for token in observed.tokens}

    def status(cycle: Body) -> Status:
        made = isolated(cycle, now, lambda: cycle_status(_facts(observed, cycle, turn, names, now), now))
        return dict(made)

    return [(cycle, status(cycle)) for cycle in observed.cycles]


def plan_cycles(given: CyclesInput) -> CyclesPlan:
    """Record every cycle Job, start what was asked for, ask for trials, forget what is old."""
    plan, turn = CyclesPlan(), given.turn
    known = {str(cycle["metadata"]["name"]): cycle for cycle in given.observed.cycles}
    unknown = [job for name, job in turn.jobs.items() if name not in known]
    # A DATCycle's Job goes with it: to record it would bring back what somebody has deleted.
    plan.create += [_record(given.ecosystem, job) for job in unknown if "DATCycle" not in _owners(job)]
    for name, cycle in known.items():
        job = turn.jobs.get(name)
        if job and has_ended(cycle) and "ttlSecondsAfterFinished" not in job["spec"]:
            plan.apply.append(jobs.retired(job))
    if turn.starts:
        plan.create.append(jobs.cycle_job(given.ecosystem, turn.starts, given.spec, given.settings))
    elif given.ready and not turn.running:
        plan.create += _asked(given, known)
    plan.delete += _old(given, [cycle for name, cycle in known.items() if name not in turn.jobs])
    return plan


def _facts(
    observed: Observed, cycle: Body, turn: Turn, names: Mapping[str, str], now: datetime.datetime
) -> CycleFacts:
    name = cycle["metadata"]["name"]
    job, first = turn.jobs.get(name), turn.starts["metadata"]["name"] if turn.starts else None
    if job and not _is_of(job, cycle):
        # Of a DATCycle that had this name before: it goes with that one.
        job = None
    waits = _waits_for(observed, cycle, turn) if job is None and first != name else None
    finished = finished_job(observed, name) if job else None
    recovered = observed.recovered.get(name)
    if finished and not finished.tells_all and not cycle["spec"].get("dryRun") and recovered is None:
        waits = _waits_for_report(observed, finished)
        finished = None
    gone = name in observed.gone and job is None
    if gone and recovered is None and "id" in cycle.get("status", {}):
        gone, waits = False, "its Job was deleted before it was recorded; waits for the chain"
    stuck = _stuck(observed, cycle, job, now) or too_many(name, turn.beyond, observed.name)
    return CycleFacts(cycle, job, finished, observed.landed, names, waits, stuck, recovered or (), gone)


def _is_of(job: Body, cycle: Body) -> bool:
    """Whether a Job is a DATCycle's own, or nobody's who is one."""
    owners = job["metadata"].get("ownerReferences", [])
    uids = [owner["uid"] for owner in owners if owner["kind"] == "DATCycle"]
    return not uids or cycle["metadata"]["uid"] in uids


def _job_name(cycle: Body) -> str:
    """Its Job, as those that are refused are named."""
    return f"Job {cycle['metadata']['name']}"


def _waits_for_report(observed: Observed, finished: FinishedJob) -> str:
    if finished.report:
        return "its pod's report does not name all that its tokens did; waits for the chain"
    due = report_is_due(observed, finished.name)
    return "waits for its pod's report" if due else "its pod's report is lost; waits for the chain"


def _waits_for(observed: Observed, cycle: Body, turn: Turn) -> str:
    if is_terminating(cycle):
        return "is being deleted; no Job is made for it"
    if cycle["metadata"]["name"] in turn.jobs:
        return "waits until the Job of a DATCycle that had its name before is gone"
    if _has_started(cycle):
        return "its Job is not seen; waits for the API server to say whether it is there"
    if is_terminating(observed.ecosystem):
        return f"the DATEcosystem {observed.name} is being deleted; no Job is made for it"
    before = [*turn.running, *([turn.starts["metadata"]["name"]] if turn.starts else [])]
    if before:
        return f"waits for {before[0]} to end"
    if observed.chain is None:
        return f"waits for the chain to be readable: see RPCHealthy of the DATEcosystem {observed.name}"
    return "waits for the ecosystem to be set up"


def _stuck(observed: Observed, cycle: Body, job: Body | None, now: datetime.datetime) -> Obstacle | None:
    if job is None:
        unknown = _unknown(observed, cycle)
        said = (
            f"spec.tokens: there is no DATToken {', '.join(unknown)} of the ecosystem {observed.name}; "
            "create it, or delete this DATCycle and ask again"
        )
        if unknown:
            return Obstacle("TokenNotFound", said, stuck=True)
        if (what := _job_name(cycle)) in observed.taken:
            said = (
                f"metadata.name: no Job can be made: {observed.refused[what]}; or ask again by another name"
            )
            return Obstacle("NameTaken", said, stuck=True)
        return None
    held = held_up(observed, now, cycle["metadata"]["name"])
    return Obstacle("PodPending", held, stuck=True) if held else None


def _unknown(observed: Observed, cycle: Body) -> list[str]:
    """The names in its spec that no DATToken has."""
    known = {token["metadata"]["name"] for token in observed.tokens}
    return [name for name in cycle["spec"].get("tokens", []) if name not in known]


def orphaned(observed: Observed, now: datetime.datetime) -> list[tuple[Body, Status]]:
    """The DATCycles, not started yet, whose ecosystem is not there, and their statuses."""
    waits = f"spec.ecosystemRef.name: there is no DATEcosystem {observed.name} in this namespace; create it"
    return [
        (cycle, cycle_status(CycleFacts(cycle, None, None, {}, {}, waits), now))
        for cycle in observed.cycles
        if not _has_started(cycle)
    ]


def _has_started(cycle: Body) -> bool:
    return "startTime" in cycle.get("status", {}) or has_ended(cycle)


def _age(cycle: Body) -> tuple[str, str]:
    return cycle["metadata"]["creationTimestamp"], cycle["metadata"]["name"]


def _record(ecosystem: Body, job: Body) -> dict[str, Any]:
    """The DATCycle of a Job that somebody else has started: a CronJob, or a person by its template."""
    meta = job["metadata"]
    by_hand = INSTANTIATED in meta.get("annotations", {})
    origin = next((ORIGINS[kind] for kind in _owners(job) if kind in ORIGINS and not by_hand), "Manual")
    tokens = [name for option, name in itertools.pairwise(_arguments(job)) if option == "--token"]
    return render.cycle(ecosystem, meta["name"], origin, tokens)


def _arguments(job: Body) -> Sequence[str]:
    """Of our container; anybody may have made the Job, and given it others, or none."""
    containers = job["spec"]["template"]["spec"].get("containers", [])
    ours = [c for c in containers if c.get("name", jobs.CONTAINER) == jobs.CONTAINER]
    return ours[0].get("args") or () if ours else ()


def _owners(job: Body) -> list[str]:
    """The kinds of its owners."""
    return [owner["kind"] for owner in job["metadata"].get("ownerReferences", [])]


def _asked(given: CyclesInput, known: Mapping[str, Body]) -> list[dict[str, Any]]:
    """The cycle that the operator itself asks for: a trial of an open breaker, or fees above the threshold.

    Names follow from what asks for them, so each is asked for once.
    """
    ecosystem, chain = given.ecosystem, given.observed.chain
    if given.spec.suspend or chain is None or chain.state is None or chain.state.paused:
        return []
    whole, eco = given.breakers.ecosystem, given.observed.name
    if whole.state is BreakerState.CLOSED:
        wanted = list(_of_tokens(given, chain))
    else:
        trial = whole.state is BreakerState.HALF_OPEN
        wanted = [(trial_name(eco, eco, whole), "Trial", list[str]())] if trial else []
    new = ((name, trigger, tokens) for name, trigger, tokens in wanted if name not in known)
    return [render.cycle(ecosystem, *one) for one in new][:1]


def _of_tokens(given: CyclesInput, chain: ChainState) -> Iterable[tuple[str, str, list[str]]]:
    eco = given.observed.name
    for body in given.observed.tokens:
        name, spec = str(body["metadata"]["name"]), TokenSpec.model_validate(body["spec"])
        state = chain.tokens.get(spec.mint)
        stats = state.stats if state else None
        if state is None or stats is None or stats.paused or not stats.active:
            continue
        if spec.suspend or is_going(body) or misplaced(state, spec.pool):
            continue
        found = given.breakers.tokens[name]
        if found.state is BreakerState.HALF_OPEN:
            yield trial_name(eco, name, found), "Trial", [name]
        elif found.state is BreakerState.CLOSED and _above(given.spec, spec, chain, state):
            yield _threshold_name(eco, name, stats), "Threshold", [name]


def _threshold_name(ecosystem: str, token: str, stats: TokenStats) -> str:
    """The DATCycle that fees above the threshold ask for: one for each cycle of the token."""
    return f"{ecosystem}-threshold-{render.suffix(f'{token} {stats.cycle_count}')}"


def _above(spec: EcosystemSpec, own: TokenSpec, chain: ChainState, token: TokenState) -> bool:
    """Whether so much is pending that a cycle should run at once, and none ran a moment ago."""
    threshold = own.trigger_above_lamports or spec.cycle.trigger_above_lamports
    if threshold is None or token.pending_lamports < threshold or token.stats is None:
        return False
    pause = max(spec.cycle.min_interval_seconds, spec.cycle.cooldown_seconds)
    return token.stats.cycle_count == 0 or chain.time >= token.stats.last_cycle_at + pause


def _old(given: CyclesInput, cycles: list[Body]) -> list[Body]:
    """Records without a Job that are too many or too old, and that no breaker is judged by."""
    history = given.spec.cycle.history
    records = sorted((c for c in cycles if has_ended(c)), key=_ended_last)
    oldest = given.now - datetime.timedelta(days=history.max_age_days)
    kept = {c["metadata"]["name"] for c in records[-history.limit :] if _ended_at(c) >= oldest}
    kept |= evidence(given.breakers) | _asked_for_once(given)
    # The oldest go first: a failure must not outlive what came after it.
    return [c for c in records if c["metadata"]["name"] not in kept]


def _asked_for_once(given: CyclesInput) -> set[str]:
    """The names of what the operator itself has asked for, and would ask for again if they were gone."""
    eco, judged = given.observed.name, given.breakers
    open_ones = {eco: judged.ecosystem, **judged.tokens}
    trials = {trial_name(eco, of, found) for of, found in open_ones.items() if found.until}
    stats = {t.mint: t.stats for t in given.observed.chain.tokens.values()} if given.observed.chain else {}
    bodies = [(body["metadata"]["name"], stats.get(body["spec"]["mint"])) for body in given.observed.tokens]
    return trials | {_threshold_name(eco, name, found) for name, found in bodies if found}


def _ended_last(cycle: Body) -> tuple[str, str]:
    return cycle["status"]["completionTime"], cycle["metadata"]["name"]


def _ended_at(cycle: Body) -> datetime.datetime:
    return datetime.datetime.fromisoformat(cycle["status"]["completionTime"])
