"""A token's status, from the observation of its ecosystem."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dat_operator.controller.jobs.reports import FinishedJob
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.status import breakers
from dat_operator.controller.status.conditions import ConditionSet, kept
from dat_operator.controller.status.findings import Finding
from dat_operator.controller.status.readiness import Obstacle, first_obstacle, set_readiness
from dat_operator.controller.token import rates as token_rates
from dat_operator.controller.token.admission import TokenAdmissionInput
from dat_operator.controller.token.health import HEALTH_CHECKS, examine, health_input
from dat_operator.domain import money
from dat_operator.domain.breaker import Breaker
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.report import Outcome, TokenReport
from dat_operator.domain.timestamp import timestamp
from dat_operator.domain.token_state import TokenState


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """The input of a token's status."""

    body: Body
    refusal: Refusal | None
    chain: TokenState | None
    setup: Obstacle
    """The reason why a token that is not set up is not; unused otherwise."""
    last_run: FinishedJob | None
    breaker: Breaker | None
    """None without an ecosystem."""
    admission: TokenAdmissionInput | None
    """None if the ecosystem does not exist."""
    refused: Obstacle | None = None
    """Why the API server rejected the token's CronJob."""
    next_start: str | None = None
    """When the token's CronJob starts next; None if it does not."""

    @property
    def unread(self) -> bool:
        """Whether the chain could not be read."""
        return self.admission is not None and self.admission.observed.chain is None


def token_status(facts: TokenFacts, now: datetime.datetime) -> dict[str, Any]:
    """Return the complete status. During an outage the last known values stay; no value becomes zero."""
    old = facts.body.get("status", {})
    run = _last_run(facts) or old.get("lastRun", {})
    status = {
        **kept(old),
        **(_numbers(facts.chain, old) if facts.chain else {}),
        "observedGeneration": int(facts.body["metadata"].get("generation", 0)),
        "conditions": _conditions(facts, run, now),
    }
    if run:
        status["lastRun"] = run
    if facts.breaker:
        status["breaker"] = breakers.shown(facts.breaker)
    if facts.next_start:
        status["nextScheduleTime"] = facts.next_start
    return status


def _conditions(
    facts: TokenFacts, last_run: Mapping[str, Any], now: datetime.datetime
) -> list[dict[str, Any]]:
    conditions, refusal = ConditionSet(facts.body, now), facts.refusal
    if facts.unread and refusal is None and conditions.keep_all():
        return conditions.all()
    if _initialized(facts):
        conditions.set("Initialized", True, "SetupCompleted", "the token's stats account is on chain")
    elif refusal:
        conditions.set("Initialized", False, refusal.reason, "not set up: see Stalled")
    else:
        conditions.set("Initialized", False, facts.setup.reason, facts.setup.message)
    failures = facts.breaker.failures if facts.breaker else 0
    given = health_input(facts.admission, facts.chain, last_run, failures)
    findings = examine(given) if given else {}
    for kind in HEALTH_CHECKS[_role(facts.body)]:
        if found := findings.get(kind):
            conditions.set(kind, found.status, found.reason, found.message)
        elif not (facts.unread and conditions.keep(kind)):
            conditions.set(kind, None, "NotInitialized", "unknown until the token is set up: see Initialized")
    if facts.breaker:
        found = breakers.finding("dattoken", facts.body["metadata"]["name"], facts.breaker)
        conditions.set("BreakerClosed", found.status, found.reason, found.message)
        findings["BreakerClosed"] = found
    obstacle = _obstacle(facts, findings)
    if facts.body["spec"].get("suspend"):
        message = "set up; runs skip the token because spec.suspend is true, unless a DATCycle names it"
        set_readiness(conditions, obstacle, message, "Suspended")
    else:
        set_readiness(conditions, obstacle, "set up; the ecosystem's runs include the token")
    return conditions.all()


def _obstacle(facts: TokenFacts, findings: Mapping[str, Finding]) -> Obstacle | None:
    """Return the root cause that stops the token's cycles; None if nothing does."""
    if facts.refusal:
        return Obstacle(facts.refusal.reason, facts.refusal.message, stuck=True)
    if not _initialized(facts):
        return facts.setup
    return facts.refused or first_obstacle(findings.values())


