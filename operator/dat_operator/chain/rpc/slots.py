"""Keeps a read from showing an older chain than the read before it."""

from collections.abc import Sequence
from typing import Any

from dat_operator.chain.rpc.answers import slot_of

STATUS_METHOD = "getSignatureStatuses"
OPTIONS_POSITION = {
    "getAccountInfo": 1,
    "getBalance": 1,
    "getBlockHeight": 0,
    "getLatestBlockhash": 0,
    "getMultipleAccounts": 1,
    "getSignaturesForAddress": 1,
    "getSlot": 0,
    "simulateTransaction": 1,
}
"""Methods that take minContextSlot, and the position of their options."""
RESET_SECONDS = 60.0
"""About two hundred slots: no working node is further behind."""
COMMITMENTS = ("processed", "confirmed", "finalized")


class Slots:
    """The newest slot seen at each commitment.

    Nodes are some slots apart, and one URL may be many nodes. A second read from a later node would show an
    older chain: a landed cycle would look pending, and spent money would look available. So every read names
    the newest slot seen, and a node that has not reached it refuses.
    """

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._genesis: str | None = None
        self._alone_since: float | None = None

    def bind(self, method: str, params: Sequence[Any]) -> tuple[Sequence[Any], int]:
        """The parameters with minContextSlot, and the oldest slot that an answer may have (0: any)."""
        if method == STATUS_METHOD:
            return params, self._floor("processed")
        at = OPTIONS_POSITION.get(method)
        if at is None:
            return params, 0
        options = _options(params, at)
        floor = self._floor(options.get("commitment", "finalized"))
        bound = {**options, "minContextSlot": floor}
        return ([*params[:at], bound] if floor else params), floor

    def learn(self, method: str, params: Sequence[Any], result: Any) -> None:
        """Remember the slot of an answer."""
        if method == STATUS_METHOD:
            # The slot of the answer is a processed one. Confirmed reads would have to wait for it.
            for status in result["value"]:
                match status:
                    case {"confirmationStatus": "confirmed" | "finalized" as level, "slot": int(slot)}:
                        self._saw(level, slot)
            return
        at, newest = OPTIONS_POSITION.get(method), slot_of(result)
        if at is not None and newest is not None:
            self._saw(_options(params, at).get("commitment", "finalized"), newest)

    def of_chain(self, genesis: str) -> None:
        """Forget all slots if this is another chain than before."""
        if self._genesis not in (None, genesis):
            self._forget()
        self._genesis = genesis

    def nobody_is_as_far(self, now: float) -> None:
        """Forget all slots if no node has reached them for a while: the chain may have been reset."""
        self._alone_since = now if self._alone_since is None else self._alone_since
        if now - self._alone_since >= RESET_SECONDS:
            self._forget()

    def _forget(self) -> None:
        self._seen.clear()
        self._alone_since = None

    def _saw(self, commitment: str, slot: int) -> None:
        self._alone_since = None
        self._seen[commitment] = max(slot, self._seen.get(commitment, 0))

    def _floor(self, commitment: str) -> int:
        """The newest slot seen at this commitment or a stronger one. Slots of a weaker one are too new."""
        return max(self._seen.get(level, 0) for level in at_least(commitment))


def at_least(commitment: str) -> tuple[str, ...]:
    """A commitment and the stronger ones."""
    return COMMITMENTS[COMMITMENTS.index(commitment) :]


def _options(params: Sequence[Any], at: int) -> dict[str, Any]:
    return params[at] if len(params) > at else {}
