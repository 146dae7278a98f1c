"""Accounts of an instruction, with the rights that it has on them."""

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey


def payer(key: Pubkey) -> AccountMeta:
    """An account that signs and may be debited."""
    return AccountMeta(key, is_signer=True, is_writable=True)


def read(key: Pubkey) -> AccountMeta:
    """An account that is only read."""
    return AccountMeta(key, is_signer=False, is_writable=False)


def write(key: Pubkey) -> AccountMeta:
    """An account that may be changed."""
    return AccountMeta(key, is_signer=False, is_writable=True)
