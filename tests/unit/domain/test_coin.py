"""Which coins can be DATs: by the source of their fees and the role they are to have."""

from typing import Any

import pytest

from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.token_state import Sharing, TokenState
from tests.support.chain_state import SHARED, curve, graduated, key, token

MINT = key("mint")
ADDRESSES = token(MINT).addresses
AUTHORITY, CONFIG, STRANGER = ADDRESSES.authority, ADDRESSES.sharing_config, str(key("stranger"))
CASHBACK: dict[str, Any] = {"is_cashback_coin": True}


def coin(creator: str = AUTHORITY, **changes: Any) -> TokenState:
    return token(MINT, curve=curve(creator=creator, **changes))


def shared_out(*holders: tuple[str, int], revoked: bool = True) -> TokenState:
    return token(MINT, curve=curve(creator=CONFIG), sharing=Sharing(holders, revoked))


def reason(state: TokenState, role: Role, shared: str | None = str(SHARED)) -> str | None:
    found = coin_refusal(state, role, shared)
    return found.reason if found else None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (coin(), None),
        (coin(is_mayhem_mode=True), None),
        (coin(is_holder_reward=True), None),
        (coin(complete=True), None),
        (graduated(MINT), None),
        (coin(str(SHARED)), None),
        (shared_out((AUTHORITY, 10_000)), None),
        (shared_out((STRANGER, 9_999), (AUTHORITY, 1)), None),
        (shared_out((STRANGER, 10_000)), "ForeignSharingConfig"),
        (coin(CONFIG), "ForeignSharingConfig"),
        (coin(STRANGER), "CreatorMismatch"),
        (graduated(MINT, pool={"coin_creator": STRANGER}), "CreatorMismatch"),
        (coin(**CASHBACK), "CashbackCoin"),
        (coin(STRANGER, **CASHBACK), "CashbackCoin"),
        (coin(quote_mint=STRANGER, **CASHBACK), "UnsupportedQuoteMint"),
        (token(MINT, curve=None), "CurveNotFound"),
    ],
)
def test_a_secondary_needs_fees_of_its_own(state: TokenState, expected: str | None) -> None:
    assert reason(state, Role.SECONDARY) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (coin(), None),
        (coin(STRANGER), None),
        (coin(STRANGER, **CASHBACK), None),
        (coin(complete=True), None),
        (shared_out((STRANGER, 10_000)), None),
        (coin(quote_mint=STRANGER), "UnsupportedQuoteMint"),
        (token(MINT, curve=None), "CurveNotFound"),
    ],
)
def test_a_root_may_be_any_coin_quoted_in_sol(state: TokenState, expected: str | None) -> None:
    assert reason(state, Role.ROOT) == expected


def test_without_an_ecosystem_there_is_no_shared_creator() -> None:
    """Before set-up the shared authority is unknown, and an absent key equals no creator."""
    assert reason(coin(str(SHARED)), Role.SECONDARY, None) == "CreatorMismatch"


def test_a_mismatch_names_the_present_and_the_needed_creator() -> None:
    found = coin_refusal(coin(STRANGER), Role.SECONDARY, None)
    assert found is not None
    assert f"the creator {STRANGER} gets the coin's fees" in found.message
    assert f"but {AUTHORITY} must get them" in found.message
    assert "`dat token adopt`" in found.message


def test_a_mismatch_names_the_pda_of_a_holder_reward_coin() -> None:
    found = coin_refusal(coin(STRANGER, is_holder_reward=True), Role.SECONDARY, None)
    assert found is not None
    assert f"the holder-reward PDA {STRANGER}" in found.message


def test_a_final_sharing_config_is_hopeless() -> None:
    found = coin_refusal(shared_out((STRANGER, 10_000)), Role.SECONDARY, None)
    assert found is not None
    assert found.message.endswith("such a config cannot be changed any more")


def test_a_sharing_config_that_is_not_final_can_still_be_put_right() -> None:
    """docs/pump-fun.md: it becomes final with its first update."""
    found = coin_refusal(shared_out((STRANGER, 10_000), revoked=False), Role.SECONDARY, None)
    assert found is not None
    assert "`dat token adopt`" in found.message
    assert "cannot be changed" not in found.message
