import asyncio
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.kube.lease import (
    LEASE_DURATION_SECONDS,
    RENEW_DEADLINE_SECONDS,
    RETRY_PERIOD_SECONDS,
    Lease,
    LeaseLost,
)
from tests.support.fake_time import freeze, run
from tests.support.fakes.leases import Server, candidate, holds


def now() -> float:
    return asyncio.get_running_loop().time()


def test_the_first_one_makes_the_lease() -> None:
    async def story() -> None:
        server = Server()
        lease, _ = candidate(server, "dat-operator-x")
        with pytest.raises(LeaseLost, match="dat/dat-operator: this replica is not the leader"):
            lease.check()
        await lease.acquire()
        lease.check()
        assert server.spec["holderIdentity"].startswith("dat-operator-x_")
        assert (server.spec["leaseDurationSeconds"], server.spec["leaseTransitions"]) == (15, 0)
        assert server.spec["acquireTime"] == server.spec["renewTime"]
        datetime.datetime.strptime(server.spec["renewTime"], "%Y-%m-%dT%H:%M:%S.%fZ")

    run(story())


def test_a_process_started_again_under_its_name_is_another() -> None:
    async def story() -> None:
        server = Server()
        before, _ = candidate(server)
        await before.acquire()
        again, _ = candidate(server)
        start = now()
        await again.acquire()
        assert now() - start >= LEASE_DURATION_SECONDS
        assert server.spec["leaseTransitions"] == 1

    run(story())


def test_the_holder_renews_and_the_other_waits() -> None:
    async def story() -> None:
        server = Server()
        (first, client), (second, _) = candidate(server, "a"), candidate(server, "b")
        await first.acquire()
        acquired = server.spec
        keeping, waiting = asyncio.create_task(first.keep()), asyncio.create_task(second.acquire())
        for _ in range(60):
            await asyncio.sleep(1)
            assert (holds(first), holds(second)) == (True, False)
        assert client.writes == pytest.approx(60 / RETRY_PERIOD_SECONDS, abs=2)
        for field in ("holderIdentity", "acquireTime", "leaseTransitions"):
            assert server.spec[field] == acquired[field]
        assert server.spec["renewTime"] > acquired["renewTime"]
        keeping.cancel()
        waiting.cancel()

    run(story())


@pytest.mark.parametrize("renewed", ["1999-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"])
def test_the_clock_of_another_machine_counts_for_nothing(renewed: str) -> None:
    """A Lease that looks long dead is left alone, one of the future expires: only its silence counts."""

    async def story() -> None:
        server = Server()
        server.held_by("other", renewTime=renewed, leaseTransitions=6)
        lease, _ = candidate(server)
        start = now()
        await lease.acquire()
        assert LEASE_DURATION_SECONDS <= now() - start < LEASE_DURATION_SECONDS + 0.1
        assert server.spec["leaseTransitions"] == 7

    run(story())


def test_every_sign_of_life_starts_the_waiting_anew_for_as_long_as_the_lease_says() -> None:
    async def story() -> None:
        server = Server()
        server.held_by("other", leaseDurationSeconds=40)
        lease, _ = candidate(server)
        waiting = asyncio.create_task(lease.acquire())
        await asyncio.sleep(39)
        server.held_by("other", leaseDurationSeconds=40, renewTime="2026-11-21T12:00:00.000000Z")
        await asyncio.sleep(39)
        assert not waiting.done()
        await waiting
        assert 79 <= now() <= 79 + RETRY_PERIOD_SECONDS + 0.1

    run(story())


def test_of_two_that_take_a_free_lease_at_once_one_wins() -> None:
    async def story() -> None:
        server = Server()
        server.held_by("")
        (first, one), (second, other) = candidate(server, "a"), candidate(server, "b")
        waiting = [asyncio.create_task(first.acquire()), asyncio.create_task(second.acquire())]
        await asyncio.sleep(1)
        assert one.writes + other.writes == 1
        assert holds(first) != holds(second)
        for task in waiting:
            task.cancel()

    run(story())


