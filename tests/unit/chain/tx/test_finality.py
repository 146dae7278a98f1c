"""What is sent at "finalized": a vote of most is not the end yet, and what was rolled back has not landed."""

from collections.abc import Callable
from typing import Any

import pytest

from dat_operator.chain.dat.history import History
from dat_operator.chain.tx.sender import Sender
from dat_operator.domain.errors import ProgramError, TransactionExpired
from dat_operator.domain.policy import PriorityFeeConfig
from tests.support.chain_state import PROGRAM, STATE
from tests.support.fakes.clock import Clock
from tests.support.fakes.rpc import FakeRpc
from tests.support.fakes.wallet import free_wallet
from tests.unit.chain.dat.test_history import transaction
from tests.unit.chain.tx.test_sender import CONFIRMED, LAST_VALID, SIGNER, WORK, Chain

FINALIZED = {**CONFIRMED, "confirmationStatus": "finalized"}
REFUSED = {"err": {"InstructionError": [2, {"Custom": 6013}]}}
FINAL_AT = 20
"""Looks at a status until it is final."""
Status = dict[str, Any] | None


async def land(status_at: Callable[[int], Status], step: int = 1) -> Chain:
    """Land a transaction whose status is this at each look, counted from 1; blocks go by ``step``."""
    chain, looks = Chain(), iter(range(1, 1000))
    chain.step = step
    chain.answers["getSignatureStatuses"] = lambda *_: {"value": [status_at(next(looks))]}
    async with chain.client() as rpc:
        fee = PriorityFeeConfig(percentile=75, max_lamports=1)
        await Sender(rpc, free_wallet(SIGNER), fee, "finalized").land(WORK)
    return chain


async def test_it_has_landed_once_it_is_final(clock: Clock) -> None:
    chain = await land(lambda look: FINALIZED if look >= FINAL_AT else CONFIRMED)
    assert chain.count("getSignatureStatuses") == FINAL_AT


async def test_blocks_are_counted_that_are_final_too(clock: Clock) -> None:
    """By a confirmed height it would seem to be gone while its block is yet to become final."""
    chain = await land(lambda look: FINALIZED if look >= FINAL_AT else None)
    heights = [params for method, params in chain.asked if method == "getBlockHeight"]
    assert heights
    assert all(params == [{"commitment": "finalized"}] for params in heights)


async def test_it_does_not_expire_while_it_is_in_a_block(clock: Clock) -> None:
    """The height of one node behind a gateway, the status of another one that is later."""
    chain = await land(lambda look: FINALIZED if look >= FINAL_AT else CONFIRMED, step=1000)
    assert chain.height > LAST_VALID


async def test_what_is_rolled_back_expires(clock: Clock) -> None:
    with pytest.raises(TransactionExpired, match=f"did not land before block height {LAST_VALID}"):
        await land(lambda look: CONFIRMED if look < FINAL_AT else None, step=20)


async def test_a_failure_counts_once_it_is_final(clock: Clock) -> None:
    """It fails in a block that is rolled back, and goes through in the one that stays."""
    await land(lambda look: FINALIZED if look >= FINAL_AT else {**CONFIRMED, **REFUSED})
    with pytest.raises(ProgramError, match="CycleMismatch"):
        await land(lambda _: {**FINALIZED, **REFUSED})


async def test_a_cycle_is_waited_for_until_it_is_final(clock: Clock) -> None:
    """Nodes show a transaction by a commitment only once its block has it."""

    def shown(_signature: str, options: Any) -> Any:
        return transaction() if options["commitment"] == "confirmed" or clock.slept > 25 else None

    async with FakeRpc(getTransaction=shown).client() as rpc:
        assert len(await History(rpc, str(PROGRAM), str(STATE)).wait_for("sig", "finalized")) == 1
    assert clock.slept > 25
