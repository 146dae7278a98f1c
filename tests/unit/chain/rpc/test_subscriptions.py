"""What is followed, when the poller is woken, and what becomes of a connection that is lost."""

import asyncio
from asyncio import sleep as really_sleep
from collections.abc import AsyncIterator, Callable

import pytest
from structlog.testing import capture_logs

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc import subscriptions
from dat_operator.chain.rpc.subscriptions import LASTING_SECONDS, Subscriptions, accounts_to_follow
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import Commitment
from tests.support.chain_state import SHARED, STATE, TREASURY, chain, curve, graduated, key, token
from tests.support.fakes.websocket import SECRET, FakeNode, endpoint, serving

NOWHERE = endpoint(f"ws://127.0.0.1:1/?api-key={SECRET}")


class Watch:
    """Fake time: what is slept, and what was asked to be woken."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.wakes = 0
        self.notifications = 0

    def wake(self) -> None:
        self.wakes += 1

    def notified(self) -> None:
        self.notifications += 1


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    found = Watch()

    async def sleep(seconds: float, *_: object) -> None:
        found.slept.append(seconds)
        await really_sleep(0)

    monkeypatch.setattr(subscriptions.asyncio, "sleep", sleep)
    return found


@pytest.fixture
async def followed(watch: Watch) -> AsyncIterator[Subscriptions]:
    made = Subscriptions(watch.wake, watch.notified, lambda: watch.now)
    yield made
    await made.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await really_sleep(0.01)


def test_two_accounts_of_the_ecosystem_and_two_of_each_token() -> None:
    root, apple = key("root"), key("apple")
    tokens = token(root, Role.ROOT), graduated(apple)
    assert accounts_to_follow(chain(*tokens)) == [
        str(STATE),
        str(TREASURY),
        str(at.bonding_curve(root)),
        str(at.wrapped_sol(at.pool(apple))),
        tokens[0].addresses.stats,
        tokens[1].addresses.stats,
    ]


def test_trades_of_a_strangers_coin_are_not_followed_those_of_a_shared_creators_are() -> None:
    root, apple = key("root"), key("apple")
    foreign = token(root, Role.ROOT, curve=curve(creator=str(key("stranger"))))
    shared = token(apple, curve=curve(creator=str(SHARED)))
    followed = accounts_to_follow(chain(foreign, shared))
    assert foreign.addresses.bonding_curve not in followed
    assert foreign.addresses.stats in followed
    assert shared.addresses.bonding_curve in followed


async def test_a_burst_of_notifications_is_one_wake(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    node = FakeNode()
    monkeypatch.undo()  # Of fake time.
    monkeypatch.setattr(subscriptions, "BURST_SECONDS", 0.2)
    monkeypatch.setattr(subscriptions, "QUIET_SECONDS", 0.3)
    made = Subscriptions(watch.wake, watch.notified)
    async with serving(node.serve) as one:
        await made.follow([one], ["a"], "confirmed")
        await until(lambda: watch.wakes == 1)  # By the subscription: something may have happened before.
        for _ in range(20):
            await node.notify()
        await until(lambda: watch.notifications == 20)
        assert watch.wakes == 1, "it is quiet after a wake"
        await until(lambda: watch.wakes == 2)
        await asyncio.sleep(0.7)
        assert watch.wakes == 2
        await made.close()


async def test_the_same_again_keeps_the_connection_others_make_a_new_one(
    watch: Watch, followed: Subscriptions
) -> None:
    node = FakeNode()
    async with serving(node.serve) as one:
        wanted: list[tuple[list[str], Commitment]]
        wanted = [(["a"], "confirmed"), (["a"], "confirmed"), (["a", "b"], "confirmed")]
        wanted += [(["a", "b"], "finalized")]
        for accounts, commitment in wanted:
            await followed.follow([one], list(accounts), commitment)
            await until(lambda these=accounts: node.subscribed == these)
            await until(lambda at=commitment: node.params["commitment"] == at)
        await until(lambda: len(node.sockets) == 1)
        assert node.connections == 3
        await followed.close()
        await until(lambda: not node.sockets)


async def test_a_lost_connection_is_made_again_and_wakes(watch: Watch, followed: Subscriptions) -> None:
    node = FakeNode()
    async with serving(node.serve) as one:
        await followed.follow([one], ["a"], "confirmed")
        await until(lambda: node.subscribed and watch.wakes)
        watch.now += LASTING_SECONDS + 1
        wakes = watch.wakes
        await node.drop()
        await until(lambda: node.connections == 2 and node.subscribed)
        await until(lambda: watch.wakes > wakes)
        assert watch.slept.count(1) == 1


async def test_the_backoff_grows_to_a_minute_and_one_line_says_that_the_chain_is_only_polled(
    watch: Watch, followed: Subscriptions
) -> None:
    with capture_logs() as logs:
        await followed.follow([NOWHERE], ["a"], "confirmed")
        await until(lambda: len(watch.slept) >= 8)
    assert watch.slept[:8] == [2, 4, 8, 16, 32, 60, 60, 60]
    assert watch.wakes == 0
    (line,) = logs
    assert line["event"].startswith("no endpoint takes subscriptions, the chain is only polled; ")
    assert line["error"] == "ws://127.0.0.1:1: ClientConnectorError"


async def test_the_next_endpoint_is_tried_after_a_second(watch: Watch, followed: Subscriptions) -> None:
    node = FakeNode()
    async with serving(node.serve) as two:
        with capture_logs() as logs:
            await followed.follow([NOWHERE, two], ["a"], "confirmed")
            await until(lambda: watch.wakes)
            await node.drop()
            await until(lambda: node.connections == 2 and node.subscribed)
        assert watch.slept[0] == 1
        assert [line["event"] for line in logs[:2]] == [
            "subscribed to changes on chain",
            "subscriptions lost, they will be made again",
        ]
        assert logs[0]["accounts"] == 1
        assert SECRET not in str(logs)


async def test_one_that_accepts_and_drops_is_not_asked_for_ever_anew(
    watch: Watch, followed: Subscriptions
) -> None:
    node = FakeNode()
    async with serving(node.serve) as one:
        await followed.follow([one], ["a"], "confirmed")
        for number in range(1, 4):
            await until(lambda n=number: node.connections == n and node.subscribed)
            await node.drop()
        await until(lambda: node.connections == 4)
    assert [s for s in watch.slept if s in (4, 8)] == [4, 8]
