"""From decisions to transactions that would go through."""

from collections.abc import Sequence
from typing import Any

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx import message as tx
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batch, Batches, Decided, Tables, tables_of
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.market import BuyForm
from dat_operator.domain.packing import MAX_BYTES, MAX_LOCKS, MAX_TRACE, Packing
from tests.support.chain_state import OPERATOR, SOL, chain, curve, stats, token
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import (
    Judge,
    Laid,
    anchor_error,
    assembler,
    at_cycle,
    config,
    mints,
    pool_with_fees,
    simulation,
    with_fees,
)
from tests.support.fakes.job_chain import ecosystem
from tests.support.fakes.rpc import URL, FakeRpc, Refusal
from tests.unit.chain.tx.test_lookup_tables import table_bytes

MINTS = mints(4)
ROOT = MINTS[-1]


def fruit(**changes: Any) -> ChainState:
    """Three secondaries and a root, all with fees."""
    return chain(*map(with_fees, MINTS[:-1]), with_fees(ROOT, Role.ROOT), **changes)


CONFIGS = [*map(config, MINTS[:-1]), config(ROOT, Role.ROOT)]


def batches(rpc: RpcClient) -> Batches:
    return Batches(rpc, OPERATOR, assembler(), ecosystem())


def decided(state: ChainState, configs: Sequence[Any] = CONFIGS) -> Decided:
    return batches(RpcClient([URL])).decide(state, configs)


def named(cycles: Sequence[TokenCycle]) -> list[Pubkey]:
    return [Pubkey.from_string(cycle.token.mint) for cycle in cycles]


def test_every_token_is_planned_or_refused() -> None:
    state = chain(with_fees(MINTS[0]), token(MINTS[1]), with_fees(ROOT, Role.ROOT))
    found = decided(state)
    assert named(found.cycles) == [MINTS[0], ROOT]
    assert [(c.mint, r.reason) for c, r in found.refused] == [
        (str(MINTS[1]), "InsufficientFees"),
        (str(MINTS[2]), "NotInitialized"),
    ]


def test_a_token_is_kept_to_its_pool() -> None:
    configs = [config(MINTS[0]).model_copy(update={"pool": "PumpSwap"}), *CONFIGS[1:]]
    found = decided(fruit(), configs)
    assert [(c.mint, r.reason) for c, r in found.refused] == [(str(MINTS[0]), "PoolMismatch")]
    assert named(found.cycles) == MINTS[1:]


def test_a_root_counts_on_what_the_others_will_send_it() -> None:
    """44.8 % of a tenth of a SOL each, and what lies in the treasury already."""
    found = decided(fruit(treasury_lamports=7))
    assert [cycle.plan.treasury_in for cycle in found.cycles] == [0, 0, 0, 3 * 44_800_000 + 7]


def test_a_root_may_live_on_nothing_else() -> None:
    state = chain(*map(with_fees, MINTS[:-1]), token(ROOT, Role.ROOT))
    assert named(decided(state).cycles) == MINTS


def test_what_a_refused_token_would_send_does_not_count() -> None:
    state = chain(with_fees(MINTS[0]), token(MINTS[1]), token(ROOT, Role.ROOT))
    assert [cycle.plan.treasury_in for cycle in decided(state).cycles] == [0, 44_800_000]


def test_the_first_form_is_the_cheapest() -> None:
    state = chain(with_fees(MINTS[0]), pool_with_fees(MINTS[1]))
    assert [c.form for c in decided(state).cycles] == [BuyForm.CURVE_V3, BuyForm.POOL_V2]


async def simulated(judge: Judge, cycles: Sequence[TokenCycle], state: ChainState) -> tuple[Batch, FakeRpc]:
    rpc = FakeRpc(simulateTransaction=simulation(judge))
    async with rpc.client() as client:
        (batch,) = await batches(client).simulate_all(state, [cycles], {})
    return batch, rpc


