"""Runs the work of a Job: reads the input, writes the report, chooses the exit code."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Literal, NoReturn

import typer

from dat_operator.chain.session import Session
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.chain.tx.wallet import Wallet, load_wallet, read_bindings
from dat_operator.domain.binding import WalletRole, bound
from dat_operator.domain.errors import RETRYABLE, DatError, Refused
from dat_operator.domain.exit_code import ExitCode
from dat_operator.domain.report import Outcome, Report, run_bytes
from dat_operator.entry.cli.config_file import load_config
from dat_operator.entry.cli.options import JobOptions
from dat_operator.entry.cli.report_output import print_report, show_rpc_usage
from dat_operator.entry.cli.rpc_connection import endpoints_with_keys, open_rpc

LONGEST_MESSAGE = 1_024
"""Characters of an error that a report keeps."""


def run_job(
    work: Callable[[bytes], Coroutine[None, None, Report]], options: JobOptions, *, persists: bool = False
) -> NoReturn:
    """Do the work of a Job, write its report, and exit.

    ``work`` gets the 16 bytes that identify this run on chain. ``persists``: the work has repeated its
    failed parts itself, so a further pod cannot help.
    """
    run = run_bytes(options.run_id or os.urandom(16).hex())
    try:
        done = asyncio.run(work(run))
        code = exit_code(done, persists=persists)
    except DatError as error:
        done, code = _failure(run, error), error.exit_code
        print_report(done, options.output)
    if options.report:
        _save(done, options.report)
    raise typer.Exit(code)


def exit_code(report: Report, *, persists: bool = False) -> ExitCode:
    """OK without a failed token. RETRY if a further pod can help, otherwise REFUSED."""
    failed = [token for token in report.tokens if token.outcome is Outcome.FAILED]
    if not failed:
        return ExitCode.OK
    again = not persists and any(token.reason in RETRYABLE for token in failed)
    return ExitCode.RETRY if again else ExitCode.REFUSED


async def signed(
    work: Callable[[Session], Awaitable[Report]], options: JobOptions, *, role: Literal["admin", "operator"]
) -> Report:
    """Do work that the wallet signs. Print the report, and the RPC calls on standard error."""
    ecosystem, wallet = load_config(options.config), options.wallet
    # Before any endpoint is asked and any key is read: the owner's binding must allow this use.
    allowed = bound(read_bindings(wallet), ecosystem, [WalletRole(role)])
    used = endpoints_with_keys(ecosystem, options.rpc_keys, allowed)
    expected = ecosystem.admin if role == "admin" else ecosystem.operator
    pair = load_wallet(wallet, expected, f"spec.wallets.{role}")
    guard = SigningPolicy.of(allowed, [token.mint for token in ecosystem.tokens], by_hand=False)
    async with await open_rpc(ecosystem, used, allowed.genesis) as rpc:
        try:
            done = await work(Session(ecosystem, rpc, Wallet(pair, guard)))
        finally:
            show_rpc_usage(rpc.usage.cost_report())
    print_report(done, options.output)
    return done


def _save(report: Report, file: Path) -> None:
    try:
        file.write_text(report.encode())
    except OSError as error:
        # The exit code stays: it says how the work ended.
        typer.echo(f"--report: cannot write {file}: {error.strerror}; name another file", err=True)


def _failure(run: bytes, error: DatError) -> Report:
    reason = error.reason if isinstance(error, Refused) else None
    message = str(error)[:LONGEST_MESSAGE]
    return Report(run_id=run.hex(), outcome=Outcome.FAILED, message=message, reason=reason)
