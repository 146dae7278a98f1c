"""Our program: its accounts, instructions and events, coded by anchorpy from the generated IDL."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from anchorpy import Coder, Idl
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain import metas, pump
from dat_operator.domain.chain_state import DatState, Parameters, Role, TokenStats
from dat_operator.domain.cycle_event import CycleEvent

EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")
"""What an ``emit_cpi!`` instruction starts with (Anchor)."""
ROLES = (Role.ROOT, Role.SECONDARY)


@cache
def coder() -> Coder:
    """The coder of the IDL that was generated with the program."""
    return Coder(Idl.from_json(files("dat_operator").joinpath("idl/dat.legacy.json").read_text()))


def decode_state(data: bytes) -> DatState:
    """An ecosystem's account."""
    a = coder().accounts.decode(data)
    return DatState(
        admin=str(a.admin),
        treasury=str(a.treasury),
        parameters=Parameters(**{**_fields(a.parameters), "operator": str(a.parameters.operator)}),
        root_mint=str(a.root_mint) if a.root_mint else None,
        name=a.name,
    )


def decode_stats(data: bytes) -> TokenStats:
    """A token's account."""
    a = coder().accounts.decode(data)
    same = _fields(a).keys() & set(TokenStats.__dataclass_fields__)
    values = {name: getattr(a, name) for name in same}
    values |= {
        "mint": str(a.mint),
        "role": ROLES[a.role.index],
        "last_cycle_id": bytes(a.last_cycle_id),
    }
    return TokenStats(**values)


def decode_event(data: bytes) -> CycleEvent | None:
    """A cycle from the data of an inner instruction of our program; None if it is something else."""
    if data[:8] != EVENT_TAG:
        return None
    event = coder().events.parse(data[8:])
    if event is None or event.name != "CycleCompleted":
        return None
    values = _fields(event.data)
    values |= {"state": str(values["state"]), "mint": str(values["mint"])}
    return CycleEvent(**{**values, "cycle_id": bytes(values["cycle_id"])})


def initialize_dat_state(program: Pubkey, admin: Pubkey, name: str, limits: Parameters) -> Instruction:
    """Creates an ecosystem; ``admin`` signs and pays."""
    state = at.state_address(program, admin, name)
    parameters = {**_fields(limits), "operator": Pubkey.from_string(limits.operator)}
    accounts = [
        metas.payer(admin),
        metas.write(state),
        metas.write(at.treasury_address(program, state)),
        metas.read(at.SYSTEM),
    ]
    args = {"name": name, "parameters": parameters}
    return _instruction(program, "initialize_dat_state", accounts, args)


def initialize_token_stats(
    program: Pubkey,
    admin: Pubkey,
    state: Pubkey,
    mint: Pubkey,
    token_program: Pubkey,
    role: Role,
    root_share_bps: int | None,
) -> Instruction:
    """Brings a token into its ecosystem; ``admin`` signs and pays every rent of its later cycles."""
    authority = at.authority_address(program, state, mint)
    accounts = [
        metas.payer(admin),
        metas.write(state),
        metas.read(mint),
        metas.write(at.stats_address(program, state, mint)),
        metas.write(authority),
        metas.write(at.associated_token(authority, mint, token_program)),
        metas.read(at.bonding_curve(mint)),
        metas.write(at.creator_vault(authority)),
        metas.write(at.user_volume_accumulator(authority)),
        metas.read(at.PUMP_EVENT_AUTHORITY),
        metas.read(at.PUMP),
        metas.read(token_program),
        metas.read(at.ASSOCIATED_TOKEN),
        metas.read(at.SYSTEM),
    ]
    role_value = coder().types.decode("Role", bytes([ROLES.index(role)]))
    args = {"role": role_value, "root_share_bps": root_share_bps}
    return _instruction(program, "initialize_token_stats", accounts, args)


def run_cycle(
    program: Pubkey,
    operator: Pubkey,
    state: Pubkey,
    mint: Pubkey,
    token_program: Pubkey,
    buyback_fee_recipient: Pubkey,
    *,
    expected_cycle: int,
    cycle_id: bytes,
    min_tokens_out: int,
) -> Instruction:
    """One cycle of one token; ``operator`` signs."""
    authority = at.authority_address(program, state, mint)
    accounts = [
        metas.payer(operator),
        metas.read(state),
        metas.write(at.stats_address(program, state, mint)),
        metas.write(mint),
        metas.write(authority),
        metas.write(at.associated_token(authority, mint, token_program)),
        metas.write(at.treasury_address(program, state)),
        metas.write(at.bonding_curve(mint)),
        metas.write(at.creator_vault(authority)),
        metas.read(at.FEE_CONFIG),
        metas.read(at.PUMP_EVENT_AUTHORITY),
        metas.read(at.PUMP),
        metas.read(token_program),
        metas.read(at.SYSTEM),
        metas.read(at.pda(program, b"__event_authority")),
        metas.read(program),
        *pump.sweep_accounts(operator, mint, authority),
        *pump.buy_v3_accounts(authority, mint, token_program, buyback_fee_recipient),
    ]
    args = {
        "expected_cycle": expected_cycle,
        "cycle_id": list(cycle_id),
        "min_tokens_out": min_tokens_out,
    }
    return _instruction(program, "run_cycle", accounts, args)


def refusal_in(logs: list[str]) -> tuple[str, str, str] | None:
    """Program, error name and message of the Anchor error in a transaction's logs, if there is one.

    Names come from the program that failed, so they hold when its numbers move.
    """
    error = re.compile(r"Error Code: (\w+)\. Error Number: \d+\. Error Message: (.*?)\.?$")
    for i, line in enumerate(logs):
        if match := error.search(line):
            failed = next(
                (re.match(r"Program (\w+) failed", rest) for rest in logs[i:] if " failed" in rest),
                None,
            )
            return (failed.group(1) if failed else "a program"), match.group(1), match.group(2)
    return None


def _instruction(
    program: Pubkey, name: str, accounts: list[AccountMeta], args: dict[str, Any]
) -> Instruction:
    return Instruction(program, coder().instruction.encode(name, args), accounts)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
