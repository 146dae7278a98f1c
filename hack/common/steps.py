"""Steps that say what they do and how long they took, and commands whose failure says what to look at."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HEARTBEAT_SECONDS = 15
TAIL_LINES = 25


class StepError(Exception):
    """A step that cannot go on. The message names the cause and says what to do next."""


def say(line: str) -> None:
    """Print one line for the person who waits, at once; standard output is for results."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce a step and print its elapsed time; a long one shows that it is alive."""
    start = time.monotonic()
    done = threading.Event()

    def heartbeat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            say(f"  … {name}: {time.monotonic() - start:.0f} s so far")

    beat = threading.Thread(target=heartbeat, daemon=True)
    beat.start()
    try:
        yield
    except BaseException:
        say(f"  ✗ {name:<58} {time.monotonic() - start:7.1f} s")
        raise
    finally:
        done.set()
        beat.join()
    say(f"  ✓ {name:<58} {time.monotonic() - start:7.1f} s")


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its output in ``log``; on failure raise StepError with the log's tail.

    ``env`` is added to the current environment.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as out:
        out.write(f"$ {' '.join(map(str, command))}\n")
        out.flush()
        code = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        raise StepError(f"{command[0]} ended with {code}. The whole log: {log}\n{tail}")


def main(function: object) -> None:
    """Run a tool's entry point; a StepError is a message for people, never a traceback."""
    try:
        function()  # type: ignore[operator]
    except StepError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")
