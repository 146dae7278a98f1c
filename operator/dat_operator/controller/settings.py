"""The settings of the operator, from environment variables that the chart sets."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.chain.reader import RPC_KEYS_DIRECTORY, declared_program


class Settings(BaseModel):
    """The settings of one installation."""

    model_config = ConfigDict(frozen=True)

    namespace: Annotated[str, Field(description="The namespace that the operator watches.")]
    image: Annotated[str, Field(description="Image of the Jobs: the same as the operator's.")]
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    job_service_account: Annotated[str, Field(description="ServiceAccount of the Jobs. It has no rights.")]
    pod_name: Annotated[str, Field(description="Name of the operator's pod, its identity in the Lease.")]
    poll_seconds: Annotated[float, Field(gt=0, description="Pause between two reads of the chain.")] = 5.0
    http_port: int = 8080
    lease: Annotated[str, Field(description="Name of the Lease. Only its holder writes.")] = "dat-operator"
    programs: Annotated[
        tuple[str, ...], Field(min_length=1, description="Programs that a DATEcosystem may name.")
    ] = (declared_program(),)
    admin_secrets: Annotated[
        tuple[str, ...],
        Field(description="Secrets that may be an admin's wallet. Empty: every Secret with a binding."),
    ] = ()
    operator_secrets: Annotated[
        tuple[str, ...],
        Field(description="Secrets that may be an operator's wallet. Empty: every Secret with a binding."),
    ] = ()
    private_rpc: Annotated[bool, Field(description="Whether endpoints may lie in private networks.")] = False
    rpc_keys: Annotated[Path, Field(description="Directory where the Secret dat-rpc is mounted.")] = (
        RPC_KEYS_DIRECTORY
    )
