"""Everything a plan is made of, gathered before it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observed:
    """One ecosystem at one moment.

    ``ecosystem`` is None if tokens refer to one that is not there. ``chain`` is None if it could not be
    read; ``chain_error`` then says why.
    """

    name: str
    ecosystem: Body | None
    tokens: tuple[Body, ...]
    config_map: Body | None
    cron_jobs: tuple[Body, ...]
    jobs: tuple[Body, ...]
    pods: tuple[Body, ...]
    cycles: tuple[Body, ...]
    """The DATCycles."""
    chain: ChainState | None
    chain_error: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    """What the API server has said to objects that it refused, by kind and name."""
    landed: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """Cycles by the signature of their transaction: of DATCycles whose amounts are not known yet."""
    recovered: Mapping[str, Sequence[Landed]] = field(default_factory=dict)
    """Cycles by the name of their Job: of Jobs whose report is lost."""
