"""Addresses: well-known ones, and those derived from seeds. Base58 at the border, Pubkey inside."""

from functools import cache

from solders.pubkey import Pubkey
from solders.token.associated import get_associated_token_address

from dat_operator.domain.chain_state import Addresses

SYSTEM = Pubkey.default()
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
WSOL = Pubkey.from_string("So11111111111111111111111111111111111111112")
CLOCK = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")
RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")

PUMP = Pubkey.from_string("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P")
PUMP_FEES = Pubkey.from_string("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ")


def pda(program: Pubkey, *seeds: bytes) -> Pubkey:
    """The program-derived address of some seeds."""
    return Pubkey.find_program_address(list(seeds), program)[0]


PUMP_GLOBAL = pda(PUMP, b"global")
PUMP_EVENT_AUTHORITY = pda(PUMP, b"__event_authority")
FEE_CONFIG = pda(PUMP_FEES, b"fee_config", bytes(PUMP))


def associated_token(owner: Pubkey, mint: Pubkey, token_program: Pubkey) -> Pubkey:
    """The associated token account of an owner."""
    return get_associated_token_address(owner, mint, token_program)


@cache
def bonding_curve(mint: Pubkey) -> Pubkey:
    """The account of a mint's bonding curve."""
    return pda(PUMP, b"bonding-curve", bytes(mint))


@cache
def creator_vault(creator: Pubkey) -> Pubkey:
    """Where pump.fun keeps a creator's fees."""
    return pda(PUMP, b"creator-vault", bytes(creator))


@cache
def user_volume_accumulator(user: Pubkey) -> Pubkey:
    """The account pump.fun keeps of every buyer."""
    return pda(PUMP, b"user_volume_accumulator", bytes(user))


@cache
def state_address(program: Pubkey, admin: Pubkey, name: str) -> Pubkey:
    """An ecosystem's state."""
    return pda(program, b"state", bytes(admin), name.encode())


@cache
def treasury_address(program: Pubkey, state: Pubkey) -> Pubkey:
    """An ecosystem's treasury."""
    return pda(program, b"treasury", bytes(state))


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
    )
