"""Simulations drop the tokens that would fail."""

from collections.abc import Sequence
from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.simulate import Batch, simulate_all
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.market import BuyForm
from tests.support.chain_state import chain
from tests.support.fakes.assembled import (
    DecodedInstruction,
    RefusalRule,
    anchor_error,
    at_cycle,
    pool_with_fees,
    simulation,
    with_fees,
)
from tests.support.fakes.planned_cycles import MINTS, ROOT, batches, decided, fruit, named
from tests.support.fakes.rpc import FakeRpc, Refusal


async def simulated(
    refuse: RefusalRule, cycles: Sequence[TokenCycle], state: ChainState
) -> tuple[Batch, FakeRpc]:
    rpc = FakeRpc(simulateTransaction=simulation(refuse))
    async with rpc.client() as client:
        (batch,) = await simulate_all(batches(client), state, [cycles], {})
    return batch, rpc


def refused_cycle(mint: Pubkey, reason: str) -> RefusalRule:
    """One of its programs refuses this token's cycle."""

    def refuse(instructions: Sequence[DecodedInstruction]) -> Any:
        where = at_cycle(instructions, mint)
        return ({"InstructionError": [where, {"Custom": 1}]}, anchor_error(reason)) if where else None

    return refuse


async def test_a_batch_that_goes_through() -> None:
    cycles = decided(fruit()).cycles
    batch, rpc = await simulated(lambda _: None, cycles, fruit())
    assert batch.cycles == cycles
    assert batch.dropped == ()
    assert batch.ready is not None
    assert batch.ready.units == 100_000
    assert list(batch.ready.instructions) == [i for c in cycles for i in (*c.fee_instructions, c.cycle)]
    assert rpc.count("simulateTransaction") == 1


@pytest.mark.parametrize("culprit", MINTS)
async def test_one_tokens_failure_drops_only_that_token(culprit: Pubkey) -> None:
    state = fruit()
    cycles = decided(state).cycles
    batch, rpc = await simulated(refused_cycle(culprit, "SlippageExceeded"), cycles, state)
    assert named(batch.cycles) == [mint for mint in MINTS if mint != culprit]
    ((dropped, error),) = batch.dropped
    assert (dropped.mint, error.reason) == (str(culprit), "SlippageExceeded")
    assert batch.ready is not None
    assert list(batch.ready.instructions) == [i for c in batch.cycles for i in (*c.fee_instructions, c.cycle)]
    assert rpc.count("simulateTransaction") == 2


async def test_a_token_whose_fees_cannot_be_collected_is_dropped() -> None:
    """The second token's sweep follows three instructions of the first token."""
    state = fruit()

    def refuse(instructions: Sequence[DecodedInstruction]) -> Any:
        cycling = at_cycle(instructions, MINTS[1])
        return {"InstructionError": [cycling - 2, {"Custom": 6095}]} if cycling else None

    batch, _ = await simulated(refuse, decided(state).cycles, state)
    ((dropped, error),) = batch.dropped
    assert (dropped.mint, error.reason, error.number) == (str(MINTS[1]), "Custom6095", 6095)
    assert named(batch.cycles) == [MINTS[0], MINTS[2], ROOT]


async def test_all_may_fail() -> None:
    state = fruit()

    def refuse(_: Sequence[DecodedInstruction]) -> Any:
        return {"InstructionError": [2, {"Custom": 1}]}, anchor_error("SlippageExceeded")

    batch, rpc = await simulated(refuse, decided(state).cycles, state)
    assert (batch.cycles, batch.ready) == ((), None)
    assert [token.mint for token, _ in batch.dropped] == list(map(str, MINTS))
    assert rpc.count("simulateTransaction") == 4


@pytest.mark.parametrize(("alone", "known"), [(6999, True), (6998, False), (None, False)])
async def test_a_refusal_without_a_name_is_simulated_again_alone(alone: int | None, known: bool) -> None:
    """A full batch's logs are cut before the name; a simulation of the token alone shows it."""
    state = fruit()

    def refuse(instructions: Sequence[DecodedInstruction]) -> Any:
        where = at_cycle(instructions, MINTS[2])
        full = len([one for one in instructions if one.mint]) > 1
        if where is None or not (full or alone):
            return None
        number = 6999 if full else alone
        err = {"InstructionError": [where, {"Custom": number}]}
        return err, ["Log truncated"] if full else anchor_error("New", number or 0)

    batch, rpc = await simulated(refuse, decided(state).cycles, state)
    ((dropped, error),) = batch.dropped
    assert (dropped.mint, error.number) == (str(MINTS[2]), 6999)
    assert (error.reason, error.unnamed) == (("New", False) if known else ("Custom6999", True))
    assert named(batch.cycles) == [MINTS[0], MINTS[1], ROOT]
    assert rpc.count("simulateTransaction") == 3


