"""Builds side by side, with one line of progress: the part that is done, and the time left."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Lock

from hack.common.cache import Build
from hack.common.steps import every, is_terminal, say, show, stop_commands

PLAIN_SECONDS = 60
_BAR_CELLS = 20
# Before this part of the work is done, the pace is too uncertain for an estimate.
_FIRST_ESTIMATE = 0.05
# The largest part that a running build shows, also if it takes longer than expected.
_NEARLY_DONE = 0.97


class Board:
    """The progress of some builds, with an estimate of the time left."""

    def __init__(self, builds: Sequence[Build], clock: Callable[[], float] = time.monotonic) -> None:
        self._builds = builds
        self._clock = clock
        self._start = clock()
        self._started: dict[Build, float] = {}
        self._done: list[Build] = []
        self._lock = Lock()

    def carry_out(self, build: Build) -> None:
        """Build, and print the time. Print a cross if the build fails."""
        start = self._started[build] = self._clock()
        try:
            build.build()
        except BaseException:
            say(f"  ✗ {build.title}")
            raise
        with self._lock:
            self._done.append(build)
        took = self._clock() - start
        say(f"  ✓ {len(self._done):>2} of {len(self._builds)}  {build.title:<30} {took:7.1f} s")

    def fraction(self) -> float:
        """Return the part of the work that is done, 0 to 1, weighted by expected seconds."""
        done = sum(build.seconds * self._fraction_of(build) for build in self._builds)
        return done / sum(build.seconds for build in self._builds)

    def line(self) -> str:
        """Return the progress in one line."""
        fraction = self.fraction()
        filled = round(_BAR_CELLS * fraction)
        bar = "█" * filled + "░" * (_BAR_CELLS - filled)
        going = [b for b in self._builds if b in self._started and b not in self._done]
        names = ", ".join(f"{b.title} {100 * self._fraction_of(b):.0f} %" for b in going)
        count = f"{len(self._done)} of {len(self._builds)} built"
        return f"  {bar} {100 * fraction:.0f} %, {self._left(fraction)} · {count} · {names}"

    def _fraction_of(self, build: Build) -> float:
        """Measure a build by the length of its log, or by its time if the log shows no progress."""
        if build in self._done:
            return 1.0
        if build not in self._started:
            return 0.0
        if build.lines:
            return min(_NEARLY_DONE, build.lines_so_far() / build.lines)
        return min(_NEARLY_DONE, (self._clock() - self._started[build]) / build.seconds)

    def _left(self, fraction: float) -> str:
        elapsed = self._clock() - self._start
        if fraction < _FIRST_ESTIMATE:
            left = sum(build.seconds for build in self._builds) - elapsed
        else:
            left = elapsed / fraction - elapsed
        return f"about {left / 60:.0f} min left" if left > 90 else f"about {max(left, 0):.0f} s left"


def build_all(tracks: Sequence[Sequence[Build]]) -> None:
    """Build what is missing: the builds of a track in order, the tracks side by side.

    Raises StepError if a build fails, after it has stopped the others.
    """
    missing = [[build for build in track if not build.mark.exists()] for track in tracks]
    builds = [build for track in missing for build in track]
    if not builds:
        return
    say(f"First build of {', '.join(build.title for build in builds)}")
    board = Board(builds)
    beat, seconds = (show, 1) if is_terminal() else (say, PLAIN_SECONDS)
    try:
        with every(seconds, lambda: beat(board.line())):
            _carry_out(board, missing)
    finally:
        if is_terminal():
            show("")


def _carry_out(board: Board, tracks: Sequence[Sequence[Build]]) -> None:
    def follow(track: Sequence[Build]) -> None:
        for build in track:
            board.carry_out(build)

    with ThreadPoolExecutor(len(tracks)) as pool:
        jobs = [pool.submit(follow, track) for track in tracks]
        try:
            for job in as_completed(jobs):
                job.result()
        except BaseException:
            stop_commands()
            raise
