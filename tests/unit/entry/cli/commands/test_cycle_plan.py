"""What a plan writes, and where."""

from pathlib import Path
from typing import Any

import pytest

from dat_operator.domain.dry_run_report import Costs, DryRunReport, EcosystemTotals, Thresholds
from dat_operator.entry.cli.commands import cycle_plan as module
from dat_operator.entry.cli.commands.cycle_plan import print_plan
from dat_operator.entry.cli.options import ReadOptions
from dat_operator.entry.cli.output import Output

REPORT = DryRunReport(
    timestamp="2026-11-28T08:00:00.000Z",
    network="localnet",
    status="READY",
    ecosystem=EcosystemTotals(total_pending_fees=0, tokens_total=0, tokens_eligible=0, tokens_deferred=0),
    tokens=(),
    thresholds=Thresholds(min_allocation_secondary=1, min_allocation_root=1),
    costs=Costs(transactions=0, compute_units=0, total_estimated_cost=0, estimated_tx_fees_per_token=0),
    warnings=(),
    recommendations=(),
)


@pytest.fixture(autouse=True)
def _planned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Config:
        def only(self, _: Any) -> Any:
            return self

    async def planned(*_: Any) -> DryRunReport:
        return REPORT

    monkeypatch.setattr(module, "load_config", lambda _: Config())
    monkeypatch.setattr(module, "_plan", planned)
    monkeypatch.chdir(tmp_path)


def run(output: Output, reports: Path | None = None) -> None:
    print_plan(ReadOptions(config=Path("config")), (), output=output, reports=reports)


def test_json_is_printed_and_written_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The root of a container may be read-only."""
    run(Output.JSON)
    assert capsys.readouterr().out == REPORT.encode()
    assert list(tmp_path.iterdir()) == []


def test_json_is_saved_where_somebody_wants_it(tmp_path: Path) -> None:
    run(Output.JSON, tmp_path / "here")
    (saved,) = (tmp_path / "here").iterdir()
    assert saved.read_text() == REPORT.encode()


def test_a_table_is_saved_beside_it(tmp_path: Path) -> None:
    run(Output.TABLE)
    (saved,) = (tmp_path / "reports").iterdir()
    assert saved.read_text() == REPORT.encode()
