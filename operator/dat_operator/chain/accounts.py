"""An account as RPC gives it.

Anybody can send lamports to any address: that makes an account, but only its owner says what it is.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.errors import DatError

TOKEN_ACCOUNT_LENGTH = 165
"""Of the token program; Token-2022 adds extensions behind it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """Lamports at an address, and what the program that owns it keeps there."""

    lamports: int
    owner: str
    data: bytes
    executable: bool


def data_of(account: Account | None, *owners: Pubkey, least: int = 0) -> bytes | None:
    """The data that one of these programs keeps at an address, ``least`` bytes or more.

    None if the program has made no account there, whatever lamports lie at the address.
    """
    made = account is not None and account.owner in map(str, owners) and len(account.data) >= least
    return account.data if account and made else None


def decoded(account: Account | None, owner: Pubkey, decode: Callable[[bytes], T], what: str) -> T | None:
    """What ``owner`` keeps at an address; None if it has made no account there.

    Raises DatError, which names ``what``, if the account is not of the form that ``decode`` knows.
    """
    data = data_of(account, owner)
    if data is None:
        return None
    try:
        return decode(data)
    except (DatError, struct.error, LookupError, ValueError) as error:
        said = f"{what} cannot be read ({error}): its program has changed; look for a newer dat-operator"
        raise DatError(said) from error


def is_token_account(account: Account | None) -> bool:
    """Whether a token program has made an account there."""
    return data_of(account, at.TOKEN, at.TOKEN_2022, least=TOKEN_ACCOUNT_LENGTH) is not None


def token_amount(account: Account | None) -> int:
    """What a token account holds, base units; 0 if there is none."""
    data = data_of(account, at.TOKEN, at.TOKEN_2022, least=TOKEN_ACCOUNT_LENGTH)
    return int(struct.unpack_from("<Q", data, 64)[0]) if data else 0
