import pytest

from dat_operator.chain.rpc.answers import NotOnThisNode, RateLimited
from dat_operator.chain.rpc.endpoints import (
    HALF_LIFE_SECONDS,
    LONGEST_REST_SECONDS,
    EndpointPool,
    RpcEndpoint,
)
from dat_operator.domain.errors import DatError, RpcRefused, RpcUnavailable
from dat_operator.domain.job_config import EndpointConfig

DOWN = RpcUnavailable("down")
REFUSED = RpcRefused("getSlot", -32602, "invalid params")


def endpoint(name: str = "one", priority: int = 0, requests_per_second: int | None = None) -> RpcEndpoint:
    url = f"https://{name}.example/?api-key=s3cr3t"
    return RpcEndpoint.of(EndpointConfig(url=url, priority=priority, requests_per_second=requests_per_second))


def names(pool: EndpointPool, now: float) -> list[str]:
    return [e.name.removeprefix("https://").removesuffix(".example") for e in pool.order(now)]


def test_its_name_has_no_key() -> None:
    assert endpoint().name == "https://one.example"


def test_the_first_measurement_counts_fully_the_next_ones_in_part() -> None:
    one = endpoint()
    one.note(None, 1.0, now=0.0)
    assert one.score(0.0) == 1.0
    one.note(None, 0.0, now=0.0)
    assert one.score(0.0) == pytest.approx(0.7)


def test_what_was_measured_fades() -> None:
    one = endpoint()
    one.note(None, 1.0, now=0.0)
    assert one.score(HALF_LIFE_SECONDS) == 0.5


def test_latency_decides_among_equals() -> None:
    slow, fast = endpoint("slow"), endpoint("fast")
    slow.note(None, 0.3, now=0.0)
    fast.note(None, 0.1, now=0.0)
    assert names(EndpointPool([slow, fast]), 0.0) == ["fast", "slow"]


def test_what_was_never_asked_is_tried_and_a_tie_is_decided_by_the_list() -> None:
    used, new, newer = endpoint("used"), endpoint("new"), endpoint("newer")
    used.note(None, 0.1, now=0.0)
    assert names(EndpointPool([used, new, newer]), 0.0) == ["new", "newer", "used"]


def test_the_one_in_use_is_kept_unless_another_is_clearly_better() -> None:
    used, other = endpoint("used"), endpoint("other")
    pool = EndpointPool([other, used])
    pool.last = used
    used.note(None, 0.12, now=0.0)
    other.note(None, 0.1, now=0.0)
    assert names(pool, 0.0)[0] == "used"
    used.note(None, 0.5, now=0.0)
    assert names(pool, 0.0)[0] == "other"


def test_recent_errors_count_and_fade() -> None:
    shaky, steady = endpoint("shaky"), endpoint("steady")
    steady.note(None, 0.4, now=0.0)
    shaky.note(DOWN, 0.0, now=0.0)
    shaky.note(None, 0.1, now=3.0)
    pool = EndpointPool([shaky, steady])
    assert names(pool, 3.0) == ["steady", "shaky"]
    later = 3.0 + 4 * HALF_LIFE_SECONDS
    shaky.note(None, 0.1, now=later)
    steady.note(None, 0.4, now=later)
    assert names(pool, later) == ["shaky", "steady"]


def test_slots_behind_count() -> None:
    late, fresh = endpoint("late"), endpoint("fresh")
    late.note(None, 0.1, now=0.0)
    fresh.note(None, 0.5, now=0.0)
    late.note(NotOnThisNode("late", behind=5), 0.1, now=0.0)
    assert not late.healthy(1.9)
    assert late.healthy(2.0), "it rests for as long as it is behind"
    assert names(EndpointPool([late, fresh]), 2.0) == ["fresh", "late"]


def test_a_higher_number_serves_only_while_no_lower_one_is_healthy() -> None:
    first, spare = endpoint("first", priority=1), endpoint("spare", priority=5)
    pool = EndpointPool([spare, first])
    first.note(None, 3.0, now=0.0)
    spare.note(None, 0.01, now=0.0)
    assert names(pool, 0.0) == ["first", "spare"]
    first.note(DOWN, 0.0, now=0.0)
    assert names(pool, 0.0) == ["spare", "first"], "the resting one is still there, for the last"
    assert names(pool, 2.0) == ["first", "spare"]


