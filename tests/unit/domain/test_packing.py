"""Packing, by models of the limits: what a transaction locks and how many instructions it runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.packing import MAX_LOCKS, MAX_TRACE, PackedCycle, Packing, one_by_one, pack


@dataclass(frozen=True)
class Token:
    """A token's share of a transaction's limits; ``number`` distinguishes equal ones."""

    number: int
    cycle_trace: int = 8
    fee_trace: int = 5
    cycle_locks: int = 6
    fee_locks: int = 1


@dataclass(frozen=True)
class Limits:
    """The limits of a transaction."""

    trace: int = MAX_TRACE - 2  # the budget's two instructions
    locks: int = MAX_LOCKS
    shared_locks: int = 30
    """Accounts that every cycle of an ecosystem names."""

    def fits(self, batch: Sequence[PackedCycle[Token]]) -> bool:
        trace = sum(p.cycle.cycle_trace + (0 if p.fees_prepaid else p.cycle.fee_trace) for p in batch)
        locks = sum(p.cycle.cycle_locks + (0 if p.fees_prepaid else p.cycle.fee_locks) for p in batch)
        return trace <= self.trace and locks + self.shared_locks <= self.locks

    def prepayment_fits(self, tokens: Sequence[Token]) -> bool:
        trace = sum(token.fee_trace for token in tokens)
        locks = sum(1 + token.fee_locks for token in tokens)
        return trace <= self.trace and locks + self.shared_locks <= self.locks


def packed(tokens: Sequence[Token], limits: Limits) -> Packing[Token]:
    return pack(tokens, limits.fits, limits.prepayment_fits)


def plainly(tokens: Sequence[Token], fits: Callable[[Sequence[PackedCycle[Token]]], bool]) -> int:
    """The number of transactions of first-fit in order, without prepaid fees."""
    count, batch = 0, list[PackedCycle[Token]]()
    for token in tokens:
        packed = PackedCycle(token, fees_prepaid=False)
        if batch and fits([*batch, packed]):
            batch.append(packed)
        else:
            count, batch = count + 1, [packed]
    return count


def too_much(token: Token, limits: Limits) -> bool:
    """Whether its cycle fits into a transaction only without its fees."""
    return limits.fits([PackedCycle(token, fees_prepaid=True)]) and not limits.fits(
        [PackedCycle(token, fees_prepaid=False)]
    )


TOKENS = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 30), st.integers(1, 20), st.integers(0, 20)), max_size=40
).map(lambda sizes: [Token(number, *size) for number, size in enumerate(sizes)])
LIMITS = st.builds(Limits, st.integers(1, 100), st.integers(1, 100), st.integers(0, 30))


@given(TOKENS, LIMITS)
def test_every_token_once_and_in_order(tokens: list[Token], limits: Limits) -> None:
    packing = packed(tokens, limits)
    assert [one.cycle for batch in packing.cycles for one in batch] == tokens
    assert all(packing.cycles), "no transaction is empty"


@given(TOKENS.filter(bool), LIMITS)
def test_the_root_is_the_very_last(tokens: list[Token], limits: Limits) -> None:
    assert packed(tokens, limits).cycles[-1][-1].cycle is tokens[-1]


@given(TOKENS, LIMITS)
def test_every_prepaid_cycle_has_its_prepayment(tokens: list[Token], limits: Limits) -> None:
    packing = packed(tokens, limits)
    prepaid = [one.cycle for batch in packing.cycles for one in batch if one.fees_prepaid]
    assert [token for batch in packing.prepayments for token in batch] == prepaid
    assert all(packing.prepayments)


@given(TOKENS, LIMITS)
def test_a_prepayment_never_costs_a_transaction(tokens: list[Token], limits: Limits) -> None:
    """Unless a token's cycle and its fees exceed one transaction."""
    packing, plain = packed(tokens, limits), plainly(tokens, limits.fits)
    inevitable = sum(too_much(token, limits) for token in tokens)
    assert packing.transactions == len(packing.prepayments) + len(packing.cycles) <= plain + inevitable
    saves = not packing.prepayments or packing.transactions < plain
    assert saves or inevitable, "a prepayment must save a transaction"


@given(TOKENS, LIMITS)
def test_limits_hold_wherever_there_is_a_choice(tokens: list[Token], limits: Limits) -> None:
    """A token that exceeds every transaction is alone: its simulation names the limit."""
    packing = packed(tokens, limits)
    for batch in packing.cycles:
        nowhere = len(batch) == 1 and not limits.fits([PackedCycle(batch[0].cycle, fees_prepaid=True)])
        assert limits.fits(batch) or nowhere
    assert all(len(batch) == 1 or limits.prepayment_fits(batch) for batch in packing.prepayments)


@given(TOKENS, LIMITS)
def test_one_by_one_each_cycle_is_alone(tokens: list[Token], limits: Limits) -> None:
    packing = one_by_one(tokens, limits.fits)
    prepaid = [token for token in tokens if too_much(token, limits)]
    assert packing.cycles == tuple((PackedCycle(token, fees_prepaid=token in prepaid),) for token in tokens)
    assert packing.prepayments == tuple((token,) for token in prepaid)


def test_nothing_to_pack() -> None:
    assert packed([], Limits()).transactions == 0


ONE_OF_EACH = Limits()


def test_four_self_contained_cycles_leave_room_for_one_with_prepaid_fees() -> None:
    """A cycle on a curve: 8 instructions, sweep and collect 5 more; 62 are left to run."""
    packing = packed([Token(n) for n in range(100)], ONE_OF_EACH)
    prepaid = [[one.fees_prepaid for one in batch] for batch in packing.cycles]
    assert prepaid == [[False] * 4 + [True]] * 20
    assert [len(batch) for batch in packing.prepayments] == [12, 8]
    assert (packing.transactions, plainly([Token(n) for n in range(100)], ONE_OF_EACH.fits)) == (22, 25)


def test_a_few_tokens_are_not_worth_a_prepayment() -> None:
    packing = packed([Token(n) for n in range(5)], ONE_OF_EACH)
    assert packing.prepayments == ()
    assert [len(batch) for batch in packing.cycles] == [4, 1]


def test_prepaid_fees_save_no_locks() -> None:
    """Four tokens lock all that is left; with prepaid fees they would lock nearly as much."""
    tokens = [Token(n, cycle_locks=8, fee_locks=0) for n in range(100)]
    packing = packed(tokens, ONE_OF_EACH)
    assert packing.prepayments == ()
    assert packing.transactions == 25
