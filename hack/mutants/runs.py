"""Runs tests: pytest in a scratch copy, and the program's Rust tests with a program built there."""

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
"""Time limits of a test, without and with a cluster or a chain. A mutant may loop."""
PATIENCE_SECONDS = 20
TAIL = 2_000
"""The length of a command's output in an error message, characters."""
SUITE = ["cargo", "test", "--locked", "--manifest-path", "programs/tests/Cargo.toml"]


def pytest(root: Path, tests: Collection[str], seconds: float) -> Outcome:
    """Run tests by their ids with the sources below ``root``, for at most ``seconds``."""
    report = root / "mutants-report.xml"
    report.unlink(missing_ok=True)
    command = [str(environment()), "-m", "pytest", *tests, "-p", "no:cacheprovider", f"--junitxml={report}"]
    # Python compares bytecode with its source by time in seconds and size, and two mutants may agree in both.
    options = {"PYTHONPATH": "operator:.", "PYTHONDONTWRITEBYTECODE": "1"}
    code = _watched(command, root, options, seconds)
    if code is None:
        return Outcome(Verdict.BROKEN, f"did not end within {seconds:.0f} s")
    return of_pytest(code, report.read_text() if report.exists() else None)


def _watched(command: list[str], cwd: Path, options: Mapping[str, str], seconds: float) -> int | None:
    """Return the exit code; None after the time limit. The whole session of the command is ended then."""
    # The command gets its own session, because it may start a cluster and a chain, which end by a signal.
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
    """End a process and its session. SIGINT comes first, so that the process can clean up."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def build(root: Path) -> str:
    """Build the program below ``root`` and return its .so. Raises StepError if it does not compile."""
    return output(["python3", "-m", "hack.program", "build"], root, {"PYTHONPATH": str(root)}).split()[-1]


def suite(so: str, *words: str, options: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program's Rust tests with a .so. ``words`` are arguments of the test harness."""
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
    """Run Rust tests (``folder::module::name``) with a .so."""
    done = suite(so, "--exact", *tests)
    return of_cargo(done.returncode, done.stdout + done.stderr, tests)


def output(command: list[str], cwd: Path, options: Mapping[str, str]) -> str:
    """Run a command and return its output. Raises StepError with the end of the error output."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**os.environ, **options}, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        raise StepError(f"{' '.join(command)}: {error.stderr[-TAIL:]}") from None
    return done.stdout
