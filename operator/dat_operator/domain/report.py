"""What a Job says when it ends: its pod's termination message, read by the operator."""

from enum import StrEnum

from dat_operator.domain.config import Frozen

MAX_BYTES = 4096
"""What the kubelet keeps of a termination message (it keeps the tail, so a longer one is no JSON)."""


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

        A longer one loses, token by token from the end, first messages and then skipped and
        completed tokens: failures stay longest, signatures are on chain.
        """
        text = self._json()
        if len(text) <= MAX_BYTES:
            return text
        tokens = [token.model_copy(update={"message": ""}) for token in self.tokens]
        tokens.sort(key=lambda token: token.outcome is not Outcome.FAILED)
        while tokens and len(self._json(tokens)) > MAX_BYTES:
            tokens.pop()
        return self._json(tokens)

    def _json(self, tokens: list[TokenReport] | None = None) -> str:
        shown = self if tokens is None else self.model_copy(update={"tokens": tuple(tokens)})
        return shown.model_dump_json(by_alias=True, exclude_none=True, ensure_ascii=True)


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome of a whole: Failed over Completed over Skipped."""
    for outcome in (Outcome.FAILED, Outcome.COMPLETED):
        if outcome in outcomes:
            return outcome
    return Outcome.SKIPPED
