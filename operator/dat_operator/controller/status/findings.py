"""What a check finds: one condition."""

from dataclasses import dataclass
from enum import Enum

from dat_operator.domain.refusal import Refusal


class Effect(Enum):
    """What a finding means for cycles."""

    NONE = "they go on"
    WAIT = "none runs until it has passed"
    STUCK = "none runs until somebody does what the message says"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition says. Its message holds no number that moves while nothing happens."""

    status: bool | None
    """None is Unknown."""
    reason: str
    message: str
    effect: Effect = Effect.NONE


def refused(refusal: Refusal, effect: Effect) -> Finding:
    """A condition that is False for the reason of a refusal."""
    return Finding(False, refusal.reason, refusal.message, effect)
