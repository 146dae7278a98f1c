"""``dat cycle``: runs an ecosystem's cycles."""

from pathlib import Path

import typer

from dat_operator.cli.job import ConfigPath, ReportPath, RpcKeys, RunId, WalletPath, run_job
from dat_operator.cycle.run import CycleRun
from dat_operator.cycle.session import Session
from dat_operator.domain.report import Report

app = typer.Typer(help="Cycles: collect, split, buy, burn.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, although it has one command yet."""


@app.command()
def run(
    config: ConfigPath,
    wallet: WalletPath,
    rpc_keys: RpcKeys = Path("/etc/dat/rpc"),
    run_id: RunId = None,
    report: ReportPath = None,
) -> None:
    """Run one cycle of every token, secondaries first, the root last. Signs with the operator's key."""

    async def work(session: Session, run: bytes) -> Report:
        return await CycleRun(session, run).run()

    run_job(
        work,
        role="operator",
        config=config,
        wallet=wallet,
        rpc_keys=rpc_keys,
        run_id=run_id,
        report=report,
    )
