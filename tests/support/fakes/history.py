"""A node's index of all transactions that name one ecosystem, from any sender."""

from dataclasses import dataclass, field
from typing import Any

import based58
from solders.pubkey import Pubkey

from dat_operator.chain.dat.codec import EVENT_TAG
from dat_operator.chain.dat.history import History
from dat_operator.chain.rpc.client import RpcClient
from tests.support.chain_state import PROGRAM, STATE, key
from tests.support.fakes.rpc import FakeRpc
from tests.support.vectors.dat_bytes import event_bytes, i64, u64

STRANGE_STATE = key("a stranger's ecosystem")


def cycle_of(
    mint: Pubkey, number: int, at: int, *, state: Pubkey = STATE, run: bytes = bytes(16), **event: bytes
) -> bytes:
    """The event of a token's cycle, as an instruction's data."""
    values = {"mint": bytes(mint), "cycle": u64(number), "timestamp": i64(at), "cycle_id": run}
    return EVENT_TAG + event_bytes(**{**values, "state": bytes(state), **event})


def transaction(*events: bytes, err: Any = None) -> Any:
    """One that has emitted these."""
    inner = [{"programIdIndex": 0, "data": based58.b58encode(data).decode()} for data in events]
    return {
        "slot": 9,
        "transaction": {"message": {"accountKeys": [str(PROGRAM)]}},
        "meta": {"err": err, "innerInstructions": [{"instructions": inner}]},
    }


@dataclass
class Index:
    """``unknown``: listed, and not shown."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    events: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def add(self, at: int | None, *events: bytes, name: str | None = None, err: Any = None) -> str:
        """A transaction in a block of this time; the next one is newer."""
        signature = name or f"sent {len(self.entries)}"
        self.entries.insert(0, {"signature": signature, "err": err, "blockTime": at})
        self.events[signature] = events
        return signature

    def spam(self, at: int, count: int) -> None:
        """What a stranger sends to keep us busy: it names the ecosystem, and runs cycles of his own."""
        start = len(self.entries)
        names = [f"spam {start + number}" for number in range(count)]
        self.entries[:0] = [{"signature": name, "err": None, "blockTime": at} for name in reversed(names)]
        self.events |= dict.fromkeys(names, (cycle_of(key("mint"), 1, at, state=STRANGE_STATE),))

    @property
    def rpc(self) -> FakeRpc:
        return FakeRpc(getSignaturesForAddress=self.page, getTransaction=self.shown)

    def page(self, address: str, options: Any) -> list[Any]:
        assert address == str(STATE)
        names = [entry["signature"] for entry in self.entries]
        start = names.index(options["before"]) + 1 if "before" in options else 0
        return self.entries[start : start + options["limit"]]

    def shown(self, signature: str, options: Any) -> Any:
        assert options["maxSupportedTransactionVersion"] == 1
        return None if signature in self.unknown else transaction(*self.events[signature])


def history(rpc: RpcClient) -> History:
    return History(rpc, str(PROGRAM), str(STATE))
