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
from dat_operator.domain.job_config import SkipConfig, TokenConfig
from dat_operator.domain.market import BuyForm
from dat_operator.domain.token_state import TokenState
from tests.support.chain_state import OPERATOR, PROGRAM, SOL, STATE, chain, curve, graduated, key, token

FRUIT = Ecosystem(PROGRAM, STATE)
RUN_ID = bytes(range(16))
FORMS = tuple(BuyForm)


def config(mint: Pubkey, role: Role = Role.SECONDARY) -> TokenConfig:
    return TokenConfig(name=str(mint)[:6], mint=str(mint), role=role)


def suspended(mint: Pubkey) -> TokenConfig:
    """A secondary that runs skip unless they name it."""
    skip = SkipConfig(reason="Suspended", message="spec.suspend: true")
    return config(mint).model_copy(update={"skip": skip})


def assembler() -> Assembler:
    return Assembler(FRUIT, OPERATOR, chain(), RUN_ID)


def mints(count: int) -> list[Pubkey]:
    return [key(f"mint {number}") for number in range(count)]


def with_fees(mint: Pubkey, role: Role = Role.SECONDARY, **changes: Any) -> TokenState:
    """A token whose curve holds a tenth of a SOL in fees."""
    authority = str(at.authority_address(PROGRAM, STATE, mint))
    return token(mint, role, **{"curve": curve(creator=authority, creator_fee=SOL // 10), **changes})


def pool_with_fees(mint: Pubkey, role: Role = Role.SECONDARY, **changes: Any) -> TokenState:
    """A graduated token whose pool holds a tenth of a SOL in fees."""
    return graduated(mint, role, pool={"creator_fees": SOL // 10}, **changes)


@dataclass(frozen=True)
class DecodedInstruction:
    """An instruction of a decoded transaction. ``mint`` and ``form``: for cycles only."""

    program: Pubkey
    accounts: tuple[Pubkey, ...]
    data: bytes

    @property
    def mint(self) -> Pubkey | None:
        """The mint of an instruction of the dat program."""
        return self.accounts[3] if self.program == PROGRAM else None

    @property
    def form(self) -> BuyForm:
        """The form of a cycle's buy."""
        assert self.program == PROGRAM
        return FORMS[self.data[8]]


TableContents = Callable[[Pubkey], Sequence[Pubkey]]
"""The addresses in each lookup table."""


def decoded_instructions(encoded: str, tables: TableContents = lambda _: ()) -> list[DecodedInstruction]:
    """The instructions of a transaction, without the two of its compute budget."""
    message = VersionedTransaction.from_bytes(base64.b64decode(encoded)).message
    assert isinstance(message, MessageV0)
    lookups = [(tables(one.account_key), one) for one in message.address_table_lookups]
    keys = list(message.account_keys)
    keys += [held[n] for held, one in lookups for n in one.writable_indexes]
    keys += [held[n] for held, one in lookups for n in one.readonly_indexes]
    return [
        DecodedInstruction(keys[i.program_id_index], tuple(keys[n] for n in i.accounts), bytes(i.data))
        for i in message.instructions[2:]
    ]


RefusalRule = Callable[[Sequence[DecodedInstruction]], Any]
"""The error of a simulated transaction, or the error and its logs; None if it succeeds."""


def simulation(refuse: RefusalRule, tables: TableContents = lambda _: ()) -> Callable[..., Any]:
    """Answers simulateTransaction by a rule."""

    def answer(encoded: str, _options: Any) -> Any:
        refusal = refuse(decoded_instructions(encoded, tables))
        err, logs = refusal if isinstance(refusal, tuple) else (refusal, [])
        # Some nodes show no inner instructions of a refused transaction, only its logs.
        ran = [] if err is None else None
        return {"value": {"err": err, "logs": logs, "unitsConsumed": 100_000, "innerInstructions": ran}}

    return answer


def at_cycle(instructions: Sequence[DecodedInstruction], mint: Pubkey) -> int | None:
    """The index of a token's cycle in its transaction, with the two instructions of the budget."""
    found = [number for number, one in enumerate(instructions) if one.mint == mint]
    return found[0] + 2 if found else None


def anchor_error(reason: str, number: int = 6000, program: object = "D44e") -> list[str]:
    """The logs of an Anchor program's refusal."""
    return [
        f"Program log: AnchorError occurred. Error Code: {reason}. Error Number: {number}. "
        "Error Message: as it says.",
        f"Program {program} failed: custom program error: 0x1",
    ]
