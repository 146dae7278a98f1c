"""Whose fees are whose, and how much waits: by what the chain shows of a token."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.dat_accounts import Role, RootShare
from dat_operator.domain.token_state import FeeSource, Sharing, TokenState
from tests.support.chain_state import SHARED, curve, graduated, key, pool, stats, token

MINT = key("mint")
ADDRESSES = token(MINT).addresses
AUTHORITY, CONFIG, STRANGER = ADDRESSES.authority, ADDRESSES.sharing_config, str(key("stranger"))
LAMPORTS = st.integers(0, 2**63)

CREATORS = {
    FeeSource.OWN: AUTHORITY,
    FeeSource.SHARED: str(SHARED),
    FeeSource.SHARING: CONFIG,
    FeeSource.FOREIGN: STRANGER,
}


def waiting(source: FeeSource, bucket: int = 0, amm_bucket: int | None = None, **changes: Any) -> TokenState:
    """A coin of a source with fees in its curve and, if it has graduated, its pool."""
    creator = CREATORS[source]
    complete = amm_bucket is not None
    return token(
        MINT,
        curve=curve(creator=creator, creator_fee=bucket, complete=complete),
        pool=pool(coin_creator=creator, creator_fees=amm_bucket) if complete else None,
        **changes,
    )


@pytest.mark.parametrize("source", FeeSource)
@pytest.mark.parametrize("amm_bucket", [None, 5])
def test_the_source_follows_from_the_creator(source: FeeSource, amm_bucket: int | None) -> None:
    assert waiting(source, amm_bucket=amm_bucket).fee_source(str(SHARED)) is source


def test_without_a_curve_there_is_no_creator() -> None:
    state = token(MINT, curve=None)
    assert state.creator is None
    assert state.fee_source(None) is FeeSource.FOREIGN


def test_a_graduated_coins_creator_is_its_pools() -> None:
    state = replace(graduated(MINT), curve=curve(creator=STRANGER, complete=True))
    assert state.creator == AUTHORITY


@given(bucket=LAMPORTS, amm=st.none() | LAMPORTS, vault=LAMPORTS, amm_vault=LAMPORTS)
def test_all_that_waits_is_an_own_coins(bucket: int, amm: int | None, vault: int, amm_vault: int) -> None:
    state = waiting(FeeSource.OWN, bucket, amm, vault_lamports=vault, amm_vault_lamports=amm_vault)
    assert state.uncollected_lamports == bucket + (amm or 0) + vault + amm_vault


@given(bucket=LAMPORTS, amm=st.none() | LAMPORTS, vault=LAMPORTS, share=st.integers(0, 10_000))
def test_of_a_sharing_coin_it_is_the_authoritys_part(
    bucket: int, amm: int | None, vault: int, share: int
) -> None:
    """Rounded down; pump.fun leaves the rest for the next time."""
    holders = ((STRANGER, 10_000 - share), (AUTHORITY, share))
    state = waiting(FeeSource.SHARING, bucket, amm, vault_lamports=vault, sharing=Sharing(holders, True))
    assert state.uncollected_lamports == (bucket + (amm or 0) + vault) * share // 10_000


@pytest.mark.parametrize("source", [FeeSource.SHARED, FeeSource.FOREIGN])
@given(bucket=LAMPORTS, amm=st.none() | LAMPORTS, vault=LAMPORTS)
def test_of_others_fees_nothing_is_ours(source: FeeSource, bucket: int, amm: int | None, vault: int) -> None:
    """Of a shared creator's, only what is to be credited."""
    state = waiting(source, bucket, amm, vault_lamports=vault, authority_lamports=9, credit_lamports=7)
    assert state.uncollected_lamports == 7
    assert state.pending_lamports == 7 + 9


@given(bucket=LAMPORTS, authority=LAMPORTS, carried=LAMPORTS)
def test_carried_lamports_are_not_pending(bucket: int, authority: int, carried: int) -> None:
    known = stats(MINT, Role.SECONDARY, carried_lamports=carried)
    state = waiting(FeeSource.OWN, bucket, authority_lamports=authority, stats=known)
    assert state.pending_lamports == bucket + max(0, authority - carried)


def test_before_it_is_set_up_nothing_was_carried() -> None:
    assert waiting(FeeSource.OWN, 5, authority_lamports=7, stats=None).pending_lamports == 12


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10_000)), max_size=10))
def test_a_part_is_the_sum_of_all_entries(holders: list[tuple[str, int]]) -> None:
    sharing = Sharing(tuple(holders), admin_revoked=False)
    assert sum(map(sharing.share_of, "abc")) == sum(bps for _, bps in holders)
    assert sharing.share_of("d") == 0


@pytest.mark.parametrize(("now", "bps"), [(0, 4480), (99, 4480), (100, 4000), (10**10, 4000)])
def test_a_changed_root_share_holds_from_its_time_on(now: int, bps: int) -> None:
    assert RootShare(bps=4480, next_bps=4000, next_at=100).at(now) == bps


def test_a_root_share_that_never_changed_holds_always() -> None:
    assert RootShare(4480, 4480, 0).at(0) == 4480
