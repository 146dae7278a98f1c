"""The policy of cycles, defined once. Resources extend these models, a Job's configuration embeds them.

The descriptions appear in the CRDs.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.domain.chain_state import Parameters
from dat_operator.domain.document import Frozen, camel
from dat_operator.domain.money import MAX_PRIORITY_FEE_LAMPORTS

MAX_LAMPORTS = 10**18
"""More than the supply of SOL; the API server keeps bounds as floats, and this one is still exact."""

Lamports = Annotated[int, Field(ge=1, le=MAX_LAMPORTS)]
RootShareBps = Annotated[int, Field(ge=1000, le=9000)]
SlippageBps = Annotated[int, Field(ge=1, le=1000)]


class Part(Frozen):
    """A part of the policy, which another document may hold among other fields."""

    @classmethod
    def of(cls, source: BaseModel) -> Self:
        """The part of ``source`` that this model describes. ``source`` has all of its fields by name."""
        return cls.model_validate({name: getattr(source, name) for name in cls.model_fields})


class CycleLimits(Part):
    """The limits of a cycle that the program enforces: its parameters."""

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

    @property
    def parameters(self) -> Parameters:
        """The limits as the program holds them."""
        return Parameters(**{name: getattr(self, name) for name in CycleLimits.model_fields})


class PaceConfig(Part):
    """How often one token may cycle; the program's own interval holds as well."""

    # ``maxPerHour`` in a Job's configuration; ``maxCyclesPerHour`` in the resource, beside other fields.
    model_config = ConfigDict(alias_generator=lambda name: camel(name.replace("max_cycles_", "max_")))

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


class PriorityFeeConfig(Part):
    """The fee that a transaction offers for its place in a block."""

    percentile: Annotated[
        int, Field(ge=0, le=100, description="Of the fees recently paid for the accounts it locks.")
    ] = 75
    max_lamports: Annotated[
        int,
        Field(ge=0, le=MAX_PRIORITY_FEE_LAMPORTS, description="The most one transaction offers, lamports."),
    ] = 1_000_000


class RetryConfig(Part):
    """How often a run tries a token's cycle again, if the cycle failed and may pass."""

    limit: Annotated[
        int, Field(ge=0, le=5, description="The most further tries of a token's cycle in one run.")
    ] = 3
    backoff_seconds: Annotated[
        int, Field(ge=1, le=20, description="Before the first of them, seconds; it doubles each time.")
    ] = 2

    @property
    def pauses(self) -> tuple[int, ...]:
        """Seconds before each further try."""
        return tuple(self.backoff_seconds * 2**number for number in range(self.limit))
