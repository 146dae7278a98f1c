"""The fields of a token's status that come from the chain: addresses, fees, totals, rates."""

from collections.abc import Mapping
from typing import Any

from dat_operator.controller.token import mean_rates
from dat_operator.domain import money
from dat_operator.domain.curve import BondingCurve
from dat_operator.domain.dat_accounts import TokenStats
from dat_operator.domain.timestamp import timestamp
from dat_operator.domain.token_state import TokenState


def chain_values(token: TokenState, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a reading of the chain gives; ``old`` is the status before."""
    values: dict[str, Any] = {"addresses": _addresses(token)}
    if token.mint_account:
        values["supply"] = token.mint_account.supply
    if token.curve:
        values["pendingFees"] = _pending_fees(token, token.curve)
    if token.stats:
        values |= _stats_values(token, token.stats, old)
    return values


def _addresses(token: TokenState) -> dict[str, str]:
    a, stats = token.addresses, token.stats
    return {
        "stats": a.stats,
        "authority": a.authority,
        **({"tokenAccount": a.token_account} if a.token_account else {}),
        "bondingCurve": a.bonding_curve,
        "creatorVault": a.creator_vault,
        **({"pool": a.pool} if token.pool else {}),
        **({"lookupTable": stats.lookup_table} if stats and stats.lookup_table else {}),
    }


def _pending_fees(token: TokenState, curve: BondingCurve) -> dict[str, int]:
    carried = token.stats.carried_lamports if token.stats else 0
    # Fees at pump.fun count only if they go to the token.
    ours = token.creator_fees_lamports > 0
    undivided = max(0, token.credit_lamports - token.bucket_lamports)
    pool = (token.pool.creator_fees if token.pool else 0) + token.amm_vault_lamports
    return {
        "curveLamports": curve.creator_fee if ours else 0,
        "vaultLamports": token.vault_lamports if ours else 0,
        **({"poolLamports": pool if ours else 0} if token.pool else {}),
        **({"sharedLamports": undivided} if undivided else {}),
        **({"cashbackLamports": token.cashback_lamports} if curve.is_cashback_coin else {}),
        "authorityLamports": max(0, token.authority_lamports - carried),
        "totalLamports": token.pending_lamports,
    }


def _stats_values(token: TokenState, stats: TokenStats, old: Mapping[str, Any]) -> dict[str, Any]:
    rates = mean_rates.token_rates(old.get("rates", {}), stats)
    values = {
        "authorityLamports": token.authority_lamports,
        "carriedLamports": stats.carried_lamports,
        "totals": _totals(stats),
        "display": _display(token, stats, rates),
    }
    if not stats.cycle_count:
        return values
    last_cycle = {
        "number": stats.cycle_count,
        "time": timestamp(stats.last_cycle_at),
        "id": stats.last_cycle_id.hex(),
    }
    return {**values, "rates": rates, "lastCycle": last_cycle}


def _totals(stats: TokenStats) -> dict[str, int]:
    return {
        "cycles": stats.cycle_count,
        "inflowLamports": stats.total_inflow_lamports,
        "fromTreasuryLamports": stats.total_from_treasury_lamports,
        "toRootLamports": stats.total_to_root_lamports,
        "spentLamports": stats.total_spent_lamports,
        "burned": stats.total_burned,
    }


def _display(token: TokenState, stats: TokenStats, rates: Mapping[str, Any]) -> dict[str, str]:
    decimals = token.mint_account.decimals if token.mint_account else money.TOKEN_DECIMALS
    supply = token.curve.token_total_supply if token.curve else 0
    return {
        "pending": money.sol(token.pending_lamports),
        "burned": money.tokens(stats.total_burned, decimals),
        **({"burnedPercent": money.part(stats.total_burned, supply)} if token.curve else {}),
        **mean_rates.display(rates, decimals),
    }
