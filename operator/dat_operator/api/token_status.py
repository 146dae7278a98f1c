"""The observed state of a DATToken, on chain and in its cycles."""

from typing import Annotated

from pydantic import Field

from dat_operator.api.fields import BreakerStatus, Conditions, NextScheduleTime, Resource


class TokenAddresses(Resource):
    """Addresses of the token's accounts."""

    stats: Annotated[str, Field(description="The TokenStats account: totals, last cycle, root share.")]
    authority: Annotated[
        str, Field(description="The authority. It must be the creator of the token's curve.")
    ]
    token_account: Annotated[
        str | None,
        Field(description="The authority's token account. It holds bought tokens until they are burned."),
    ] = None
    bonding_curve: Annotated[
        str, Field(description="The bonding curve: the market until the token graduates.")
    ]
    creator_vault: Annotated[str, Field(description="The vault where pump.fun keeps the creator's fees.")]
    pool: Annotated[str | None, Field(description="The pool: the market of a graduated token.")] = None
    lookup_table: Annotated[
        str | None,
        Field(
            description="The lookup table with the accounts of the token's cycles, which makes transactions "
            "shorter."
        ),
    ] = None


class PendingFees(Resource):
    """Fees since the last cycle, by place; lamports without the rent."""

    curve_lamports: Annotated[int, Field(description="Fees in the bonding curve.")]
    vault_lamports: Annotated[int, Field(description="Fees in the creator's vault.")]
    pool_lamports: Annotated[
        int | None, Field(description="Fees of a graduated token in the pool, and in the vault of PumpSwap.")
    ] = None
    shared_lamports: Annotated[
        int | None, Field(description="The token's part of the fees of a shared creator.")
    ] = None
    cashback_lamports: Annotated[
        int | None, Field(description="Cashback that the token's own buys have earned.")
    ] = None
    authority_lamports: Annotated[int, Field(description="Fees with the authority, without the carried SOL.")]
    total_lamports: Annotated[int, Field(description="The sum of all places.")]


class Totals(Resource):
    """The totals of the token's cycles, from its TokenStats on chain."""

    cycles: Annotated[int, Field(description="The number of cycles that burned tokens.")]
    inflow_lamports: Annotated[int, Field(description="Fees that the cycles took in.")]
    from_treasury_lamports: Annotated[
        int, Field(description="SOL that a root's cycles took from the treasury.")
    ]
    to_root_lamports: Annotated[int, Field(description="SOL that a secondary's cycles sent to the treasury.")]
    spent_lamports: Annotated[
        int, Field(description="SOL that the buys spent, including the fees of the trades.")
    ]
    burned: Annotated[int, Field(description="Burned tokens, base units.")]


class LastCycle(Resource):
    """The last cycle that burned tokens."""

    number: Annotated[int, Field(description="The number of the cycle; the token's first cycle has 1.")]
    time: Annotated[
        str,
        Field(
            json_schema_extra={"format": "date-time"},
            description="The time of the cycle, by the chain's clock.",
        ),
    ]
    id: Annotated[str, Field(description="The id of the run, hexadecimal.")]


class LastRun(Resource):
    """The result of the token in the last finished run."""

    job: Annotated[str, Field(description="The name of the Job.")]
    outcome: Annotated[str, Field(description="Completed, Skipped or Failed.")]
    reason: Annotated[
        str, Field(description="The reason of the outcome, one CamelCase word (docs/conditions.md).")
    ]
    message: Annotated[str | None, Field(description="The cause, and the remedy if there is one.")] = None
    signature: Annotated[
        str | None, Field(description="The signature of the transaction that landed, base58.")
    ] = None


class FirstKnownCycle(Resource):
    """The cycle from which the rates count: the token's first, or the first that this status has recorded."""

    number: Annotated[int, Field(description="The number of the cycle; the token's first cycle has 1.")]
    time: Annotated[
        str,
        Field(
            json_schema_extra={"format": "date-time"},
            description="The time of the cycle, by the chain's clock.",
        ),
    ]
    burned: Annotated[int, Field(description="The value of totals.burned after this cycle.")]
    inflow_lamports: Annotated[int, Field(description="The value of totals.inflowLamports after this cycle.")]


class Rates(Resource):
    """Mean rates from the cycle `since` to the last cycle, rounded down. They change after each cycle."""

    since: FirstKnownCycle
    burned_per_day: Annotated[
        int | None,
        Field(description="Tokens burned a day, base units. Absent until a day after `since`."),
    ] = None
    inflow_lamports_per_day: Annotated[
        int | None, Field(description="Fees taken in a day. Absent until a day after `since`.")
    ] = None


class TokenDisplay(Resource):
    """Amounts for people; `kubectl get` prints them."""

    pending: Annotated[str, Field(description="Pending fees, SOL.")]
    burned: Annotated[str, Field(description="Burned tokens, without decimals.")]
    burned_percent: Annotated[
        str | None, Field(description="Burned part of the initial supply, per cent.")
    ] = None
    burned_per_day: Annotated[str | None, Field(description="Tokens burned a day, without decimals.")] = None
    inflow_per_day: Annotated[str | None, Field(description="Fees taken in a day, SOL.")] = None


class TokenStatus(Resource):
    """The observed state of a token."""

    observed_generation: Annotated[
        int | None, Field(description="The generation of the spec that this status describes.")
    ] = None
    conditions: Conditions
    addresses: TokenAddresses | None = None
    pending_fees: PendingFees | None = None
    authority_lamports: Annotated[
        int | None, Field(description="The authority's balance without the rent: carried SOL and new fees.")
    ] = None
    carried_lamports: Annotated[
        int | None, Field(description="SOL that the last cycle left unspent. It is already split.")
    ] = None
    supply: Annotated[int | None, Field(description="The token's supply, base units.")] = None
    totals: Totals | None = None
    rates: Rates | None = None
    last_cycle: LastCycle | None = None
    next_schedule_time: NextScheduleTime = None
    last_run: LastRun | None = None
    breaker: BreakerStatus | None = None
    display: TokenDisplay | None = None
