"""Circuit breakers of an ecosystem and its tokens, from the DATCycles that are kept."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.cycle.status import has_ended
from dat_operator.controller.objects.manifests import suffix
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.status.findings import Effect, Finding
from dat_operator.controller.token.deletion import DELETED, is_going
from dat_operator.domain.breaker import Attempt, Breaker, BreakerState, breaker
from dat_operator.domain.errors import NOT_ITS_FAULT
from dat_operator.domain.job_config import SkipConfig
from dat_operator.domain.report import Outcome
from dat_operator.domain.timestamp import timestamp, unix_seconds

RESUMED_ANNOTATION = "dat.asdf.io/resumed-at"
"""A time (RFC 3339) on a DATToken or DATEcosystem: failures before it are forgotten."""


@dataclass(frozen=True, slots=True)
class Breakers:
    """All breakers of an ecosystem; its tokens' by their names."""

    ecosystem: Breaker
    tokens: Mapping[str, Breaker]


def breakers(observed: Observed, spec: EcosystemSpec, now: datetime.datetime) -> Breakers:
    """Judge by all cycles that have ended and were not dry runs."""
    ended = [cycle for cycle in observed.cycles if has_ended(cycle) and not cycle["spec"].get("dryRun")]
    # One pass over the records: both they and the tokens may be many.
    of_tokens = defaultdict[str | None, list[Attempt]](list)
    for cycle in ended:
        for token in cycle["status"].get("tokens", []):
            # Statuses may have been edited: what cannot be understood says nothing.
            if token.get("outcome") in set(Outcome) and not _is_others_fault(token):
                of_tokens[token.get("name")].append(_attempt(cycle, Outcome(token["outcome"])))

    def judge(body: Body, attempts: Iterable[Attempt]) -> Breaker:
        return breaker(
            attempts,
            int(now.timestamp()),
            threshold=spec.circuit_breaker.failures,
            open_seconds=spec.circuit_breaker.open_seconds,
            resumed_at=_resumed_at(body),
        )

    assert observed.ecosystem is not None  # make_plan has looked
    whole = judge(observed.ecosystem, [_attempt(cycle, _whole_outcome(cycle)) for cycle in ended])
    tokens = {}
    for body in observed.tokens:
        name = str(body["metadata"]["name"])
        tokens[name] = _as_on_chain(judge(body, of_tokens[name]), body, observed, ended)
    return Breakers(whole, tokens)


def evidence(judged: Breakers) -> set[str]:
    """The names of the DATCycles that a breaker is judged by."""
    return {name for one in (judged.ecosystem, *judged.tokens.values()) for name in one.evidence}


def trial_name(ecosystem: str, of: str, found: Breaker) -> str:
    """The DATCycle that tries whether a breaker can be closed: one for each last failure."""
    return f"{ecosystem}-trial-{suffix(f'{of} {found.last_failure}')}"


def skips(observed: Observed, judged: Breakers) -> dict[str, SkipConfig]:
    """Why only runs that name them take some tokens, by name.

    A trial that was skipped (without fees, say) has told nothing: then any run may be the trial.
    """
    ended = {cycle["metadata"]["name"] for cycle in observed.cycles if has_ended(cycle)}
    found = {}
    for name, one in judged.tokens.items():
        tried = one.state is BreakerState.HALF_OPEN and trial_name(observed.name, name, one) in ended
        if one.state is not BreakerState.CLOSED and not tried:
            message = f"{one.failures} failed cycles in a row; see the condition BreakerClosed"
            found[name] = SkipConfig(reason="BreakerOpen", message=message)
    suspended = [body for body in observed.tokens if body["spec"].get("suspend")]
    why = SkipConfig(reason="Suspended", message="spec.suspend: true; a DATCycle that names it runs it")
    found |= {str(body["metadata"]["name"]): why for body in suspended}
    return found | {str(body["metadata"]["name"]): DELETED for body in observed.tokens if is_going(body)}


def finding(kind: str, name: str, found: Breaker) -> Finding:
    """What BreakerClosed says; ``kind`` and ``name`` are the object's, as kubectl takes them."""
    if found.state is BreakerState.CLOSED:
        message = "fewer cycles in a row have failed than the breaker allows"
        return Finding(True, "BelowFailureThreshold", message)
    resume = f"`kubectl annotate --overwrite {kind} {name} {RESUMED_ANNOTATION}=$(date -u +%FT%TZ)` closes it"
    failed = f"{found.failures} failed cycles in a row, the last one {found.last_failure}"
    if found.state is BreakerState.OPEN:
        said = f"{failed}; one is tried after a while; {resume}"
        return Finding(False, "BreakerOpen", said, Effect.WAIT)
    said = f"{failed}; one is tried, unless it is paused on chain; {resume}"
    return Finding(False, "BreakerHalfOpen", said, Effect.WAIT)


def shown(found: Breaker) -> dict[str, Any]:
    """A breaker as the status has it."""
    return {
        "state": str(found.state),
        "failures": found.failures,
        **({"until": timestamp(found.until)} if found.until else {}),
    }


def _as_on_chain(found: Breaker, token: Body, observed: Observed, ended: Iterable[Body]) -> Breaker:
    """Closed, if the program had counted the last failure and counts none any more: `dat admin resume`."""
    chain = observed.chain.tokens.get(token["spec"]["mint"]) if observed.chain else None
    if found.state is BreakerState.CLOSED or chain is None or chain.stats is None:
        return found
    (last,) = [cycle for cycle in ended if cycle["metadata"]["name"] == found.last_failure]
    counted = chain.stats.last_failed_id.hex() == last["status"].get("id")
    if counted and chain.stats.consecutive_failures == 0:
        return replace(found, state=BreakerState.CLOSED, failures=0, until=None)
    return found


def _is_others_fault(token: Mapping[str, Any]) -> bool:
    return bool(token["outcome"] == Outcome.FAILED and token.get("reason") in NOT_ITS_FAULT)


def _attempt(cycle: Body, outcome: Outcome) -> Attempt:
    return Attempt(cycle["metadata"]["name"], unix_seconds(cycle["status"]["completionTime"]), outcome)


def _whole_outcome(cycle: Body) -> Outcome:
    """A run has failed as a whole if it came to no token: what fails for a token counts for that one.

    Else one token that fails, alone in its run or beside others without fees, stops all.
    """
    status = cycle["status"]
    if status.get("outcome") == Outcome.FAILED and not status.get("tokens"):
        return Outcome.FAILED
    return Outcome.COMPLETED


def _resumed_at(body: Body) -> int:
    try:
        return unix_seconds(body["metadata"].get("annotations", {}).get(RESUMED_ANNOTATION, ""))
    except ValueError:
        return 0
