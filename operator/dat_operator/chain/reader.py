"""Reads a whole ecosystem in one batch."""

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain import program as dat
from dat_operator.chain import pump
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.chain_state import ChainState, Mint, TokenState
from dat_operator.domain.errors import DatError

BATCH = 100
"""Keys a call of getMultipleAccounts takes."""
PER_TOKEN = 5


@dataclass(frozen=True, slots=True)
class Account:
    """An account as RPC gives it."""

    lamports: int
    owner: str
    data: bytes
    executable: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What to read: an ecosystem's keys, base58."""

    program_id: str
    admin: str
    name: str
    operator: str
    mints: tuple[str, ...]


async def read_accounts(rpc: RpcClient, keys: Sequence[Pubkey]) -> tuple[int, list[Account | None]]:
    """Accounts, None where there is none, and the lowest slot of the answers."""
    slots, found = [], []
    for start in range(0, len(keys), BATCH):
        batch = [str(key) for key in keys[start : start + BATCH]]
        answer = await rpc.call(
            "getMultipleAccounts", batch, {"encoding": "base64", "commitment": "confirmed"}
        )
        slots.append(int(answer["context"]["slot"]))
        found += [_account(value) for value in answer["value"]]
    return min(slots, default=0), found


async def read_chain(rpc: RpcClient, subject: Subject) -> ChainState:
    """An ecosystem and all of its tokens.

    Raises RpcUnavailable or RpcRefused when the chain cannot be read, DatError when what it holds
    cannot be understood.
    """
    program, admin = Pubkey.from_string(subject.program_id), Pubkey.from_string(subject.admin)
    state_key = at.state_address(program, admin, subject.name)
    treasury_key = at.treasury_address(program, state_key)
    common = [at.CLOCK, at.RENT, at.FEE_CONFIG, program, state_key, treasury_key]
    common.append(Pubkey.from_string(subject.operator))
    mints = [Pubkey.from_string(mint) for mint in subject.mints]
    # A token's accounts stay in one batch: they are of one slot, so its numbers fit together.
    keys = common + [at.SYSTEM] * (-len(common) % PER_TOKEN)
    padding = len(keys)
    for mint in mints:
        keys += _token_keys(program, state_key, mint)
    slot, accounts = await read_accounts(rpc, keys)
    clock, rent_account, fee_config, program_account, state, treasury, operator = accounts[: len(common)]
    if clock is None or rent_account is None:
        raise DatError("the chain shows no clock and rent sysvars: is this a Solana RPC endpoint?")
    rent = _rent_of_empty(rent_account.data)
    rows = [accounts[i : i + PER_TOKEN] for i in range(padding, len(accounts), PER_TOKEN)]
    tokens = [_token(program, state_key, mint, row, rent) for mint, row in zip(mints, rows, strict=True)]
    return ChainState(
        slot=slot,
        time=struct.unpack_from("<q", clock.data, 32)[0],
        program_deployed=bool(program_account and program_account.executable),
        state_address=str(state_key),
        treasury_address=str(treasury_key),
        state=dat.decode_state(state.data) if state and state.owner == subject.program_id else None,
        treasury_lamports=_above(treasury, rent),
        operator_lamports=operator.lamports if operator else 0,
        fee_tiers=pump.decode_fee_tiers(fee_config.data) if fee_config else (),
        tokens={token.mint: token for token in tokens},
    )


async def read_pump_global(rpc: RpcClient) -> pump.PumpGlobal:
    """pump.fun's Global account. Raises DatError if there is none: pump.fun is not on this chain."""
    _, (account,) = await read_accounts(rpc, [at.PUMP_GLOBAL])
    if account is None:
        raise DatError("pump.fun's Global account does not exist: spec.network has no pump.fun")
    return pump.decode_global(account.data)


def _token_keys(program: Pubkey, state: Pubkey, mint: Pubkey) -> list[Pubkey]:
    authority = at.authority_address(program, state, mint)
    return [
        mint,
        at.bonding_curve(mint),
        at.stats_address(program, state, mint),
        authority,
        at.creator_vault(authority),
    ]


def _token(
    program: Pubkey, state: Pubkey, mint: Pubkey, row: Sequence[Account | None], rent: int
) -> TokenState:
    mint_account, curve, stats, authority, vault = row
    parsed = _mint(mint_account)
    token_program = Pubkey.from_string(parsed.token_program) if parsed else None
    return TokenState(
        mint=str(mint),
        addresses=at.token_addresses(program, state, mint, token_program),
        mint_account=parsed,
        curve=pump.decode_curve(curve.data) if curve and curve.owner == str(at.PUMP) else None,
        stats=dat.decode_stats(stats.data) if stats and stats.owner == str(program) else None,
        authority_lamports=_above(authority, rent),
        vault_lamports=_above(vault, rent),
    )


def _mint(account: Account | None) -> Mint | None:
    if account is None or account.owner not in (str(at.TOKEN), str(at.TOKEN_2022)) or len(account.data) < 82:
        return None
    (supply,) = struct.unpack_from("<Q", account.data, 36)
    return Mint(token_program=account.owner, supply=supply, decimals=account.data[44])


def _rent_of_empty(rent: bytes) -> int:
    per_byte, threshold = struct.unpack_from("<Qd", rent)
    return int(128 * per_byte * threshold)


def _above(account: Account | None, rent: int) -> int:
    return max(0, account.lamports - rent) if account else 0


def _account(value: Any) -> Account | None:
    if value is None:
        return None
    data = base64.b64decode(value["data"][0])
    return Account(int(value["lamports"]), value["owner"], data, bool(value["executable"]))
