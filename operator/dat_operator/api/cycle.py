"""DATCycle: one run of an ecosystem's cycles: its record, and the way to ask for one by hand."""

from typing import Annotated

from pydantic import Field

from dat_operator.api.fields import Conditions, Resource, immutable
from dat_operator.api.token import EcosystemRef

ASK_AGAIN = "a DATCycle is one run and cannot change; create another one"


class CycleSpec(Resource):
    """What is asked for."""

    ecosystem_ref: Annotated[EcosystemRef, Field(description="The ecosystem whose cycles run.")]
    tokens: Annotated[
        list[Annotated[str, Field(max_length=253, description="A DATToken's name.")]],
        Field(
            default_factory=list,
            max_length=100,
            description="DATTokens by name; none is all of the ecosystem.",
        ),
    ]
    dry_run: Annotated[
        bool, Field(description="Plans and simulates, and sends nothing; the report is in the Job's log.")
    ] = False


class CycleToken(Resource):
    """How one token fared. Amounts are the chain's own (its CycleCompleted event)."""

    name: str
    outcome: Annotated[str, Field(description="Completed, Skipped or Failed.")]
    reason: str
    message: str | None = None
    signature: str | None = None
    cycle: Annotated[int | None, Field(description="The token's count of cycles after it.")] = None
    inflow_lamports: int | None = None
    from_treasury_lamports: int | None = None
    to_root_lamports: int | None = None
    spent_lamports: int | None = None
    carried_lamports: Annotated[int | None, Field(description="Left for the next cycle.")] = None
    burned: Annotated[int | None, Field(description="Token base units.")] = None
    supply_before: Annotated[int | None, Field(description="Token base units.")] = None
    supply_after: Annotated[int | None, Field(description="Token base units.")] = None


class CycleDisplay(Resource):
    """Amounts as people read them."""

    spent: Annotated[str, Field(description="SOL, of all tokens.")]
    tokens: Annotated[str, Field(description="How many completed, of how many.")]


class CycleStatus(Resource):
    """What became of it."""

    observed_generation: int | None = None
    conditions: Conditions
    trigger: Annotated[
        str | None, Field(description="Manual, Schedule, Threshold (pending fees) or Trial (breaker).")
    ] = None
    id: Annotated[str | None, Field(description="What names the run on chain, hexadecimal.")] = None
    outcome: Annotated[str | None, Field(description="Completed, Skipped or Failed, once it has ended.")] = (
        None
    )
    start_time: Annotated[str | None, Field(json_schema_extra={"format": "date-time"})] = None
    completion_time: Annotated[str | None, Field(json_schema_extra={"format": "date-time"})] = None
    duration_seconds: int | None = None
    tokens: Annotated[list[CycleToken] | None, Field(max_length=1000)] = None
    display: CycleDisplay | None = None


class DATCycle(Resource):
    """One run over an ecosystem's tokens. Its Job has the same name."""

    spec: Annotated[CycleSpec, Field(json_schema_extra=immutable(ASK_AGAIN))]
    status: CycleStatus | None = None
