"""The coins that can be tokens of an ecosystem."""

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.token_state import FeeSource, TokenState

SYSTEM_PROGRAM = "11111111111111111111111111111111"
"""Also the zero key, which means in a curve that it is quoted in SOL."""


def coin_refusal(token: TokenState, role: Role, shared_authority: str | None) -> Refusal | None:
    """Refuses a coin that cannot have this role. The order of the checks is the program's.

    A root can be any coin quoted in SOL, because the treasury pays its cycles. A secondary must have fees of
    its own.
    """
    curve = token.curve
    if curve is None:
        return Refusal(
            "CurveNotFound",
            "the mint has no bonding curve; only pump.fun's coins can be tokens of an ecosystem",
        )
    if curve.quote_mint != SYSTEM_PROGRAM:
        return Refusal("UnsupportedQuoteMint", f"the curve is quoted in {curve.quote_mint}, not in SOL")
    if role is Role.ROOT:
        return None
    if curve.is_cashback_coin:
        return Refusal("CashbackCoin", "the coin's fees go to its traders, so there are no fees for cycles")
    return _fee_refusal(token, token.fee_source(shared_authority))


def _fee_refusal(token: TokenState, source: FeeSource) -> Refusal | None:
    """Refuses a coin whose fees do not come to the token."""
    authority = token.addresses.authority
    if source is FeeSource.FOREIGN:
        creator = "holder-reward PDA" if token.curve and token.curve.is_holder_reward else "creator"
        return Refusal(
            "CreatorMismatch",
            f"the {creator} {token.creator} gets the coin's fees, but {authority} must get them; create "
            "tokens with `dat token create`, or let that creator sign `dat token adopt`",
        )
    part = token.sharing.share_of(authority) if token.sharing else 0
    if source is FeeSource.SHARING and part == 0:
        # A config becomes final with its first update (docs/pump-fun.md).
        final = token.sharing is None or token.sharing.admin_revoked
        remedy = (
            "such a config cannot be changed any more" if final else "let its admin sign `dat token adopt`"
        )
        return Refusal(
            "ForeignSharingConfig",
            f"the coin's fees are shared by {token.addresses.sharing_config}, in which "
            f"{authority} has no part; {remedy}",
        )
    return None
