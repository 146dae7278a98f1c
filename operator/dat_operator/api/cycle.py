"""DATCycle: the record of one run of an ecosystem's cycles, and the request for a run."""

from typing import Annotated

from pydantic import Field

from dat_operator.api.fields import Conditions, Resource, immutable
from dat_operator.api.token import EcosystemRef

ASK_AGAIN = "a DATCycle is one run and cannot change; create another DATCycle"


class CycleSpec(Resource):
    """The requested run."""

    ecosystem_ref: Annotated[EcosystemRef, Field(description="The ecosystem of the run.")]
    tokens: Annotated[
        list[Annotated[str, Field(max_length=253, description="The name of a DATToken.")]],
        Field(
            default_factory=list,
            max_length=100,
            description="The names of the DATTokens to run. An empty list means all tokens of the ecosystem.",
        ),
    ]
    dry_run: Annotated[
        bool, Field(description="Plan and simulate only, and send nothing. The report is in the Job's log.")
    ] = False


class CycleToken(Resource):
    """The result of one token. The amounts come from the CycleCompleted event on chain."""

    name: Annotated[str, Field(description="The name of the DATToken.")]
    outcome: Annotated[str, Field(description="Completed, Skipped or Failed.")]
    reason: Annotated[
        str, Field(description="The reason of the outcome, one CamelCase word (docs/conditions.md).")
    ]
    message: Annotated[str | None, Field(description="The cause, and the remedy if there is one.")] = None
    signature: Annotated[
        str | None, Field(description="The signature of the transaction that landed, base58.")
    ] = None
    cycle: Annotated[int | None, Field(description="The token's number of cycles after this one.")] = None
    amounts: Annotated[
        str | None,
        Field(
            description="Unknown: no endpoint has returned the transaction for a day, or the transaction "
            "contains no such cycle. The operator has stopped to look for the amounts."
        ),
    ] = None
    inflow_lamports: Annotated[int | None, Field(description="Fees that the cycle took in.")] = None
    from_treasury_lamports: Annotated[
        int | None, Field(description="SOL that a root's cycle took from the treasury.")
    ] = None
    to_root_lamports: Annotated[
        int | None, Field(description="SOL that a secondary's cycle sent to the treasury.")
    ] = None
    spent_lamports: Annotated[
        int | None, Field(description="SOL that the buy spent, including the fees of the trade.")
    ] = None
    carried_lamports: Annotated[int | None, Field(description="SOL that stays for the next cycle.")] = None
    burned: Annotated[int | None, Field(description="Burned tokens, base units.")] = None
    supply_before: Annotated[int | None, Field(description="Supply before the cycle, base units.")] = None
    supply_after: Annotated[int | None, Field(description="Supply after the cycle, base units.")] = None


class CycleDisplay(Resource):
    """Amounts for people; `kubectl get` prints them."""

    spent: Annotated[str, Field(description="SOL that all tokens together spent.")]
    tokens: Annotated[str, Field(description="Completed tokens / all tokens.")]


class CycleStatus(Resource):
    """The result of the run."""

    observed_generation: Annotated[
        int | None, Field(description="The generation of the spec that this status describes.")
    ] = None
    conditions: Conditions
    trigger: Annotated[
        str | None,
        Field(
            description="The cause of the run: Manual, Schedule, Threshold (pending fees) or Trial (breaker)."
        ),
    ] = None
    id: Annotated[str | None, Field(description="The id of the run on chain, hexadecimal.")] = None
    outcome: Annotated[
        str | None, Field(description="Completed, Skipped or Failed, after the end of the run.")
    ] = None
    start_time: Annotated[
        str | None,
        Field(json_schema_extra={"format": "date-time"}, description="The time when the Job started."),
    ] = None
    completion_time: Annotated[
        str | None,
        Field(json_schema_extra={"format": "date-time"}, description="The time when the Job ended."),
    ] = None
    duration_seconds: Annotated[int | None, Field(description="Seconds from start to completion.")] = None
    tokens: Annotated[
        list[CycleToken] | None,
        Field(max_length=1000, description="The result of each token, after the end of the run."),
    ] = None
    total: Annotated[
        int | None,
        Field(description="The number of tokens of the run, if `tokens` does not list all of them."),
    ] = None
    display: CycleDisplay | None = None


class DATCycle(Resource):
    """One run over an ecosystem's tokens. The Job of the run has the same name."""

    spec: Annotated[CycleSpec, Field(json_schema_extra=immutable(ASK_AGAIN))]
    status: CycleStatus | None = None
