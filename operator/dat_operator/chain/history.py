"""Cycles that have run, read back from the chain."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import based58

from dat_operator.chain.program import decode_event
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.config import Commitment
from dat_operator.domain.cycle_event import Landed

PAGE = 100
MOST = 300
"""Transactions; a dozen runs over a hundred tokens."""
ATTEMPTS: Mapping[Commitment, int] = {"confirmed": 20, "finalized": 120}
"""How often a transaction is asked for, twice a second: nodes index it a moment after they confirm it,
and it is final within half a minute, or never."""


async def cycles_in(
    rpc: RpcClient,
    program_id: str,
    signature: str,
    *,
    commitment: Commitment | None = None,
    attempts: int | None = None,
) -> list[Landed]:
    """The cycles one transaction ran; none if it failed or does not come to be of this commitment.

    Without ``commitment`` it is that of all reads.
    """
    wanted = commitment or rpc.commitment
    options = {"encoding": "json", "commitment": wanted, "maxSupportedTransactionVersion": 1}
    for _ in range(attempts or ATTEMPTS[wanted]):
        found = await rpc.call("getTransaction", signature, options)
        if found is not None:
            return _events(program_id, signature, found)
        await asyncio.sleep(0.5)
    return []


async def cycles_of(
    rpc: RpcClient, program_id: str, stats: str, mint: str, commitment: Commitment | None = None
) -> AsyncIterator[Landed]:
    """All cycles of a token, newest first, by the signatures of its stats account.

    Each is waited for until it is of ``commitment``, if that is stronger than that of all reads.
    """
    async for signature in _signatures(rpc, stats):
        for landed in await cycles_in(rpc, program_id, signature, commitment=commitment):
            if landed.event.mint == mint:
                yield landed


async def cycles_since(rpc: RpcClient, program_id: str, address: str, since: int) -> AsyncIterator[Landed]:
    """The cycles that name an account, of blocks since then (Unix seconds), newest first.

    Anybody may send what names it, to keep us busy: so many transactions are looked at, and no more.
    """
    signatures = _signatures(rpc, address, since)
    for _ in range(MOST):
        signature = await anext(signatures, None)
        if signature is None:
            return
        for landed in await cycles_in(rpc, program_id, signature):
            yield landed


async def _signatures(rpc: RpcClient, address: str, since: int = 0) -> AsyncIterator[str]:
    """Of the transactions that name an account and did not fail, newest first."""
    before = None
    while True:
        options: dict[str, Any] = {"limit": PAGE, "commitment": rpc.commitment}
        if before:
            options["before"] = before
        page = await rpc.call("getSignaturesForAddress", address, options)
        for entry in page:
            if (entry["blockTime"] or since) < since:
                return
            if entry["err"] is None:
                yield entry["signature"]
        if len(page) < PAGE:
            return
        before = page[-1]["signature"]


def _events(program_id: str, signature: str, found: Any) -> list[Landed]:
    meta, message = found["meta"], found["transaction"]["message"]
    if meta["err"] is not None:
        return []
    loaded = meta.get("loadedAddresses") or {}
    keys = [*message["accountKeys"], *loaded.get("writable", []), *loaded.get("readonly", [])]
    landed = []
    for group in meta.get("innerInstructions") or []:
        for instruction in group["instructions"]:
            if keys[instruction["programIdIndex"]] == program_id:
                event = decode_event(based58.b58decode(instruction["data"].encode()))
                if event:
                    landed.append(Landed(signature, int(found["slot"]), event))
    return landed