def refused_cycle(mint: Pubkey, reason: str) -> Judge:
    """A program of its own refuses this token's cycle."""

    def judge(instructions: Sequence[Laid]) -> Any:
        where = at_cycle(instructions, mint)
        return ({"InstructionError": [where, {"Custom": 1}]}, anchor_error(reason)) if where else None

    return judge


async def test_a_batch_that_goes_through() -> None:
    cycles = decided(fruit()).cycles
    batch, rpc = await simulated(lambda _: None, cycles, fruit())
    assert batch.cycles == cycles
    assert batch.dropped == ()
    assert batch.ready is not None
    assert batch.ready.units == 100_000
    assert list(batch.ready.instructions) == [i for c in cycles for i in (*c.gather, c.cycle)]
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
    assert list(batch.ready.instructions) == [i for c in batch.cycles for i in (*c.gather, c.cycle)]
    assert rpc.count("simulateTransaction") == 2


async def test_whose_fees_cannot_be_brought_is_dropped_too() -> None:
    """The second token's sweep stands behind three instructions of the first."""
    state = fruit()

    def judge(instructions: Sequence[Laid]) -> Any:
        cycling = at_cycle(instructions, MINTS[1])
        return {"InstructionError": [cycling - 2, {"Custom": 6095}]} if cycling else None

    batch, _ = await simulated(judge, decided(state).cycles, state)
    ((dropped, error),) = batch.dropped
    assert (dropped.mint, error.reason, error.number) == (str(MINTS[1]), "Custom6095", 6095)
    assert named(batch.cycles) == [MINTS[0], MINTS[2], ROOT]


async def test_all_may_fail() -> None:
    state = fruit()

    def judge(_: Sequence[Laid]) -> Any:
        return {"InstructionError": [2, {"Custom": 1}]}, anchor_error("SlippageExceeded")

    batch, rpc = await simulated(judge, decided(state).cycles, state)
    assert (batch.cycles, batch.ready) == ((), None)
    assert [token.mint for token, _ in batch.dropped] == list(map(str, MINTS))
    assert rpc.count("simulateTransaction") == 4


@pytest.mark.parametrize(("alone", "known"), [(6999, True), (6998, False), (None, False)])
async def test_a_refusal_without_a_name_is_simulated_again_alone(alone: int | None, known: bool) -> None:
    """A full batch's logs are cut before they say why; alone the same number has its name."""
    state = fruit()

    def judge(instructions: Sequence[Laid]) -> Any:
        where = at_cycle(instructions, MINTS[2])
        full = len([one for one in instructions if one.mint]) > 1
        if where is None or not (full or alone):
            return None
        number = 6999 if full else alone
        err = {"InstructionError": [where, {"Custom": number}]}
        return err, ["Log truncated"] if full else anchor_error("New", number or 0)

    batch, rpc = await simulated(judge, decided(state).cycles, state)
    ((dropped, error),) = batch.dropped
    assert (dropped.mint, error.number) == (str(MINTS[2]), 6999)
    assert (error.reason, error.unnamed) == (("New", False) if known else ("Custom6999", True))
    assert named(batch.cycles) == [MINTS[0], MINTS[1], ROOT]
    assert rpc.count("simulateTransaction") == 3


@pytest.mark.parametrize("err", ["TooManyAccountLocks", {"InsufficientFundsForRent": {"account_index": 3}}])
async def test_what_is_refused_as_a_whole_is_tried_without_its_last(err: Any) -> None:
    state = fruit()

    def judge(instructions: Sequence[Laid]) -> Any:
        return err if len([one for one in instructions if one.mint]) > 2 else None

    batch, _ = await simulated(judge, decided(state).cycles, state)
    assert named(batch.cycles) == MINTS[:2]
    assert [token.mint for token, _ in batch.dropped] == [str(ROOT), str(MINTS[2])]


