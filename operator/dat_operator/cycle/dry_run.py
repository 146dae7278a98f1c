"""A dry run: it decides and packs as a run does, and simulates up to the buys. It sends nothing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from dat_operator.chain.session import Reading
from dat_operator.chain.spl.wrapped_sol import with_wrapped
from dat_operator.chain.tx.sender import priority_price
from dat_operator.cycle.assemble import Assembler, TokenCycle
from dat_operator.cycle.batches import Batches
from dat_operator.cycle.run import in_order
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.dry_run_report import (
    Costs,
    DryRunReport,
    EcosystemTotals,
    Thresholds,
    TokenForecast,
    in_sol,
    status_of,
)
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.money import BPS
from dat_operator.domain.refusal import Refusal

SIGNATURE_LAMPORTS = 5_000
"""The base fee of a signature."""
BUY_UNITS = 60_000
"""Compute units of a buy, a burn and the event of a cycle, about."""
CREATOR_FEE_BPS = 30
"""What pump.fun's published schedule gives a creator, for the advice on volume."""


@dataclass
class _Outcome:
    """What the simulations have said."""

    simulated: set[str] = field(default_factory=set)
    refused: dict[str, Refusal] = field(default_factory=dict)
    transactions: int = 0
    units: int = 0
    lamports: int = 0


async def dry_run(reading: Reading, now: datetime.datetime) -> DryRunReport:
    """Decide and pack as a run does now, and simulate up to the buys.

    Nobody looks at prices, so it plans as if none had risen since: a run may still say PriceTooHigh. Cycles
    whose fees would be brought ahead are not simulated.
    """
    config = reading.config
    chain = await with_wrapped(reading.rpc, await reading.read())
    tokens = in_order(config.tokens)
    operator = Pubkey.from_string(config.operator)
    assembler = Assembler(reading.ecosystem, operator, chain)
    batches = Batches(reading.rpc, operator, assembler, config)
    decided = batches.decide(chain, tokens, looked=False)
    outcome = await _simulate(reading, batches, chain, decided.cycles)
    outcome.refused |= {token.mint: refusal for token, refusal in decided.refused}
    plans = {cycle.token.mint: cycle for cycle in decided.cycles}
    forecasts = [_forecast(chain, token, plans.get(token.mint), outcome) for token in tokens]
    ready = [forecast for forecast in forecasts if forecast.will_process]
    limits = chain.state.parameters if chain.state else config.limits
    return DryRunReport(
        timestamp=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        network=config.network,
        status=status_of(forecasts),
        ecosystem=EcosystemTotals(
            total_pending_fees=sum(forecast.pending_fees for forecast in forecasts),
            tokens_total=len(forecasts),
            tokens_eligible=len(ready),
            tokens_deferred=len(forecasts) - len(ready),
        ),
        tokens=tuple(forecasts),
        thresholds=Thresholds(
            min_allocation_secondary=limits.min_fees_secondary_lamports,
            min_allocation_root=limits.min_fees_root_lamports,
        ),
        costs=Costs(
            transactions=outcome.transactions,
            compute_units=outcome.units,
            total_estimated_cost=outcome.lamports,
            estimated_tx_fees_per_token=outcome.lamports // max(1, len(ready)),
        ),
        warnings=tuple(f"{f.symbol}: {f.defer_reason}" for f in forecasts if f.defer_reason),
        recommendations=tuple(_recommendations(forecasts, limits.min_fees_secondary_lamports)),
    )


async def _simulate(
    reading: Reading, batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle]
) -> _Outcome:
    outcome = _Outcome()
    if not cycles:
        return outcome
    tables = await batches.tables(cycles)
    packing = batches.pack(cycles, tables, alone=False)
    outcome.transactions = packing.transactions + len(batches.looks(chain, cycles, tables))
    # A light cycle needs what goes ahead of it; the last transaction is run as if alone.
    laid = [[slot.token for slot in batch if not slot.light] for batch in packing.cycles]
    if len(laid) > 1:
        alone = batches.decide(chain, [cycle.token for cycle in laid[-1]], looked=False)
        laid[-1] = list(alone.cycles)
    # Nobody has looked at the prices, so the program would refuse to buy: that part is reckoned.
    split = [[batches.without_buy(chain, cycle) for cycle in batch] for batch in laid if batch]
    simulated = await batches.simulate_all(chain, split, tables)
    ready = [batch.ready for batch in simulated if batch.ready]
    price = await priority_price(reading.rpc, ready, reading.config.priority_fee)
    for batch in simulated:
        outcome.simulated |= {cycle.token.mint for cycle in batch.cycles}
        outcome.refused |= {token.mint: Refusal(error.reason, str(error)) for token, error in batch.dropped}
        outcome.units += batch.ready.units if batch.ready else 0
    outcome.units += BUY_UNITS * len(cycles)
    outcome.lamports = outcome.transactions * SIGNATURE_LAMPORTS + price.lamports(outcome.units)
    return outcome


def _forecast(
    chain: ChainState, token: TokenConfig, cycle: TokenCycle | None, outcome: _Outcome
) -> TokenForecast:
    common = {
        "symbol": token.name,
        "mint": token.mint,
        "is_root": token.role is Role.ROOT,
        "pending_fees": chain.tokens[token.mint].pending_lamports,
    }
    refusal = outcome.refused.get(token.mint)
    if refusal or cycle is None:
        why = f"{refusal.reason}: {refusal.message}" if refusal else "not planned"
        return TokenForecast(**common, will_process=False, defer_reason=why)
    plan = cycle.plan
    return TokenForecast(
        **common,
        will_process=True,
        allocation=plan.spend,
        to_root=plan.split.to_root,
        carried=plan.carried_out,
        tokens_out=plan.tokens_out,
        simulated=token.mint in outcome.simulated,
    )


def _recommendations(tokens: Sequence[TokenForecast], minimum: int) -> list[str]:
    found = []
    for token in tokens:
        if (token.defer_reason or "").startswith("InsufficientFees") and not token.is_root:
            volume = max(0, minimum - token.pending_fees) * BPS // CREATOR_FEE_BPS
            found.append(f"{in_sol(volume)} more volume in {token.symbol} would bring the fees of a cycle")
    return found