def _role(body: Body) -> Role:
    # A DATToken without an ecosystem has not been validated.
    return Role.ROOT if body["spec"].get("role") == Role.ROOT else Role.SECONDARY


def _initialized(facts: TokenFacts) -> bool:
    return facts.chain is not None and facts.chain.stats is not None


def _numbers(token: TokenState, old: Mapping[str, Any]) -> dict[str, Any]:
    a = token.addresses
    numbers: dict[str, Any] = {
        "addresses": {
            "stats": a.stats,
            "authority": a.authority,
            **({"tokenAccount": a.token_account} if a.token_account else {}),
            "bondingCurve": a.bonding_curve,
            "creatorVault": a.creator_vault,
            **({"pool": a.pool} if token.pool else {}),
            **({"lookupTable": token.stats.lookup_table} if token.stats and token.stats.lookup_table else {}),
        },
    }
    if token.mint_account:
        numbers["supply"] = token.mint_account.supply
    if token.curve:
        carried = token.stats.carried_lamports if token.stats else 0
        ours = token.creator_fees_lamports > 0
        undivided = max(0, token.credit_lamports - token.bucket_lamports)
        pool = (token.pool.creator_fees if token.pool else 0) + token.amm_vault_lamports
        numbers["pendingFees"] = {
            "curveLamports": token.curve.creator_fee if ours else 0,
            "vaultLamports": token.vault_lamports if ours else 0,
            **({"poolLamports": pool if ours else 0} if token.pool else {}),
            **({"sharedLamports": undivided} if undivided else {}),
            **({"cashbackLamports": token.cashback_lamports} if token.curve.is_cashback_coin else {}),
            "authorityLamports": max(0, token.authority_lamports - carried),
            "totalLamports": token.pending_lamports,
        }
    if stats := token.stats:
        decimals = token.mint_account.decimals if token.mint_account else money.TOKEN_DECIMALS
        numbers["authorityLamports"] = token.authority_lamports
        numbers["carriedLamports"] = stats.carried_lamports
        numbers["totals"] = {
            "cycles": stats.cycle_count,
            "inflowLamports": stats.total_inflow_lamports,
            "fromTreasuryLamports": stats.total_from_treasury_lamports,
            "toRootLamports": stats.total_to_root_lamports,
            "spentLamports": stats.total_spent_lamports,
            "burned": stats.total_burned,
        }
        rates = token_rates.token_rates(old.get("rates", {}), stats)
        numbers["display"] = {
            "pending": money.sol(token.pending_lamports),
            "burned": money.tokens(stats.total_burned, decimals),
            **(
                {"burnedPercent": money.part(stats.total_burned, token.curve.token_total_supply)}
                if token.curve
                else {}
            ),
            **token_rates.display(rates, decimals),
        }
        if stats.cycle_count:
            numbers["rates"] = rates
            numbers["lastCycle"] = {
                "number": stats.cycle_count,
                "time": timestamp(stats.last_cycle_at),
                "id": stats.last_cycle_id.hex(),
            }
    return numbers


def _last_run(facts: TokenFacts) -> dict[str, Any] | None:
    job = facts.last_run
    if job is None:
        return None
    name = facts.body["metadata"]["name"]
    reports = job.report.tokens if job.report else []
    mine: TokenReport | None = next((report for report in reports if report.name == name), None)
    if facts.chain and facts.chain.stats and facts.chain.stats.last_cycle_id.hex() == job.run:
        # The chain has the cycle, even if the Job failed after it.
        signature = mine.signature if mine else None
        done = Outcome.COMPLETED
        mine = TokenReport(name=name, outcome=done, reason="CycleCompleted", signature=signature)
    if mine is None and not reports and not job.succeeded and _initialized(facts):
        # The Job ended before it came to the tokens: wrong wallet, no endpoint, out of memory.
        mine = TokenReport(name=name, outcome=Outcome.FAILED, reason="JobFailed", message=job.said[:300])
    if mine is None:
        return None
    shown = mine.model_dump(mode="json", exclude_defaults=True, exclude={"name", "cycle"})
    return {"job": job.name, **shown}
