"""Steps with their elapsed time, one line of progress, and commands whose errors name their log."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HEARTBEAT_SECONDS = 15
TAIL_LINES = 25
_CLEAR_LINE = "\r\x1b[K"
_output = threading.Lock()
_shown = ""
_running: set[subprocess.Popen[bytes]] = set()


class StepError(Exception):
    """A step that cannot continue. The message names the cause and says what to do next."""


def say(line: str) -> None:
    """Print one line for the person who waits, at once. Standard output is for results."""
    with _output:
        print(f"{_CLEAR_LINE if _shown else ''}{line}\n{_shown}", end="", file=sys.stderr, flush=True)


def is_terminal() -> bool:
    """Whether a person sees standard error on a terminal, so that a line can be rewritten."""
    return sys.stderr.isatty()


def show(line: str) -> None:
    """Rewrite the last line of the terminal; an empty one removes it. Only for a terminal."""
    global _shown
    width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
    with _output:
        _shown = line[: width - 1]
        print(f"{_CLEAR_LINE}{_shown}", end="", file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print the elapsed time of a step at its end. A long step shows that it is alive."""
    start = time.monotonic()
    try:
        with _heartbeat(name, start):
            yield
    except BaseException:
        say(f"  ✗ {name:<58} {time.monotonic() - start:7.1f} s")
        raise
    say(f"  ✓ {name:<58} {time.monotonic() - start:7.1f} s")


@contextmanager
def _heartbeat(name: str, start: float) -> Iterator[None]:
    """Rewrite a line each second on a terminal; else print a line each HEARTBEAT_SECONDS."""
    beat = show if is_terminal() else say
    try:
        with every(1 if is_terminal() else HEARTBEAT_SECONDS, lambda: beat(_so_far(name, start))):
            yield
    finally:
        if is_terminal():
            show("")


def _so_far(name: str, start: float) -> str:
    return f"  … {name}: {time.monotonic() - start:.0f} s so far"


@contextmanager
def every(seconds: float, action: Callable[[], None]) -> Iterator[None]:
    """Call ``action`` again and again in a thread, until the block ends."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(seconds):
            action()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its output in ``log``. Raise StepError with the log's tail if it fails.

    ``env`` is added to the current environment.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as out:
        out.write(f"$ {' '.join(map(str, command))}\n")
        out.flush()
        with subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process:
            _running.add(process)
            code = process.wait()
            _running.discard(process)
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        raise StepError(f"{command[0]} ended with {code}. The whole log: {log}\n{tail}")


def stop_commands() -> None:
    """Stop the commands that other threads run, after one has failed."""
    for process in tuple(_running):
        process.terminate()


def main(function: Callable[[], object]) -> None:
    """Run a tool's entry point. A StepError is a message for people, never a traceback."""
    try:
        function()
    except StepError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
