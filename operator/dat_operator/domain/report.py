"""The report of a Job: its pod's termination message, which the operator reads."""

import hashlib
import itertools
import json
from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from dat_operator.domain.document import Frozen

MAX_REPORT_BYTES = 4096
"""The kubelet keeps this many bytes from the end of a termination message. A cut report is not valid JSON."""

NAMED = "named"
"""The key of a shortened report's tokens: names by outcome and reason."""

LONGEST_RUN_SECONDS = 1_800
"""How long all pods of a cycle Job together may work."""
MAX_PODS = 4
"""The most pods of a Job: the first one, and three that replace failed ones."""


def longest_job_seconds(jitter_seconds: int) -> int:
    """How long a cycle Job may take. Each pod begins with a random delay of at most ``jitter_seconds``."""
    return LONGEST_RUN_SECONDS + MAX_PODS * jitter_seconds


def run_bytes(run_id: str) -> bytes:
    """The id of a run on chain, 16 bytes. ``run_id``: the uid of its Job."""
    return hashlib.sha256(run_id.encode()).digest()[:16]


class Outcome(StrEnum):
    """The result of a run, or of one of its tokens."""

    COMPLETED = "Completed"
    SKIPPED = "Skipped"
    FAILED = "Failed"


def _encodable(text: str) -> str:
    """The text with "?" for lone surrogates: an endpoint can send them in JSON, and UTF-8 has none."""
    return text.encode(errors="replace").decode()


Text = Annotated[str, AfterValidator(_encodable)]


class TokenReport(Frozen):
    """The result of one token. Amounts are in the chain's events only."""

    name: str
    """Name of the DATToken."""
    outcome: Outcome
    """Completed, Skipped or Failed."""
    reason: Text
    """Reason of the outcome, as in docs/conditions.md."""
    message: Text = ""
    """The reason as a sentence."""
    cycle: int | None = None
    """Number of the token's cycle."""
    signature: str | None = None
    """Signature of the cycle's transaction."""


class Report(Frozen):
    """The result of a Job: the worst outcome of its tokens; Skipped if there was nothing to do."""

    run_id: Annotated[str, Field(alias="cycleId")]
    """Identity of the run on chain, hexadecimal."""
    outcome: Outcome
    """Completed, Skipped or Failed."""
    message: Text = ""
    """The reason as a sentence."""
    reason: str | None = None
    """The reason, for a condition, why the Job ended before its tokens; None without such a reason."""
    tokens: tuple[TokenReport, ...] = ()
    """One result for each token."""
    total: int | None = None
    """The number of the run's tokens; None if the run ended before it had a result for each."""

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, values: Any) -> Any:
        """Read the tokens of a shortened report."""
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
        """Whether it names every token of the run, and the transaction of every completed one."""
        done = (token for token in self.tokens if token.outcome is Outcome.COMPLETED)
        return self.total is not None and len(self.tokens) >= self.total and all(t.signature for t in done)

    def encode(self) -> str:
        """The report as one line of at most 4096 bytes.

        A longer report loses parts, in this order, until it fits: the messages of tokens that did not fail;
        the messages of failed tokens; cycles and signatures, which are on chain; tokens from the end (failed
        ones last); its own message.
        """
        tokens = sorted(self.tokens, key=lambda token: token.outcome is not Outcome.FAILED)
        for shorter in (
            self,
            self._with([t if t.outcome is Outcome.FAILED else _without_message(t) for t in tokens]),
            self._with([_without_message(t) for t in tokens]),
        ):
            if len(text := shorter._json()) <= MAX_REPORT_BYTES:
                return text
        short = self.model_copy(
            update={"message": _cut(self.message, MAX_REPORT_BYTES - len(self._named([], "")))}
        )
        sizes = range(len(tokens) + 1)
        count = bisect_right(sizes, MAX_REPORT_BYTES, key=lambda n: len(short._named(tokens[:n]))) - 1
        return short._named(tokens[:count])

    def _with(self, tokens: Sequence[TokenReport]) -> "Report":
        return self.model_copy(update={"tokens": tuple(tokens)})

    def _json(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True, ensure_ascii=True)

    def _named(self, tokens: Sequence[TokenReport], message: str | None = None) -> str:
        named: dict[str, list[str]] = {}
        for token in tokens:
            named.setdefault(f"{token.outcome} {token.reason}", []).append(token.name)
        values: dict[str, Any] = {
            "cycleId": self.run_id,
            "outcome": self.outcome,
            "message": self.message if message is None else message,
            NAMED: named,
        }
        values |= {} if self.total is None else {"total": self.total}
        values |= {} if self.reason is None else {"reason": self.reason}
        return json.dumps(values, separators=(",", ":"))


def _cut(text: str, size: int) -> str:
    """The longest beginning of a text that takes at most ``size`` bytes in JSON."""
    sizes = itertools.accumulate(len(json.dumps(letter)) - 2 for letter in text)
    return text[: sum(1 for so_far in sizes if so_far <= size)]


def _without_message(token: TokenReport) -> TokenReport:
    return token.model_copy(update={"message": ""})


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome of several: Failed before Completed before Skipped."""
    for outcome in (Outcome.FAILED, Outcome.COMPLETED):
        if outcome in outcomes:
            return outcome
    return Outcome.SKIPPED
