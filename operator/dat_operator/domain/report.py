"""What a Job says when it ends: its pod's termination message, read by the operator."""

import hashlib
import itertools
import json
from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from pydantic import model_validator

from dat_operator.domain.document import Frozen

MAX_BYTES = 4096
"""What the kubelet keeps of a termination message (it keeps the tail, so a longer one is no JSON)."""

NAMED = "named"
"""Of a report that is too long: its tokens' names by outcome and reason."""

LONGEST_RUN_SECONDS = 1_800
"""How long the pods of a cycle's Job may work, all together."""
PODS = 4
"""A Job has so many at most: a first one, and three that replace one that has failed."""


def longest_job_seconds(jitter_seconds: int) -> int:
    """How long a cycle's Job may take: each of its pods begins with a random delay of at most so long."""
    return LONGEST_RUN_SECONDS + PODS * jitter_seconds


def run_bytes(run_id: str) -> bytes:
    """The 16 bytes that stand for a run on chain; ``run_id`` is its Job's uid."""
    return hashlib.sha256(run_id.encode()).digest()[:16]


class Outcome(StrEnum):
    """How something ended."""

    COMPLETED = "Completed"
    SKIPPED = "Skipped"
    FAILED = "Failed"


class TokenReport(Frozen):
    """How one token fared. Amounts are not here: the chain's events hold them."""

    name: str
    outcome: Outcome
    reason: str
    message: str = ""
    cycle: int | None = None
    signature: str | None = None


class Report(Frozen):
    """How a Job fared: the worst outcome of its tokens; nothing to do is Skipped."""

    cycle_id: str
    outcome: Outcome
    message: str = ""
    reason: str | None = None
    """Why it came to no token, as a condition says it; None if there is no name for it."""
    tokens: tuple[TokenReport, ...] = ()
    total: int | None = None
    """How many tokens the run had; None if it ended before it had reported all of them."""

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, values: Any) -> Any:
        """Read tokens that are named by outcome and reason only."""
        if not isinstance(values, dict) or NAMED not in values:
            return values
        named = [
            {"name": name, "outcome": how.split()[0], "reason": how.split()[1]}
            for how, names in values[NAMED].items()
            for name in names
        ]
        others = {key: value for key, value in values.items() if key != NAMED}
        return {**others, "tokens": [*values.get("tokens", ()), *named]}

    @property
    def is_whole(self) -> bool:
        """Whether it names every token of the run, and the transaction of each that completed."""
        done = (token for token in self.tokens if token.outcome is Outcome.COMPLETED)
        return self.total is not None and len(self.tokens) >= self.total and all(t.signature for t in done)

    def encode(self) -> str:
        """The report as one line of at most 4096 bytes.

        A longer one loses, until it fits: the messages of tokens that did not fail, those of tokens
        that did, all but names, outcomes and reasons, the tokens themselves from the end (failed ones last),
        its own message. Cycles and signatures are on chain.
        """
        tokens = sorted(self.tokens, key=lambda token: token.outcome is not Outcome.FAILED)
        for shorter in (
            self,
            self._with([t if t.outcome is Outcome.FAILED else _silent(t) for t in tokens]),
            self._with([_silent(t) for t in tokens]),
        ):
            if len(text := shorter._json()) <= MAX_BYTES:
                return text
        short = self.model_copy(update={"message": _cut(self.message, MAX_BYTES - len(self._named([], "")))})
        sizes = range(len(tokens) + 1)
        count = bisect_right(sizes, MAX_BYTES, key=lambda n: len(short._named(tokens[:n]))) - 1
        return short._named(tokens[:count])

    def _with(self, tokens: Sequence[TokenReport]) -> "Report":
        return self.model_copy(update={"tokens": tuple(tokens)})

    def _json(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True, ensure_ascii=True)

    def _named(self, tokens: Sequence[TokenReport], message: str | None = None) -> str:
        named: dict[str, list[str]] = {}
        for token in tokens:
            named.setdefault(f"{token.outcome} {token.reason}", []).append(token.name)
        said = self.message if message is None else message
        values: dict[str, Any] = {
            "cycleId": self.cycle_id,
            "outcome": self.outcome,
            "message": said,
            NAMED: named,
        }
        values |= {} if self.total is None else {"total": self.total}
        values |= {} if self.reason is None else {"reason": self.reason}
        return json.dumps(values, separators=(",", ":"))


def _cut(text: str, size: int) -> str:
    """As much of a text as has ``size`` bytes in JSON."""
    sizes = itertools.accumulate(len(json.dumps(letter)) - 2 for letter in text)
    return text[: sum(1 for so_far in sizes if so_far <= size)]


def _silent(token: TokenReport) -> TokenReport:
    return token.model_copy(update={"message": ""})


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome of a whole: Failed over Completed over Skipped."""
    for outcome in (Outcome.FAILED, Outcome.COMPLETED):
        if outcome in outcomes:
            return outcome
    return Outcome.SKIPPED
