"""What others have written stays as it is."""

from collections.abc import Callable

import pytest
from rich.table import Table
from rich.text import Text

from dat_operator.domain.report import Outcome, Report, TokenReport
from dat_operator.entry.cli.output import Output
from dat_operator.entry.cli.report_output import print_report
from dat_operator.entry.cli.tables import show, table

MESSAGE = "Program log: [/dim] [bold]owner[/bold] :smile: [/]"


def test_markup_in_a_cell_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    show(table(["MESSAGE"], [[MESSAGE]]))
    assert MESSAGE in capsys.readouterr().out


def test_markup_in_a_message_does_not_end_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    failed = TokenReport(name="a", outcome=Outcome.FAILED, reason="Custom1", message=MESSAGE)
    print_report(Report(run_id="00", outcome=Outcome.FAILED, tokens=(failed,)), Output.TABLE)
    assert MESSAGE in capsys.readouterr().out


MINT = "So11111111111111111111111111111111111111112"
WIDE = [f"COLUMN {number}" for number in range(9)]


def lines_of(made: Table, capsys: pytest.CaptureFixture[str]) -> list[str]:
    show(made)
    return [str(Text.from_ansi(line)).rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes standard output a terminal of so many columns."""

    def sized(columns: int) -> None:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        monkeypatch.setenv("COLUMNS", str(columns))

    return sized


@pytest.mark.parametrize("columns", [80, 100, 120, 200])
def test_a_table_is_no_wider_than_the_terminal_and_keeps_its_addresses(
    columns: int, terminal: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal(columns)
    row = ["apple", *("0.1234 SOL" for _ in WIDE[1:-1]), MINT]
    found = lines_of(table(WIDE, [row, row]), capsys)
    assert max(map(len, found)) <= columns
    assert sum(MINT in line for line in found) == 2


def test_a_table_that_does_not_fit_becomes_records(
    terminal: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal(60)
    rows = [["apple", "Secondary", MINT], ["pear", "", MINT]]
    assert lines_of(table(("TOKEN", "ROLE", "LOOKUP TABLE"), rows), capsys) == [
        "TOKEN         apple",
        "ROLE          Secondary",
        f"LOOKUP TABLE  {MINT}",
        "",
        "TOKEN         pear",
        f"LOOKUP TABLE  {MINT}",
    ]


def test_a_sentence_is_wrapped_before_a_table_becomes_records(
    terminal: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    terminal(60)
    sentence = "the ecosystem is paused on chain and `dat admin resume` ends the pause"
    found = lines_of(table(("TOKEN", "REASON"), [["apple", sentence]], sentences=("REASON",)), capsys)
    assert len(found) == 3
    assert " ".join(found[1].split()[1:] + found[2].split()) == sentence


def test_without_a_terminal_each_row_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    row = ["apple", *(MINT for _ in WIDE[1:])]
    assert lines_of(table(WIDE, [row], sentences=WIDE[-1:]), capsys)[1].split() == row
