"""When cycles run, and the limits they keep to."""

from typing import Annotated, Literal

from pydantic import Field

from dat_operator.api.fields import MAX_LAMPORTS, Lamports, Resource
from dat_operator.api.pod_resources import Resources
from dat_operator.domain.job_config import MAX_JITTER_SECONDS
from dat_operator.domain.money import MAX_PRIORITY_FEE_LAMPORTS


class PriorityFee(Resource):
    """What a transaction offers for its place in a block."""

    percentile: Annotated[
        int, Field(ge=0, le=100, description="Of the fees recently paid for the accounts it locks.")
    ] = 75
    max_lamports: Annotated[
        int,
        Field(ge=0, le=MAX_PRIORITY_FEE_LAMPORTS, description="The most one transaction offers, lamports."),
    ] = 1_000_000


class Retry(Resource):
    """How a run tries again what has failed and may pass: a price that moved, a transaction that expired."""

    limit: Annotated[
        int, Field(ge=0, le=5, description="The most further tries of a token's cycle in one run.")
    ] = 3
    backoff_seconds: Annotated[
        int, Field(ge=1, le=20, description="Before the first of them, seconds; it doubles each time.")
    ] = 2


class CircuitBreaker(Resource):
    """When cycles stop by themselves, for a token or for all."""

    failures: Annotated[
        int,
        Field(ge=1, le=5, description="Failed cycles in a row that open it. Five pause a token on chain."),
    ] = 3
    open_seconds: Annotated[
        int,
        Field(
            ge=10,
            le=86_400,
            description="Time after the last failure until one cycle is tried, seconds. "
            "It doubles with each trial that fails, up to six hours.",
        ),
    ] = 60


class History(Resource):
    """How long DATCycles are kept."""

    limit: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most of them; the oldest go first. "
            "Failures in a row, by which a breaker is judged, stay.",
        ),
    ] = 50
    max_age_days: Annotated[int, Field(ge=1, le=3650, description="Their age, days.")] = 30


class CyclePolicy(Resource):
    """When cycles run, and the limits they keep to."""

    mode: Annotated[
        Literal["Ecosystem", "PerToken"],
        Field(
            description="One CronJob runs all tokens, several in a transaction, secondaries first "
            "(Ecosystem), or each token has a CronJob of its own (PerToken)."
        ),
    ] = "Ecosystem"
    schedule: Annotated[
        str,
        Field(
            max_length=64,
            description="Cron expression. Starts are five minutes apart or more, but on localnet.",
        ),
    ] = "0 */6 * * *"
    time_zone: Annotated[
        str, Field(max_length=64, description="IANA name of the time zone of the schedule.")
    ] = "Etc/UTC"
    min_fees_root_lamports: Annotated[
        Lamports,
        Field(
            description="What the root, its treasury included, must have at hand for a cycle, lamports.",
        ),
    ] = 2_000_000
    min_fees_secondary_lamports: Annotated[
        int,
        Field(
            ge=5_500_000,
            le=MAX_LAMPORTS,
            description="What a secondary must have at hand for a cycle, lamports.",
        ),
    ] = 5_690_000
    max_fees_per_cycle_lamports: Annotated[
        Lamports,
        Field(
            description="The most one token's cycle spends on its buy, lamports; the rest is carried.",
        ),
    ] = 1_000_000_000
    min_interval_seconds: Annotated[
        int,
        Field(
            ge=1,
            le=604_800,
            description="Time between two cycles of one token, kept by the program, seconds.",
        ),
    ] = 60
    max_price_impact_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most a buy spends of the market's quote reserves, basis points. Once the price "
            "has risen by more than 0.19 % since it was observed, pump.fun's own fee bounds it further.",
        ),
    ] = 100
    max_price_rise_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most a buy may leave the price above the lowest that the operator observed "
            "before it, basis points; a token whose price has risen further waits for its next cycle.",
        ),
    ] = 300
    jitter_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=MAX_JITTER_SECONDS,
            description="The longest random delay before a run, seconds. The schedule is public: whoever "
            "buys before it must not know how long to hold.",
        ),
    ] = 300
    slippage_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="How much worse than planned a buy may be when it lands, basis points.",
        ),
    ] = 500
    cooldown_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=604_800,
            description="Time between two cycles of one token, kept by its Jobs, seconds; where it is "
            "longer than minIntervalSeconds.",
        ),
    ] = 300
    max_cycles_per_hour: Annotated[
        int, Field(ge=1, le=999, description="Of one token, in an hour of the clock, UTC.")
    ] = 10
    max_cycles_per_day: Annotated[
        int, Field(ge=1, le=999, description="Of one token, in a day of the clock, UTC.")
    ] = 100
    trigger_above_lamports: Annotated[
        Lamports | None,
        Field(
            description="A token's cycle runs at once when so much is pending, lamports; at most once for "
            "each of its cycles, and within all limits. Without it only the schedule counts."
        ),
    ] = None
    priority_fee: PriorityFee = PriorityFee()
    retry: Retry = Retry()
    history: History = History()
    resources: Annotated[
        Resources, Field(description="CPU and memory of each pod of cycles and set-up, from its next Job on.")
    ] = Resources()
