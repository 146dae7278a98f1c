"""``dat cycle plan``: shows and saves the plan of a run."""

import asyncio
import datetime
from collections.abc import Sequence
from pathlib import Path

import typer

from dat_operator.chain.session import Reading
from dat_operator.cycle.dry_run import dry_run
from dat_operator.domain.dry_run_report import DryRunReport, TokenForecast, in_sol
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.money import tokens as whole_tokens
from dat_operator.domain.report import Outcome, Report, TokenReport, worst
from dat_operator.entry.cli.config_file import load_config
from dat_operator.entry.cli.job_run import run_job
from dat_operator.entry.cli.options import JobOptions, ReadOptions
from dat_operator.entry.cli.output import Output, print_json
from dat_operator.entry.cli.rpc_connection import endpoints_with_keys, open_rpc
from dat_operator.entry.cli.tables import show, table

REPORTS = Path("reports")
"""Directory of the reports that were shown as tables."""
LONGEST_MESSAGE = 300
"""Characters of a token's message in the report of a Job."""
HEADERS = ("TOKEN", "ROLE", "PENDING", "TO ROOT", "BUY", "TOKENS TO BURN", "KEPT", "NOTE")


def print_plan(options: ReadOptions, tokens: Sequence[str], *, output: Output, reports: Path | None) -> None:
    """Decide and pack as a run does, simulate up to the buys, show the report, save it. Sign nothing.

    JSON is saved only into the directory ``reports``: the caller decides where standard output goes.
    """
    report = asyncio.run(_plan(load_config(options.config).only(tokens), options.rpc_keys))
    if output is Output.JSON:
        _print_as_json(report)
    else:
        _print_as_table(report)
        reports = reports or REPORTS
    if reports:
        typer.echo(f"\nsaved: {_save(report, reports)}", err=True)


def run_dry_run_job(options: JobOptions, tokens: Sequence[str]) -> None:
    """Do the same as a Job: the whole report goes to the log, a short report to the operator."""

    async def work(run: bytes) -> Report:
        planned = await _plan(load_config(options.config).only(tokens), options.rpc_keys)
        _print_as_json(planned)
        found = tuple(map(_token_report, planned.tokens))
        outcome = worst([token.outcome for token in found])
        return Report(run_id=run.hex(), outcome=outcome, message=planned.status, tokens=found)

    run_job(work, options)


def _token_report(token: TokenForecast) -> TokenReport:
    if not token.will_process:
        reason, _, message = (token.defer_reason or "").partition(": ")
        return TokenReport(
            name=token.name, outcome=Outcome.SKIPPED, reason=reason, message=message[:LONGEST_MESSAGE]
        )
    would = f"would buy for {in_sol(token.allocation)} and burn {whole_tokens(token.tokens_out)} tokens"
    return TokenReport(name=token.name, outcome=Outcome.COMPLETED, reason="DryRun", message=would)


async def _plan(ecosystem: EcosystemConfig, rpc_keys: Path) -> DryRunReport:
    async with await open_rpc(ecosystem, endpoints_with_keys(ecosystem, rpc_keys)) as rpc:
        return await dry_run(Reading(ecosystem, rpc), datetime.datetime.now(datetime.UTC))


def _save(report: DryRunReport, folder: Path) -> Path:
    path = folder / f"dry-run-{report.timestamp.replace(':', '-')}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(report.encode())
    except OSError as error:
        raise DatError(f"--reports: cannot write {path}: {error.strerror}; name another directory") from None
    return path


def _print_as_json(report: DryRunReport) -> None:
    print_json(report.model_dump(mode="json", by_alias=True, exclude_none=True))


def _print_as_table(report: DryRunReport) -> None:
    totals, costs = report.ecosystem, report.costs
    typer.echo(f"{report.status} on {report.network}: {in_sol(totals.total_pending_fees)} pending")
    show(table(HEADERS, map(_row, report.tokens), sentences=("NOTE",)))
    if costs.transactions:
        typer.echo(
            f"{costs.transactions} transaction(s), {costs.compute_units:,} compute units simulated, "
            f"{costs.total_estimated_cost:,} lamports of fees"
        )
    for advice in report.recommendations:
        typer.echo(f"- {advice}")


def _row(token: TokenForecast) -> list[str]:
    common = [token.name, "Root" if token.is_root else "Secondary", in_sol(token.pending_fees)]
    if not token.will_process:
        return [*common, "", "", "", "", token.defer_reason or ""]
    return [
        *common,
        in_sol(token.to_root),
        in_sol(token.allocation),
        whole_tokens(token.tokens_out),
        in_sol(token.carried),
        "" if token.simulated else "not simulated: it depends on the transactions before it",
    ]
