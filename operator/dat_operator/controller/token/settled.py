"""Remembers settled tokens, so that a pass at rest does not compute statuses that all exist already."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any

from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.token.status import TokenFacts
from dat_operator.domain.chain_state import ChainState

COMPARED_ELSEWHERE = frozenset({"body", "admission"})
"""Fields of TokenFacts that ``_Settled`` has in another form: ``admission`` is body, ecosystem and chain."""
_compared = attrgetter(*(field.name for field in fields(TokenFacts) if field.name not in COMPARED_ELSEWHERE))


@dataclass(frozen=True, slots=True)
class _Settled:
    """A token whose plan had no writes, with all inputs of its status."""

    body: Body
    ecosystem: Body | None
    facts: tuple[Any, ...]

    def equals(self, other: "_Settled") -> bool:
        """Whether the status is the same. An object in the store is replaced whenever it changes."""
        same_objects = self.body is other.body and self.ecosystem is other.ecosystem
        return same_objects and self.facts == other.facts


class SettledTokens:
    """The settled tokens of one ecosystem, pass after pass.

    The status of a token does not depend on the time: a transition time changes only with its condition.
    It depends neither on the clock or slot of the chain, nor on other tokens.
    """

    def __init__(self) -> None:
        self._last_pass: dict[str, _Settled] = {}
        self._this_pass: dict[str, _Settled] = {}
        self._ecosystem: Body | None = None
        self._chain: ChainState | None = None

    def begin_pass(self, observed: Observed) -> None:
        """Take the facts that all tokens share. Tokens that the last pass did not plan are forgotten."""
        self._last_pass, self._this_pass = self._this_pass, {}
        self._ecosystem = observed.ecosystem
        chain = replace(observed.chain, slot=0, time=0, tokens={}) if observed.chain else None
        # The same object as before, if possible: then it is compared once a pass, not once a token.
        self._chain = self._chain if chain == self._chain else chain

    def plan(self, facts: TokenFacts, make: Callable[[], Plan]) -> Plan:
        """The writes for a token: those that ``make`` returns, or none if the token is settled."""
        name, now = str(facts.body["metadata"]["name"]), self._settled(facts)
        before = self._last_pass.get(name)
        if before and before.equals(now):
            self._this_pass[name] = before
            return Plan()
        plan = make()
        if plan == Plan():
            self._this_pass[name] = now
        return plan

    def _settled(self, facts: TokenFacts) -> _Settled:
        return _Settled(facts.body, self._ecosystem, (self._chain, *_compared(facts)))
