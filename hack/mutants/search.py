"""Take checks out of the on-chain program, one at a time: the search of attackers' programs finds it.

``python3 -m hack.mutants [name ...]`` builds each mutant in a scratch copy, in 20 s and more, and runs the
search until its first fault. Fails if it finds fewer than nine of ten.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from hack.common.paths import REPO, cache_root
from hack.common.steps import StepError, main, say

SOURCES = Path("programs/dat/src")
CYCLE, MARKET = "instructions/cycle.rs", "pump/market.rs"
CREDIT, UNWRAP, STATE = "instructions/credit_fees.rs", "instructions/unwrap.rs", "state.rs"


@dataclass(frozen=True)
class Mutant:
    """A check that is taken out: what stands in the file once, and what stands there instead."""

    name: str
    file: str
    check: str
    instead: str = ""


# Not among them, as nobody could tell: a buy for no token, which pump.fun refuses too; unwrapping nothing.
MUTANTS = [
    Mutant("paused", CYCLE, "ensure!(active, DatError::DATNotActive);", "let _ = active;"),
    Mutant(
        "ran-already", CYCLE, "ensure!(stats.cycle_count == turn.expected_cycle, DatError::CycleMismatch);"
    ),
    Mutant("too-soon", CYCLE, "ensure!(due, DatError::CycleTooSoon);", "let _ = due;"),
    Mutant("share", CYCLE, "stats.root_share.unwrap_or(state.root_share).at(now)", "{ let _ = now; 0 }"),
    Mutant(
        "look-too-young", CYCLE, "seen.is_fresh(slot) && settled", "{ let _ = settled; seen.is_fresh(slot) }"
    ),
    Mutant("look-too-old", CYCLE, "seen.is_fresh(slot) && settled", "seen.slot != 0 && settled"),
    Mutant("look-used-twice", CYCLE, "stats.observation = Observation::default();"),
    Mutant("fee", CYCLE, "if market.price.above(earlier) {", "if false && market.price.above(earlier) {"),
    Mutant("rise", CYCLE, "limit = limit.min(room);", "let _ = room;"),
    Mutant(
        "other-ecosystems",
        CYCLE,
        "limit = limit.saturating_sub(market.price.worth(seen.supply.saturating_sub(supply)));",
    ),
    Mutant("completion", MARKET, "if curve.may_complete() {", "if false && curve.may_complete() {"),
    Mutant(
        "pools-tokens",
        MARKET,
        "ensure!(*quote.key == key_at(&data, Self::QUOTE_ACCOUNT), DatError::InvalidPool);",
    ),
    Mutant("look-raised", STATE, "let lower =", "let lower = true ||"),
    Mutant("credit-others", CREDIT, "ensure!(accounts.stats.shares_creator, DatError::CreatorMismatch);"),
    Mutant(
        "credit-twice",
        CREDIT,
        "ensure!(accounts.stats.total_credited_lamports == total_before, DatError::CreditMismatch);",
    ),
    Mutant("account-made-again", UNWRAP, "accounts.create_again(&seeds)?;", "let _ = &seeds;"),
]


def run() -> None:
    """Build and search every mutant, or those that the arguments name."""
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or mutant.name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        for part in ("programs", "hack"):
            shutil.copytree(
                REPO / part, scratch / part, ignore=shutil.ignore_patterns("target", "__pycache__")
            )
        found = [_found(scratch, mutant) for mutant in chosen]
    say(f"the search finds {sum(found)} of {len(found)} mutants")
    if sum(found) * 10 < len(found) * 9:
        raise StepError("the search must find nine of ten")


def _found(scratch: Path, mutant: Mutant) -> bool:
    file = scratch / SOURCES / mutant.file
    source = file.read_text()
    if source.count(mutant.check) != 1:
        raise StepError(
            f"{mutant.file} has {mutant.check!r} {source.count(mutant.check)} times: renew {mutant.name}"
        )
    file.write_text(source.replace(mutant.check, mutant.instead))
    try:
        so = _output(
            ["python3", "-m", "hack.program", "build"], scratch, {"PYTHONPATH": str(scratch)}
        ).split()[-1]
    finally:
        file.write_text(source)
    fault = _fault(so)
    say(f"  {mutant.name:<20} {fault or 'NOT FOUND'}")
    return fault is not None


def _fault(so: str) -> str | None:
    """What the search says of this program; None if it finds nothing."""
    command = ["cargo", "test", "--locked", "--quiet", "--manifest-path", "programs/tests/Cargo.toml"]
    environment = {
        "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(cache_root() / "target/programs-tests")),
        "CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS": "fallback",
        "DAT_PROGRAM_SO": so,
        "SEARCH_PROGRAMS": os.environ.get("SEARCH_PROGRAMS", "2500"),
        "PUMP_ARTIFACTS": _output(["python3", "-m", "hack.pump"], REPO, {}).split()[-1],
    }
    done = subprocess.run(
        [*command, "--", "--nocapture", "search::"],
        cwd=REPO,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    faults = [before for before, line in pairwise(lines) if line.startswith("by Program")]
    if done.returncode != 0 and not faults:
        raise StepError(f"the search of {so} did not run:\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")
    return faults[0] if faults else None


def _output(command: list[str], cwd: Path, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(
            command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as error:
        raise StepError(f"{' '.join(command)}: {error.stderr[-2_000:]}") from None
    return done.stdout


if __name__ == "__main__":
    main(run)
