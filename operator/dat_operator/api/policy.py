"""When cycles run, and their limits."""

from typing import Annotated, Literal

from pydantic import Field

from dat_operator.api.fields import Resource
from dat_operator.api.pod_resources import Resources
from dat_operator.domain.job_config import JitterSeconds
from dat_operator.domain.policy import (
    CycleLimits,
    Lamports,
    PaceConfig,
    PriorityFeeConfig,
    RetryConfig,
    SlippageBps,
)


class PriorityFee(PriorityFeeConfig, Resource):
    """The fee that a transaction offers for its place in a block."""


class Retry(RetryConfig, Resource):
    """Retries of a failed cycle that may succeed: the price has moved, or the transaction has expired."""


class CircuitBreaker(Resource):
    """When the operator stops cycles after failures, of a token or of the ecosystem."""

    failures: Annotated[
        int,
        Field(
            ge=1,
            le=5,
            description="The failed cycles in a row that open the breaker. Five pause a token on chain.",
        ),
    ] = 3
    open_seconds: Annotated[
        int,
        Field(
            ge=10,
            le=86_400,
            description="The time from the last failure to a trial cycle, seconds. "
            "It doubles with each trial that fails, up to six hours.",
        ),
    ] = 60


class CycleRetention(Resource):
    """How long the operator keeps ended DATCycles."""

    limit: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most ended DATCycles; the oldest are deleted first. "
            "Failures in a row that decide the state of a breaker are kept.",
        ),
    ] = 50
    max_age_days: Annotated[
        int, Field(ge=1, le=3650, description="The greatest age of ended DATCycles, days.")
    ] = 30


class Start(Resource):
    """When runs start."""

    mode: Annotated[
        Literal["Ecosystem", "PerToken"],
        Field(
            description="Ecosystem: one CronJob runs all tokens, secondaries first, several in a transaction."
            " PerToken: each token has its own CronJob."
        ),
    ] = "Ecosystem"
    schedule: Annotated[
        str,
        Field(
            max_length=64,
            description="Cron expression. Starts are at least five minutes apart, except on localnet.",
        ),
    ] = "0 */6 * * *"
    time_zone: Annotated[
        str, Field(max_length=64, description="The time zone of the schedule, an IANA name.")
    ] = "Etc/UTC"


class Run(Resource):
    """How a run behaves."""

    jitter_seconds: Annotated[
        JitterSeconds,
        Field(
            description="The longest random delay before a run, seconds. The schedule is public: a trader "
            "who buys just before a start must not know how long to hold.",
        ),
    ] = 300
    slippage_bps: Annotated[
        SlippageBps,
        Field(
            description="The most that a buy may be worse than planned when it lands, basis points.",
        ),
    ] = 500


# pydantic puts the fields of the last base class first, and the configuration of the last one holds.
class CyclePolicy(PaceConfig, Run, CycleLimits, Start):
    """When cycles run, and their limits."""

    trigger_above_lamports: Annotated[
        Lamports | None,
        Field(
            description="A token's cycle runs at once when its pending fees reach this amount, lamports. It "
            "is asked for once between two cycles of the token, and all limits hold. Without a value, only "
            "the schedule starts cycles."
        ),
    ] = None
    priority_fee: PriorityFee = PriorityFee()
    retry: Retry = Retry()
    history: CycleRetention = CycleRetention()
    resources: Annotated[
        Resources,
        Field(description="CPU and memory of each pod of cycles and set-up. A change applies to later Jobs."),
    ] = Resources()
