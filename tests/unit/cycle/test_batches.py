"""Cycles are packed within the limits of the chain, with and without lookup tables."""

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
from dat_operator.cycle.batches import LookupTables, tables_of, without_prepaid_fees
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.market import BuyForm
from dat_operator.domain.packing import MAX_LOCKS, MAX_TRACE, MAX_TRANSACTION_BYTES, Packing
from tests.support.chain_state import OPERATOR, SOL, chain, curve, stats
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import (
    assembler,
    config,
    mints,
    pool_with_fees,
    with_fees,
)
from tests.support.fakes.planned_cycles import batches, decided, fruit
from tests.support.fakes.rpc import URL, FakeRpc
from tests.unit.chain.tx.test_lookup_tables import table_bytes


def tabled(count: int, *, on_pool: bool = False) -> tuple[ChainState, LookupTables]:
    """Tokens and a root with a lookup table each."""
    keys = mints(count)
    made = pool_with_fees if on_pool else with_fees
    roles = {mint: Role.ROOT if mint == keys[-1] else Role.SECONDARY for mint in keys}
    known = {mint: stats(mint, role, lookup_table=str(mint)) for mint, role in roles.items()}
    state = chain(*(made(mint, roles[mint], stats=known[mint]) for mint in keys))
    one = assembler()
    held = {mint: one.lookup_table_accounts(state, state.tokens[str(mint)]) for mint in keys}
    return state, {str(mint): AddressLookupTableAccount(mint, listed) for mint, listed in held.items()}


def packed(state: ChainState, tables: LookupTables) -> Packing[TokenCycle]:
    configs = [config(Pubkey.from_string(m), t.stats.role) for m, t in state.tokens.items() if t.stats]
    one = batches(RpcClient([URL]))
    return one.pack(one.decide(state, configs).cycles, tables, alone=False)


def test_without_tables_every_token_has_its_own_transaction() -> None:
    """Bytes are the limit then: a sweep, a collection and a cycle name about thirty accounts."""
    packing = packed(tabled(9)[0], {})
    assert packing.prepayments == ()
    assert [len(batch) for batch in packing.cycles] == [1] * 9


@pytest.mark.parametrize("on_pool", [False, True])
@pytest.mark.parametrize("with_tables", [False, True])
@pytest.mark.parametrize("count", [1, 23, 50])
def test_packed_transactions_are_within_the_chains_limits(
    count: int, on_pool: bool, with_tables: bool
) -> None:
    """Size, accounts and instructions of prepayments and of cycles."""
    state, tables = tabled(count, on_pool=on_pool)
    used = tables if with_tables else {}
    packing = packed(state, used)
    assert [packed.cycle.token.mint for batch in packing.cycles for packed in batch] == list(state.tokens)
    for prepaid in packing.prepayments:
        assert sum(cycle.fee_trace for cycle in prepaid) + 2 <= MAX_TRACE
        check_limits([i for cycle in prepaid for i in cycle.fee_instructions], prepaid, used)
    for batch in packing.cycles:
        cycles = [without_prepaid_fees(packed) for packed in batch]
        assert sum(cycle.cycle_trace + cycle.fee_trace for cycle in cycles) + 2 <= MAX_TRACE
        check_limits([i for c in cycles for i in (*c.fee_instructions, c.cycle)], cycles, used)


def check_limits(
    instructions: Sequence[Instruction], cycles: Sequence[TokenCycle], tables: LookupTables
) -> None:
    message = tx.compile_message(OPERATOR, instructions, tables_of(cycles, tables), Hash.default())
    assert tx.size(message) <= MAX_TRANSACTION_BYTES
    assert tx.locks(message) <= MAX_LOCKS


@pytest.mark.parametrize(("on_pool", "each", "transactions"), [(False, 5, 23), (True, 3, 43)])
def test_with_tables_a_hundred_tokens_take_few_transactions(
    on_pool: bool, each: int, transactions: int
) -> None:
    """On curves four tokens, and a fifth with prepaid fees; pools need more instructions and accounts."""
    state, tables = tabled(100, on_pool=on_pool)
    packing = packed(state, tables)
    assert max(map(len, packing.cycles)) == each
    assert packing.transactions == transactions
    assert not any(packed.fees_prepaid for packed in packing.cycles[0][:-1])


def test_fees_of_curve_and_pool_exceed_one_transaction() -> None:
    """Fees of its curve and of its pool: without a table they are prepaid."""
    (mint,) = mints(1)
    full = curve(creator=pool_with_fees(mint).addresses.authority, complete=True, creator_fee=SOL // 10)
    state = chain(pool_with_fees(mint, curve=full))
    one = batches(RpcClient([URL]))
    for alone in (False, True):
        packing = one.pack(one.decide(state, [config(mint)]).cycles, {}, alone=alone)
        assert [[packed.fees_prepaid for packed in batch] for batch in packing.cycles] == [[True]]
        ((prepaid,),) = packing.prepayments
        check_limits(prepaid.fee_instructions, [prepaid], {})
        check_limits([prepaid.cycle], [prepaid], {})


@pytest.mark.parametrize("form", BuyForm)
def test_with_a_table_every_form_of_buy_fits(form: BuyForm) -> None:
    """Without a table two forms do not fit."""
    state, tables = tabled(1, on_pool=form in (BuyForm.POOL, BuyForm.POOL_V2))
    (planned,) = batches(RpcClient([URL])).decide(state, [config(mints(1)[0], Role.ROOT)]).cycles
    made = assembler().token_cycle(state, planned.token, planned.plan, form)
    check_limits([*made.fee_instructions, made.cycle], [made], tables)


def test_tables_are_named_once() -> None:
    state, tables = tabled(2)
    cycles = decided(state, [config(mint) for mint in mints(2)]).cycles
    assert list(tables_of([*cycles, *cycles], tables)) == [tables[str(mint)] for mint in mints(2)]
    assert list(tables_of(cycles, {})) == []


async def test_the_tables_that_the_stats_name_are_read() -> None:
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
        found = await one.lookup_tables(cycles)
    assert found == {str(mints(2)[0]): tables[str(mints(2)[0])]}


async def test_without_any_table_no_call_is_made() -> None:
    rpc = FakeRpc()
    async with rpc.client() as client:
        assert await batches(client).lookup_tables(decided(fruit()).cycles) == {}
    assert rpc.asked == []
