"""How the fees of a creator that several tokens share are divided among them."""

from collections.abc import Collection

from dat_operator.domain.token_state import SharedFees, TokenState


def allocate(tokens: Collection[TokenState], creator: str, undivided: SharedFees | None) -> dict[str, int]:
    """What is to be credited to each token of this creator, lamports by mint, rounded down.

    What waits in a coin's own bucket is that coin's. What lies with the creator already (fees of the older
    forms of trades, what others have swept, donations) is divided in proportion to the buckets; with
    ``undivided`` None, because not all tokens are known, it is left.
    """
    buckets = {token.mint: token.bucket_lamports for token in tokens if token.creator == creator}
    total, rest = sum(buckets.values()), undivided.lamports if undivided else 0
    return {mint: own + rest * own // total for mint, own in buckets.items() if total}
