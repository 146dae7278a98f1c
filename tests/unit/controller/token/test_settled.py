"""A pass that remembers settled tokens plans what a pass without a memory plans."""

import datetime
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from dat_operator.controller.objects.observed import Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.plan import make_plans
from dat_operator.controller.token import plan as module
from dat_operator.controller.token.settled import COMPARED_ELSEWHERE, SettledTokens
from dat_operator.controller.token.status import TokenFacts
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.token_state import TokenState
from tests.support.golden_cases import CASES, NOW, SETTINGS, input_of, observed, plan_of, written

# Each plan of a poisoned object logs an exception, and rich needs seconds to show it.
ALL = [path.parent for path in sorted(CASES.glob("*/input.yaml")) if "poison" not in path.parent.name]
LATER = NOW + datetime.timedelta(hours=2)


def at_rest(case: Path) -> Observed:
    """A case after its plan was written."""
    given = input_of(case)
    return observed(written(given, plan_of(given)))


def planned(seen: Observed, now: datetime.datetime, settled: SettledTokens | None = None) -> Plan:
    return Plan.merge(make_plans(seen, SETTINGS, now, settled))


def with_tokens(chain: ChainState, change: Callable[[TokenState], TokenState]) -> ChainState:
    return replace(chain, tokens={mint: change(token) for mint, token in chain.tokens.items()})


def paused(chain: ChainState) -> ChainState:
    return replace(chain, state=chain.state and replace(chain.state, paused=True))


def failed(token: TokenState) -> TokenState:
    return replace(token, stats=token.stats and replace(token.stats, consecutive_failures=4))


CHANGES: dict[str, Callable[[ChainState], ChainState]] = {
    "none": lambda chain: chain,
    "the clock": lambda chain: replace(chain, time=chain.time + 7_200, slot=chain.slot + 18_000),
    "the treasury": lambda chain: replace(chain, treasury_lamports=chain.treasury_lamports + 10**10),
    "the state": paused,
    "the program": lambda chain: replace(chain, program_deployed=False),
    "fees": lambda chain: with_tokens(
        chain, lambda token: replace(token, authority_lamports=token.authority_lamports + 10**9)
    ),
    "stats": lambda chain: with_tokens(chain, failed),
}


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_memory_changes_no_plan(case: Path) -> None:
    seen, settled = at_rest(case), SettledTokens()
    planned(seen, NOW, settled)
    for about, change in CHANGES.items():
        now = replace(seen, chain=change(seen.chain) if seen.chain else None)
        assert planned(now, LATER, settled) == planned(now, LATER), about


@pytest.mark.parametrize(
    "change",
    [
        {"chain": None, "chain_error": "away"},
        {"rejected": {"CronJob fruit-cycle-apple": "no"}},
        {"namespace_terminating": True},
        {"jobs": (), "pods": ()},
        {"cycles": ()},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("name", ["steady", "per-token", "breaker-open", "cycle-failed", "datcycle-history"])
def test_a_memory_outlives_no_change_in_the_cluster(name: str, change: dict[str, Any]) -> None:
    seen, settled = at_rest(CASES / name), SettledTokens()
    for now in (seen, replace(seen, **change), seen):
        assert planned(now, LATER, settled) == planned(now, LATER)


def test_a_settled_token_costs_no_status(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(facts: Any, now: datetime.datetime) -> Any:
        made.append(facts.body["metadata"]["name"])
        return original(facts, now)

    original = module.token_status
    monkeypatch.setattr(module, "token_status", counted)
    seen, settled = at_rest(CASES / "steady"), SettledTokens()
    planned(seen, NOW, settled)
    first = list(made)
    assert first
    planned(seen, NOW, settled)
    assert made == first
    # A body that the store has replaced, though it says the same.
    one, *others = seen.tokens
    planned(replace(seen, tokens=({**one}, *others)), NOW, settled)
    assert made == [*first, one["metadata"]["name"]]


def test_a_token_is_forgotten_once_it_is_gone() -> None:
    seen, settled = at_rest(CASES / "steady"), SettledTokens()
    planned(seen, NOW, settled)
    for _ in range(2):
        planned(replace(seen, tokens=()), NOW, settled)
    assert (settled._last_pass, settled._this_pass) == ({}, {})


@pytest.mark.parametrize("field", sorted({f.name for f in fields(TokenFacts)} - {"admission"}))
def test_a_token_is_settled_no_longer_if_one_of_its_facts_changes(field: str) -> None:
    seen, settled = at_rest(CASES / "steady"), SettledTokens()
    given: dict[str, Any] = {f.name: None for f in fields(TokenFacts)} | {"body": seen.tokens[0]}
    other = {**seen.tokens[0]} if field == "body" else object()
    made: list[Any] = []

    def plan(facts: dict[str, Any]) -> None:
        settled.begin_pass(seen)
        settled.plan(TokenFacts(**facts), lambda: made.append(facts) or Plan())

    for facts in (given, given, given | {field: other}):
        plan(facts)
    assert made == [given, given | {field: other}]


def test_only_the_body_and_its_admission_are_compared_elsewhere() -> None:
    """A status that reads a further part of the admission, such as the Jobs, must not be remembered."""
    assert {"body", "admission"} == COMPARED_ELSEWHERE
