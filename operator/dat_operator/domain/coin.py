"""Which coins can be DATs."""

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.token_state import FeeSource, TokenState

SYSTEM_PROGRAM = "11111111111111111111111111111111"
"""Also the zero key, by which a curve says that it is quoted in SOL."""


def coin_refusal(token: TokenState, role: Role, shared_authority: str | None) -> Refusal | None:
    """Why a coin cannot have this role, if it cannot. The order is the program's.

    A root may be any coin quoted in SOL: it lives on the treasury. A secondary must have fees of its own.
    """
    curve = token.curve
    if curve is None:
        return Refusal("CurveNotFound", "the mint has no bonding curve; only tokens of pump.fun can be DATs")
    if curve.quote_mint != SYSTEM_PROGRAM:
        return Refusal("UnsupportedQuoteMint", f"its curve is quoted in {curve.quote_mint}, not in SOL")
    if role is Role.ROOT:
        return None
    if curve.is_cashback_coin:
        return Refusal("CashbackCoin", "its fees go to its traders, so there is nothing to buy back with")
    source = token.fee_source(shared_authority)
    if source is FeeSource.FOREIGN:
        what = "holder-reward PDA" if curve.is_holder_reward else "creator"
        return Refusal(
            "CreatorMismatch",
            f"its {what} {token.creator} gets its fees, which must go to {token.addresses.authority}; create "
            "tokens with `dat token create`, or let that creator sign `dat token adopt`",
        )
    part = token.sharing.share_of(token.addresses.authority) if token.sharing else 0
    if source is FeeSource.SHARING and part == 0:
        # It becomes final with its first update (docs/pump-fun.md).
        final = token.sharing is None or token.sharing.admin_revoked
        hope = "such a config cannot be changed any more" if final else "let its admin sign `dat token adopt`"
        return Refusal(
            "ForeignSharingConfig",
            f"its fees are shared by {token.addresses.sharing_config}, in which "
            f"{token.addresses.authority} has no part; {hope}",
        )
    return None