def test_released_it_is_free_at_once() -> None:
    async def story() -> None:
        server = Server()
        (first, _), (second, _) = candidate(server, "a"), candidate(server, "b")
        await first.acquire()
        waiting = asyncio.create_task(second.acquire())
        await asyncio.sleep(RETRY_PERIOD_SECONDS)
        start = now()
        await first.release()
        assert not holds(first)
        assert server.spec["holderIdentity"] == ""
        await waiting
        assert now() - start <= RETRY_PERIOD_SECONDS + 0.1

    run(story())


def test_what_is_not_held_is_not_released() -> None:
    async def story() -> None:
        server = Server()
        server.held_by("other")
        lease, client = candidate(server)
        await lease.release()
        assert client.writes == 0
        await lease.acquire()
        server.held_by("another")
        await lease.release()
        assert server.spec["holderIdentity"] == "another"

    run(story())


@pytest.mark.parametrize("fault", ["refused", "silent", "cut"])
def test_who_cannot_renew_stops_before_another_begins(fault: str) -> None:
    async def story() -> None:
        server = Server()
        (first, client), (second, _) = candidate(server, "a"), candidate(server, "b")
        await first.acquire()
        acquired = now()
        waiting = asyncio.create_task(second.acquire())
        await asyncio.sleep(0.1)
        client.faults = [fault] * 100
        with pytest.raises(LeaseLost, match="not renewed for 10 s"):
            await first.keep()
        assert acquired + RENEW_DEADLINE_SECONDS - 0.1 <= now() <= acquired + RENEW_DEADLINE_SECONDS
        assert not holds(first)
        assert not waiting.done()
        await waiting

    run(story())


def test_one_request_that_hangs_is_not_the_end() -> None:
    async def story() -> None:
        server = Server()
        lease, client = candidate(server)
        await lease.acquire()
        client.faults = ["silent", "", "", "cut", "", "refused", "", "", "", "silent"]
        keeping = asyncio.create_task(lease.keep())
        for _ in range(300):
            await asyncio.sleep(0.1)
            lease.check()
        assert client.faults == []
        keeping.cancel()

    run(story())


def test_who_sees_another_holder_stops_at_once() -> None:
    async def story() -> None:
        server = Server()
        lease, client = candidate(server)
        await lease.acquire()
        server.held_by("other")
        with pytest.raises(LeaseLost, match="another replica holds it"):
            await lease.keep()
        assert now() <= RETRY_PERIOD_SECONDS + 0.1
        assert client.writes == 1

    run(story())


@pytest.mark.parametrize("taken", [True, False])
def test_who_was_frozen_writes_nothing_any_more(taken: bool) -> None:
    async def story() -> None:
        server = Server()
        lease, client = candidate(server)
        await lease.acquire()
        keeping = asyncio.create_task(lease.keep())
        await asyncio.sleep(1)
        if taken:
            server.held_by("other")
        freeze(20)
        assert not holds(lease), "before anything else of the process runs"
        with pytest.raises(LeaseLost):
            await keeping
        await lease.release()
        assert client.writes == 1

    run(story())


FAULTS = st.lists(st.sampled_from(["", "", "", "slow", "refused", "silent", "cut"]), max_size=20)


@given(st.lists(FAULTS, min_size=2, max_size=3), st.integers(0, 60))
def test_never_two_at_once_whatever_fails_and_always_one_in_the_end(
    faults: list[list[str]], stop_at: int
) -> None:
    async def life(lease: Lease) -> None:
        """As a Deployment has it: who ends is started again."""
        while True:
            await lease.acquire()
            try:
                await lease.keep()
            except LeaseLost:
                pass
            finally:
                await lease.release()

    async def story() -> None:
        server = Server()
        leases = [candidate(server, "abc"[i], *some)[0] for i, some in enumerate(faults)]
        lives = [asyncio.create_task(life(lease)) for lease in leases]
        for tenth in range(2000):
            await asyncio.sleep(0.1)
            assert sum(map(holds, leases)) <= 1
            if tenth == stop_at * 10:
                lives[0].cancel()
        assert [lease for lease in leases[1:] if holds(lease)]
        for task in lives:
            task.cancel()

    run(story())
