"""Accounts: how they are read in batches, and what one holds.

Anybody can send lamports to any address: that makes an account, but only its owner says what it is.
"""

import base64
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.errors import DatError

BATCH = 100
"""The most keys that one call of getMultipleAccounts takes."""
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


async def read_accounts(
    rpc: RpcClient, keys: Sequence[Pubkey], *, head: int | None = None
) -> tuple[int, list[Account | None]]:
    """Accounts, None where there is none, and the lowest slot of the answers; of data only ``head`` bytes."""
    slots, found = [], []
    options: dict[str, Any] = {"encoding": "base64", "commitment": rpc.commitment}
    if head is not None:
        options["dataSlice"] = {"offset": 0, "length": head}
    for start in range(0, len(keys), BATCH):
        batch = [str(key) for key in keys[start : start + BATCH]]
        answer = await rpc.call("getMultipleAccounts", batch, options)
        slots.append(int(answer["context"]["slot"]))
        found += [_account(value) for value in answer["value"]]
    return min(slots, default=0), found


async def find_accounts(
    rpc: RpcClient, program: Pubkey, filters: Sequence[Any], *, head: int | None = None
) -> dict[Pubkey, bytes]:
    """The data of a program's accounts that pass filters of getProgramAccounts; only ``head`` bytes of it."""
    options: dict[str, Any] = {"encoding": "base64", "commitment": rpc.commitment, "filters": list(filters)}
    if head is not None:
        options["dataSlice"] = {"offset": 0, "length": head}
    answer = await rpc.call("getProgramAccounts", str(program), options)
    return {Pubkey.from_string(one["pubkey"]): _bytes(one["account"]) for one in answer}


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
    try:
        return TokenAccount.from_bytes(data[:TOKEN_ACCOUNT_LENGTH]).amount if data else 0
    except ValueError:  # It is not initialized.
        return 0


def _account(value: Any) -> Account | None:
    if value is None:
        return None
    return Account(int(value["lamports"]), value["owner"], _bytes(value), bool(value["executable"]))


def _bytes(value: Any) -> bytes:
    return base64.b64decode(value["data"][0])
