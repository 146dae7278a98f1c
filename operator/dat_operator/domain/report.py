"""What a Job says when it ends: its pod's termination message, read by the operator."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from dat_operator.domain.config import Frozen

MAX_BYTES = 4096
"""What the kubelet keeps of a termination message (it keeps the tail, so a longer one is no JSON)."""

LONGEST_RUN_SECONDS = 1_800
"""How long a cycle's Job may take, with all its pods."""

EXIT_RETRY = 1
EXIT_INPUT = 2
EXIT_FINAL = 3
"""Exit codes of a Job: try it again; its input is wrong; trying again would not help."""


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
    tokens: tuple[TokenReport, ...] = ()

    def encode(self) -> str:
        """The report as one line of at most 4096 bytes.

        A longer one loses, until it fits: the messages of tokens that did not fail, those of tokens
        that did, the tokens themselves from the end (failed ones last), its own message. Signatures
        are on chain.
        """
        tokens = sorted(self.tokens, key=lambda token: token.outcome is not Outcome.FAILED)
        for shorter in (
            self,
            self._with([t if t.outcome is Outcome.FAILED else _silent(t) for t in tokens]),
            self._with([_silent(t) for t in tokens]),
        ):
            if len(text := shorter._json()) <= MAX_BYTES:
                return text
        shorter = self._with([_silent(t) for t in tokens])
        while shorter.tokens and len(shorter._json()) > MAX_BYTES:
            shorter = shorter._with(shorter.tokens[:-1])
        while len(shorter._json()) > MAX_BYTES:
            shorter = shorter.model_copy(update={"message": shorter.message[: len(shorter.message) * 3 // 4]})
        return shorter._json()

    def _with(self, tokens: Sequence[TokenReport]) -> "Report":
        return self.model_copy(update={"tokens": tuple(tokens)})

    def _json(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True, ensure_ascii=True)


def _silent(token: TokenReport) -> TokenReport:
    return token.model_copy(update={"message": ""})


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome of a whole: Failed over Completed over Skipped."""
    for outcome in (Outcome.FAILED, Outcome.COMPLETED):
        if outcome in outcomes:
            return outcome
    return Outcome.SKIPPED
