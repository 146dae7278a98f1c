"""The report of a Job on standard output."""

import json
from pathlib import Path

import pytest
import typer

from dat_operator.domain.errors import Refused
from dat_operator.domain.report import Outcome, Report, TokenReport
from dat_operator.entry.cli.job_run import run_job
from dat_operator.entry.cli.options import JobOptions
from dat_operator.entry.cli.output import Output
from dat_operator.entry.cli.report_output import print_report, show_rpc_usage

SIGNATURE = "5" * 88
DONE = TokenReport(
    name="apple", outcome=Outcome.COMPLETED, reason="CycleCompleted", cycle=3, signature=SIGNATURE
)
REPORT = Report(run_id="ab", outcome=Outcome.COMPLETED, tokens=(DONE,), total=1)


def test_json_is_the_whole_report(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT, Output.JSON)
    assert json.loads(capsys.readouterr().out) == {
        "cycleId": "ab",
        "outcome": "Completed",
        "message": "",
        "tokens": [
            {
                "name": "apple",
                "outcome": "Completed",
                "reason": "CycleCompleted",
                "message": "",
                "cycle": 3,
                "signature": SIGNATURE,
            }
        ],
        "total": 1,
    }


def test_a_table_has_a_line_for_each_token(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(REPORT, Output.TABLE)
    assert capsys.readouterr().out.splitlines()[1].split() == [
        "apple",
        "Completed",
        "CycleCompleted",
        "3",
        SIGNATURE,
    ]


def test_a_job_that_signs_nothing_prints_its_reason_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(_: bytes) -> Report:
        raise Refused("WalletNotBound", "bind the wallet")

    options = JobOptions(config=tmp_path, wallet=tmp_path, run_id="a-job", output=Output.JSON)
    with pytest.raises(typer.Exit):
        run_job(work, options)
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert (found["outcome"], found["reason"], found["message"]) == (
        "Failed",
        "WalletNotBound",
        "bind the wallet",
    )
    assert said.err == "Failed: bind the wallet\n"


def test_rpc_usage_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    show_rpc_usage([])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.split() == ["RPC", "METHOD", "CALLS", "ERRORS", "MEAN(MS)", "all", "0", "0"]
