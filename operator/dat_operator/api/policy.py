"""When cycles run, and the limits they keep to."""

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
    """What a transaction offers for its place in a block."""


class Retry(RetryConfig, Resource):
    """How a run tries again what has failed and may pass: a price that moved, a transaction that expired."""


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


class Start(Resource):
    """When runs start."""

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


class Run(Resource):
    """How a run behaves."""

    jitter_seconds: Annotated[
        JitterSeconds,
        Field(
            description="The longest random delay before a run, seconds. The schedule is public: whoever "
            "buys before it must not know how long to hold.",
        ),
    ] = 300
    slippage_bps: Annotated[
        SlippageBps,
        Field(
            description="How much worse than planned a buy may be when it lands, basis points.",
        ),
    ] = 500


# pydantic puts the fields of the last base class first, and the configuration of the last one holds.
class CyclePolicy(PaceConfig, Run, CycleLimits, Start):
    """When cycles run, and the limits they keep to."""

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
