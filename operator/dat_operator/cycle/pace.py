"""How often a token may cycle, counted from what the chain has of it."""

from typing import Any

from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.chain_state import TokenState
from dat_operator.domain.config import PaceConfig
from dat_operator.domain.refusal import Refusal

HOUR, DAY = 3_600, 86_400


async def too_often(rpc: RpcClient, token: TokenState, pace: PaceConfig, now: int) -> Refusal | None:
    """Why a token must wait, if it has cycled too often lately; ``now`` is the chain's time.

    Who has not cycled for an hour is not asked about: his day is bounded by his hours. What else was
    sent about the token in that time counts as well, so this errs towards waiting.
    """
    if token.stats is None or now - token.stats.last_cycle_at >= HOUR:
        return None
    options: dict[str, Any] = {"limit": pace.max_per_day + 1, "commitment": "confirmed"}
    page = await rpc.call("getSignaturesForAddress", token.addresses.stats, options)
    times = [entry["blockTime"] or now for entry in page if entry["err"] is None]
    for most, seconds, name in ((pace.max_per_hour, HOUR, "hour"), (pace.max_per_day, DAY, "day")):
        lately = sum(1 for time in times if now - time < seconds)
        if lately >= most:
            return Refusal("RateLimited", f"{lately} cycles in the last {name}, of {most} that it may have")
    return None
