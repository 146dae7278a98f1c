"""``dat operator``: the operator itself."""

import asyncio
import socket
from typing import Annotated

import typer

from dat_operator.controller.settings import Settings
from dat_operator.entry.cli.job_run import RPC_KEYS, RpcKeys


def operator(
    namespace: Annotated[str, typer.Option(envvar="DAT_NAMESPACE", help="The namespace to watch.")],
    image: Annotated[str, typer.Option(envvar="DAT_IMAGE", help="Image of the Jobs.")],
    job_service_account: Annotated[
        str, typer.Option(envvar="DAT_JOB_SERVICE_ACCOUNT", help="ServiceAccount of the Jobs.")
    ],
    pod_name: Annotated[
        str,
        typer.Option(
            envvar="DAT_POD_NAME",
            default_factory=socket.gethostname,
            show_default="the host's name",
            help="Its name in the Lease.",
        ),
    ],
    image_pull_policy: Annotated[
        str, typer.Option(envvar="DAT_IMAGE_PULL_POLICY", help="Always, IfNotPresent or Never.")
    ] = "IfNotPresent",
    poll_seconds: Annotated[
        float, typer.Option(envvar="DAT_POLL_SECONDS", help="Between two reads of the chain.")
    ] = 5.0,
    http_port: Annotated[int, typer.Option(envvar="DAT_HTTP_PORT", help="Of probes and metrics.")] = 8080,
    private_rpc: Annotated[
        bool, typer.Option(envvar="DAT_PRIVATE_RPC", help="Endpoints may lie in private networks.")
    ] = False,
    rpc_keys: RpcKeys = RPC_KEYS,
    programs: Annotated[
        str,
        typer.Option(envvar="DAT_PROGRAMS", help="Programs that may be used, by commas; the declared one."),
    ] = "",
    admin_secrets: Annotated[
        str,
        typer.Option(envvar="DAT_ADMIN_SECRETS", help="Secrets that may be an admin's wallet, by commas."),
    ] = "",
    operator_secrets: Annotated[
        str, typer.Option(envvar="DAT_OPERATOR_SECRETS", help="The same of an operator's wallet.")
    ] = "",
    lease: Annotated[
        str, typer.Option(envvar="DAT_LEASE", help="The Lease by which one of several replicas works.")
    ] = "dat-operator",
) -> None:
    """Run the operator in one namespace. Only the leader writes."""
    settings = Settings.model_validate(
        {
            "namespace": namespace,
            "image": image,
            "image_pull_policy": image_pull_policy,
            "job_service_account": job_service_account,
            "poll_seconds": poll_seconds,
            "http_port": http_port,
            "private_rpc": private_rpc,
            "rpc_keys": rpc_keys,
            **({"programs": _names(programs)} if programs else {}),
            "admin_secrets": _names(admin_secrets),
            "operator_secrets": _names(operator_secrets),
            "lease": lease,
            "pod_name": pod_name,
        }
    )
    # Imported here: a cycle's Job, which starts by the same command, must not wait for kopf.
    from dat_operator.entry.operator.process import serve

    asyncio.run(serve(settings))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
