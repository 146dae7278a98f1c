"""``dat cycle``: runs the cycles of an ecosystem, or shows the plan of a run."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.session import Session
from dat_operator.cycle.run import CycleRun
from dat_operator.domain.report import Report
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.commands.cycle_plan import print_plan, run_dry_run_job
from dat_operator.entry.cli.job_run import run_job, signed
from dat_operator.entry.cli.options import JobOptions, OutputOption, ReadOptions
from dat_operator.entry.cli.output import Output

app = App(help="Cycles: collect, split, buy, burn.")

Tokens = Annotated[
    list[str] | None,
    typer.Option("--token", metavar="TOKEN", help="Run only this token (name or mint). Repeatable."),
]
Reports = Annotated[
    Path | None,
    typer.Option(
        "--reports",
        help="Directory for the report. Default: reports/ for a table, nowhere for JSON.",
    ),
]
DryRunReports = Annotated[
    Path | None, typer.Option("--reports", help="With --dry-run only: the directory for the report.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do the same as `dat cycle plan`.")]


@app.command("plan")
def plan(
    options: ReadOptions, output: OutputOption = Output.TABLE, reports: Reports = None, token: Tokens = None
) -> None:
    """Decide and pack as a run does, simulate up to the buys, show the result. Sign nothing."""
    print_plan(options, token or (), output=output, reports=reports)


@app.command()
def run(
    options: JobOptions, dry_run: DryRun = False, reports: DryRunReports = None, token: Tokens = None
) -> None:
    """Run one cycle of each token, secondaries first, the root last. The operator's wallet signs."""
    tokens = token or ()
    if dry_run and options.report:
        run_dry_run_job(options, tokens)
        return
    if dry_run:
        print_plan(options, tokens, output=options.output, reports=reports)
        return

    async def work(run: bytes) -> Report:
        async def cycles(session: Session) -> Report:
            return await CycleRun(replace(session, config=session.config.only(tokens)), run).run()

        return await signed(cycles, options, role="operator")

    run_job(work, options, persists=True)