def unknown_to(forms: Sequence[BuyForm]) -> Judge:
    """A cluster whose pump.fun knows only some forms."""

    def judge(instructions: Sequence[Laid]) -> Any:
        for number, one in enumerate(instructions):
            if one.mint and one.form not in forms:
                err = {"InstructionError": [number + 2, {"Custom": 101}]}
                return err, anchor_error("InstructionFallbackNotFound", 101)
        return None

    return judge


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
    """A curve's newest is known here, a pool's is not."""
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
        found = await batches(client).simulate_all(state, [cycles[:2], cycles[2:]], {})
    assert [named(batch.cycles) for batch in found] == [MINTS[:2], [ROOT]]
    assert [len(batch.dropped) for batch in found] == [0, 1]


async def test_a_transaction_that_is_refused_as_a_whole_loses_its_last_token_first() -> None:
    def three_are_too_large(instructions: Sequence[Laid]) -> None:
        if len({one.mint for one in instructions if one.mint}) > 2:
            raise Refusal(-32602, "too large")

    state = fruit()
    async with FakeRpc(simulateTransaction=simulation(three_are_too_large)).client() as client:
        (batch,) = await batches(client).simulate_all(state, [decided(state).cycles], {})
    assert named(batch.cycles) == MINTS[:2]
    assert [token.mint for token, _ in batch.dropped] == [str(ROOT), str(MINTS[2])]


def tabled(count: int, *, on_pool: bool = False) -> tuple[ChainState, Tables]:
    """Tokens and a root whose accounts stand in one table."""
    keys = mints(count)
    made = pool_with_fees if on_pool else with_fees
    roles = {mint: Role.ROOT if mint == keys[-1] else Role.SECONDARY for mint in keys}
    known = {mint: stats(mint, role, lookup_table=str(mint)) for mint, role in roles.items()}
    state = chain(*(made(mint, roles[mint], stats=known[mint]) for mint in keys))
    one = assembler()
    held = {mint: one.lookups(state, state.tokens[str(mint)]) for mint in keys}
    return state, {str(mint): AddressLookupTableAccount(mint, listed) for mint, listed in held.items()}


def packed(state: ChainState, tables: Tables) -> Packing[TokenCycle]:
    configs = [config(Pubkey.from_string(m), t.stats.role) for m, t in state.tokens.items() if t.stats]
    one = batches(RpcClient([URL]))
    return one.pack(one.decide(state, configs).cycles, tables, alone=False)


def test_without_tables_every_token_has_its_own_transaction() -> None:
    """Bytes are what is short then: a sweep, a collection and a cycle name some thirty accounts."""
    packing = packed(tabled(9)[0], {})
    assert packing.ahead == ()
    assert [len(batch) for batch in packing.cycles] == [1] * 9


@pytest.mark.parametrize("on_pool", [False, True])
@pytest.mark.parametrize("with_tables", [False, True])
@pytest.mark.parametrize("count", [1, 23, 50])
def test_what_is_packed_is_within_the_chains_limits(count: int, on_pool: bool, with_tables: bool) -> None:
    """Size, accounts, instructions that run: of what brings fees ahead, and of the cycles."""
    state, tables = tabled(count, on_pool=on_pool)
    used = tables if with_tables else {}
    packing = packed(state, used)
    assert [slot.token.token.mint for batch in packing.cycles for slot in batch] == list(state.tokens)
    for ahead in packing.ahead:
        assert sum(cycle.gather_trace for cycle in ahead) + 2 <= MAX_TRACE
        check_limits([i for cycle in ahead for i in cycle.gather], ahead, used)
    for batch in packing.cycles:
        trace = sum(s.token.cycle_trace + (0 if s.light else s.token.gather_trace) for s in batch)
        assert trace + 2 <= MAX_TRACE
        instructions = [i for s in batch for i in (*(() if s.light else s.token.gather), s.token.cycle)]
        check_limits(instructions, [slot.token for slot in batch], used)


