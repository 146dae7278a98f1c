"""Build instructions from an IDL: its addresses and PDA seeds give most of the accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from hack.pump.addresses import ATA_PROGRAM, SYSTEM_PROGRAM
from hack.pump.borsh import Idl


def key(address: str) -> Pubkey:
    """Parse a key from base58."""
    return Pubkey.from_string(address)


def find(program: str | Pubkey, *seeds: bytes) -> Pubkey:
    """Return a program address, without its bump."""
    owner = key(program) if isinstance(program, str) else program
    return Pubkey.find_program_address(list(seeds), owner)[0]


def ata(owner: Pubkey, mint: Pubkey, token_program: Pubkey) -> Pubkey:
    """Return the associated token account of ``owner``."""
    return find(ATA_PROGRAM, bytes(owner), bytes(token_program), bytes(mint))


def create_ata(payer: Pubkey, owner: Pubkey, mint: Pubkey, token_program: Pubkey) -> Instruction:
    """Create the associated token account of ``owner`` unless it exists."""
    metas = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(ata(owner, mint, token_program), is_signer=False, is_writable=True),
        AccountMeta(owner, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(key(SYSTEM_PROGRAM), is_signer=False, is_writable=False),
        AccountMeta(token_program, is_signer=False, is_writable=False),
    ]
    return Instruction(key(ATA_PROGRAM), b"\x01", metas)


def build(
    idl: Idl,
    name: str,
    accounts: Mapping[str, Pubkey],
    args: Mapping[str, Any] | None = None,
    remaining: Sequence[AccountMeta] = (),
) -> Instruction:
    """Build an instruction of ``idl``. ``accounts`` names the accounts that the IDL does not give.

    Raises KeyError if an account is missing or an argument is missing or unknown.
    """
    spec = idl.instructions[name]
    metas = [
        AccountMeta(
            _resolve(idl, spec, item["name"], accounts),
            is_signer=item.get("signer", False),
            is_writable=item.get("writable", False),
        )
        for item in spec["accounts"]
    ]
    data = bytes(spec["discriminator"])
    values = dict(args or {})
    for arg in spec["args"]:
        data += idl.encode(arg["type"], values.pop(arg["name"]))
    if values:
        raise KeyError(f"{name} has no argument {sorted(values)}")
    return Instruction(key(idl.address), data, [*metas, *remaining])


def _resolve(idl: Idl, spec: dict[str, Any], name: str, given: Mapping[str, Pubkey]) -> Pubkey:
    if name in given:
        return given[name]
    item = next((x for x in spec["accounts"] if x["name"] == name), None)
    if item is None:
        raise KeyError(f"{spec['name']} wants {name}")
    if "address" in item:
        return key(item["address"])
    if name == "program":
        return key(idl.address)
    if "pda" not in item:
        raise KeyError(f"{spec['name']} wants the account {name}")
    seeds = [_seed(idl, spec, seed, given) for seed in item["pda"]["seeds"]]
    program = item["pda"].get("program")
    owner = Pubkey(_seed(idl, spec, program, given)) if program else key(idl.address)
    return find(owner, *seeds)


def _seed(idl: Idl, spec: dict[str, Any], seed: Any, given: Mapping[str, Pubkey]) -> bytes:
    if seed["kind"] == "const":
        return bytes(seed["value"])
    return bytes(_resolve(idl, spec, seed["path"], given))
