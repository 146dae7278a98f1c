"""The line of progress: weighted by expected times, with an estimate of the time left."""

from pathlib import Path

from hack.common.board import Board
from hack.common.cache import Build


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Fake(Build):
    """A build that takes ``takes`` seconds of the clock."""

    clock: Clock
    takes: float

    def build(self) -> None:
        self.clock.now += self.takes


def fake(title: str, seconds: int, clock: Clock, takes: float) -> Fake:
    def make(_: Path) -> None:
        raise AssertionError

    build = Fake(title, title, [], make, seconds)
    build.__dict__.update(clock=clock, takes=takes)
    return build


def test_long_builds_count_more_than_short_ones() -> None:
    clock = Clock()
    builds = [fake("short", 10, clock, 10), fake("long", 90, clock, 90)]
    board = Board(builds, clock)
    assert board.fraction() == 0
    board.carry_out(builds[0])
    assert board.fraction() == 0.1
    board.carry_out(builds[1])
    assert board.fraction() == 1


def test_the_estimate_follows_the_pace() -> None:
    """The first half took twice its expected time: so will the second."""
    clock = Clock()
    builds = [fake("first", 300, clock, 600), fake("second", 300, clock, 600)]
    board = Board(builds, clock)
    assert "0 of 2 built" in board.line()
    assert "about 10 min left" in board.line()
    board.carry_out(builds[0])
    assert board.line() == "  ██████████░░░░░░░░░░ 50 %, about 10 min left · 1 of 2 built · "


def test_a_slow_build_is_never_done_before_its_end() -> None:
    clock = Clock()
    seen = []

    class Slow(Fake):
        def build(self) -> None:
            clock.now = 1_000
            seen.append(board.line())

    slow = Slow("slow", "slow", [], lambda _: None, 100)
    board = Board([slow], clock)
    board.carry_out(slow)
    assert seen == ["  ███████████████████░ 97 %, about 31 s left · 0 of 1 built · slow 97 %"]
