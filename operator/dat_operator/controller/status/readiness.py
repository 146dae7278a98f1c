"""Ready, Reconciling and Stalled by kstatus, from what stands in the way of cycles."""

from collections.abc import Iterable
from dataclasses import dataclass

from dat_operator.controller.status.conditions import ConditionSet
from dat_operator.controller.status.findings import Effect, Finding


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps an object from being ready."""

    reason: str
    message: str
    stuck: bool
    """Nothing will happen until somebody does what the message says."""


def first_obstacle(findings: Iterable[Finding | None]) -> Obstacle | None:
    """The first finding that stops cycles."""
    stops = (found for found in findings if found and found.effect is not Effect.NONE)
    return next((Obstacle(f.reason, f.message, f.effect is Effect.STUCK) for f in stops), None)


def set_readiness(
    conditions: ConditionSet, obstacle: Obstacle | None, ready: str, reason: str = "Ready"
) -> None:
    """Set the three; ``ready`` and its reason say what Ready means where nothing stands in the way."""
    stuck = obstacle is not None and obstacle.stuck
    working = obstacle is not None and not stuck
    conditions.set("Stalled", stuck, *_words(obstacle if stuck else None, "nothing stands in the way"))
    conditions.set("Reconciling", working, *_words(obstacle if working else None, "nothing to do"))
    if obstacle:
        conditions.set("Ready", False, obstacle.reason, obstacle.message)
    else:
        conditions.set("Ready", True, reason, ready)


def _words(obstacle: Obstacle | None, otherwise: str) -> tuple[str, str]:
    return (obstacle.reason, obstacle.message) if obstacle else ("Settled", otherwise)
