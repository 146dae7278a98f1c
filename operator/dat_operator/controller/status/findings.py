"""The result of a check: one condition."""

from dataclasses import dataclass
from enum import Enum

from dat_operator.domain.refusal import Refusal


class Effect(Enum):
    """The effect of a finding on cycles."""

    NONE = "cycles continue"
    WAIT = "no cycle runs until the cause passes by itself"
    STUCK = "no cycle runs until a person acts"


@dataclass(frozen=True, slots=True)
class Finding:
    """The content of a condition. A message has no number that changes while nothing happens."""

    status: bool | None
    """None is Unknown."""
    reason: str
    message: str
    effect: Effect = Effect.NONE


def finding_of(refusal: Refusal, effect: Effect) -> Finding:
    """Return a finding that is False, with the reason and message of a refusal."""
    return Finding(False, refusal.reason, refusal.message, effect)
