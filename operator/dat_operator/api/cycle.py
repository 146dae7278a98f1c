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

    name: Annotated[str, Field(description="The DATToken's.")]
    outcome: Annotated[str, Field(description="Completed, Skipped or Failed.")]
    reason: Annotated[str, Field(description="One CamelCase word.")]
    message: Annotated[str | None, Field(description="What is so, and what to do about it.")] = None
    signature: Annotated[str | None, Field(description="Of the transaction that landed, base58.")] = None
    cycle: Annotated[int | None, Field(description="The token's count of cycles after it.")] = None
    amounts: Annotated[
        str | None,
        Field(
            description="Unknown: no endpoint has shown the transaction for a day, or it holds no such "
            "cycle. Its amounts are not looked up any more."
        ),
    ] = None
    inflow_lamports: Annotated[int | None, Field(description="Fees taken in.")] = None
    from_treasury_lamports: Annotated[
        int | None, Field(description="Taken out of the treasury, by a root's cycle.")
    ] = None
    to_root_lamports: Annotated[
        int | None, Field(description="Sent to the treasury, by a secondary's cycle.")
    ] = None
    spent_lamports: Annotated[
        int | None, Field(description="Spent on the buy, fees of the trade included.")
    ] = None
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

    observed_generation: Annotated[
        int | None, Field(description="The generation of the spec that this was made of.")
    ] = None
    conditions: Conditions
    trigger: Annotated[
        str | None, Field(description="Manual, Schedule, Threshold (pending fees) or Trial (breaker).")
    ] = None
    id: Annotated[str | None, Field(description="What names the run on chain, hexadecimal.")] = None
    outcome: Annotated[str | None, Field(description="Completed, Skipped or Failed, once it has ended.")] = (
        None
    )
    start_time: Annotated[
        str | None, Field(json_schema_extra={"format": "date-time"}, description="When its Job started.")
    ] = None
    completion_time: Annotated[
        str | None, Field(json_schema_extra={"format": "date-time"}, description="When its Job ended.")
    ] = None
    duration_seconds: Annotated[int | None, Field(description="From start to completion.")] = None
    tokens: Annotated[
        list[CycleToken] | None,
        Field(max_length=1000, description="How each token fared, once it has ended."),
    ] = None
    total: Annotated[
        int | None, Field(description="How many tokens the run had, if `tokens` does not list all.")
    ] = None
    display: CycleDisplay | None = None


class DATCycle(Resource):
    """One run over an ecosystem's tokens. Its Job has the same name."""

    spec: Annotated[CycleSpec, Field(json_schema_extra=immutable(ASK_AGAIN))]
    status: CycleStatus | None = None
