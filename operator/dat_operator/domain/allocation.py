"""Divides the fees of a shared creator among its tokens."""

from collections.abc import Collection

from dat_operator.domain.token_state import SharedFees, TokenState


def allocate(tokens: Collection[TokenState], creator: str, undivided: SharedFees | None) -> dict[str, int]:
    """The fees to credit to each token of this creator: lamports by mint, rounded down.

    Fees in a coin's own bucket belong to that coin. Fees that the creator has already (from older forms of
    trades, from strangers' sweeps, from donations) are divided in proportion to the buckets. ``undivided``
    is None if not all tokens are known; then those fees stay undivided.
    """
    buckets = {token.mint: token.bucket_lamports for token in tokens if token.creator == creator}
    total, rest = sum(buckets.values()), undivided.lamports if undivided else 0
    return {mint: own + rest * own // total for mint, own in buckets.items() if total}
