"""A dry run plans and packs as a run does, and simulates up to the buys. It sends nothing."""

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
from dat_operator.cycle.simulate import simulate_all
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
"""The base fee of one signature."""
BUY_UNITS = 60_000
"""About the compute units of a cycle's buy, burn and event."""
CREATOR_FEE_BPS = 30
"""A creator's fee in pump.fun's published schedule, for the advice on volume."""


@dataclass
class _Simulations:
    """The results of all simulations. ``simulated`` and ``refused``: by mint."""

    simulated: set[str] = field(default_factory=set)
    refused: dict[str, Refusal] = field(default_factory=dict)
    transactions: int = 0
    units: int = 0
    lamports: int = 0

    def costs(self, *, tokens: int) -> Costs:
        """The costs of a run of so many tokens, lamports."""
        return Costs(
            transactions=self.transactions,
            compute_units=self.units,
            total_estimated_cost=self.lamports,
            estimated_tx_fees_per_token=self.lamports // max(1, tokens),
        )


async def dry_run(reading: Reading, now: datetime.datetime) -> DryRunReport:
    """Plan and pack as a run would now, and simulate up to the buys. ``now``: the report's timestamp.

    A dry run observes no prices and plans as if no price had risen, so a run may still say PriceTooHigh.
    Cycles with prepaid fees are not simulated. Raises RpcUnavailable or RpcRefused if the chain cannot be
    read, DatError if the network has no pump.fun.
    """
    config = reading.config
    chain = await with_wrapped(reading.rpc, await reading.read())
    tokens = in_order(config.tokens)
    operator = Pubkey.from_string(config.operator)
    assembler = Assembler(reading.ecosystem, operator, chain)
    batches = Batches(reading.rpc, operator, assembler, config)
    decisions = batches.decide(chain, tokens, price_observed=False)
    found = await _simulate(reading, batches, chain, decisions.cycles)
    found.refused |= {token.mint: refusal for token, refusal in decisions.refused}
    plans = {cycle.token.mint: cycle for cycle in decisions.cycles}
    forecasts = [_forecast(chain, token, plans.get(token.mint), found) for token in tokens]
    return _report(reading, chain, forecasts, found, now=now)


def _report(
    reading: Reading,
    chain: ChainState,
    forecasts: Sequence[TokenForecast],
    found: _Simulations,
    *,
    now: datetime.datetime,
) -> DryRunReport:
    config = reading.config
    ready = [forecast for forecast in forecasts if forecast.will_process]
    limits = chain.state.parameters if chain.state else config.limits
    return DryRunReport(
        timestamp=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        network=config.network,
        status=status_of(forecasts),
        ecosystem=_totals(forecasts, ready=len(ready)),
        tokens=tuple(forecasts),
        thresholds=Thresholds(
            min_allocation_secondary=limits.min_fees_secondary_lamports,
            min_allocation_root=limits.min_fees_root_lamports,
        ),
        costs=found.costs(tokens=len(ready)),
        warnings=tuple(f"{f.name}: {f.defer_reason}" for f in forecasts if f.defer_reason),
        recommendations=tuple(_recommendations(forecasts, limits.min_fees_secondary_lamports)),
    )


def _totals(forecasts: Sequence[TokenForecast], *, ready: int) -> EcosystemTotals:
    return EcosystemTotals(
        total_pending_fees=sum(forecast.pending_fees for forecast in forecasts),
        tokens_total=len(forecasts),
        tokens_eligible=ready,
        tokens_deferred=len(forecasts) - ready,
    )


async def _simulate(
    reading: Reading, batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle]
) -> _Simulations:
    found = _Simulations()
    if not cycles:
        return found
    tables = await batches.lookup_tables(cycles)
    packing = batches.pack(cycles, tables, alone=False)
    found.transactions = packing.transactions + len(batches.pack_observations(chain, cycles, tables))
    # A cycle with prepaid fees needs its prepayment on chain. The last transaction is simulated on its own.
    planned = [[one.cycle for one in batch if not one.fees_prepaid] for batch in packing.cycles]
    if len(planned) > 1:
        last = batches.decide(chain, [cycle.token for cycle in planned[-1]], price_observed=False)
        planned[-1] = list(last.cycles)
    # Without an observation the program refuses the buy, so the buy is estimated.
    without_buys = [[batches.without_buy(chain, cycle) for cycle in batch] for batch in planned if batch]
    simulated = await simulate_all(batches, chain, without_buys, tables)
    ready = [batch.ready for batch in simulated if batch.ready]
    price = await priority_price(reading.rpc, ready, reading.config.priority_fee)
    for batch in simulated:
        found.simulated |= {cycle.token.mint for cycle in batch.cycles}
        found.refused |= {token.mint: Refusal(error.reason, str(error)) for token, error in batch.dropped}
        found.units += batch.ready.units if batch.ready else 0
    found.units += BUY_UNITS * len(cycles)
    found.lamports = found.transactions * SIGNATURE_LAMPORTS + price.lamports(found.units)
    return found


def _forecast(
    chain: ChainState, token: TokenConfig, cycle: TokenCycle | None, found: _Simulations
) -> TokenForecast:
    common = {
        "name": token.name,
        "mint": token.mint,
        "is_root": token.role is Role.ROOT,
        "pending_fees": chain.tokens[token.mint].pending_lamports,
    }
    refusal = found.refused.get(token.mint)
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
        simulated=token.mint in found.simulated,
    )


def _recommendations(tokens: Sequence[TokenForecast], minimum: int) -> list[str]:
    found = []
    for token in tokens:
        if (token.defer_reason or "").startswith("InsufficientFees") and not token.is_root:
            volume = max(0, minimum - token.pending_fees) * BPS // CREATOR_FEE_BPS
            found.append(f"{in_sol(volume)} more volume in {token.name} would bring the fees of a cycle")
    return found
