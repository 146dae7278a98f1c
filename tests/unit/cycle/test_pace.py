"""How often a token may cycle, by what the chain has of it."""

from typing import Any

import pytest

from dat_operator.cycle.batches import Batches
from dat_operator.cycle.pace import DAY, HOUR, too_often
from dat_operator.domain.chain_state import Role, TokenState
from dat_operator.domain.config import PaceConfig
from dat_operator.domain.refusal import Refusal
from tests.unit.builders import OPERATOR, chain, key, stats, token
from tests.unit.chain.fake_rpc import FakeRpc
from tests.unit.cycle.scene import assembler, config, mints, with_fees
from tests.unit.cycle.world import ecosystem

NOW = 1_000_000
MINT = key("mint")
PACE = PaceConfig(cooldown_seconds=0, max_per_hour=3, max_per_day=5)


def entries(*ages: int, **more: Any) -> list[dict[str, Any]]:
    return [{"signature": f"s{age}", "err": None, "blockTime": NOW - age, **more} for age in ages]


def cycled(ago: int) -> TokenState:
    return token(MINT, stats=stats(MINT, Role.SECONDARY, cycle_count=9, last_cycle_at=NOW - ago))


async def paced(state: TokenState, page: list[dict[str, Any]]) -> tuple[Refusal | None, FakeRpc]:
    rpc = FakeRpc(getSignaturesForAddress=page)
    async with rpc.client() as client:
        return await too_often(client, state, PACE, NOW), rpc


@pytest.mark.parametrize("state", [cycled(HOUR), cycled(DAY), token(MINT), token(MINT, stats=None)])
async def test_who_has_not_cycled_for_an_hour_is_not_asked_about(state: TokenState) -> None:
    refusal, rpc = await paced(state, [])
    assert refusal is None
    assert rpc.asked == []


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (entries(1, 2), None),
        (entries(1, 2, HOUR), None),
        (entries(1, 2, HOUR - 1), "3 cycles in the last hour, of 3"),
        (entries(1, 2, HOUR, HOUR + 1), None),
        (entries(1, 2, HOUR, HOUR + 1, DAY - 1), "5 cycles in the last day, of 5"),
        (entries(1, 2, HOUR, HOUR + 1, DAY), None),
        ([*entries(1, 2), *entries(3, 4, err={"x": 1})], None),
        ([*entries(1, 2), *entries(3, blockTime=None)], "3 cycles in the last hour"),
    ],
)
async def test_what_was_lately_counts(page: list[dict[str, Any]], words: str | None) -> None:
    """A failed one does not; one whose time a node does not know is taken for new."""
    refusal, rpc = await paced(cycled(1), page)
    assert (refusal is not None) is (words is not None)
    if refusal and words:
        assert refusal.reason == "RateLimited"
        assert words in refusal.message
    ((_, (address, options)),) = rpc.asked
    assert address == cycled(1).addresses.stats
    assert options == {"limit": 6, "commitment": "confirmed"}


async def test_a_root_does_not_count_on_who_has_to_wait() -> None:
    hasty, calm, root = mints(3)
    recently = stats(hasty, Role.SECONDARY, cycle_count=1, last_cycle_at=NOW - 400)
    state = chain(with_fees(hasty, stats=recently), with_fees(calm), with_fees(root, Role.ROOT))
    configs = [config(hasty), config(calm), config(root, Role.ROOT)]
    rpc = FakeRpc(getSignaturesForAddress=entries(*range(400, 500)))
    async with rpc.client() as client:
        decided = await Batches(client, OPERATOR, assembler(), ecosystem()).decide_at_pace(state, configs)
    assert [cycle.token.mint for cycle in decided.cycles] == [str(calm), str(root)]
    assert [cycle.plan.treasury_in for cycle in decided.cycles] == [0, 44_800_000]
    assert [(token.mint, refusal.reason) for token, refusal in decided.refused] == [
        (str(hasty), "RateLimited")
    ]
    assert rpc.count("getSignaturesForAddress") == 1


async def test_at_an_easy_pace_nobody_is_asked() -> None:
    state = chain(with_fees(MINT))
    rpc = FakeRpc()
    async with rpc.client() as client:
        decided = await Batches(client, OPERATOR, assembler(), ecosystem()).decide_at_pace(
            state, [config(MINT)]
        )
    assert len(decided.cycles) == 1
    assert rpc.asked == []
