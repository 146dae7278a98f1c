"""Runs tests: pytest in a scratch copy, the program's suite against a program that was built there."""

import os
import signal
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

from hack.common.paths import REPO, cache_root
from hack.common.steps import StepError
from hack.mutants.verdict import Outcome, Verdict, of_cargo, of_pytest
from hack.venv import environment

QUICK_SECONDS, LONGEST_SECONDS = 90, 600
"""How long a test may take, without and with a cluster or a chain: a mutant may loop."""
PATIENCE_SECONDS = 20
TAIL = 2_000
"""Of what a command has said, in an error."""
SUITE = ["cargo", "test", "--locked", "--manifest-path", "programs/tests/Cargo.toml"]


def pytest(root: Path, tests: Collection[str], seconds: float) -> Outcome:
    """How tests go, by their ids, with the sources below ``root``, and within so many seconds."""
    report = root / "mutants-report.xml"
    report.unlink(missing_ok=True)
    command = [str(environment()), "-m", "pytest", *tests, "-p", "no:cacheprovider", f"--junitxml={report}"]
    # Bytecode is told from older one by seconds and size: two mutants may have the same.
    options = {"PYTHONPATH": "operator:.", "PYTHONDONTWRITEBYTECODE": "1"}
    code = _watched(command, root, options, seconds)
    if code is None:
        return Outcome(Verdict.BROKEN, f"did not end within {seconds:.0f} s")
    return of_pytest(code, report.read_text() if report.exists() else None)


def _watched(command: list[str], cwd: Path, options: Mapping[str, str], seconds: float) -> int | None:
    """The exit code; None if it did not end in time. Then all that it has started is ended, too."""
    # A session of its own: a cluster and a chain may have been started, which end by a signal.
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **options},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all of its session: politely, as it may have to put away what it has started."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def build(root: Path) -> str:
    """The .so of the program whose sources are below ``root``. Raises StepError if it does not compile."""
    return output(["python3", "-m", "hack.program", "build"], root, {"PYTHONPATH": str(root)}).split()[-1]


def suite(so: str, *words: str, options: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program's suite against a .so; ``words`` are for the tests' harness."""
    chosen = {
        "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(cache_root() / "target/programs-tests")),
        "CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS": "fallback",
        "DAT_PROGRAM_SO": so,
        "PUMP_ARTIFACTS": output(["python3", "-m", "hack.pump"], REPO, {}).split()[-1],
        **(options or {}),
    }
    return subprocess.run(
        [*SUITE, "--", *words],
        cwd=REPO,
        env={**os.environ, **chosen},
        capture_output=True,
        text=True,
        check=False,
    )


def suite_tests(so: str, tests: Collection[str]) -> Outcome:
    """How tests of the suite go (``module::name``) against a .so."""
    done = suite(so, "--exact", *tests)
    return of_cargo(done.returncode, done.stdout + done.stderr, tests)


def output(command: list[str], cwd: Path, options: Mapping[str, str]) -> str:
    """What a command prints. Raises StepError, with the end of what it says, if it fails."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**os.environ, **options}, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        raise StepError(f"{' '.join(command)}: {error.stderr[-TAIL:]}") from None
    return done.stdout
