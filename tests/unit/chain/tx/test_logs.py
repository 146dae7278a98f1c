"""Errors that the logs of a transaction name."""

import pytest

from dat_operator.chain.tx.logs import anchor_error

ANCHOR = "Program log: AnchorError {}. Error Code: {}. Error Number: 6016. Error Message: {}."
LEFT = "Program log: Left: {}\nProgram log: Right: {}"


@pytest.mark.parametrize(
    ("logs", "found"),
    [
        ([], None),
        (["Program log: Instruction: RunCycle", "Program D44e success"], None),
        (
            [
                "Program D44e invoke [1]",
                "Program 6EF8 invoke [2]",
                ANCHOR.format(
                    "thrown in programs/pump/src/lib.rs:10", "BuySlippageBelowMinTokensOut", "slippage"
                ),
                "Program 6EF8 failed: custom program error: 0x179a",
                "Program D44e failed: custom program error: 0x179a",
            ],
            ("6EF8", "BuySlippageBelowMinTokensOut", "slippage", 6016),
        ),
        (
            [
                ANCHOR.format("occurred", "CycleMismatch", "this cycle has already run"),
                LEFT.format(3, 4),
                "Program D44e failed: custom program error: 0x1782",
            ],
            ("D44e", "CycleMismatch", "this cycle has already run", 6016),
        ),
        (
            [ANCHOR.format("occurred", "SlippageExceeded", "fewer. than wanted")],
            ("a program", "SlippageExceeded", "fewer. than wanted", 6016),
        ),
        (
            [ANCHOR.format("caused by account: stats", "AccountNotInitialized", "expected it")],
            ("a program", "AccountNotInitialized", "expected it", 6016),
        ),
    ],
)
def test_a_refusal_is_named_by_the_program_that_made_it(
    logs: list[str], found: tuple[str, str, str, int] | None
) -> None:
    assert anchor_error(logs) == found
