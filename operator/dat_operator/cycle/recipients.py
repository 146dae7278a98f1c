"""The recipients of pump.fun's own fees that a run's buys name."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from dat_operator.domain.chain_state import PumpGlobal


@dataclass(frozen=True, slots=True)
class Recipients:
    """One recipient of each kind for a whole run: each further recipient is one more account to lock."""

    fee: Pubkey
    reserved: Pubkey
    """For mayhem coins."""
    buyback: Pubkey
    all_buyback: tuple[Pubkey, ...]
    """Every recipient that another run may name."""

    @classmethod
    def of(cls, known: PumpGlobal) -> "Recipients":
        """Choose from the recipients that pump.fun or PumpSwap allows."""
        return cls(
            fee=_any_of(known.fee_recipients),
            reserved=_any_of(known.reserved_fee_recipients),
            buyback=_any_of(known.buyback_fee_recipients),
            all_buyback=tuple(map(Pubkey.from_string, known.buyback_fee_recipients)),
        )


def _any_of(recipients: Sequence[str]) -> Pubkey:
    """One of several equal recipients, at random: pump.fun asks for that, to spread the write locks."""
    return Pubkey.from_string(random.choice(recipients))  # noqa: S311 (the choice is no secret)
