"""Ready, Reconciling and Stalled as kstatus defines them, from the first obstacle to cycles."""

from collections.abc import Iterable
from dataclasses import dataclass

from dat_operator.controller.status.conditions import ConditionSet
from dat_operator.controller.status.findings import Effect, Finding


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The cause that keeps an object from being ready."""

    reason: str
    message: str
    stuck: bool
    """Whether a person must act; if not, the cause passes by itself."""


def first_obstacle(findings: Iterable[Finding | None]) -> Obstacle | None:
    """Return the first finding that stops cycles; None if no finding does."""
    stops = (found for found in findings if found and found.effect is not Effect.NONE)
    return next((Obstacle(f.reason, f.message, f.effect is Effect.STUCK) for f in stops), None)


def set_readiness(
    conditions: ConditionSet, obstacle: Obstacle | None, ready: str, reason: str = "Ready"
) -> None:
    """Set the three conditions. Without an obstacle Ready is True, with ``reason`` and the message ``ready``.

    The reason of Ready is always the cause: `kubectl get` shows it in the column STATUS.
    """
    if obstacle:
        conditions.set("Ready", False, obstacle.reason, obstacle.message)
    else:
        conditions.set("Ready", True, reason, ready)
    if obstacle and obstacle.stuck:
        conditions.set("Stalled", True, obstacle.reason, obstacle.message)
    else:
        set_not_blocked(conditions)
    if obstacle and not obstacle.stuck:
        conditions.set("Reconciling", True, obstacle.reason, obstacle.message)
    else:
        conditions.set("Reconciling", False, "Idle", "nothing is in progress")


def set_not_blocked(conditions: ConditionSet) -> None:
    """Set Stalled to False: nothing waits for a person."""
    conditions.set("Stalled", False, "NotBlocked", "no person has to act")
