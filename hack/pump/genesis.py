"""Generate ``programs/genesis/*.json``: the accounts that pump.fun's programs need on a new chain.

``python -m hack.pump.genesis`` writes the files; ``--check`` fails if they do not fit. The command
needs solders for program addresses; the files are plain JSON.
"""

import argparse
import base64
import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey

from hack.common.paths import REPO
from hack.common.steps import StepError, main, say
from hack.pump import addresses as at
from hack.pump.artifacts import pump_idls
from hack.pump.base58 import b58encode
from hack.pump.borsh import Idl
from hack.pump.fees import amm_fee_config, curve_fee_config

TARGET = REPO / "programs" / "genesis"
ZERO = at.SYSTEM_PROGRAM

# Sizes on mainnet, if the programs allocate more than their fields need.
FEE_CONFIG_BYTES = 4097  # room for 50 tiers in each of the two tables
SOL = 10**9


@dataclass(frozen=True)
class GenesisAccount:
    """One account of the files. ``data`` is base64."""

    address: str
    owner: str
    lamports: int
    data: str
    comment: str


def nobody(role: str) -> str:
    """Return an address for a role of pump.fun's administration. Nobody has its key: tests set accounts."""
    return b58encode(hashlib.sha256(f"dat-operator localnet: {role}".encode()).digest())


def rent(size: int) -> int:
    """Return the lamports that make an account of ``size`` bytes rent-exempt."""
    return (128 + size) * 6960


def pda(program: str, *seeds: bytes) -> tuple[str, int]:
    """Return a program address and its bump."""
    address, bump = Pubkey.find_program_address(list(seeds), Pubkey.from_string(program))
    return str(address), bump


def _account(address: str, owner: str, data: bytes, comment: str) -> GenesisAccount:
    encoded = base64.b64encode(data).decode()
    return GenesisAccount(address, owner, rent(len(data)), encoded, comment)


def _global(idl: Idl) -> GenesisAccount:
    values: dict[str, Any] = {
        "initialized": True,
        "authority": nobody("pump authority"),
        "fee_recipient": at.FEE_RECIPIENTS[0],
        "initial_virtual_token_reserves": 1_073_000_000_000_000,
        "initial_virtual_sol_reserves": 30 * SOL,
        "initial_real_token_reserves": 793_100_000_000_000,
        "token_total_supply": 1_000_000_000_000_000,
        # Only old clients read both rates. Trades read their rates from FeeConfig.
        "fee_basis_points": 95,
        "withdraw_authority": nobody("pump withdraw authority"),
        "enable_migrate": True,
        "pool_migration_fee": 15_000_001,
        "creator_fee_basis_points": 30,
        "fee_recipients": at.FEE_RECIPIENTS[1:],
        "set_creator_authority": nobody("pump set creator authority"),
        "admin_set_creator_authority": nobody("pump admin set creator authority"),
        "create_v2_enabled": True,
        "whitelist_pda": nobody("pump whitelist"),
        "reserved_fee_recipient": at.RESERVED_FEE_RECIPIENTS[0],
        "mayhem_mode_enabled": False,  # the parameters of mayhem mode are not published
        "reserved_fee_recipients": at.RESERVED_FEE_RECIPIENTS[1:],
        "is_cashback_enabled": True,
        "buyback_fee_recipients": at.BUYBACK_FEE_RECIPIENTS,
        "buyback_basis_points": 5000,  # a part of the protocol fee, no extra fee
        "initial_virtual_quote_reserves": 30 * SOL,
        "whitelisted_quote_mints": [ZERO],
        "creator_fee_configurable": False,
        "max_configurable_creator_fee_bps": 0,
        "holder_reward_claim_authority": nobody("pump holder reward claim authority"),
        "is_holder_reward_enabled": False,
        "max_curve_depth": 0,
    }
    address, _ = pda(at.PUMP, b"global")
    data = idl.encode_account("Global", values)
    return _account(address, at.PUMP, data, "pump Global: curve constants and fee recipients")


def _volume_accumulator(idl: Idl) -> GenesisAccount:
    values: dict[str, Any] = {
        "start_time": 0,  # token incentives have ended: zeros mean "no range is active"
        "end_time": 0,
        "seconds_in_a_day": 0,
        "mint": ZERO,
        "total_token_supply": [0] * 30,
        "sol_volumes": [0] * 30,
    }
    address, _ = pda(idl.address, b"global_volume_accumulator")
    data = idl.encode_account("GlobalVolumeAccumulator", values)
    name = "pump" if idl.address == at.PUMP else "pump_amm"
    return _account(address, idl.address, data, f"{name} GlobalVolumeAccumulator, no incentives")


