"""What a DATToken is, on chain and in its cycles."""

from typing import Annotated

from pydantic import Field

from dat_operator.api.fields import BreakerStatus, Conditions, NextScheduleTime, Resource


class TokenAddresses(Resource):
    """Accounts of the token."""

    stats: Annotated[str, Field(description="Its TokenStats: totals, last cycle, root share.")]
    authority: Annotated[str, Field(description="What must be the creator of the token's curve.")]
    token_account: Annotated[
        str | None,
        Field(description="The authority's, of this mint; holds what was bought until it is burned."),
    ] = None
    bonding_curve: Annotated[str, Field(description="Where it trades until it graduates.")]
    creator_vault: Annotated[str, Field(description="Where pump.fun keeps its creator's fees.")]
    pool: Annotated[str | None, Field(description="Where it trades since it has graduated.")] = None
    lookup_table: Annotated[
        str | None,
        Field(description="Holds the accounts of its cycles, so that several fit one transaction."),
    ] = None


class PendingFees(Resource):
    """Fees since the last cycle, by where they lie; lamports above rent."""

    curve_lamports: Annotated[int, Field(description="In the bonding curve, not swept yet.")]
    vault_lamports: Annotated[int, Field(description="In the creator's vault.")]
    pool_lamports: Annotated[
        int | None, Field(description="In the pool of a graduated token, and its vault.")
    ] = None
    shared_lamports: Annotated[int | None, Field(description="Its part of what a shared creator holds.")] = (
        None
    )
    cashback_lamports: Annotated[
        int | None, Field(description="Earned by its own buys of a cashback coin.")
    ] = None
    authority_lamports: Annotated[int, Field(description="Without what the last cycle carried.")]
    total_lamports: Annotated[int, Field(description="All of these.")]


class Totals(Resource):
    """What the token's cycles have done, from its TokenStats on chain."""

    cycles: Annotated[int, Field(description="Cycles that burned.")]
    inflow_lamports: Annotated[int, Field(description="Fees taken in.")]
    from_treasury_lamports: Annotated[
        int, Field(description="Taken out of the treasury, by a root's cycles.")
    ]
    to_root_lamports: Annotated[int, Field(description="Sent to the treasury, by a secondary's cycles.")]
    spent_lamports: Annotated[int, Field(description="Spent on buys, fees of the trade included.")]
    burned: Annotated[int, Field(description="Token base units.")]


class LastCycle(Resource):
    """The last cycle that burned."""

    number: Annotated[int, Field(description="Its place among the token's cycles, from 1.")]
    time: Annotated[
        str,
        Field(json_schema_extra={"format": "date-time"}, description="When it landed, by the chain's clock."),
    ]
    id: Annotated[str, Field(description="The run that asked for it, hexadecimal.")]


class LastRun(Resource):
    """How the last finished cycle Job found this token."""

    job: Annotated[str, Field(description="Name of the Job.")]
    outcome: Annotated[str, Field(description="Completed, Skipped or Failed.")]
    reason: Annotated[str, Field(description="One CamelCase word.")]
    message: Annotated[str | None, Field(description="What is so, and what to do about it.")] = None
    signature: Annotated[str | None, Field(description="Of the transaction that landed, base58.")] = None


class FirstKnownCycle(Resource):
    """The cycle from which rates are counted: the token's first, or the first that this status has seen."""

    number: Annotated[int, Field(description="Its place among the token's cycles, from 1.")]
    time: Annotated[
        str,
        Field(json_schema_extra={"format": "date-time"}, description="When it landed, by the chain's clock."),
    ]
    burned: Annotated[int, Field(description="totals.burned after it.")]
    inflow_lamports: Annotated[int, Field(description="totals.inflowLamports after it.")]


class Rates(Resource):
    """Means from one cycle to the last one, rounded down; they change when a cycle has ended."""

    since: FirstKnownCycle
    burned_per_day: Annotated[
        int | None,
        Field(description="Token base units; from a day after `since` on."),
    ] = None
    inflow_lamports_per_day: Annotated[
        int | None, Field(description="Fees taken in; from a day after `since` on.")
    ] = None


class TokenDisplay(Resource):
    """Amounts as people read them."""

    pending: Annotated[str, Field(description="SOL.")]
    burned: Annotated[str, Field(description="Whole tokens.")]
    burned_percent: Annotated[str | None, Field(description="Of the supply it started with, per cent.")] = (
        None
    )
    burned_per_day: Annotated[str | None, Field(description="Whole tokens.")] = None
    inflow_per_day: Annotated[str | None, Field(description="SOL.")] = None


class TokenStatus(Resource):
    """What a token is."""

    observed_generation: Annotated[
        int | None, Field(description="The generation of the spec that this was made of.")
    ] = None
    conditions: Conditions
    addresses: TokenAddresses | None = None
    pending_fees: PendingFees | None = None
    authority_lamports: Annotated[
        int | None, Field(description="What its authority holds above rent, carried or new.")
    ] = None
    carried_lamports: Annotated[
        int | None, Field(description="What the last cycle left unspent, already split.")
    ] = None
    supply: Annotated[int | None, Field(description="Token base units.")] = None
    totals: Totals | None = None
    rates: Rates | None = None
    last_cycle: LastCycle | None = None
    next_schedule_time: NextScheduleTime = None
    last_run: LastRun | None = None
    breaker: BreakerStatus | None = None
    display: TokenDisplay | None = None
