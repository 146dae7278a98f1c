"""The operator's own settings, from its environment (the chart sets them)."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.chain.dat.codec import declared_program
from dat_operator.chain.rpc.url_keys import DIRECTORY


class Settings(BaseModel):
    """What the operator must know of its own installation."""

    model_config = ConfigDict(frozen=True)

    namespace: Annotated[str, Field(description="The namespace it watches.")]
    image: Annotated[str, Field(description="Image of the Jobs; the operator's own.")]
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    job_service_account: Annotated[str, Field(description="Without any right on the API.")]
    pod_name: Annotated[str, Field(description="Its name in the Lease.")]
    poll_seconds: Annotated[float, Field(gt=0, description="Between two reads of the chain.")] = 5.0
    http_port: int = 8080
    lease: Annotated[str, Field(description="By which one of several replicas works.")] = "dat-operator"
    programs: Annotated[
        tuple[str, ...], Field(min_length=1, description="Those that a DATEcosystem may name.")
    ] = (declared_program(),)
    admin_secrets: Annotated[
        tuple[str, ...],
        Field(description="Secrets that may be an admin's wallet; none: all that their owners have bound."),
    ] = ()
    operator_secrets: Annotated[tuple[str, ...], Field(description="The same of an operator's.")] = ()
    private_rpc: Annotated[bool, Field(description="Endpoints may lie in private networks.")] = False
    rpc_keys: Annotated[Path, Field(description="Where the Secret dat-rpc is mounted.")] = DIRECTORY
