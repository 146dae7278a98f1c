"""What pump.fun's instructions and accounts must look like: its own IDLs, and vectors of its SDKs."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from hack.pump.artifacts import pump_idls
from hack.pump.borsh import Idl
from hack.pump.instructions import build
from tests.support.vectors.sdk_vectors import read

PUMP, AMM = "golden-pump.json", "golden-pumpswap.json"
INPUTS = {name: Pubkey.from_string(value) for name, value in read(PUMP)["inputs"].items()}
"""The keys that both SDKs were called with."""
USER, MINT, CREATOR = INPUTS["user"], INPUTS["mint"], INPUTS["creator"]
FEE_RECIPIENT, BUYBACK_RECIPIENT = INPUTS["feeRecipient"], INPUTS["buybackFeeRecipient"]


@cache
def idl(name: str) -> Idl:
    """``pump``, ``pump_amm`` or ``pump_fees``."""
    return Idl(pump_idls() / f"{name}.json")


def by_idl(
    program: str,
    name: str,
    accounts: Mapping[str, Pubkey],
    args: Mapping[str, Any] | None = None,
    remaining: Sequence[AccountMeta] = (),
) -> Instruction:
    """An instruction as the IDL has it; it derives most of the accounts itself."""
    return build(idl(program), name, accounts, args, remaining)


def shown(accounts: Sequence[AccountMeta], *, signers: bool = True) -> list[str]:
    """Accounts as the vectors write them: a key, ``W`` if it is written, ``S`` if it signs."""
    return [
        f"{m.pubkey}" + (" W" if m.is_writable else "") + (" S" if signers and m.is_signer else "")
        for m in accounts
    ]


def vector(file: str, name: str, index: int | None = None) -> tuple[bytes, list[str]]:
    """An instruction of an SDK: its data and accounts."""
    found = read(file)[name]
    found = found if index is None else found[index]
    accounts = [" ".join(line.split()) for line in found["accounts"]]
    return bytes.fromhex(found["data_hex"]), accounts


def unsigned(accounts: list[str]) -> list[str]:
    """The same without signatures: a buyer of ours signs through its program."""
    return [line.removesuffix(" S") for line in accounts]
