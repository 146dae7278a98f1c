"""A circuit breaker, as conditions and statuses show it."""

from typing import Any

from dat_operator.controller.status.findings import Effect, Finding
from dat_operator.domain.breaker import Breaker, BreakerState
from dat_operator.domain.timestamp import timestamp

RESUMED_ANNOTATION = "dat.asdf.io/resumed-at"
"""A time (RFC 3339) on a DATToken or DATEcosystem: earlier failures do not count."""


def finding(kind: str, name: str, breaker: Breaker) -> Finding:
    """The condition BreakerClosed. ``kind`` and ``name``: the object's, as kubectl takes them."""
    if breaker.state is BreakerState.CLOSED:
        message = "fewer cycles in a row have failed than the breaker allows"
        return Finding(True, "BelowFailureThreshold", message)
    command = f"kubectl annotate --overwrite {kind} {name} {RESUMED_ANNOTATION}=$(date -u +%FT%TZ)"
    resume = f"`{command}` closes the breaker"
    failed = f"{breaker.failures} cycles in a row have failed, the last one is {breaker.last_failure}"
    if breaker.state is BreakerState.OPEN:
        message = f"{failed}; the operator tries one cycle after a pause; {resume}"
        return Finding(False, "BreakerOpen", message, Effect.WAIT)
    message = f"{failed}; the operator tries one cycle, unless cycles are paused on chain; {resume}"
    return Finding(False, "BreakerHalfOpen", message, Effect.WAIT)


def breaker_status(breaker: Breaker) -> dict[str, Any]:
    """A breaker as a status shows it."""
    return {
        "state": str(breaker.state),
        "failures": breaker.failures,
        **({"until": timestamp(breaker.until)} if breaker.until else {}),
    }
