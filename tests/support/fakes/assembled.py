"""An ecosystem whose cycles are assembled and simulated without a chain."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.cycle.assemble import Assembler
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.market import BuyForm
from dat_operator.domain.token_state import TokenState
from tests.support.chain_state import OPERATOR, PROGRAM, SOL, STATE, chain, curve, graduated, key, token

FRUIT = Ecosystem(PROGRAM, STATE)
CYCLE_ID = bytes(range(16))
FORMS = tuple(BuyForm)


def config(mint: Pubkey, role: Role = Role.SECONDARY) -> TokenConfig:
    return TokenConfig(name=str(mint)[:6], mint=str(mint), role=role)


def assembler() -> Assembler:
    return Assembler(FRUIT, OPERATOR, chain(), CYCLE_ID)


def mints(count: int) -> list[Pubkey]:
    return [key(f"mint {number}") for number in range(count)]


def with_fees(mint: Pubkey, role: Role = Role.SECONDARY, **changes: Any) -> TokenState:
    """A token whose curve holds a tenth of a SOL in fees."""
    authority = str(at.authority_address(PROGRAM, STATE, mint))
    return token(mint, role, **{"curve": curve(creator=authority, creator_fee=SOL // 10), **changes})


def pool_with_fees(mint: Pubkey, role: Role = Role.SECONDARY, **changes: Any) -> TokenState:
    """A graduated one whose pool holds them."""
    return graduated(mint, role, pool={"creator_fees": SOL // 10}, **changes)


@dataclass(frozen=True)
class Laid:
    """An instruction of a transaction; ``cycle`` and ``form`` if it is a cycle of ours."""

    program: Pubkey
    accounts: tuple[Pubkey, ...]
    data: bytes

    @property
    def mint(self) -> Pubkey | None:
        """Whose cycle it is."""
        return self.accounts[3] if self.program == PROGRAM else None

    @property
    def form(self) -> BuyForm:
        """By what it buys."""
        assert self.program == PROGRAM
        return FORMS[self.data[8]]


Tables = Callable[[Pubkey], Sequence[Pubkey]]
"""What lookup tables hold."""


def laid(encoded: str, tables: Tables = lambda _: ()) -> list[Laid]:
    """The instructions of a transaction behind its budget."""
    message = VersionedTransaction.from_bytes(base64.b64decode(encoded)).message
    assert isinstance(message, MessageV0)
    lookups = [(tables(one.account_key), one) for one in message.address_table_lookups]
    keys = list(message.account_keys)
    keys += [held[n] for held, one in lookups for n in one.writable_indexes]
    keys += [held[n] for held, one in lookups for n in one.readonly_indexes]
    return [
        Laid(keys[i.program_id_index], tuple(keys[n] for n in i.accounts), bytes(i.data))
        for i in message.instructions[2:]
    ]


Judge = Callable[[Sequence[Laid]], Any]
"""What a simulation says of a transaction: None if it goes through."""


def simulation(judge: Judge, tables: Tables = lambda _: ()) -> Callable[..., Any]:
    """Answers simulateTransaction; a judge's refusal is an error, or an error and its logs."""

    def answer(encoded: str, _options: Any) -> Any:
        refused = judge(laid(encoded, tables))
        err, logs = refused if isinstance(refused, tuple) else (refused, [])
        # Some nodes show none of what was refused; its logs are all there is then.
        ran = [] if err is None else None
        return {"value": {"err": err, "logs": logs, "unitsConsumed": 100_000, "innerInstructions": ran}}

    return answer


def at_cycle(instructions: Sequence[Laid], mint: Pubkey) -> int | None:
    """Where a token's cycle stands in its transaction, the budget counted."""
    found = [number for number, one in enumerate(instructions) if one.mint == mint]
    return found[0] + 2 if found else None


def anchor_error(reason: str, number: int = 6000, program: object = "D44e") -> list[str]:
    """The logs of an Anchor program's refusal."""
    return [
        f"Program log: AnchorError occurred. Error Code: {reason}. Error Number: {number}. "
        "Error Message: as it says.",
        f"Program {program} failed: custom program error: 0x1",
    ]
