"""The options that several commands take: their names, their variables, their help."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.rpc.url_keys import DIRECTORY
from dat_operator.entry.cli.logs import LogLevel
from dat_operator.entry.cli.output import Output

ConfigPath = Annotated[
    Path,
    typer.Option("--config", envvar="DAT_CONFIG", help="File with the ecosystem's configuration (JSON)."),
]
WalletPath = Annotated[
    Path, typer.Option("--wallet", envvar="DAT_WALLET", help="Keypair file of the wallet that signs.")
]
RpcKeys = Annotated[
    Path,
    # No variable sets this option: the environment of a pod must not choose which files go into URLs.
    typer.Option("--rpc-keys", help="Directory with the keys for the URLs of endpoints."),
]
RunId = Annotated[
    str | None,
    typer.Option(
        "--run-id",
        envvar="DAT_RUN_ID",
        help="Identity of this run. A restart with the same identity repeats no cycle. Default: random.",
    ),
]
ReportPath = Annotated[
    Path | None, typer.Option("--report", envvar="DAT_REPORT", help="File for the report (JSON).")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Simulate only. Send nothing.")]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="Format of standard output.")]
LogLevelOption = Annotated[
    LogLevel,
    typer.Option(
        "--log-level",
        envvar="DAT_LOG_LEVEL",
        metavar="LEVEL",
        help="Lowest level of the log lines on standard error: debug, info, warning or error.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Options of a command that reads the chain."""

    config: ConfigPath
    rpc_keys: RpcKeys = DIRECTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningOptions(ReadOptions):
    """Options of a command that signs."""

    wallet: WalletPath


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualOptions(SigningOptions):
    """Options of a command that a person signs."""

    yes: Yes = False
    dry_run: DryRun = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions(SigningOptions):
    """Options of a command that a Job runs."""

    run_id: RunId = None
    report: ReportPath = None
    output: OutputOption = Output.TABLE
