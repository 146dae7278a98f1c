"""``dat setup``: what a new ecosystem and new tokens need on chain."""

from dat_operator.domain.report import Report
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
from dat_operator.setup.ecosystem import set_up


def setup(
    config: ConfigPath,
    wallet: WalletPath,
    rpc_keys: RpcKeys = RPC_KEYS,
    run_id: RunId = None,
    report: ReportPath = None,
) -> None:
    """Set the ecosystem and its new tokens up on chain. Signs with the admin's key; repeatable."""

    async def work(run: bytes) -> Report:
        return await signed(
            lambda session: set_up(session, run),
            role="admin",
            config=config,
            wallet=wallet,
            rpc_keys=rpc_keys,
        )

    run_job(work, run_id=run_id, report=report)
