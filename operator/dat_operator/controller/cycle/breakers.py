"""Circuit breakers of an ecosystem and its tokens, from the DATCycles that are kept."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.manifests import suffix
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.status.breaker_condition import RESUMED_ANNOTATION
from dat_operator.domain.breaker import Breaker, BreakerState, EndedCycle, breaker
from dat_operator.domain.errors import NOT_THE_TOKENS_FAULT
from dat_operator.domain.report import Outcome
from dat_operator.domain.timestamp import unix_seconds


@dataclass(frozen=True, slots=True)
class Breakers:
    """The breaker of an ecosystem, and those of its tokens by name."""

    ecosystem: Breaker
    tokens: Mapping[str, Breaker]


def judge_breakers(observed: Observed, spec: EcosystemSpec, now: datetime.datetime) -> Breakers:
    """Judge by all cycles that have ended, dry runs excepted. The DATEcosystem must be there."""
    ended = [cycle for cycle in observed.cycles if has_ended(cycle) and not cycle["spec"].get("dryRun")]
    # One pass over the records: there may be many records and many tokens.
    of_tokens = defaultdict[str | None, list[EndedCycle]](list)
    for cycle in ended:
        for token in cycle["status"].get("tokens", []):
            # Anybody may have edited a status: an unknown outcome does not count.
            if token.get("outcome") in set(Outcome) and not _is_external(token):
                of_tokens[token.get("name")].append(_ended_cycle(cycle, Outcome(token["outcome"])))

    def judge(body: Body, cycles: Iterable[EndedCycle]) -> Breaker:
        return breaker(
            cycles,
            int(now.timestamp()),
            threshold=spec.circuit_breaker.failures,
            open_seconds=spec.circuit_breaker.open_seconds,
            resumed_at=_resumed_at(body),
        )

    assert observed.ecosystem is not None
    ecosystem = judge(observed.ecosystem, [_ended_cycle(cycle, _run_outcome(cycle)) for cycle in ended])
    tokens = {}
    for body in observed.tokens:
        name = str(body["metadata"]["name"])
        tokens[name] = _as_on_chain(judge(body, of_tokens[name]), body, observed, ended)
    return Breakers(ecosystem, tokens)


def evidence(breakers: Breakers) -> set[str]:
    """The names of the DATCycles that decide the state of a breaker."""
    found = (breakers.ecosystem, *breakers.tokens.values())
    return {name for breaker in found for name in breaker.evidence}


def trial_name(ecosystem: str, name: str, breaker: Breaker) -> str:
    """The name of the DATCycle that tries a half-open breaker: one for each last failure.

    ``name``: the token or the ecosystem that has the breaker.
    """
    return f"{ecosystem}-trial-{suffix(f'{name} {breaker.last_failure}')}"


def _as_on_chain(breaker: Breaker, token: Body, observed: Observed, ended: Iterable[Body]) -> Breaker:
    """The breaker, but closed if `dat admin resume` has reset the program's count of the last failure."""
    chain = observed.chain.tokens.get(token["spec"]["mint"]) if observed.chain else None
    if breaker.state is BreakerState.CLOSED or chain is None or chain.stats is None:
        return breaker
    (last,) = [cycle for cycle in ended if cycle["metadata"]["name"] == breaker.last_failure]
    counted = chain.stats.last_failed_id.hex() == last["status"].get("id")
    if counted and chain.stats.consecutive_failures == 0:
        return replace(breaker, state=BreakerState.CLOSED, failures=0, until=None)
    return breaker


def _is_external(token: Mapping[str, Any]) -> bool:
    return bool(token["outcome"] == Outcome.FAILED and token.get("reason") in NOT_THE_TOKENS_FAULT)


def _ended_cycle(cycle: Body, outcome: Outcome) -> EndedCycle:
    return EndedCycle(cycle["metadata"]["name"], unix_seconds(cycle["status"]["completionTime"]), outcome)


def _run_outcome(cycle: Body) -> Outcome:
    """A run has failed if it reached no token. A failure of a token counts for that token only.

    Otherwise one failing token, alone in its run or beside tokens without fees, would stop all.
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
