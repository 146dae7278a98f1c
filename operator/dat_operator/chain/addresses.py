"""Addresses: well-known ones, and those that derive from seeds."""

import sys
from functools import lru_cache

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


remembered = lru_cache(maxsize=1_024)
"""For derived addresses, some microseconds each. A run fits; the tokens of a whole operator need not."""


def text_of(key: Pubkey) -> str:
    """A key in base58. Equal keys are one object: thousands of tokens name the same keys again and again."""
    return sys.intern(str(key))


def pda(program: Pubkey, *seeds: bytes) -> Pubkey:
    """The program-derived address of some seeds."""
    return Pubkey.find_program_address(list(seeds), program)[0]


@remembered
def event_authority(program: Pubkey) -> Pubkey:
    """The address that signs the events of an Anchor program."""
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


@remembered
def wrapped_sol(owner: Pubkey) -> Pubkey:
    """The associated account of wrapped SOL of an owner."""
    return associated_token(owner, WSOL, TOKEN)


@remembered
def bonding_curve(mint: Pubkey) -> Pubkey:
    """The account of a mint's bonding curve."""
    return pda(PUMP, b"bonding-curve", bytes(mint))


@remembered
def pool(mint: Pubkey) -> Pubkey:
    """The canonical pool of a coin on PumpSwap. It exists once the coin has graduated."""
    creator = pda(PUMP, b"pool-authority", bytes(mint))
    return pda(PUMP_AMM, b"pool", bytes(2), bytes(creator), bytes(mint), bytes(WSOL))


@remembered
def sharing_config(mint: Pubkey) -> Pubkey:
    """The sharing config of a coin. If it exists, it is the creator of the coin."""
    return pda(PUMP_FEES, b"sharing-config", bytes(mint))


@remembered
def creator_vault(creator: Pubkey) -> Pubkey:
    """The vault of a creator on pump.fun, which keeps fees in lamports."""
    return pda(PUMP, b"creator-vault", bytes(creator))


@remembered
def amm_creator_vault(creator: Pubkey) -> Pubkey:
    """The vault of a creator on PumpSwap, which keeps fees in its account of wrapped SOL."""
    return pda(PUMP_AMM, b"creator_vault", bytes(creator))


@remembered
def user_volume_accumulator(user: Pubkey, program: Pubkey = PUMP) -> Pubkey:
    """The account of a trader on pump.fun, or on PumpSwap."""
    return pda(program, b"user_volume_accumulator", bytes(user))


@remembered
def state_address(program: Pubkey, admin: Pubkey, name: str) -> Pubkey:
    """The state of an ecosystem."""
    return pda(program, b"state", bytes(admin), name.encode())


@remembered
def treasury_address(program: Pubkey, state: Pubkey) -> Pubkey:
    """The treasury of an ecosystem."""
    return pda(program, b"treasury", bytes(state))


@remembered
def shared_authority_address(program: Pubkey, state: Pubkey) -> Pubkey:
    """The shared authority: the creator of those tokens of an ecosystem that share one."""
    return pda(program, b"authority", bytes(state))


@remembered
def stats_address(program: Pubkey, state: Pubkey, mint: Pubkey) -> Pubkey:
    """The stats of a token."""
    return pda(program, b"stats", bytes(state), bytes(mint))


@remembered
def authority_address(program: Pubkey, state: Pubkey, mint: Pubkey) -> Pubkey:
    """The authority of a token, which must be the creator of the coin."""
    return pda(program, b"authority", bytes(state), bytes(mint))


def token_addresses(program: Pubkey, state: Pubkey, mint: Pubkey, token_program: Pubkey | None) -> Addresses:
    """All addresses of one token, base58. Without the token program there is no token account."""
    authority = authority_address(program, state, mint)
    return Addresses(
        stats=text_of(stats_address(program, state, mint)),
        authority=text_of(authority),
        token_account=text_of(associated_token(authority, mint, token_program)) if token_program else None,
        bonding_curve=text_of(bonding_curve(mint)),
        creator_vault=text_of(creator_vault(authority)),
        pool=text_of(pool(mint)),
        sharing_config=text_of(sharing_config(mint)),
    )
