"""How often a token may cycle, counted from what the chain has of it."""

from collections.abc import Sequence
from typing import Any

from dat_operator.chain.history import cycles_in
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.chain_state import ChainState, TokenState
from dat_operator.domain.config import PaceConfig
from dat_operator.domain.refusal import Refusal

HOUR, DAY = 3_600, 86_400
PAGE = 1_000
"""Signatures that one call gives at most."""


async def too_often(
    rpc: RpcClient, program_id: str, chain: ChainState, tokens: Sequence[TokenState], pace: PaceConfig
) -> dict[str, Refusal]:
    """Those that have cycled too often lately, by mint, and why they must wait.

    All cycles of an ecosystem name its state, and a transaction has one of a token at most: as long as fewer
    transactions than cycles were sent, one call answers for all tokens. Only then is each asked about by its
    own account, and only its cycles count: anybody can send something that names it.
    """
    now = chain.time
    recent = [t for t in tokens if t.stats and t.stats.cycle_count and now - t.stats.last_cycle_at < DAY]
    found: dict[str, Refusal] = {}
    if not recent or not _too_many(await _sent(rpc, chain.state_address, now), pace, now):
        return found
    for token in recent:
        if _too_many(sent := await _sent(rpc, token.addresses.stats, now), pace, now):
            refusal = await _counted(rpc, program_id, token.mint, sent, pace, now)
            found |= {token.mint: refusal} if refusal else {}
    return found


async def _sent(rpc: RpcClient, address: str, now: int) -> dict[str, int]:
    """What was sent about an account in the last day: signatures and times, the newest first."""
    options: dict[str, Any] = {"limit": PAGE, "commitment": "confirmed"}
    page = await rpc.call("getSignaturesForAddress", address, options)
    times = {entry["signature"]: entry["blockTime"] or now for entry in page if entry["err"] is None}
    return {signature: time for signature, time in times.items() if now - time < DAY}


async def _counted(
    rpc: RpcClient, program_id: str, mint: str, sent: dict[str, int], pace: PaceConfig, now: int
) -> Refusal | None:
    cycles: dict[str, int] = {}
    for signature, time in sent.items():
        landed = await cycles_in(rpc, program_id, signature)
        if any(one.event.mint == mint for one in landed):
            cycles[signature] = time
        if refusal := _too_many(cycles, pace, now):
            return refusal
    return None


def _too_many(sent: dict[str, int], pace: PaceConfig, now: int) -> Refusal | None:
    for most, seconds, name in ((pace.max_per_hour, HOUR, "hour"), (pace.max_per_day, DAY, "day")):
        lately = sum(1 for time in sent.values() if now - time < seconds)
        if lately >= most:
            return Refusal("RateLimited", f"{lately} cycles in the last {name}, of {most} that it may have")
    return None
