"""The program that refused and the name of its error, with complete, cut and missing logs."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from solders.instruction import Instruction

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.failure import Inner, Ran, name_of, ran_in, refusal_of
from dat_operator.domain.errors import ProgramError
from hack.pump.artifacts import pump_idls
from tests.support.chain_state import PROGRAM, key

DAT, PUMP, TOKEN, SYSTEM = (str(one) for one in (PROGRAM, at.PUMP, at.TOKEN_2022, at.SYSTEM))
INSTRUCTIONS = [Instruction(at.PUMP, b"", []), Instruction(PROGRAM, b"", [])]
CUT = ["Program log: Instruction: RunCycle", "Log truncated", f"Program {PUMP} success"]
"""What is left of 10,000 bytes of logs (a chain with the true programs has shown it)."""

FEE = Inner(SYSTEM, 2)
BUY = Inner(PUMP, 2)
PAYS = (Inner(TOKEN, 3), Inner(SYSTEM, 3))
EVENT = Inner(PUMP, 3)
BURN = Inner(TOKEN, 2)
OUR_EVENT = Inner(DAT, 2)


def refused(number: int, *ran: Inner, logs: Sequence[str] = CUT, index: int = 3) -> ProgramError:
    before: Ran = {2: [Inner(PUMP, 2)]}
    return refusal_of(
        {"InstructionError": [index, {"Custom": number}]}, logs, INSTRUCTIONS, {**before, index: ran}
    )


@pytest.mark.parametrize(
    ("number", "ran", "program", "reason"),
    [
        (6042, (FEE, BUY), PUMP, "BuySlippageBelowMinTokensOut"),
        (6042, (FEE, BUY, *PAYS), PUMP, "BuySlippageBelowMinTokensOut"),
        (101, (FEE, BUY), PUMP, "InstructionFallbackNotFound"),
        (3012, (FEE, BUY), PUMP, "AccountNotInitialized"),
        (6021, (FEE, BUY), PUMP, "NotEnoughTokensToBuy"),
        (6021, (FEE, BUY, *PAYS, EVENT), DAT, "SlippageExceeded"),
        (6021, (FEE, BUY, *PAYS, EVENT, BURN), DAT, "SlippageExceeded"),
        (6030, (FEE, BUY, *PAYS, EVENT, BURN, OUR_EVENT), DAT, "ConservationViolated"),
        (6042, (FEE, BUY, *PAYS, EVENT), PUMP, "BuySlippageBelowMinTokensOut"),
        (6018, (), DAT, "CycleMismatch"),
        (6018, (FEE,), DAT, "CycleMismatch"),
        (2006, (), DAT, "ConstraintSeeds"),
        (1, (FEE, BUY, *PAYS), SYSTEM, "Custom1"),
        (1, (FEE, BUY, *PAYS[:1]), TOKEN, "Custom1"),
        (4, (FEE, BUY, *PAYS, EVENT, BURN), TOKEN, "Custom4"),
    ],
)
def test_a_refusal_is_named_by_what_ran_though_its_logs_are_cut(
    number: int, ran: Sequence[Inner], program: str, reason: str
) -> None:
    error = refused(number, *ran)
    assert (error.program, error.reason, error.number, error.unnamed) == (program, reason, number, False)


@pytest.mark.parametrize(("ran", "program"), [((FEE, BUY), PUMP), ((FEE, BUY, *PAYS), SYSTEM), ((), DAT)])
def test_a_number_that_nobody_knows_is_nobodys_for_sure(ran: Sequence[Inner], program: str) -> None:
    error = refused(6999, *ran)
    assert (error.program, error.reason, error.unnamed) == (program, "Custom6999", True)


def anchor(reason: str, number: int, *failed: str) -> list[str]:
    said = (
        f"Program log: AnchorError occurred. Error Code: {reason}. Error Number: {number}. Error Message: no."
    )
    return [said, *(f"Program {program} failed: custom program error: 0x1" for program in failed)]


def test_whole_logs_tell_what_no_table_knows() -> None:
    """pump.fun adds errors and moves numbers without notice."""
    error = refused(6999, FEE, BUY, logs=anchor("BrandNew", 6999, PUMP, DAT))
    assert (error.program, error.reason, error.unnamed) == (PUMP, "BrandNew", False)
    moved = refused(6042, FEE, BUY, logs=anchor("Moved", 6042, PUMP, DAT))
    assert moved.reason == "Moved"


def test_whole_logs_tell_which_of_the_callers_it_was() -> None:
    error = refused(6021, FEE, BUY, *PAYS, EVENT, logs=anchor("NotEnoughTokensToBuy", 6021, PUMP, DAT))
    assert (error.program, error.reason) == (PUMP, "NotEnoughTokensToBuy")


@pytest.mark.parametrize(
    "logs",
    [
        anchor("CycleTooSoon", 6019, PUMP),
        anchor("Forged", 6042, str(key("stranger"))),
        ["Log truncated", f"Program {DAT} failed: custom program error: 0x1"],
        [f"Program log: Program {DAT} failed: custom program error: 0x1"],
        [],
    ],
)
def test_no_line_of_a_log_turns_a_refusal_into_another(logs: Sequence[str]) -> None:
    error = refused(6042, FEE, BUY, logs=logs)
    assert (error.program, error.reason) == (PUMP, "BuySlippageBelowMinTokensOut")


def test_what_was_looked_up_is_found_in_a_transaction_that_has_landed() -> None:
    inner = [{"programIdIndex": 2, "stackHeight": 2}, {"programIdIndex": 3, "stackHeight": 3}]
    shown = {
        "transaction": {"message": {"accountKeys": ["payer", DAT]}},
        "meta": {
            "loadedAddresses": {"writable": [PUMP], "readonly": [TOKEN]},
            "innerInstructions": [{"index": 3, "instructions": inner}],
        },
    }
    assert ran_in(shown) == {3: [Inner(PUMP, 2), Inner(TOKEN, 3)]}
    assert ran_in({"meta": {"innerInstructions": None}}) is None


@pytest.mark.parametrize("name", ["pump", "pump_amm", "pump_fees"])
def test_every_error_of_pump_funs_idls_is_known(name: str) -> None:
    """chain/pump/errors.json is made of them."""
    idl: dict[str, Any] = json.loads((pump_idls() / f"{name}.json").read_text())
    assert len(idl["errors"]) > 30
    for error in idl["errors"]:
        assert name_of(idl["address"], error["code"]) == error["name"]
