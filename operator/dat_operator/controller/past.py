"""What runs have done, read from the chain for their DATCycles."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from dat_operator.chain.history import cycles_in, cycles_since
from dat_operator.chain.rpc import RpcClient
from dat_operator.controller.cycle_status import has_ended, without_amounts
from dat_operator.controller.job_reports import lost_reports
from dat_operator.controller.observed import Observed
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.report import run_bytes
from dat_operator.domain.timestamp import unix_seconds

SIGNATURES = 20
"""Transactions that are read in one pass: the next ones come with the next pass."""
CLOCKS_SECONDS = 600
"""How far the clocks of cluster and chain may be apart."""


@dataclass(frozen=True, slots=True)
class Past:
    """Of one ecosystem. What no endpoint shows just now is left out, for the next pass."""

    rpc: RpcClient
    program_id: str
    state_address: str

    async def amounts(self, observed: Observed) -> dict[str, Sequence[Landed]]:
        """The cycles that ended runs have signed for, and whose amounts are not in the status yet."""
        found: dict[str, Sequence[Landed]] = {}
        for signature in without_amounts(observed.cycles)[:SIGNATURES]:
            with contextlib.suppress(RpcUnavailable):
                found[signature] = await cycles_in(self.rpc, self.program_id, signature, attempts=1)
        return found

    async def lost(self, observed: Observed) -> dict[str, Sequence[Landed]]:
        """The cycles of Jobs that are to be recorded and whose report is lost, by the Job's name."""
        found: dict[str, Sequence[Landed]] = {}
        to_record = {cycle["metadata"]["name"] for cycle in observed.cycles if not has_ended(cycle)}
        for job in lost_reports(observed):
            meta = job["metadata"]
            if meta["name"] not in to_record:
                continue
            run, since = run_bytes(meta["uid"]), unix_seconds(meta["creationTimestamp"]) - CLOCKS_SECONDS
            # All cycles of an ecosystem name its state.
            cycles = cycles_since(self.rpc, self.program_id, self.state_address, since)
            with contextlib.suppress(RpcUnavailable):
                found[meta["name"]] = [landed async for landed in cycles if landed.event.cycle_id == run]
        return found