def _amm_global_config(idl: Idl) -> GenesisAccount:
    values: dict[str, Any] = {
        "admin": nobody("pump_amm admin"),
        # Only old clients read these. Trades read their rates from FeeConfig.
        "lp_fee_basis_points": 20,
        "protocol_fee_basis_points": 5,
        "disable_flags": 0,
        "protocol_fee_recipients": at.FEE_RECIPIENTS,
        "coin_creator_fee_basis_points": 5,
        "admin_set_coin_creator_authority": nobody("pump_amm admin set coin creator authority"),
        "whitelist_pda": nobody("pump_amm whitelist"),
        "reserved_fee_recipient": at.RESERVED_FEE_RECIPIENTS[0],
        "mayhem_mode_enabled": False,
        "reserved_fee_recipients": at.RESERVED_FEE_RECIPIENTS[1:],
        "is_cashback_enabled": True,
        "buyback_fee_recipients": at.BUYBACK_FEE_RECIPIENTS,
        "buyback_basis_points": 5000,
        "boost_authority": nobody("pump_amm boost authority"),
        "boost_enabled": False,
        "creator_fee_configurable": False,
        "max_configurable_creator_fee_bps": 0,
    }
    address, _ = pda(at.PUMP_AMM, b"global_config")
    data = idl.encode_account("GlobalConfig", values)
    return _account(address, at.PUMP_AMM, data, "pump_amm GlobalConfig: fee recipients")


def _fee_config(idl: Idl, program: str, rates: dict[str, Any], comment: str) -> GenesisAccount:
    address, bump = pda(at.PUMP_FEES, b"fee_config", bytes(Pubkey.from_string(program)))
    values = {"bump": bump, "admin": nobody("pump_fees admin"), **rates}
    data = idl.encode_account("FeeConfig", values, size=FEE_CONFIG_BYTES)
    return _account(address, at.PUMP_FEES, data, comment)


def _fee_program_global(idl: Idl) -> GenesisAccount:
    address, bump = pda(at.PUMP_FEES, b"fee-program-global")
    values: dict[str, Any] = {
        "bump": bump,
        "authority": nobody("pump_fees authority"),
        "disable_flags": 0,
        "social_claim_authority": nobody("pump_fees social claim authority"),
        "claim_rate_limit": 0,
        "_reserved": [0] * 256,
    }
    data = idl.encode_account("FeeProgramGlobal", values)
    return _account(address, at.PUMP_FEES, data, "pump_fees FeeProgramGlobal: fee sharing")


def _native_mint() -> GenesisAccount:
    # spl_token::state::Mint: both authorities are None (tag and 32 zero bytes).
    none = struct.pack("<I32x", 0)
    supply, decimals, initialized = struct.pack("<Q", 0), b"\x09", b"\1"
    data = none + supply + decimals + initialized + none
    return _account(at.WSOL_MINT, at.TOKEN_PROGRAM, data, "wrapped SOL, the native mint")


def _wrapped_sol(owner: str) -> GenesisAccount:
    wallet, token, mint = (Pubkey.from_string(x) for x in (owner, at.TOKEN_PROGRAM, at.WSOL_MINT))
    address, _ = pda(at.ATA_PROGRAM, bytes(wallet), bytes(token), bytes(mint))
    # spl_token::state::Account: mint, owner, amount, no delegate, initialized, native with its
    # rent-exempt reserve, delegated amount, no close authority.
    size = 165
    data = bytes(mint) + bytes(wallet) + struct.pack("<QI32xBIQQI32x", 0, 0, 1, 1, rent(size), 0, 0)
    assert len(data) == size
    return _account(address, at.TOKEN_PROGRAM, data, f"wrapped SOL of {owner}")


def _recipients() -> Iterator[GenesisAccount]:
    """Yield wallets with lamports: a payment below rent exemption to an empty wallet would fail."""
    kinds = (
        ("fee recipient", at.FEE_RECIPIENTS),
        ("fee recipient of mayhem coins", at.RESERVED_FEE_RECIPIENTS),
        ("buyback fee recipient", at.BUYBACK_FEE_RECIPIENTS),
    )
    for kind, wallets in kinds:
        for wallet in wallets:
            yield _account(wallet, at.SYSTEM_PROGRAM, b"", f"pump {kind}")
    for wallet in at.BUYBACK_FEE_RECIPIENTS:  # pools pay to this account, and v2 trades do not create it
        yield _wrapped_sol(wallet)
    withdraw = nobody("pump withdraw authority")
    yield _account(withdraw, at.SYSTEM_PROGRAM, b"", "gets the fee of a migration to pump_amm")


def accounts() -> list[GenesisAccount]:
    """Return every account of the genesis, in a fixed order."""
    idls = pump_idls()
    pump, amm, fees = (Idl(idls / f"{name}.json") for name in ("pump", "pump_amm", "pump_fees"))
    return [
        _native_mint(),
        _global(pump),
        _volume_accumulator(pump),
        _fee_config(fees, at.PUMP, curve_fee_config(), "rates of pump: 0.95 % and 0.30 %"),
        _amm_global_config(amm),
        _volume_accumulator(amm),
        _fee_config(fees, at.PUMP_AMM, amm_fee_config(), "rates of pump_amm by market cap"),
        _fee_program_global(fees),
        *_recipients(),
    ]


def _files() -> dict[Path, str]:
    programs = [{"name": name, "address": address} for name, address in at.PROGRAMS.items()]
    tables: dict[str, list[dict[str, Any]]] = {
        "accounts.json": [asdict(account) for account in accounts()],
        "programs.json": programs,
    }
    return {TARGET / name: json.dumps(table, indent=2) + "\n" for name, table in tables.items()}


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hack.pump.genesis", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check
    for path, text in _files().items():
        current = path.read_text() if path.exists() else None
        if current == text:
            continue
        if check:
            raise StepError(f"{path} is out of step. Run: python -m hack.pump.genesis")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        say(f"wrote {path}")


if __name__ == "__main__":
    main(_main)
