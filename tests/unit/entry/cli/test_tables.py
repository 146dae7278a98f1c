"""What others have written stays as it is."""

import pytest
from rich.table import Table

from dat_operator.domain.report import Outcome, Report, TokenReport
from dat_operator.entry.cli.output import Output
from dat_operator.entry.cli.report_output import print_report
from dat_operator.entry.cli.tables import show

MESSAGE = "Program log: [/dim] [bold]owner[/bold] :smile: [/]"


def test_markup_in_a_cell_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("MESSAGE", box=None)
    table.add_row(MESSAGE)
    show(table)
    assert MESSAGE in capsys.readouterr().out


def test_markup_in_a_message_does_not_end_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    failed = TokenReport(name="a", outcome=Outcome.FAILED, reason="Custom1", message=MESSAGE)
    print_report(Report(cycle_id="00", outcome=Outcome.FAILED, tokens=(failed,)), Output.TABLE)
    assert MESSAGE in capsys.readouterr().out
