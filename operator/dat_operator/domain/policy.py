"""The policy of cycles, defined once. Resources extend these models, a Job's configuration embeds them.

The descriptions appear in the CRDs.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.domain.dat_accounts import Parameters
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
            description="The least that the root needs for a cycle, lamports; the treasury counts.",
        ),
    ] = 2_000_000
    min_fees_secondary_lamports: Annotated[
        int,
        Field(
            ge=5_500_000,
            le=MAX_LAMPORTS,
            description="The least that a secondary needs for a cycle, lamports.",
        ),
    ] = 5_690_000
    max_fees_per_cycle_lamports: Annotated[
        Lamports,
        Field(
            description="The most that one cycle of a token spends on its buy, lamports. The rest stays for "
            "the next cycle.",
        ),
    ] = 1_000_000_000
    min_interval_seconds: Annotated[
        int,
        Field(
            ge=1,
            le=604_800,
            description="The time between two cycles of one token, seconds. The program enforces it.",
        ),
    ] = 60
    max_price_impact_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most that a buy spends of the market's quote reserves, basis points. If the "
            "price has risen by more than 0.19 % since the observation, pump.fun's fee lowers this limit.",
        ),
    ] = 100
    max_price_rise_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most that the price after a buy may be above the lowest price that the operator "
            "observed before, basis points. If the price has risen more, the token waits for its next cycle.",
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
            description="The time between two cycles of one token, seconds. Jobs enforce it. It counts if it "
            "is longer than minIntervalSeconds.",
        ),
    ] = 300
    max_cycles_per_hour: Annotated[
        int, Field(ge=1, le=999, description="The most cycles of one token in an hour of the clock, UTC.")
    ] = 10
    max_cycles_per_day: Annotated[
        int, Field(ge=1, le=999, description="The most cycles of one token in a day of the clock, UTC.")
    ] = 100


class PriorityFeeConfig(Part):
    """The fee that a transaction offers for its place in a block."""

    percentile: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="The percentile of the fees that others paid recently for the same accounts.",
        ),
    ] = 75
    max_lamports: Annotated[
        int,
        Field(
            ge=0, le=MAX_PRIORITY_FEE_LAMPORTS, description="The most that one transaction offers, lamports."
        ),
    ] = 1_000_000


class RetryConfig(Part):
    """How often a run tries a failed cycle again, if another try can succeed."""

    limit: Annotated[
        int, Field(ge=0, le=5, description="The most retries of a token's cycle in one run.")
    ] = 3
    backoff_seconds: Annotated[
        int,
        Field(
            ge=1, le=20, description="The pause before the first retry, seconds. It doubles with each retry."
        ),
    ] = 2

    @property
    def pauses(self) -> tuple[int, ...]:
        """Seconds before each further try."""
        return tuple(self.backoff_seconds * 2**number for number in range(self.limit))
