"""``dat cycle``: runs an ecosystem's cycles."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.session import Session
from dat_operator.cycle.run import CycleRun
from dat_operator.domain.report import Report
from dat_operator.entry.cli.commands.cycle_plan import Output, plan, rehearse
from dat_operator.entry.cli.job_run import (
    RPC_KEYS,
    ConfigPath,
    ReportPath,
    RpcKeys,
    RunId,
    WalletPath,
    run_job,
    signed,
)

app = typer.Typer(help="Cycles: collect, split, buy, burn.", no_args_is_help=True)


Tokens = Annotated[
    list[str] | None, typer.Option("--token", help="Run only this token (name or mint). Repeatable.")
]
Reports = Annotated[
    Path | None,
    typer.Option("--reports", help="Where the report is saved: reports/; JSON only if this is given."),
]
Shown = Annotated[Output, typer.Option("--output", "-o", help="How it is shown.")]


@app.command("plan")
def plan_command(
    config: ConfigPath,
    rpc_keys: RpcKeys = RPC_KEYS,
    output: Shown = Output.TABLE,
    reports: Reports = None,
    token: Tokens = None,
) -> None:
    """Decide and pack as a run does, simulate up to the buys, show the result. Signs nothing."""
    plan(config, rpc_keys, output, reports, token or ())


@app.command()
def run(
    config: ConfigPath,
    wallet: WalletPath,
    rpc_keys: RpcKeys = RPC_KEYS,
    run_id: RunId = None,
    report: ReportPath = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do what `dat cycle plan` does.")] = False,
    reports: Reports = None,
    token: Tokens = None,
) -> None:
    """Run one cycle of every token, secondaries first, the root last. Signs with the operator's key."""
    if dry_run and report:
        rehearse(config, rpc_keys, token or (), run_id, report)
        return
    if dry_run:
        plan(config, rpc_keys, Output.TABLE, reports, token or ())
        return

    async def work(run: bytes) -> Report:
        async def cycles(session: Session) -> Report:
            return await CycleRun(replace(session, config=session.config.only(token or ())), run).run()

        return await signed(cycles, role="operator", config=config, wallet=wallet, rpc_keys=rpc_keys)

    run_job(work, run_id=run_id, report=report, persists=True)
