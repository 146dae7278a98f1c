"""Addresses: well-known ones, and those derived from seeds. Base58 at the border, Pubkey inside."""

from functools import cache

from solders.address_lookup_table_account import ID as LOOKUP_TABLES
from solders.compute_budget import ID as COMPUTE_BUDGET
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM
from solders.sysvar import CLOCK, RENT
from solders.token import ID as TOKEN
from solders.token.associated import get_associated_token_address

from dat_operator.domain.token_state import Addresses

__all__ = ["CLOCK", "COMPUTE_BUDGET", "LOOKUP_TABLES", "RENT", "SYSTEM", "TOKEN"]
"""Addresses that solders knows; the other addresses are below."""

TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
WSOL = Pubkey.from_string("So11111111111111111111111111111111111111112")
SYSVAR = Pubkey.from_string("Sysvar1111111111111111111111111111111111111")
"""Owns the clock, the rent and the other sysvars."""

PUMP = Pubkey.from_string("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P")
PUMP_AMM = Pubkey.from_string("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA")
PUMP_FEES = Pubkey.from_string("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ")
MAYHEM = Pubkey.from_string("MAyhSmzXzV1pTf7LsNkrNwkWKTo4ougAJ1PPg47MD4e")


def pda(program: Pubkey, *seeds: bytes) -> Pubkey:
    """The program-derived address of some seeds."""
    return Pubkey.find_program_address(list(seeds), program)[0]


@cache
def event_authority(program: Pubkey) -> Pubkey:
    """What an Anchor program signs its events with."""
    return pda(program, b"__event_authority")


PUMP_GLOBAL = pda(PUMP, b"global")
PUMP_VOLUME = pda(PUMP, b"global_volume_accumulator")
FEE_CONFIG = pda(PUMP_FEES, b"fee_config", bytes(PUMP))
AMM_GLOBAL = pda(PUMP_AMM, b"global_config")
AMM_VOLUME = pda(PUMP_AMM, b"global_volume_accumulator")
AMM_FEE_CONFIG = pda(PUMP_FEES, b"fee_config", bytes(PUMP_AMM))


def associated_token(owner: Pubkey, mint: Pubkey, token_program: Pubkey) -> Pubkey:
    """The associated token account of an owner."""
    return get_associated_token_address(owner, mint, token_program)


@cache
def wrapped_sol(owner: Pubkey) -> Pubkey:
    """An owner's associated account of wrapped SOL."""
    return associated_token(owner, WSOL, TOKEN)


@cache
def bonding_curve(mint: Pubkey) -> Pubkey:
    """The account of a mint's bonding curve."""
    return pda(PUMP, b"bonding-curve", bytes(mint))


@cache
def pool(mint: Pubkey) -> Pubkey:
    """PumpSwap's canonical pool of a graduated coin, whether it is there yet or not."""
    creator = pda(PUMP, b"pool-authority", bytes(mint))
    return pda(PUMP_AMM, b"pool", bytes(2), bytes(creator), bytes(mint), bytes(WSOL))


@cache
def sharing_config(mint: Pubkey) -> Pubkey:
    """How a coin's fees are shared, if they are; then this is the coin's creator."""
    return pda(PUMP_FEES, b"sharing-config", bytes(mint))


@cache
def creator_vault(creator: Pubkey) -> Pubkey:
    """Where pump.fun keeps a creator's fees."""
    return pda(PUMP, b"creator-vault", bytes(creator))


@cache
def amm_creator_vault(creator: Pubkey) -> Pubkey:
    """Who keeps a creator's fees at PumpSwap, in an account of wrapped SOL."""
    return pda(PUMP_AMM, b"creator_vault", bytes(creator))


@cache
def user_volume_accumulator(user: Pubkey, program: Pubkey = PUMP) -> Pubkey:
    """The account pump.fun, or PumpSwap, keeps of every buyer."""
    return pda(program, b"user_volume_accumulator", bytes(user))


@cache
def state_address(program: Pubkey, admin: Pubkey, name: str) -> Pubkey:
    """An ecosystem's state."""
    return pda(program, b"state", bytes(admin), name.encode())


@cache
def treasury_address(program: Pubkey, state: Pubkey) -> Pubkey:
    """An ecosystem's treasury."""
    return pda(program, b"treasury", bytes(state))


@cache
def shared_authority_address(program: Pubkey, state: Pubkey) -> Pubkey:
    """The creator of an ecosystem's tokens that share one."""
    return pda(program, b"authority", bytes(state))


@cache
def stats_address(program: Pubkey, state: Pubkey, mint: Pubkey) -> Pubkey:
    """A token's stats."""
    return pda(program, b"stats", bytes(state), bytes(mint))


@cache
def authority_address(program: Pubkey, state: Pubkey, mint: Pubkey) -> Pubkey:
    """A token's authority: what a DAT must have as its creator."""
    return pda(program, b"authority", bytes(state), bytes(mint))


def token_addresses(program: Pubkey, state: Pubkey, mint: Pubkey, token_program: Pubkey | None) -> Addresses:
    """All accounts of one token, base58; without its token program, all but the token account."""
    authority = authority_address(program, state, mint)
    return Addresses(
        stats=str(stats_address(program, state, mint)),
        authority=str(authority),
        token_account=str(associated_token(authority, mint, token_program)) if token_program else None,
        bonding_curve=str(bonding_curve(mint)),
        creator_vault=str(creator_vault(authority)),
        pool=str(pool(mint)),
        sharing_config=str(sharing_config(mint)),
    )
