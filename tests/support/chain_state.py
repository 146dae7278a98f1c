"""A small ecosystem as the chain would show it; tests change what they are about by ``replace``."""

from dataclasses import replace
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.layouts import CURVE_LENGTH, POOL_LENGTH
from dat_operator.domain.chain_state import ChainState, PumpGlobal
from dat_operator.domain.coin import SYSTEM_PROGRAM
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.dat_accounts import DatState, Parameters, Role, RootShare, TimelockedRole, TokenStats
from dat_operator.domain.fees import Fees, FeeTier
from dat_operator.domain.pool import Pool
from dat_operator.domain.price import PriceObservation
from dat_operator.domain.token_state import Mint, TokenState

SOL = 10**9
RENT = 890_880
"""Of an account without data."""
CURVE_FEES = Fees(liquidity_bps=0, protocol_bps=95, creator_bps=30)
CURVE_TIERS = (FeeTier(0, CURVE_FEES),)
"""pump.fun's published fees of the bonding curve: 1.25 % at every market cap."""
POOL_FEES = Fees(liquidity_bps=2, protocol_bps=93, creator_bps=30)
POOL_TIERS = (FeeTier(0, POOL_FEES), FeeTier(420 * SOL, Fees(20, 5, 95)))
"""The first two that pump.fun publishes for PumpSwap."""


def keypair(name: str) -> Keypair:
    """A pair that is the same in every run."""
    return Keypair.from_seed(name.encode().ljust(32, b"\0")[:32])


def key(name: str) -> Pubkey:
    """Its public key."""
    return keypair(name).pubkey()


PROGRAM, ADMIN, OPERATOR = key("program"), key("admin"), key("operator")
STATE = at.state_address(PROGRAM, ADMIN, "fruit")
TREASURY = at.treasury_address(PROGRAM, STATE)
SHARED = at.shared_authority_address(PROGRAM, STATE)
PUMP_GLOBAL = PumpGlobal(
    fee_recipients=(str(key("fee recipient")),),
    reserved_fee_recipients=(str(key("reserved fee recipient")),),
    buyback_fee_recipients=(str(key("buyback recipient")),),
)
"""One of each, so that nothing is left to chance."""


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
            "creator_fee_bps": 0,
            "is_holder_reward": False,
            "creator_fee": 0,
            "length": CURVE_LENGTH,
            **changes,
        }
    )


def pool(**changes: Any) -> Pool:
    """A coin's pool as migration makes it."""
    return Pool(
        **{
            "base_amount": 206_900_000_000_000,
            "quote_amount": 84_990_359_056,
            "virtual_quote_reserves": 0,
            "coin_creator": str(key("creator")),
            "is_mayhem_mode": False,
            "is_cashback_coin": False,
            "quote_mint": str(at.WSOL),
            "creator_fee_bps": 0,
            "creator_fees": 0,
            "length": POOL_LENGTH,
            **changes,
        }
    )


def stats(mint: Pubkey, role: Role, **changes: Any) -> TokenStats:
    """A token that never ran a cycle."""
    totals = ("inflow", "from_treasury", "to_root", "spent", "withdrawn", "credited")
    return TokenStats(
        **{
            "mint": str(mint),
            "role": role,
            "active": True,
            "paused": False,
            "paused_at": 0,
            "closed": False,
            "shares_creator": False,
            "observation": PriceObservation(0, 0, 0, 0),
            "consecutive_failures": 0,
            "failed_cycles": 0,
            "last_failed_id": bytes(16),
            "carried_lamports": 0,
            "cycle_count": 0,
            "last_cycle_at": 0,
            "cycles_in_hour": 0,
            "cycles_in_day": 0,
            "last_cycle_id": bytes(16),
            **{f"total_{name}_lamports": 0 for name in totals},
            "total_burned": 0,
            "root_share": None,
            "lookup_table": None,
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
            "pool": None,
            "sharing": None,
            "stats": stats(mint, role),
            "authority_lamports": 0,
            "vault_lamports": 0,
            "vault_missing_lamports": 0,
            "amm_vault_lamports": 0,
            "missing": (),
            **changes,
        }
    )


def graduated(mint: Pubkey, role: Role = Role.SECONDARY, **changes: Any) -> TokenState:
    """The same token once it trades on PumpSwap; ``pool`` may be given as changes of its pool."""
    authority = str(at.authority_address(PROGRAM, STATE, mint))
    pool_changes = changes.pop("pool", {})
    creator = pool_changes.get("coin_creator", authority)
    return token(
        mint,
        role,
        **{
            "curve": curve(creator=creator, complete=True),
            "pool": pool(**{"coin_creator": authority, **pool_changes}),
            **changes,
        },
    )


ROOT_SHARE = RootShare(4480, 4480, 0)
PARAMETERS = Parameters(
    min_fees_root_lamports=2_000_000,
    min_fees_secondary_lamports=5_690_000,
    max_fees_per_cycle_lamports=SOL,
    min_interval_seconds=60,
    max_price_impact_bps=100,
    max_price_rise_bps=1000,
)


def dat_state(**changes: Any) -> DatState:
    """An ecosystem that was never paused."""
    return DatState(
        **{
            "admin": str(ADMIN),
            "operator": str(OPERATOR),
            "treasury": str(TREASURY),
            "shared_authority": str(SHARED),
            "active": True,
            "paused": False,
            "paused_at": 0,
            "closed": False,
            "root_share": ROOT_SHARE,
            "parameters": PARAMETERS,
            "token_count": 0,
            "withdraw_from": 0,
            "root_from": 0,
            "root_mint": None,
            "pending_root_mint": None,
            "emergency_admin": TimelockedRole(None, None, 0),
            "pending_admin": None,
            "withdraw_address": None,
            "pending_withdraw_address": None,
            "name": "fruit",
            **changes,
        }
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
            "state": dat_state(token_count=len(tokens)),
            "treasury_lamports": 0,
            "operator_lamports": SOL,
            "admin_lamports": SOL,
            "rent_lamports": RENT,
            "pump_global": PUMP_GLOBAL,
            "pool_global": None,
            "curve_tiers": CURVE_TIERS,
            "pool_tiers": POOL_TIERS,
            "tokens": {t.mint: t for t in tokens},
            **changes,
        }
    )


def with_limits(state: ChainState, **limits: int) -> ChainState:
    """The same ecosystem with other limits."""
    assert state.state is not None
    parameters = replace(state.state.parameters, **limits)
    return replace(state, state=replace(state.state, parameters=parameters))