@pytest.mark.parametrize("err", ["TooManyAccountLocks", {"InsufficientFundsForRent": {"account_index": 3}}])
async def test_without_a_refused_instruction_the_last_token_is_dropped(err: Any) -> None:
    state = fruit()

    def refuse(instructions: Sequence[DecodedInstruction]) -> Any:
        return err if len([one for one in instructions if one.mint]) > 2 else None

    batch, _ = await simulated(refuse, decided(state).cycles, state)
    assert named(batch.cycles) == MINTS[:2]
    assert [token.mint for token, _ in batch.dropped] == [str(ROOT), str(MINTS[2])]


def unknown_to(forms: Sequence[BuyForm]) -> RefusalRule:
    """A cluster whose pump.fun knows only some forms."""

    def refuse(instructions: Sequence[DecodedInstruction]) -> Any:
        for number, one in enumerate(instructions):
            if one.mint and one.form not in forms:
                err = {"InstructionError": [number + 2, {"Custom": 101}]}
                return err, anchor_error("InstructionFallbackNotFound", 101)
        return None

    return refuse


@pytest.mark.parametrize("known", [BuyForm.CURVE_V3, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2])
async def test_a_form_that_a_cluster_does_not_know_gives_way_to_the_next(known: BuyForm) -> None:
    state = fruit()
    batch, rpc = await simulated(unknown_to([known]), decided(state).cycles, state)
    assert [cycle.form for cycle in batch.cycles] == [known] * 4
    assert [cycle.plan for cycle in batch.cycles] == [cycle.plan for cycle in decided(state).cycles]
    assert batch.dropped == ()
    tries = 1 + 4 * [BuyForm.CURVE_V3, BuyForm.CURVE_LEGACY, BuyForm.CURVE_V2].index(known)
    assert rpc.count("simulateTransaction") == tries


async def test_forms_change_token_by_token() -> None:
    """This cluster knows the newest form of curves, not that of pools."""
    state = chain(with_fees(MINTS[0]), pool_with_fees(MINTS[1]))
    batch, _ = await simulated(unknown_to([BuyForm.CURVE_V3, BuyForm.POOL]), decided(state).cycles, state)
    assert [cycle.form for cycle in batch.cycles] == [BuyForm.CURVE_V3, BuyForm.POOL]


async def test_a_token_that_can_be_bought_by_no_form_is_dropped() -> None:
    state = chain(with_fees(MINTS[0]), pool_with_fees(MINTS[1]))
    batch, _ = await simulated(unknown_to([BuyForm.CURVE_V3]), decided(state).cycles, state)
    assert named(batch.cycles) == MINTS[:1]
    ((dropped, error),) = batch.dropped
    assert (dropped.mint, error.reason) == (str(MINTS[1]), "InstructionFallbackNotFound")


async def test_another_refusal_is_no_reason_for_another_form() -> None:
    state = chain(with_fees(MINTS[0]))
    batch, rpc = await simulated(refused_cycle(MINTS[0], "SlippageExceeded"), decided(state).cycles, state)
    assert batch.ready is None
    assert rpc.count("simulateTransaction") == 1


async def test_batches_are_simulated_all_at_once_and_keep_their_order() -> None:
    state = fruit()
    cycles = decided(state).cycles
    rpc = FakeRpc(simulateTransaction=simulation(refused_cycle(MINTS[2], "CycleMismatch")))
    async with rpc.client() as client:
        found = await simulate_all(batches(client), state, [cycles[:2], cycles[2:]], {})
    assert [named(batch.cycles) for batch in found] == [MINTS[:2], [ROOT]]
    assert [len(batch.dropped) for batch in found] == [0, 1]


async def test_a_transaction_that_an_endpoint_rejects_loses_its_last_token_first() -> None:
    def three_are_too_large(instructions: Sequence[DecodedInstruction]) -> None:
        if len({one.mint for one in instructions if one.mint}) > 2:
            raise Refusal(-32602, "too large")

    state = fruit()
    async with FakeRpc(simulateTransaction=simulation(three_are_too_large)).client() as client:
        (batch,) = await simulate_all(batches(client), state, [decided(state).cycles], {})
    assert named(batch.cycles) == MINTS[:2]
    assert [token.mint for token, _ in batch.dropped] == [str(ROOT), str(MINTS[2])]
