"""Packing, by models of the limits: what a transaction locks and how many instructions it runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.packing import MAX_LOCKS, MAX_TRACE, Packing, Slot, one_by_one, pack


@dataclass(frozen=True)
class Token:
    """A token as a transaction meets it; ``number`` tells equals apart."""

    number: int
    cycle_trace: int = 8
    gather_trace: int = 5
    cycle_locks: int = 6
    gather_locks: int = 1


@dataclass(frozen=True)
class Limits:
    """What a transaction may have."""

    trace: int = MAX_TRACE - 2  # the budget's two instructions
    locks: int = MAX_LOCKS
    shared_locks: int = 30
    """Accounts that every cycle of an ecosystem names."""

    def fits(self, slots: Sequence[Slot[Token]]) -> bool:
        trace = sum(s.token.cycle_trace + (0 if s.light else s.token.gather_trace) for s in slots)
        locks = sum(s.token.cycle_locks + (0 if s.light else s.token.gather_locks) for s in slots)
        return trace <= self.trace and locks + self.shared_locks <= self.locks

    def fits_ahead(self, tokens: Sequence[Token]) -> bool:
        trace = sum(token.gather_trace for token in tokens)
        locks = sum(1 + token.gather_locks for token in tokens)
        return trace <= self.trace and locks + self.shared_locks <= self.locks


def packed(tokens: Sequence[Token], limits: Limits) -> Packing[Token]:
    return pack(tokens, limits.fits, limits.fits_ahead)


def plainly(tokens: Sequence[Token], fits: Callable[[Sequence[Slot[Token]]], bool]) -> int:
    """How many transactions first-fit in order takes, without any light cycle."""
    count, batch = 0, list[Slot[Token]]()
    for token in tokens:
        slot = Slot(token, light=False)
        if batch and fits([*batch, slot]):
            batch.append(slot)
        else:
            count, batch = count + 1, [slot]
    return count


def too_much(token: Token, limits: Limits) -> bool:
    """Whether its cycle goes into a transaction only without its fees."""
    return limits.fits([Slot(token, light=True)]) and not limits.fits([Slot(token, light=False)])


TOKENS = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 30), st.integers(1, 20), st.integers(0, 20)), max_size=40
).map(lambda sizes: [Token(number, *size) for number, size in enumerate(sizes)])
LIMITS = st.builds(Limits, st.integers(1, 100), st.integers(1, 100), st.integers(0, 30))


@given(TOKENS, LIMITS)
def test_every_token_once_and_in_order(tokens: list[Token], limits: Limits) -> None:
    packing = packed(tokens, limits)
    assert [slot.token for batch in packing.cycles for slot in batch] == tokens
    assert all(packing.cycles), "no transaction is empty"


@given(TOKENS.filter(bool), LIMITS)
def test_the_root_is_the_very_last(tokens: list[Token], limits: Limits) -> None:
    assert packed(tokens, limits).cycles[-1][-1].token is tokens[-1]


@given(TOKENS, LIMITS)
def test_lights_are_exactly_those_whose_fees_are_brought_ahead(tokens: list[Token], limits: Limits) -> None:
    packing = packed(tokens, limits)
    lights = [slot.token for batch in packing.cycles for slot in batch if slot.light]
    assert [token for batch in packing.ahead for token in batch] == lights
    assert all(packing.ahead)


@given(TOKENS, LIMITS)
def test_bringing_ahead_never_costs_a_transaction(tokens: list[Token], limits: Limits) -> None:
    """Unless a token's cycle and its fees are too much for one."""
    packing, plain = packed(tokens, limits), plainly(tokens, limits.fits)
    inevitable = sum(too_much(token, limits) for token in tokens)
    assert packing.transactions == len(packing.ahead) + len(packing.cycles) <= plain + inevitable
    saves = not packing.ahead or packing.transactions < plain
    assert saves or inevitable, "ahead only if it saves something"


@given(TOKENS, LIMITS)
def test_limits_are_kept_wherever_there_is_a_choice(tokens: list[Token], limits: Limits) -> None:
    """A token that fits nowhere stands alone: its simulation says so."""
    packing = packed(tokens, limits)
    for batch in packing.cycles:
        nowhere = len(batch) == 1 and not limits.fits([Slot(batch[0].token, light=True)])
        assert limits.fits(batch) or nowhere
    assert all(len(batch) == 1 or limits.fits_ahead(batch) for batch in packing.ahead)


@given(TOKENS, LIMITS)
def test_alone_nobody_fails_by_another(tokens: list[Token], limits: Limits) -> None:
    packing = one_by_one(tokens, limits.fits)
    lights = [token for token in tokens if too_much(token, limits)]
    assert packing.cycles == tuple((Slot(token, light=token in lights),) for token in tokens)
    assert packing.ahead == tuple((token,) for token in lights)


def test_nothing_to_pack() -> None:
    assert packed([], Limits()).transactions == 0


ONE_OF_EACH = Limits()


def test_four_wholes_leave_room_for_one_light() -> None:
    """A cycle on a curve: 8 instructions, sweep and collect 5 more; 62 are left to run."""
    packing = packed([Token(n) for n in range(100)], ONE_OF_EACH)
    lights = [[slot.light for slot in batch] for batch in packing.cycles]
    assert lights == [[False] * 4 + [True]] * 20
    assert [len(batch) for batch in packing.ahead] == [12, 8]
    assert (packing.transactions, plainly([Token(n) for n in range(100)], ONE_OF_EACH.fits)) == (22, 25)


def test_a_few_tokens_are_not_worth_a_transaction_ahead() -> None:
    packing = packed([Token(n) for n in range(5)], ONE_OF_EACH)
    assert packing.ahead == ()
    assert [len(batch) for batch in packing.cycles] == [4, 1]


def test_where_locks_are_short_a_light_cycle_is_no_help() -> None:
    """Four tokens lock all that is left, and a light one would lock nearly as much."""
    tokens = [Token(n, cycle_locks=8, gather_locks=0) for n in range(100)]
    packing = packed(tokens, ONE_OF_EACH)
    assert packing.ahead == ()
    assert packing.transactions == 25
