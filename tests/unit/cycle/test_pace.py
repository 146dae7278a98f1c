"""How often a token may cycle, by what the chain has of it."""

import pytest
from solders.pubkey import Pubkey

from dat_operator.cycle.batches import Batches
from dat_operator.cycle.pace import DAY, HOUR, PAGES, READS, too_often
from dat_operator.domain.chain_state import Role, TokenState
from dat_operator.domain.config import PaceConfig
from dat_operator.domain.refusal import Refusal
from tests.unit.builders import OPERATOR, chain, key, stats, token
from tests.unit.chain.fake_history import STRANGE_STATE, Index, cycle_of, history
from tests.unit.chain.fake_rpc import FakeRpc
from tests.unit.cycle.scene import assembler, config, mints, with_fees
from tests.unit.cycle.world import ecosystem

NOW = 1_000_000
MINT = key("mint")
PACE = PaceConfig(cooldown_seconds=0, max_per_hour=3, max_per_day=5)


def cycled(count: int = 9, ago: int = 1, mint: Pubkey = MINT) -> TokenState:
    """What the stats say: how many cycles, and when the last one was."""
    return token(mint, stats=stats(mint, Role.SECONDARY, cycle_count=count, last_cycle_at=NOW - ago))


def index_of(*ages: int, count: int = 9, mint: Pubkey = MINT, state: Pubkey | None = None) -> Index:
    """The token's last cycles by their ages, the newest first; before them it had others."""
    index = Index()
    for number, age in enumerate(reversed(ages), start=count - len(ages) + 1):
        where = {"state": state} if state else {}
        index.add(NOW - age, cycle_of(mint, number, NOW - age, **where))
    return index


async def paced(state: TokenState, rpc: FakeRpc) -> Refusal | None:
    async with rpc.client() as client:
        found = await too_often(history(client), chain(state), [state], PACE)
    assert set(found) <= {state.mint}
    return found.get(state.mint)


@pytest.mark.parametrize(
    "state",
    [cycled(ago=DAY), cycled(count=2), cycled(count=3, ago=HOUR), token(MINT), token(MINT, stats=None)],
)
async def test_who_cannot_have_cycled_too_often_by_its_stats_is_not_asked_about(state: TokenState) -> None:
    rpc = FakeRpc()
    assert await paced(state, rpc) is None
    assert rpc.asked == []


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ((1, 2), None),
        ((1, 2, HOUR), None),
        ((1, 2, HOUR - 1), "3 cycles in the last hour, of 3"),
        ((1, 2, HOUR, HOUR + 1), None),
        ((1, 2, HOUR, HOUR + 1, DAY - 1), "5 cycles in the last day, of 5"),
        ((1, 2, HOUR, HOUR + 1, DAY), None),
    ],
)
async def test_what_was_lately_counts(ages: tuple[int, ...], words: str | None) -> None:
    refusal = await paced(cycled(ago=ages[0]), index_of(*ages).rpc)
    assert (refusal is not None) is (words is not None)
    if refusal and words:
        assert refusal.reason == "RateLimited"
        assert words in refusal.message


async def test_a_failed_transaction_is_no_cycle() -> None:
    index = index_of(1, 2)
    for age in (3, 4):
        index.add(NOW - age, err={"x": 1})
    rpc = index.rpc
    assert await paced(cycled(), rpc) is None
    assert rpc.count("getTransaction") == 0


async def test_the_first_event_in_a_time_is_enough() -> None:
    """It says its number: the rest follows from the stats."""
    rpc = index_of(*range(1, 100), count=200).rpc
    refusal = await paced(cycled(count=200), rpc)
    assert refusal is not None
    assert "99 cycles in the last hour" in refusal.message
    assert (rpc.count("getSignaturesForAddress"), rpc.count("getTransaction")) == (1, 1)


async def test_one_call_clears_all_tokens() -> None:
    states = [cycled(mint=mint) for mint in mints(9)]
    rpc = index_of(1, 2).rpc
    async with rpc.client() as client:
        assert await too_often(history(client), chain(*states), states, PACE) == {}
    assert [asked for asked, _ in rpc.asked] == ["getSignaturesForAddress"]


async def test_cycles_of_other_tokens_do_not_count() -> None:
    assert await paced(cycled(), index_of(*range(1, 8), mint=key("other")).rpc) is None


async def test_a_strangers_ecosystem_with_our_mint_does_not_count() -> None:
    """On the same program, with our token as its root, in transactions that name our state."""
    index = index_of(*range(10, 20), state=STRANGE_STATE)
    assert await paced(cycled(), index.rpc) is None


async def test_a_flood_of_strangers_stops_no_token() -> None:
    index = Index()
    index.spam(NOW - 5, 5_000)
    index.add(NOW - 1, cycle_of(MINT, 9, NOW - 1))
    rpc = index.rpc
    assert await paced(cycled(), rpc) is None
    assert rpc.count("getSignaturesForAddress") == 5 + 1
    assert rpc.count("getTransaction") == READS


async def test_a_flood_of_strangers_before_the_cycles_does_not_hide_them_for_long() -> None:
    """A run keeps what it has read, so its next decision comes further."""
    index = Index()
    index.spam(NOW - 20, 2 * READS)
    for number, age in ((7, 12), (8, 11), (9, 10)):
        index.add(NOW - age, cycle_of(MINT, number, NOW - age))
    state = cycled()
    async with index.rpc.client() as client:
        one = history(client)
        found = [await too_often(one, chain(state), [state], PACE) for _ in range(3)]
    assert [set(refused) for refused in found] == [set(), set(), {state.mint}]


async def test_a_flood_after_the_cycles_hides_none_of_them() -> None:
    index = index_of(10, 11, 12)
    index.spam(NOW - 5, 5_000)
    assert await paced(cycled(), index.rpc) is not None


async def test_a_decision_has_a_bound_of_calls() -> None:
    index = Index()
    index.spam(NOW - 5, 15_000)
    rpc = index.rpc
    assert await paced(cycled(), rpc) is None
    assert len(rpc.asked) == PAGES + READS


async def test_what_a_node_does_not_show_is_passed_over() -> None:
    index = index_of(1, 2, 3, 4)
    index.unknown = {"sent 0"}
    assert await paced(cycled(), index.rpc) is not None


async def test_a_root_does_not_count_on_who_has_to_wait() -> None:
    hasty, calm, root = MINT, *mints(2)
    recently = stats(hasty, Role.SECONDARY, cycle_count=100, last_cycle_at=NOW - 400)
    state = chain(with_fees(hasty, stats=recently), with_fees(calm), with_fees(root, Role.ROOT))
    configs = [config(hasty), config(calm), config(root, Role.ROOT)]
    async with index_of(*range(400, 500), count=100).rpc.client() as client:
        batches = Batches(history(client), OPERATOR, assembler(), ecosystem())
        decided = await batches.decide_at_pace(state, configs)
    assert [cycle.token.mint for cycle in decided.cycles] == [str(calm), str(root)]
    assert [cycle.plan.treasury_in for cycle in decided.cycles] == [0, 44_800_000]
    assert [(token.mint, refusal.reason) for token, refusal in decided.refused] == [
        (str(hasty), "RateLimited")
    ]


async def test_at_an_easy_pace_nobody_is_asked() -> None:
    state = chain(with_fees(MINT))
    rpc = FakeRpc()
    async with rpc.client() as client:
        batches = Batches(history(client), OPERATOR, assembler(), ecosystem())
        decided = await batches.decide_at_pace(state, [config(MINT)])
    assert len(decided.cycles) == 1
    assert rpc.asked == []
