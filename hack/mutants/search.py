"""Removes checks of the on-chain program, one at a time. The search for attacks must find each fault.

Each mutant is built in a scratch copy, which takes at least 20 s. The search runs until the first fault.
"""

import os
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

from hack.common.steps import StepError, say
from hack.mutants.chosen import chosen
from hack.mutants.mutant import Mutant
from hack.mutants.runs import TAIL, build, suite
from hack.mutants.scratch import scratch

SOURCES = "programs/dat/src"
CYCLE, MARKET = f"{SOURCES}/instructions/cycle.rs", f"{SOURCES}/pump/market.rs"
SPENDING_LIMIT = f"{SOURCES}/instructions/spending_limit.rs"
CREDIT, UNWRAP = f"{SOURCES}/instructions/credit_fees.rs", f"{SOURCES}/instructions/unwrap.rs"
OBSERVATION = f"{SOURCES}/state/observation.rs"

# Two checks are missing here because their removal has no effect: pump.fun also refuses a buy of no tokens,
# and an unwrap of nothing changes nothing.
MUTANTS = [
    Mutant("paused", CYCLE, "ensure!(active, DatError::DATNotActive);", "let _ = active;"),
    Mutant(
        "ran-already", CYCLE, "ensure!(stats.cycle_count == request.expected_cycle, DatError::CycleMismatch);"
    ),
    Mutant("too-soon", CYCLE, "ensure!(due, DatError::CycleTooSoon);", "let _ = due;"),
    Mutant("share", CYCLE, "stats.root_share.unwrap_or(state.root_share).at(now)", "{ let _ = now; 0 }"),
    Mutant(
        "observation-too-young",
        SPENDING_LIMIT,
        "observed.is_fresh(slot) && old_enough",
        "{ let _ = old_enough; observed.is_fresh(slot) }",
    ),
    Mutant(
        "observation-too-old",
        SPENDING_LIMIT,
        "observed.is_fresh(slot) && old_enough",
        "observed.slot != 0 && old_enough",
    ),
    Mutant("observation-used-twice", CYCLE, "stats.observation = Observation::default();"),
    Mutant(
        "fee",
        SPENDING_LIMIT,
        "limit = limit.min(arithmetic::tapered(arithmetic::fee_limit(reserves, market.sure_fee), rise));",
    ),
    Mutant(
        "rise",
        SPENDING_LIMIT,
        "limit = limit.min(market.price.room(observed_price, max_rise).ok_or_else(overflow)?);",
    ),
    Mutant(
        "other-ecosystems",
        SPENDING_LIMIT,
        "limit = limit.saturating_sub(market.price.worth(burned));",
    ),
    Mutant("completion", MARKET, "if curve.may_complete() {", "if false && curve.may_complete() {"),
    Mutant(
        "pools-tokens",
        MARKET,
        "ensure!(*quote.key == key_at(&data, Self::QUOTE_ACCOUNT), DatError::InvalidPool);",
    ),
    Mutant("observation-raised", OBSERVATION, "let lower =", "let lower = true ||"),
    Mutant("credit-others", CREDIT, "ensure!(accounts.stats.shares_creator, DatError::CreatorMismatch);"),
    Mutant(
        "credit-twice",
        CREDIT,
        "ensure!(accounts.stats.total_credited_lamports == total_before, DatError::CreditMismatch);",
    ),
    Mutant("account-made-again", UNWRAP, "accounts.create_again(&seeds)?;", "let _ = &seeds;"),
]


def search(names: Collection[str]) -> None:
    """Build and search all mutants, or these. Raises StepError if the search finds fewer than nine of ten."""
    mutants = chosen(MUTANTS, lambda mutant: mutant.name, names)
    with scratch("search") as root:
        found = [_found(root, mutant) for mutant in mutants]
    say(f"the search finds {sum(found)} of {len(found)} mutants")
    if sum(found) * 10 < len(found) * 9:
        raise StepError("the search must find nine of ten mutants")


def _found(root: Path, mutant: Mutant) -> bool:
    with mutant.applied(root):
        so = build(root)
    fault = _fault(so)
    say(f"  {mutant.name:<20} {fault or 'NOT FOUND'}")
    return fault is not None


def _fault(so: str) -> str | None:
    """Return the fault that the search finds in this program; None without a fault."""
    programs = {"SEARCH_PROGRAMS": os.environ.get("SEARCH_PROGRAMS", "2500")}
    done = suite(so, "--nocapture", "search::", options=programs)
    faults = [before for before, line in pairwise(done.stdout.splitlines()) if line.startswith("by Sequence")]
    if done.returncode != 0 and not faults:
        raise StepError(f"the search of {so} did not run:\n{done.stdout[-TAIL:]}{done.stderr[-TAIL:]}")
    return faults[0] if faults else None
