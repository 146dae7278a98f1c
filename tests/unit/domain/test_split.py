from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.split import split

LAMPORTS = st.integers(0, 2**64 - 1)


@given(LAMPORTS, LAMPORTS, st.integers(0, 10_000))
def test_no_lamport_is_lost(available: int, carried: int, share: int) -> None:
    parts = split(available, carried, share)
    assert parts.carried_in + parts.inflow == available
    assert 0 <= parts.to_root <= parts.inflow
    assert 0 <= parts.carried_in <= carried


@given(LAMPORTS, st.integers(1000, 9000))
def test_the_roots_share_is_rounded_down(available: int, share: int) -> None:
    to_root = split(available, 0, share).to_root
    assert to_root * 10_000 <= available * share < (to_root + 1) * 10_000


@given(LAMPORTS, st.integers(1000, 9000))
def test_carried_lamports_are_not_split_again(available: int, share: int) -> None:
    assert split(available, available, share).to_root == 0


def test_the_same_numbers_as_the_program() -> None:
    """The example of programs/dat/src/arithmetic.rs."""
    parts = split(1_000, 400, 4_480)
    assert (parts.carried_in, parts.inflow, parts.to_root) == (400, 600, 268)
