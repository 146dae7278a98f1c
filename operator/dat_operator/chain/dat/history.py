"""The cycles of an ecosystem, read from the transactions on chain.

Anybody can create an ecosystem on the dat program, and name any account in a transaction. So only events of
one ecosystem count, and every search has a bound: see ``Walk``.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import based58

from dat_operator.chain.dat.codec import decode_event
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx.message import account_keys
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.job_config import Commitment

SIGNATURES_PER_PAGE = 1_000
"""The most signatures of one call of getSignaturesForAddress."""
MAX_REMEMBERED = 5_000
"""The most transactions that are kept, so that they are read once."""
LOOKUP_ATTEMPTS: Mapping[Commitment, int] = {"confirmed": 20, "finalized": 120}
"""Attempts to read a transaction, two a second: nodes index it a moment after they confirm it, and it is
final within half a minute, or never."""
PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ListedTransaction:
    """A transaction in the list of an address, without its content."""

    signature: str
    time: int | None
    """Time of the block, Unix seconds; None if the node does not know it."""
    failed: bool


class History:
    """The transactions of one ecosystem: every cycle names the address of its state.

    Events of other ecosystems are dropped. ``calls`` counts the RPC calls.
    """

    def __init__(self, rpc: RpcClient, program_id: str, state_address: str) -> None:
        self.rpc = rpc
        self.calls = 0
        self._program_id = program_id
        self.state_address = state_address
        self._known: dict[str, list[Landed]] = {}

    def is_of(self, rpc: RpcClient, program_id: str, state_address: str) -> bool:
        """Whether this is the history of that ecosystem, read by that client."""
        return (self.rpc, self._program_id, self.state_address) == (rpc, program_id, state_address)

    async def look_up(self, signature: str) -> list[Landed] | None:
        """The cycles of one transaction, empty if it failed; None if no node knows it. At most one call."""
        known = self._known.get(signature)
        if known is not None:
            return known
        landed = await self._ask(signature, self.rpc.commitment)
        if landed is not None:
            if len(self._known) >= MAX_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[signature] = landed
        return landed

    async def wait_for(self, signature: str, commitment: Commitment) -> list[Landed]:
        """The cycles of one transaction; empty if it failed or does not reach the commitment."""
        for _ in range(LOOKUP_ATTEMPTS[commitment]):
            landed = await self._ask(signature, commitment)
            if landed is not None:
                return landed
            await asyncio.sleep(PAUSE_SECONDS)
        return []

    async def page(self, before: str | None = None) -> list[ListedTransaction]:
        """The newest transactions, or the newest before ``before``: a page of one call."""
        options: dict[str, Any] = {"limit": SIGNATURES_PER_PAGE, "commitment": self.rpc.commitment}
        if before:
            options["before"] = before
        self.calls += 1
        page = await self.rpc.call("getSignaturesForAddress", self.state_address, options)
        return [ListedTransaction(one["signature"], one["blockTime"], one["err"] is not None) for one in page]

    async def _ask(self, signature: str, commitment: Commitment) -> list[Landed] | None:
        options = {"encoding": "json", "commitment": commitment, "maxSupportedTransactionVersion": 1}
        self.calls += 1
        found = await self.rpc.call("getTransaction", signature, options)
        return None if found is None else self._events(signature, found)

    def _events(self, signature: str, found: Any) -> list[Landed]:
        meta, keys = found["meta"], account_keys(found)
        if meta["err"] is not None:
            return []
        inner = [one for group in meta.get("innerInstructions") or [] for one in group["instructions"]]
        ours = [one["data"] for one in inner if keys[one["programIdIndex"]] == self._program_id]
        events = [decode_event(based58.b58decode(data.encode()), self.state_address) for data in ours]
        return [Landed(signature, int(found["slot"]), event) for event in events if event]
