"""Unused observations of an earlier run that allow no buy, and that cannot be renewed yet."""

from collections.abc import Sequence

from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches
from dat_operator.cycle.observations import observation_of
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.price import MAX_AGE_SLOTS


def stale_until(batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle]) -> dict[str, int]:
    """By mint of each token with a stale observation: the slot from which its price can be observed again.

    An observation is stale if it will be too old when the buy lands, or if the price has risen too far above
    it. While the program uses the observation, another one does not replace it.
    """
    too_expensive = batches.too_expensive(chain, cycles)
    seen = {cycle.token.mint: observation_of(chain, cycle) for cycle in cycles}
    fresh = {mint: one for mint, one in seen.items() if one.is_fresh(chain.slot)}
    stale = (mint for mint, one in fresh.items() if mint in too_expensive or not one.is_usable(chain.slot))
    return {mint: fresh[mint].slot + MAX_AGE_SLOTS + 1 for mint in stale}
