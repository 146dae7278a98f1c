"""A story runs again while the operator is killed or misled at every possible point (method of Sieve).

The story: an ecosystem and two tokens are applied, set up by a Job, traded, and a DATCycle runs a cycle. Its
end (statuses without times, the chain's totals, Jobs and their configuration, CronJobs, Events word for word)
must be the end of the undisturbed story. The classes of points:

- before a write: SIGKILL as the request comes to the API server, which never sees it. At every write of the
  story, by what is written: method, object, for statuses Ready's reason and the parts, for Events the reason.
- after a write: SIGKILL once the API server has done it, before the operator hears of it. At every write.
- stale reads: after each kill of the latter kind, first lists are those that the process before has read.
- lost events: the first event of each state of an object is dropped from its watch, which ends with 410 Gone
  half a second later, as one that has fallen behind.
- torn streams: every watch breaks off in the middle of every third event.

The next process starts at once: the test deletes the Lease of the killed one instead of waiting it out.
"""

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dat_operator.entry.operator.watches import KINDS
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_proxy import Hung, KubeProxy, Write
from tests.support.cluster.api_server import Body, Namespace
from tests.support.operator.process import Operator
from tests.support.operator.story import End, Story, different
from tests.support.tenant import Tenant


@pytest.fixture(scope="module")
def new_story(
    kubeconfig: Path, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Story]]:
    opened: list[Any] = []

    def make() -> Story:
        name = f"sieve-{uuid.uuid4().hex[:6]}"
        folder, namespace = tmp_path_factory.mktemp(name), Namespace(kubeconfig, name)
        namespace.create_namespace()
        namespace.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "dat-jobs"}})
        proxy = KubeProxy(kubeconfig, folder).__enter__()
        opened.append((namespace, proxy))
        tenant = Tenant(namespace, chain, PROGRAM_ID, name, folder)
        tenant.operator = Operator(namespace, folder, KUBECONFIG=str(proxy.kubeconfig))
        return Story(tenant, proxy)

    yield make
    for namespace, proxy in opened:
        proxy.__exit__(None, None, None)
        namespace.close()


@pytest.fixture(scope="module")
def undisturbed(new_story: Callable[[], Story]) -> tuple[End, set[str]]:
    """How it ends, and the points of the writes on the way."""
    story = new_story()
    story.proxy.write_rule = lambda write: story.points.append(story.point(write))
    return story.tell(), set(story.points)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_every_write(
    new_story: Callable[[], Story], undisturbed: tuple[End, set[str]], when: str
) -> None:
    story, (end, points) = new_story(), undisturbed
    seen: dict[str, bytes] = {}

    def rule(write: Write) -> None:
        if (point := story.point(write)) in story.points or story.kills.is_set():
            return
        story.points.append(point)
        if when == "after":
            write.forward()
        story.kill()

    def stale(path: str, content: bytes) -> bytes:
        before, seen[path] = seen.get(path, content), content
        return before

    story.proxy.write_rule = rule
    story.proxy.list_rule = stale if when == "after" else None
    assert different(story.tell(), end) == {}
    assert objects(story.points) >= objects(points), "what is written undisturbed was killed at, too"


def test_events_get_lost(new_story: Callable[[], Story], undisturbed: tuple[End, set[str]]) -> None:
    story, (end, _) = new_story(), undisturbed
    lost: set[str] = set()

    def rule(path: str, event: Body) -> Iterator[bytes]:
        what = f"{path} {story.common(state_of(event['object']))}"
        if what in lost or event["type"] not in ("ADDED", "MODIFIED"):
            yield json.dumps(event).encode() + b"\n"
            return
        lost.add(what)
        time.sleep(0.5)
        gone = {"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410}
        yield json.dumps({"type": "ERROR", "object": gone}).encode() + b"\n"
        raise Hung

    story.proxy.event_rule = rule
    assert different(story.tell(), end) == {}
    assert {what.split()[0].rsplit("/", 1)[1] for what in lost} == {plural for _, _, plural in KINDS.values()}


def objects(points: Iterable[str]) -> set[str]:
    """What is written: what a status says by when depends on when the operator was killed."""
    return {point.split("/status")[0] for point in points}


def state_of(body: Body) -> str:
    """The state of an object, to compare it with other states."""
    status = body.get("status", {})
    conditions = sorted((c["type"], c["status"]) for c in status.get("conditions", []))
    return f"{body['metadata']['name']} {status.get('phase')} {status.get('active')} {conditions}"


def test_streams_break_off(new_story: Callable[[], Story], undisturbed: tuple[End, set[str]]) -> None:
    story, (end, _) = new_story(), undisturbed
    count = Counter[str]()

    def rule(path: str, event: Body) -> Iterator[bytes]:
        count[path] += 1
        line = json.dumps(event).encode() + b"\n"
        if count[path] % 3 == 0:
            yield line[: len(line) // 2]
            raise Hung
        yield line

    story.proxy.event_rule = rule
    assert different(story.tell(), end) == {}
    assert sum(count.values()) > 30
