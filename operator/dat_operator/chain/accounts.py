"""Accounts: reading them in batches, and the data that a program keeps in one.

Anybody can send lamports to any address, and this creates an account. Only the owner of an account says
which program keeps data there.
"""

import base64
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeVar

from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.errors import DatError

BATCH = 100
"""The most keys that one call of getMultipleAccounts takes."""
TOKEN_ACCOUNT_LENGTH = 165
"""Bytes in an account of the token program. Token-2022 adds extensions behind them."""
Encoded = Mapping[str, Any]
"""An account as the JSON of an RPC answer, its data in base64."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """The lamports at an address, and the data that the owning program keeps there."""

    lamports: int
    owner: str
    data: bytes
    executable: bool


async def read_encoded(
    rpc: RpcClient, keys: Sequence[Pubkey], *, head: int | None = None
) -> tuple[int, list[Encoded | None]]:
    """Read accounts, without decoding them: the lowest slot of the answers, and one entry for each key.

    An entry is None if there is no account. ``head`` limits the data to this number of bytes.
    Raises RpcRefused or RpcUnavailable.
    """
    slots, found = [], []
    options = _options(rpc, head)
    for start in range(0, len(keys), BATCH):
        batch = [str(key) for key in keys[start : start + BATCH]]
        answer = await rpc.call("getMultipleAccounts", batch, options)
        slots.append(int(answer["context"]["slot"]))
        found += answer["value"]
    return min(slots, default=0), found


async def read_accounts(
    rpc: RpcClient, keys: Sequence[Pubkey], *, head: int | None = None
) -> tuple[int, list[Account | None]]:
    """Read accounts as ``read_encoded`` does, and decode them."""
    slot, found = await read_encoded(rpc, keys, head=head)
    return slot, [account_of(value) for value in found]


async def find_accounts(
    rpc: RpcClient, program: Pubkey, filters: Sequence[Any], *, head: int | None = None
) -> dict[Pubkey, bytes]:
    """Find the accounts of a program that pass the filters of getProgramAccounts; returns their data.

    ``head`` limits the data to this number of bytes. Raises RpcRefused or RpcUnavailable.
    """
    options = {**_options(rpc, head), "filters": list(filters)}
    answer = await rpc.call("getProgramAccounts", str(program), options)
    return {Pubkey.from_string(one["pubkey"]): _data(one["account"]) for one in answer}


def account_of(encoded: Encoded | None) -> Account | None:
    """Decode one account of an RPC answer."""
    if encoded is None:
        return None
    return Account(int(encoded["lamports"]), encoded["owner"], _data(encoded), bool(encoded["executable"]))


def fingerprint(accounts: Iterable[Encoded | None]) -> bytes:
    """16 bytes that differ if one of the accounts does: its lamports, owner, data or executable flag."""
    digest = blake2b(digest_size=16)
    for one in accounts:
        if one is None:
            digest.update(b"-;")
        else:
            text = f"{one['lamports']} {one['owner']} {one['executable']} {one['data'][0]};"
            digest.update(text.encode())
    return digest.digest()


def data_of(account: Account | None, *owners: Pubkey, least: int = 0) -> bytes | None:
    """The data that one of these programs keeps at an address.

    None if none of the programs owns the account, or if the data is shorter than ``least`` bytes.
    """
    made = account is not None and account.owner in map(str, owners) and len(account.data) >= least
    return account.data if account and made else None


def decoded(account: Account | None, owner: Pubkey, decode: Callable[[bytes], T], what: str) -> T | None:
    """Decode the data that ``owner`` keeps at an address; None if ``owner`` has no account there.

    Raises DatError, which names ``what``, if the data has a layout that ``decode`` does not know.
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
    """Whether a token program has created this account."""
    return data_of(account, at.TOKEN, at.TOKEN_2022, least=TOKEN_ACCOUNT_LENGTH) is not None


def token_amount(account: Account | None) -> int:
    """The amount in a token account, base units; 0 if there is no token account."""
    data = data_of(account, at.TOKEN, at.TOKEN_2022, least=TOKEN_ACCOUNT_LENGTH)
    try:
        return TokenAccount.from_bytes(data[:TOKEN_ACCOUNT_LENGTH]).amount if data else 0
    except ValueError:  # It is not initialized.
        return 0


def lamports_above(account: Account | None, rent: int) -> int:
    """The lamports of an account beyond its rent."""
    return max(0, account.lamports - rent) if account else 0


def lamports_below(account: Account | None, rent: int) -> int:
    """The lamports that an account lacks of its rent."""
    return max(0, rent - (account.lamports if account else 0))


def _options(rpc: RpcClient, head: int | None) -> dict[str, Any]:
    options: dict[str, Any] = {"encoding": "base64", "commitment": rpc.commitment}
    return options if head is None else {**options, "dataSlice": {"offset": 0, "length": head}}


def _data(encoded: Encoded) -> bytes:
    return base64.b64decode(encoded["data"][0])
