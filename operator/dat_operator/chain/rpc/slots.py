"""Keeps reads that follow each other from going back in time."""

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
"""Methods that take minContextSlot, and where their options stand."""
RESET_SECONDS = 60.0
"""Two hundred slots: no node that follows its chain is so late."""
COMMITMENTS = ("processed", "confirmed", "finalized")


class Slots:
    """The newest slot seen at each commitment.

    Nodes are some slots apart. A second read from a node that is behind the first one's would show an older
    chain: a cycle that has landed as still to be run, money that was spent as still there. So every read
    names the newest slot seen, and a node that is not there yet refuses it. One URL may be many nodes, too.
    """

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._genesis: str | None = None
        self._alone_since: float | None = None

    def bind(self, method: str, params: Sequence[Any]) -> tuple[Sequence[Any], int]:
        """The parameters with minContextSlot, and the slot an answer may not be older than (0: any)."""
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
            # Its own slot is a processed one, which no confirmed read reaches in time.
            for status in result["value"]:
                match status:
                    case {"confirmationStatus": "confirmed" | "finalized" as level, "slot": int(slot)}:
                        self._saw(level, slot)
            return
        at, newest = OPTIONS_POSITION.get(method), slot_of(result)
        if at is not None and newest is not None:
            self._saw(_options(params, at).get("commitment", "finalized"), newest)

    def of_chain(self, genesis: str) -> None:
        """Begin anew if that is another chain than before."""
        if self._genesis not in (None, genesis):
            self._forget()
        self._genesis = genesis

    def nobody_is_as_far(self, now: float) -> None:
        """Begin anew if no node has been as far for a while: a chain that was reset must not lock us out."""
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
        """What was seen at this commitment or a stronger one; a weaker one's slots are still ahead of it."""
        return max(self._seen.get(level, 0) for level in at_least(commitment))


def at_least(commitment: str) -> tuple[str, ...]:
    """A commitment and the stronger ones."""
    return COMMITMENTS[COMMITMENTS.index(commitment) :]


def _options(params: Sequence[Any], at: int) -> dict[str, Any]:
    return params[at] if len(params) > at else {}
