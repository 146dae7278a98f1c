"""A small ecosystem as the chain would show it; tests change what they are about by ``replace``."""

from dataclasses import replace
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.chain_state import (
    ChainState,
    DatState,
    Mint,
    Parameters,
    Role,
    TokenState,
    TokenStats,
)
from dat_operator.domain.curve import BondingCurve, Fees, FeeTier
from dat_operator.domain.decision import SYSTEM_PROGRAM

SOL = 10**9
FEES = Fees(protocol_bps=95, creator_bps=30)
TIERS = (FeeTier(0, FEES),)
"""What pump.fun publishes for the bonding curve: 1.25 % whatever the market cap."""


def key(name: str) -> Pubkey:
    """A key that is the same in every run."""
    return Keypair.from_seed(name.encode().ljust(32, b"\0")[:32]).pubkey()


PROGRAM, ADMIN, OPERATOR = key("program"), key("admin"), key("operator")
STATE = at.state_address(PROGRAM, ADMIN, "fruit")
TREASURY = at.treasury_address(PROGRAM, STATE)


def curve(**changes: Any) -> BondingCurve:
    """A new coin's curve."""
    return BondingCurve(
        **{
            "virtual_token_reserves": 1_073_000_000_000_000,
            "virtual_quote_reserves": 30 * SOL,
            "real_token_reserves": 793_100_000_000_000,
            "real_quote_reserves": 0,
            "token_total_supply": 10**15,
            "complete": False,
            "creator": str(key("creator")),
            "is_mayhem_mode": False,
            "is_cashback_coin": False,
            "quote_mint": SYSTEM_PROGRAM,
            "is_holder_reward": False,
            "creator_fee": 0,
            **changes,
        }
    )


def stats(mint: Pubkey, role: Role, **changes: Any) -> TokenStats:
    """A token that never ran a cycle."""
    return TokenStats(
        **{
            "mint": str(mint),
            "role": role,
            "carried_lamports": 0,
            "cycle_count": 0,
            "last_cycle_at": 0,
            "last_cycle_id": bytes(16),
            "total_inflow_lamports": 0,
            "total_from_treasury_lamports": 0,
            "total_to_root_lamports": 0,
            "total_spent_lamports": 0,
            "total_burned": 0,
            "root_share_bps": None,
            **changes,
        }
    )


def token(mint: Pubkey, role: Role = Role.SECONDARY, **changes: Any) -> TokenState:
    """A set-up token whose curve belongs to its authority, with nothing pending."""
    addresses = at.token_addresses(PROGRAM, STATE, mint, at.TOKEN)
    return TokenState(
        **{
            "mint": str(mint),
            "addresses": addresses,
            "mint_account": Mint(str(at.TOKEN), 10**15, 6),
            "curve": curve(creator=addresses.authority),
            "stats": stats(mint, role),
            "authority_lamports": 0,
            "vault_lamports": 0,
            **changes,
        }
    )


PARAMETERS = Parameters(
    operator=str(OPERATOR),
    root_share_bps=4480,
    min_fees_root_lamports=2_000_000,
    min_fees_secondary_lamports=5_690_000,
    max_fees_per_cycle_lamports=SOL,
    min_interval_seconds=60,
    max_price_impact_bps=100,
)


def chain(*tokens: TokenState, **changes: Any) -> ChainState:
    """An ecosystem with these tokens."""
    return ChainState(
        **{
            "slot": 1,
            "time": 1_000_000,
            "program_deployed": True,
            "state_address": str(STATE),
            "treasury_address": str(TREASURY),
            "state": DatState(str(ADMIN), str(TREASURY), PARAMETERS, None, "fruit"),
            "treasury_lamports": 0,
            "operator_lamports": SOL,
            "fee_tiers": TIERS,
            "tokens": {t.mint: t for t in tokens},
            **changes,
        }
    )


def with_limits(state: ChainState, **limits: int) -> ChainState:
    """The same ecosystem with other limits."""
    assert state.state is not None
    parameters = replace(state.state.parameters, **limits)
    return replace(state, state=replace(state.state, parameters=parameters))
