"""``dat operator``: runs the operator."""

import asyncio
import socket
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from dat_operator.chain.rpc.url_keys import DIRECTORY
from dat_operator.controller.settings import Settings
from dat_operator.domain.errors import DatError
from dat_operator.entry.cli.options import RpcKeys
from dat_operator.entry.cli.validation import Location, sentence

LISTS = ("programs", "admin_secrets", "operator_secrets")
"""Options that hold several values, separated by commas."""

PullPolicy = Literal["Always", "IfNotPresent", "Never"]
PodName = Annotated[
    str,
    typer.Option(
        envvar="DAT_POD_NAME",
        default_factory=socket.gethostname,
        show_default="the host's name",
        help="Name of this replica in the Lease.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorOptions:
    """Options of the operator. The chart sets their variables."""

    namespace: Annotated[str, typer.Option(envvar="DAT_NAMESPACE", help="Namespace to watch.")]
    image: Annotated[str, typer.Option(envvar="DAT_IMAGE", help="Image of the Jobs.")]
    job_service_account: Annotated[
        str, typer.Option(envvar="DAT_JOB_SERVICE_ACCOUNT", help="ServiceAccount of the Jobs.")
    ]
    pod_name: PodName
    image_pull_policy: Annotated[
        PullPolicy, typer.Option(envvar="DAT_IMAGE_PULL_POLICY", help="Pull policy of the Jobs' image.")
    ] = "IfNotPresent"
    poll_seconds: Annotated[
        float, typer.Option(envvar="DAT_POLL_SECONDS", help="Seconds between two reads of the chain.")
    ] = 5.0
    http_port: Annotated[
        int, typer.Option(envvar="DAT_HTTP_PORT", min=0, max=65_535, help="Port of the probes and metrics.")
    ] = 8080
    private_rpc: Annotated[
        bool, typer.Option(envvar="DAT_PRIVATE_RPC", help="Allow RPC endpoints in private networks.")
    ] = False
    rpc_keys: RpcKeys = DIRECTORY
    programs: Annotated[
        str,
        typer.Option(
            envvar="DAT_PROGRAMS",
            help="Allowed dat programs, separated by commas. Default: the program of this project.",
        ),
    ] = ""
    admin_secrets: Annotated[
        str,
        typer.Option(
            envvar="DAT_ADMIN_SECRETS",
            help="Secrets allowed as admin wallets, separated by commas. Default: any Secret.",
        ),
    ] = ""
    operator_secrets: Annotated[
        str,
        typer.Option(
            envvar="DAT_OPERATOR_SECRETS",
            help="Secrets allowed as operator wallets, separated by commas. Default: any Secret.",
        ),
    ] = ""
    lease: Annotated[
        str, typer.Option(envvar="DAT_LEASE", help="Lease by which the replicas elect the leader.")
    ] = "dat-operator"


def operator(options: OperatorOptions) -> None:
    """Run the operator in one namespace. Only the leader writes."""
    settings = _settings(options)
    # Imported here: a cycle's Job starts by the same command and must not wait for kopf.
    from dat_operator.entry.operator.process import serve

    asyncio.run(serve(settings))


def _settings(options: OperatorOptions) -> Settings:
    """Raises DatError for a value that the operator cannot use."""
    values = {name: value for name, value in asdict(options).items() if value != ""}
    for name in LISTS:
        if name in values:
            values[name] = _names(values[name])
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise DatError(f"{sentence(error, _option_of)}; change the option or its variable") from None


def _option_of(location: Location) -> str:
    name = str(location[0])
    return f"--{name.replace('_', '-')} (DAT_{name.upper()})"


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
