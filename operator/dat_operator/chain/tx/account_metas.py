"""Accounts of an instruction, by what it may do with them."""

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey


def payer(key: Pubkey) -> AccountMeta:
    """Signs, and may be debited."""
    return AccountMeta(key, is_signer=True, is_writable=True)


def read(key: Pubkey) -> AccountMeta:
    """Is only read."""
    return AccountMeta(key, is_signer=False, is_writable=False)


def write(key: Pubkey) -> AccountMeta:
    """May be changed."""
    return AccountMeta(key, is_signer=False, is_writable=True)
