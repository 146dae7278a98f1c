"""Refuses cycles that are stopped on chain, and says which command lets them run again."""

from dat_operator.domain.dat_accounts import DatState, TokenStats
from dat_operator.domain.refusal import Refusal

MAX_CONSECUTIVE_FAILURES = 5
"""Failed runs in a row that pause a token (the program's limit)."""


def pause_refusal(state: DatState, stats: TokenStats | None) -> Refusal | None:
    """Why the program refuses cycles of an ecosystem, or of one token (``stats``); None if it does not."""
    if state.closed or (stats and stats.closed):
        return Refusal("Closed", "closed on chain; its admin can open it again with `dat setup`")
    if state.paused:
        return Refusal("EcosystemPaused", "the ecosystem is paused on chain; `dat admin resume` lifts it")
    if not state.active:
        message = "the ecosystem is not active on chain; `dat admin set-active true` switches it on"
        return Refusal("EcosystemInactive", message)
    if stats is None:
        return None
    if stats.paused:
        remedy = f"`dat admin resume --token {stats.mint}` lifts it"
        if stats.consecutive_failures >= MAX_CONSECUTIVE_FAILURES:
            message = f"paused on chain after {stats.consecutive_failures} failures in a row"
            return Refusal("TooManyFailures", f"{message}; after the cause is removed, {remedy}")
        return Refusal("TokenPaused", f"the token is paused on chain; {remedy}")
    if not stats.active:
        remedy = f"`dat admin set-active true --token {stats.mint}` switches it on"
        return Refusal("TokenInactive", f"the token is not active on chain; {remedy}")
    return None
