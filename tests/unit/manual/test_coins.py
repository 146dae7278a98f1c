"""Which coins can be adopted, and what their creator signs."""

from typing import Any

import pytest

from dat_operator.chain import addresses as at
from dat_operator.domain.errors import DatError
from dat_operator.manual.action import Action
from dat_operator.manual.coins import adopt
from tests.support.chain_state import PROGRAM, SHARED, STATE, key
from tests.support.fakes.job_chain import JobChain, curve_of, session, state_account

APPLE, CREATOR = key("apple"), key("creator")


async def adopted(**curve: Any) -> Action:
    """The action that a creator signs for a coin with these fields of its curve."""
    fake_chain = JobChain(
        {**state_account(), **(curve_of(APPLE, **{"creator": CREATOR, **curve}) if curve else {})}
    )
    async with fake_chain.client() as rpc:
        return await adopt(session(rpc, signer="creator"), str(APPLE))


async def test_its_creator_hands_it_over() -> None:
    action = await adopted(complete=False)
    assert action.irrevocable == str(APPLE)
    assert action.description.endswith(str(at.authority_address(PROGRAM, STATE, APPLE)))


@pytest.mark.parametrize(
    ("curve", "said"),
    [
        ({}, "has no bonding curve"),
        ({"creator": SHARED}, "go to this ecosystem already"),
        ({"is_holder_reward": True}, "is a holder-reward or cashback coin"),
        ({"is_cashback_coin": True}, "is a holder-reward or cashback coin"),
        ({"is_holder_reward": True, "is_cashback_coin": True}, "is a holder-reward or cashback coin"),
        ({"creator": key("stranger")}, "is not the creator of"),
    ],
)
async def test_a_coin_that_cannot_be_adopted_is_refused_with_a_reason(
    curve: dict[str, Any], said: str
) -> None:
    with pytest.raises(DatError, match=said):
        await adopted(**curve)