def check_limits(instructions: Sequence[Instruction], cycles: Sequence[TokenCycle], tables: Tables) -> None:
    message = tx.compile_message(OPERATOR, instructions, tables_of(cycles, tables), Hash.default())
    assert tx.size(message) <= MAX_BYTES
    assert tx.locks(message) <= MAX_LOCKS


@pytest.mark.parametrize(("on_pool", "each", "transactions"), [(False, 5, 23), (True, 3, 43)])
def test_with_tables_a_hundred_tokens_take_few_transactions(
    on_pool: bool, each: int, transactions: int
) -> None:
    """Four tokens and a fifth's light cycle on curves; pools run more instructions and name more accounts."""
    state, tables = tabled(100, on_pool=on_pool)
    packing = packed(state, tables)
    assert max(map(len, packing.cycles)) == each
    assert packing.transactions == transactions
    assert not any(slot.light for slot in packing.cycles[0][:-1])


def test_what_a_graduated_coin_left_behind_is_too_much_for_one_transaction() -> None:
    """Fees of its curve and of its pool: without a table they are brought ahead."""
    (mint,) = mints(1)
    full = curve(creator=pool_with_fees(mint).addresses.authority, complete=True, creator_fee=SOL // 10)
    state = chain(pool_with_fees(mint, curve=full))
    one = batches(RpcClient([URL]))
    for alone in (False, True):
        packing = one.pack(one.decide(state, [config(mint)]).cycles, {}, alone=alone)
        assert [[slot.light for slot in batch] for batch in packing.cycles] == [[True]]
        ((ahead,),) = packing.ahead
        check_limits(ahead.gather, [ahead], {})
        check_limits([ahead.cycle], [ahead], {})


@pytest.mark.parametrize("form", BuyForm)
def test_with_a_table_every_form_of_buy_fits(form: BuyForm) -> None:
    """Two do not without one."""
    state, tables = tabled(1, on_pool=form in (BuyForm.POOL, BuyForm.POOL_V2))
    (planned,) = batches(RpcClient([URL])).decide(state, [config(mints(1)[0], Role.ROOT)]).cycles
    made = assembler().token_cycle(state, planned.token, planned.plan, form)
    check_limits([*made.gather, made.cycle], [made], tables)


def test_tables_are_named_once() -> None:
    state, tables = tabled(2)
    cycles = decided(state, [config(mint) for mint in mints(2)]).cycles
    assert list(tables_of([*cycles, *cycles], tables)) == [tables[str(mint)] for mint in mints(2)]
    assert list(tables_of(cycles, {})) == []


async def test_tables_are_read_by_what_the_tokens_stats_name() -> None:
    state, tables = tabled(2)
    answers = {
        key: account(owner=at.LOOKUP_TABLES, data=table_bytes(list(t.addresses))) for key, t in tables.items()
    }
    del answers[str(mints(2)[1])]

    def answer(keys: list[str], _: Any) -> Any:
        return {"context": {"slot": 1}, "value": [answers.get(key) for key in keys]}

    configs = [config(mint, Role.ROOT if mint == mints(2)[-1] else Role.SECONDARY) for mint in mints(2)]
    async with FakeRpc(getMultipleAccounts=answer).client() as client:
        one = batches(client)
        cycles = one.decide(state, configs).cycles
        found = await one.tables(cycles)
    assert found == {str(mints(2)[0]): tables[str(mints(2)[0])]}


async def test_without_any_table_nobody_is_asked() -> None:
    rpc = FakeRpc()
    async with rpc.client() as client:
        assert await batches(client).tables(decided(fruit()).cycles) == {}
    assert rpc.asked == []


def test_the_amounts_are_worth_a_cycle() -> None:
    """A reminder of what these tests are made of."""
    assert {cycle.plan.split.inflow for cycle in decided(fruit()).cycles} == {SOL // 10}
