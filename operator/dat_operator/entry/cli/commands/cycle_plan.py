"""``dat cycle plan``: what a run would do, shown and saved."""

import asyncio
import datetime
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import typer
from rich.table import Table

from dat_operator.chain.session import Reading
from dat_operator.cycle.dry_run import dry_run
from dat_operator.domain.dry_run_report import DryRunReport, TokenForecast, in_sol
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.money import tokens as whole_tokens
from dat_operator.domain.report import Outcome, Report, TokenReport, worst
from dat_operator.entry.cli.job_run import endpoints, load_config, open_rpc, run_job
from dat_operator.entry.cli.tables import show

REPORTS = Path("reports")
"""Where a report is saved that was shown as a table."""


class Output(StrEnum):
    """How something is shown."""

    TABLE = "table"
    JSON = "json"


def plan(config: Path, rpc_keys: Path, output: Output, reports: Path | None, tokens: Sequence[str]) -> None:
    """Decide and pack as a run does, simulate up to the buys, show the report and save it. Signs nothing.

    JSON is saved only if ``reports`` names a directory: it goes where the caller sends it.
    """
    report = asyncio.run(_plan(load_config(config).only(tokens), rpc_keys))
    if output is Output.JSON:
        typer.echo(report.encode(), nl=False)
    else:
        _show(report)
        reports = reports or REPORTS
    if reports:
        typer.echo(f"\nsaved as {_save(report, reports)}", err=True)


def rehearse(config: Path, rpc_keys: Path, tokens: Sequence[str], run_id: str | None, report: Path) -> None:
    """The same as a Job: the report in the log, and in short where the operator reads it."""

    async def work(run: bytes) -> Report:
        planned = await _plan(load_config(config).only(tokens), rpc_keys)
        typer.echo(planned.encode(), nl=False)
        found = tuple(map(_report, planned.tokens))
        outcome = worst([token.outcome for token in found])
        return Report(cycle_id=run.hex(), outcome=outcome, message=planned.status, tokens=found)

    run_job(work, run_id=run_id, report=report)


def _report(token: TokenForecast) -> TokenReport:
    if not token.will_process:
        reason, _, message = (token.defer_reason or "").partition(": ")
        return TokenReport(name=token.symbol, outcome=Outcome.SKIPPED, reason=reason, message=message[:300])
    would = f"would buy for {in_sol(token.allocation)} and burn {whole_tokens(token.tokens_out)} tokens"
    return TokenReport(name=token.symbol, outcome=Outcome.COMPLETED, reason="DryRun", message=would)


async def _plan(ecosystem: EcosystemConfig, rpc_keys: Path) -> DryRunReport:
    async with await open_rpc(ecosystem, endpoints(ecosystem, rpc_keys)) as rpc:
        return await dry_run(Reading(ecosystem, rpc), datetime.datetime.now(datetime.UTC))


def _save(report: DryRunReport, folder: Path) -> Path:
    path = folder / f"dry-run-{report.timestamp.replace(':', '-')}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(report.encode())
    except OSError as error:
        raise DatError(f"--reports: cannot write {path}: {error.strerror}; name another directory") from None
    return path


def _show(report: DryRunReport) -> None:
    totals, costs = report.ecosystem, report.costs
    typer.echo(f"{report.status} on {report.network}: {in_sol(totals.total_pending_fees)} pending")
    table = Table("TOKEN", "ROLE", "PENDING", "TO ROOT", "BUY", "TOKENS TO BURN", "KEPT", "WHY NOT", box=None)
    for token in report.tokens:
        table.add_row(*_row(token))
    show(table)
    if costs.transactions:
        typer.echo(
            f"{costs.transactions} transaction(s), {costs.compute_units:,} compute units simulated, "
            f"{costs.total_estimated_cost:,} lamports of fees"
        )
    for advice in report.recommendations:
        typer.echo(f"- {advice}")


def _row(token: TokenForecast) -> list[str]:
    role = "Root" if token.is_root else "Secondary"
    if not token.will_process:
        return [token.symbol, role, in_sol(token.pending_fees), "", "", "", "", token.defer_reason or ""]
    return [
        token.symbol,
        role,
        in_sol(token.pending_fees),
        in_sol(token.to_root),
        in_sol(token.allocation),
        whole_tokens(token.tokens_out),
        in_sol(token.carried),
        "" if token.simulated else "(not simulated: it depends on the transactions before)",
    ]
