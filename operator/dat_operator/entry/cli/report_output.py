"""Prints the report of a Job, and the RPC calls of its run."""

from collections.abc import Sequence

import typer

from dat_operator.chain.rpc.usage import MethodCost
from dat_operator.domain.report import Report, TokenReport
from dat_operator.entry.cli.output import Output, print_json
from dat_operator.entry.cli.tables import show, table

TOKEN_HEADERS = ("TOKEN", "OUTCOME", "REASON", "CYCLE", "SIGNATURE OR MESSAGE")
USAGE_HEADERS = ("RPC METHOD", "CALLS", "ERRORS", "MEAN(MS)")


def print_report(report: Report, output: Output) -> None:
    """Print a report: the tokens on standard output, the message on standard error."""
    if report.message:
        typer.echo(f"{report.outcome}: {report.message}", err=True)
    if output is Output.JSON:
        print_json(report.model_dump(mode="json", by_alias=True, exclude_none=True))
    elif report.tokens:
        show(table(TOKEN_HEADERS, map(_token_row, report.tokens), sentences=TOKEN_HEADERS[-1:]))


def show_rpc_usage(costs: Sequence[MethodCost]) -> None:
    """Print a line for each RPC method, and their sum, on standard error."""
    rows = [[one.method, str(one.calls), str(one.errors), f"{one.mean_ms:.0f}"] for one in costs]
    rows.append(["all", str(sum(one.calls for one in costs)), str(sum(one.errors for one in costs)), ""])
    show(table(USAGE_HEADERS, rows), stderr=True)


def _token_row(token: TokenReport) -> list[str]:
    cycle = "" if token.cycle is None else str(token.cycle)
    return [token.name, token.outcome, token.reason, cycle, token.signature or token.message]
