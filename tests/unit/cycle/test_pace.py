"""How often a token may cycle, by what the chain has of it."""

from typing import Any

import based58
import pytest
from solders.pubkey import Pubkey

from dat_operator.chain.program import EVENT_TAG
from dat_operator.cycle.batches import Batches
from dat_operator.cycle.pace import DAY, HOUR, too_often
from dat_operator.domain.chain_state import Role, TokenState
from dat_operator.domain.config import PaceConfig
from dat_operator.domain.refusal import Refusal
from tests.unit.builders import OPERATOR, PROGRAM, STATE, chain, key, stats, token
from tests.unit.chain.dat_bytes import event_bytes
from tests.unit.chain.fake_rpc import FakeRpc
from tests.unit.cycle.scene import assembler, config, mints, with_fees
from tests.unit.cycle.world import ecosystem

NOW = 1_000_000
MINT = key("mint")
PACE = PaceConfig(cooldown_seconds=0, max_per_hour=3, max_per_day=5)
Page = list[dict[str, Any]]


def entries(*ages: int, **more: Any) -> Page:
    return [{"signature": f"s{age}", "err": None, "blockTime": NOW - age, **more} for age in ages]


def cycled(ago: int) -> TokenState:
    return token(MINT, stats=stats(MINT, Role.SECONDARY, cycle_count=9, last_cycle_at=NOW - ago))


def cycle_of(mint: Pubkey) -> Any:
    """A transaction that runs a cycle of this token."""
    data = based58.b58encode(EVENT_TAG + event_bytes(mint=bytes(mint))).decode()
    inner = [{"instructions": [{"programIdIndex": 0, "data": data}]}]
    message = {"accountKeys": [str(PROGRAM)]}
    return {"slot": 9, "transaction": {"message": message}, "meta": {"err": None, "innerInstructions": inner}}


class History(FakeRpc):
    """``pages`` are by address; what ``other`` holds ran a cycle of another token."""

    def __init__(self, pages: dict[str, Page], other: tuple[str, ...] = ()) -> None:
        super().__init__(
            getSignaturesForAddress=lambda address, _: pages[address],
            getTransaction=lambda name, _: cycle_of(key("other") if name in other else MINT),
        )


async def paced(state: TokenState, rpc: FakeRpc) -> Refusal | None:
    async with rpc.client() as client:
        found = await too_often(client, str(PROGRAM), chain(state), [state], PACE)
    assert set(found) <= {state.mint}
    return found.get(state.mint)


@pytest.mark.parametrize("state", [cycled(DAY), token(MINT), token(MINT, stats=None)])
async def test_who_has_not_cycled_for_a_day_is_not_asked_about(state: TokenState) -> None:
    rpc = FakeRpc()
    assert await paced(state, rpc) is None
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
@pytest.mark.parametrize("ago", [1, DAY - 1])
async def test_what_was_lately_counts(page: Page, words: str | None, ago: int) -> None:
    """A failed one does not; one whose time a node does not know is taken for new."""
    state = cycled(ago)
    refusal = await paced(state, History({str(STATE): page, state.addresses.stats: page}))
    assert (refusal is not None) is (words is not None)
    if refusal and words:
        assert refusal.reason == "RateLimited"
        assert words in refusal.message


async def test_one_call_clears_all_tokens() -> None:
    states = [
        token(mint, stats=stats(mint, Role.SECONDARY, cycle_count=9, last_cycle_at=NOW - 1))
        for mint in mints(9)
    ]
    rpc = History({str(STATE): entries(1, 2)})
    async with rpc.client() as client:
        assert await too_often(client, str(PROGRAM), chain(*states), states, PACE) == {}
    assert [asked for asked, _ in rpc.asked] == ["getSignaturesForAddress"]


async def test_cycles_of_others_do_not_count() -> None:
    page = entries(*range(1, 8))
    rpc = History({str(STATE): page, cycled(1).addresses.stats: entries(1, 2)})
    assert await paced(cycled(1), rpc) is None
    assert rpc.count("getTransaction") == 0


async def test_only_cycles_count() -> None:
    """Anybody can send something that names the stats."""
    page = entries(*range(1, 9))
    pages = {str(STATE): page, cycled(1).addresses.stats: page}
    assert await paced(cycled(1), History(pages, other=tuple(f"s{n}" for n in range(1, 7)))) is None
    assert await paced(cycled(1), History(pages, other=("s1", "s2"))) is not None


async def test_a_root_does_not_count_on_who_has_to_wait() -> None:
    hasty, calm, root = MINT, *mints(2)
    recently = stats(hasty, Role.SECONDARY, cycle_count=1, last_cycle_at=NOW - 400)
    state = chain(with_fees(hasty, stats=recently), with_fees(calm), with_fees(root, Role.ROOT))
    configs = [config(hasty), config(calm), config(root, Role.ROOT)]
    page = entries(*range(400, 500))
    rpc = History({str(STATE): page, state.tokens[str(hasty)].addresses.stats: page})
    async with rpc.client() as client:
        decided = await Batches(client, OPERATOR, assembler(), ecosystem()).decide_at_pace(state, configs)
    assert [cycle.token.mint for cycle in decided.cycles] == [str(calm), str(root)]
    assert [cycle.plan.treasury_in for cycle in decided.cycles] == [0, 44_800_000]
    assert [(token.mint, refusal.reason) for token, refusal in decided.refused] == [
        (str(hasty), "RateLimited")
    ]


async def test_at_an_easy_pace_nobody_is_asked() -> None:
    state = chain(with_fees(MINT))
    rpc = FakeRpc()
    async with rpc.client() as client:
        decided = await Batches(client, OPERATOR, assembler(), ecosystem()).decide_at_pace(
            state, [config(MINT)]
        )
    assert len(decided.cycles) == 1
    assert rpc.asked == []
