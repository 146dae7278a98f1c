"""A shared creator's fees among its tokens."""

from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.allocation import allocate
from dat_operator.domain.token_state import SharedFees, TokenState
from tests.support.chain_state import SHARED, curve, graduated, key, token

LAMPORTS = st.integers(0, 2**53)
CREATOR = str(SHARED)


def shared(*buckets: int, creator: str = CREATOR) -> list[TokenState]:
    mints = [key(f"coin {n} of {creator[:9]}") for n in range(len(buckets))]
    return [
        token(mint, curve=curve(creator=creator, creator_fee=bucket))
        for mint, bucket in zip(mints, buckets, strict=True)
    ]


def undivided(lamports: int) -> SharedFees:
    return SharedFees(lamports // 2, lamports - lamports // 2, 0, 0, 0)


@given(buckets=st.lists(LAMPORTS, max_size=9), rest=LAMPORTS)
def test_no_more_is_allocated_than_exists(buckets: list[int], rest: int) -> None:
    parts = allocate(shared(*buckets), CREATOR, undivided(rest))
    total = sum(buckets)
    assert sum(parts.values()) <= total + rest
    # Of the rest, less than a lamport a token is left; all of it without a bucket to go by.
    assert sum(parts.values()) > total + rest - len(buckets) or not total
    for bucket, part in zip(buckets, parts.values(), strict=False):
        assert bucket + rest * bucket // total == part


@given(buckets=st.lists(LAMPORTS, min_size=2, max_size=9), rest=LAMPORTS)
def test_a_part_is_the_same_once_others_have_theirs(buckets: list[int], rest: int) -> None:
    """The root is planned again after the others have cycled; only rounding may change its part."""
    first, *others = shared(*buckets)
    parts = allocate([first, *others], CREATOR, undivided(rest))
    if not sum(buckets[1:]):
        return
    left = rest - (parts[first.mint] - buckets[0])
    again = allocate(others, CREATOR, undivided(left))
    assert all(0 <= again[t.mint] - parts[t.mint] <= 1 for t in others)


def test_other_creators_have_no_part() -> None:
    mine, strange = shared(5), shared(5, creator=str(key("stranger")))
    assert allocate([*mine, *strange], CREATOR, undivided(100)) == {mine[0].mint: 105}


def test_without_all_tokens_only_buckets_are_divided() -> None:
    pooled = graduated(key("pooled"), pool={"coin_creator": CREATOR, "creator_fees": 8})
    assert allocate([*shared(5), pooled], CREATOR, None) == {shared(5)[0].mint: 5, pooled.mint: 8}