def test_it_rests_longer_and_longer_but_not_for_ever() -> None:
    one, now, rests = endpoint(), 0.0, []
    for _ in range(9):
        one.note(DOWN, 0.0, now)
        rests.append(one.free_at - now)
        now = one.free_at
    assert rests == [2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_one_that_hung_rests_longer() -> None:
    one = endpoint()
    one.note(DOWN, 10.0, now=0.0)
    assert one.free_at == 50.0


def test_calls_that_fail_together_are_one_failure() -> None:
    one = endpoint()
    for _ in range(20):
        one.note(DOWN, 0.0, now=0.0)
    assert one.free_at == 2.0


@pytest.mark.parametrize("answer", [None, REFUSED])
def test_an_answer_of_any_kind_ends_the_rest(answer: DatError | None) -> None:
    one = endpoint()
    one.note(DOWN, 0.0, now=0.0)
    one.note(answer, 0.1, now=1.0)
    assert one.healthy(1.0)
    one.note(DOWN, 0.0, now=10.0)
    assert one.free_at == 12.0, "the rests begin again"


def test_after_a_failure_one_call_at_a_time() -> None:
    one = endpoint()
    one.note(DOWN, 0.0, now=0.0)
    one.under_way = 1
    assert not one.healthy(5.0)
    one.under_way = 0
    assert one.healthy(5.0)


def test_retry_after_is_kept_to_whatever_else_it_answers() -> None:
    one = endpoint()
    one.note(RateLimited("429", 30.0), 0.1, now=0.0)
    one.note(None, 0.1, now=1.0)
    assert not one.healthy(29.0)
    assert one.healthy(30.0)


def test_who_wants_to_be_left_alone_comes_after_those_who_only_rest() -> None:
    closed, down = endpoint("closed"), endpoint("down")
    closed.note(RateLimited("429", 1.0), 0.1, now=0.0)
    down.note(DOWN, 0.1, now=0.0)
    assert names(EndpointPool([closed, down]), 0.0) == ["down", "closed"]


def test_a_rate_limit_without_a_time_is_a_failure() -> None:
    one = endpoint()
    one.note(RateLimited("429"), 0.1, now=0.0)
    assert one.free_at == 2.0


def test_calls_go_where_the_least_waiting_is() -> None:
    limited, free = endpoint("limited", requests_per_second=1), endpoint("free")
    limited.note(None, 0.1, now=0.0)
    free.note(None, 0.5, now=0.0)
    pool = EndpointPool([limited, free])
    assert names(pool, 0.0) == ["limited", "free"]
    limited.bucket.take(0.0)
    assert names(pool, 0.0) == ["free", "limited"]


def test_a_transaction_may_go_to_a_node_that_is_behind() -> None:
    late, down = endpoint("late"), endpoint("down")
    late.note(NotOnThisNode("late", behind=50), 0.1, now=0.0)
    down.note(DOWN, 0.1, now=0.0)
    assert EndpointPool([late, down]).at_once(0.0) == [late]
    late.note(RateLimited("429", 30.0), 0.1, now=0.0)
    assert EndpointPool([late, down]).at_once(2.0) == [down]


def test_at_once_is_all_that_are_up_or_else_all() -> None:
    one, two = endpoint("one"), endpoint("two", priority=1)
    pool = EndpointPool([one, two])
    assert pool.at_once(0.0) == [one, two]
    one.note(DOWN, 0.0, now=0.0)
    assert pool.at_once(0.0) == [two]
    two.note(DOWN, 0.0, now=0.5)
    assert pool.at_once(0.5) == [one, two]


def test_retry_after_0_does_not_make_an_endpoint_the_first() -> None:
    """A rate limit is a failure with any header. Once, 200 calls in a row went to one that took none."""
    limited, fine = endpoint("limited"), endpoint("fine")
    pool = EndpointPool([limited, fine])
    fine.note(None, 0.5, now=0.0)
    limited.note(RateLimited("429", 0.0), 0.01, now=0.0)
    assert limited.free_at == 2.0
    assert names(pool, 0.0) == ["fine", "limited"]
    limited.note(RateLimited("429", 0.0), 0.01, now=2.0)
    assert limited.free_at == 6.0, "longer and longer"


def test_a_short_retry_after_in_a_row_is_a_failure_too() -> None:
    limited = endpoint()
    for second in range(3):
        limited.note(RateLimited("429", 1.0), 0.01, now=float(second * 10))
    assert limited.free_at == 28.0
