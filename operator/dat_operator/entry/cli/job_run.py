"""What every Job command does around its work: read its input, report, choose the exit code."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import structlog
import typer
from pydantic import ValidationError
from rich.table import Table

from dat_operator.chain.rpc import allowed_hosts as rpc_hosts
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.network import check_network
from dat_operator.chain.rpc.url_keys import DIRECTORY, resolve
from dat_operator.chain.rpc.usage import MethodCost
from dat_operator.chain.session import Session
from dat_operator.chain.tx.guard import Guard
from dat_operator.chain.tx.wallet import Wallet, load_wallet, read_bindings
from dat_operator.domain.binding import Binding, WalletRole, bound
from dat_operator.domain.errors import RETRYABLE, DatError, Refused, RpcUnavailable, TransactionExpired
from dat_operator.domain.job_config import EcosystemConfig, EndpointConfig
from dat_operator.domain.report import EXIT_FINAL, EXIT_INPUT, EXIT_RETRY, Outcome, Report, run_bytes
from dat_operator.entry.cli.tables import show

log = structlog.get_logger()

ConfigPath = Annotated[
    Path,
    typer.Option("--config", envvar="DAT_CONFIG", help="The ecosystem's configuration (JSON)."),
]
WalletPath = Annotated[
    Path, typer.Option("--wallet", envvar="DAT_WALLET", help="The keypair file that signs.")
]
RpcKeys = Annotated[
    Path,
    # No variable sets it: who can write a pod's environment must not choose which files go into URLs.
    typer.Option("--rpc-keys", help="Directory of keys for endpoint URLs."),
]
RPC_KEYS = DIRECTORY
RunId = Annotated[
    str | None,
    typer.Option("--run-id", envvar="DAT_RUN_ID", help="Names this run; the same after a restart."),
]
ReportPath = Annotated[
    Path | None, typer.Option("--report", envvar="DAT_REPORT", help="Where the report is written.")
]


def run_job(
    work: Callable[[bytes], Coroutine[None, None, Report]],
    *,
    run_id: str | None,
    report: Path | None,
    persists: bool = False,
) -> NoReturn:
    """Do a Job's work, report how it went, and exit by what the Job controller should do next.

    ``work`` gets the 16 bytes that stand for this run on chain; ``persists``: it has tried again itself what
    it reports as failed.
    """
    run = run_bytes(run_id or os.urandom(16).hex())
    try:
        done = asyncio.run(work(run))
        code = exit_code(done, persists=persists)
    except DatError as error:
        reason = error.reason if isinstance(error, Refused) else None
        done = Report(cycle_id=run.hex(), outcome=Outcome.FAILED, message=str(error)[:1024], reason=reason)
        _show(done)
        code = EXIT_RETRY if isinstance(error, (RpcUnavailable, TransactionExpired)) else EXIT_INPUT
    if report:
        report.write_text(done.encode())
    raise typer.Exit(code)


def exit_code(report: Report, *, persists: bool = False) -> int:
    """0 if all is well, else whether another pod can help."""
    failed = [token for token in report.tokens if token.outcome is Outcome.FAILED]
    if not failed:
        return 0
    again = not persists and any(token.reason in RETRYABLE for token in failed)
    return EXIT_RETRY if again else EXIT_FINAL


async def signed(
    work: Callable[[Session], Awaitable[Report]],
    *,
    role: Literal["admin", "operator"],
    config: Path,
    wallet: Path,
    rpc_keys: Path,
) -> Report:
    """Do what a wallet signs, and show what became of it and what it cost."""
    ecosystem = load_config(config)
    # First of all: nothing is asked of an endpoint, and no key is read, for what its owner has not allowed.
    allowed = bound(read_bindings(wallet), ecosystem, [WalletRole(role)])
    used = endpoints(ecosystem, rpc_keys, allowed)
    expected = ecosystem.admin if role == "admin" else ecosystem.operator
    pair = load_wallet(wallet, expected, f"spec.wallets.{role}")
    guard = Guard.of(allowed, [token.mint for token in ecosystem.tokens], by_hand=False)
    async with await open_rpc(ecosystem, used, allowed.genesis) as rpc:
        try:
            done = await work(Session(ecosystem, rpc, Wallet(pair, guard)))
        finally:
            _show_cost(rpc.usage.cost_report())
    _show(done)
    return done


def endpoints(ecosystem: EcosystemConfig, keys: Path, binding: Binding | None = None) -> list[EndpointConfig]:
    """The ecosystem's endpoints with their keys, if a wallet's binding allows them all. Raises DatError."""
    used = [resolve(endpoint, keys) for endpoint in ecosystem.rpc]
    if binding:
        rpc_hosts.check(binding, ecosystem.rpc, used)
    return used


async def open_rpc(
    ecosystem: EcosystemConfig, used: Sequence[EndpointConfig], genesis: str | None = None
) -> RpcClient:
    """A client of the ecosystem's endpoints, which are of the network it says, and show this genesis hash."""
    private = ecosystem.private_rpc or ecosystem.network == "localnet"
    rpc = RpcClient(used, public_only=not private)
    try:
        await check_network(rpc, ecosystem.network, genesis)
    except RpcUnavailable as error:
        await rpc.close()
        where = "check the URLs, and that they can be reached from here"
        raise RpcUnavailable(f"spec.rpc.endpoints: none answers ({error}); {where}") from None
    except DatError:
        await rpc.close()
        raise
    return rpc


def load_config(path: Path) -> EcosystemConfig:
    """The configuration that the operator renders. Raises DatError if it is something else."""
    try:
        return EcosystemConfig.model_validate_json(path.read_text())
    except OSError as error:
        raise DatError(f"--config: cannot read {path}: {error.strerror}") from None
    except ValidationError as error:
        raise DatError(f"--config: {path} is not what the operator renders: {error}") from None


def _show_cost(costs: Sequence[MethodCost]) -> None:
    table = Table("RPC METHOD", "CALLS", "ERRORS", "MEAN(MS)", box=None)
    for cost in costs:
        table.add_row(cost.method, str(cost.calls), str(cost.errors), f"{cost.mean_ms:.0f}")
    table.add_row("all", str(sum(c.calls for c in costs)), str(sum(c.errors for c in costs)))
    show(table, stderr=True)


def _show(report: Report) -> None:
    if report.message:
        typer.echo(f"{report.outcome}: {report.message}", err=True)
    if not report.tokens:
        return
    table = Table("TOKEN", "OUTCOME", "REASON", "CYCLE", "SIGNATURE OR MESSAGE", box=None)
    for token in report.tokens:
        cycle = "" if token.cycle is None else str(token.cycle)
        table.add_row(token.name, token.outcome, token.reason, cycle, token.signature or token.message)
    show(table)
