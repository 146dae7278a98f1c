"""``dat check-…`` and ``dat snapshot``: what the chain says, for people and for files. Signs nothing."""

import asyncio
import dataclasses
import json
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from dat_operator.chain.session import Reading
from dat_operator.domain.chain_state import ChainState, TokenState
from dat_operator.domain.decision import CyclePlan, decide
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.market import market_of
from dat_operator.domain.money import BPS, sol, tokens
from dat_operator.entry.cli.job_run import RPC_KEYS, ConfigPath, RpcKeys, endpoints, load_config, open_rpc
from dat_operator.entry.cli.tables import show
from dat_operator.manual.action import state_of


def check_state(config: ConfigPath, rpc_keys: RpcKeys = RPC_KEYS) -> None:
    """Show the ecosystem's and its tokens' accounts on chain."""
    ecosystem, chain = _read(config, rpc_keys)
    state = state_of(chain)
    share = state.root_share.at(chain.time)
    facts = Table("ECOSYSTEM", ecosystem.name, box=None, show_header=True)
    for what, value in (
        ("state", chain.state_address),
        ("admin", state.admin),
        ("next admin", state.pending_admin or "nobody"),
        ("operator", state.operator),
        ("emergency admin", state.emergency_admin.at(chain.time) or "nobody"),
        ("withdrawals to", state.withdraw_address or "nowhere"),
        ("cycles", "paused" if state.paused else "active" if state.active else "not active"),
        ("root share", f"{share / BPS:.2%}"),
        ("treasury", f"{sol(chain.treasury_lamports)} SOL"),
        ("operator wallet", f"{sol(chain.operator_lamports)} SOL"),
        *((name, str(value)) for name, value in dataclasses.asdict(state.parameters).items()),
    ):
        facts.add_row(what, value)
    rows = Table(
        "TOKEN", "ROLE", "CYCLES", "STATE", "FAILURES", "BURNED", "SPENT", "TO ROOT", "LOOKUP", box=None
    )
    for name, token in _named(ecosystem, chain):
        stats = token.stats
        if stats is None:
            rows.add_row(name, "", "", "not set up")
            continue
        rows.add_row(
            name,
            stats.role,
            str(stats.cycle_count),
            "paused" if stats.paused else "active" if stats.active else "not active",
            f"{stats.consecutive_failures} in a row, {stats.failed_cycles} in all",
            tokens(stats.total_burned),
            sol(stats.total_spent_lamports),
            sol(stats.total_to_root_lamports),
            stats.lookup_table or "none",
        )
    _print(facts, rows)


def check_vault(config: ConfigPath, rpc_keys: RpcKeys = RPC_KEYS) -> None:
    """Show where each token's fees lie, SOL."""
    ecosystem, chain = _read(config, rpc_keys)
    table = Table(
        "TOKEN",
        "FEES GO TO",
        "CURVE",
        "POOL",
        "VAULT",
        "AMM VAULT",
        "CREDIT",
        "CASHBACK",
        "AUTHORITY",
        "CARRIED",
        "PENDING",
        box=None,
    )
    shared = chain.state.shared_authority if chain.state else None
    for name, token in _named(ecosystem, chain):
        amounts = (
            token.curve.creator_fee if token.curve else 0,
            token.pool.creator_fees if token.pool else 0,
            token.vault_lamports,
            token.amm_vault_lamports,
            token.credit_lamports,
            token.cashback_lamports + token.amm_cashback_lamports,
            token.authority_lamports,
            token.stats.carried_lamports if token.stats else 0,
            token.pending_lamports,
        )
        table.add_row(name, token.fee_source(shared), *(sol(amount) for amount in amounts))
    _print(table)
    if chain.shared:
        typer.echo(f"\nThe shared creator holds {sol(chain.shared.lamports)} SOL that are not divided yet.")


def check_liquidity(config: ConfigPath, rpc_keys: RpcKeys = RPC_KEYS) -> None:
    """Show each token's market and what its next cycle would buy there."""
    ecosystem, chain = _read(config, rpc_keys)
    table = Table("TOKEN", "MARKET", "RESERVES(SOL)", "FEE", "NEXT BUY(SOL)", "TOKENS", "WHY NOT", box=None)
    for wanted in ecosystem.tokens:
        name, token = wanted.name, chain.tokens[wanted.mint]
        market = market_of(chain, token)
        if market is None:
            table.add_row(name, "none yet")
            continue
        where = "PumpSwap" if token.pool else "bonding curve"
        common = (name, where, sol(market.quote_reserves), f"{sum(market.fees.all) / BPS:.2%}")
        plan = decide(chain, token.mint, ecosystem.slippage_bps, ecosystem.pace, wanted.pool)
        if isinstance(plan, CyclePlan):
            table.add_row(*common, sol(plan.spend), tokens(plan.tokens_out))
        else:
            table.add_row(*common, "", "", f"{plan.reason}: {plan.message}")
    _print(table)


def snapshot(config: ConfigPath, rpc_keys: RpcKeys = RPC_KEYS) -> None:
    """Print all that is read of the ecosystem as JSON, to keep or to compare."""
    _, chain = _read(config, rpc_keys)
    typer.echo(json.dumps(dataclasses.asdict(chain), indent=2, default=_plain))


def _read(config: Path, rpc_keys: Path) -> tuple[EcosystemConfig, ChainState]:
    async def read() -> tuple[EcosystemConfig, ChainState]:
        ecosystem = load_config(config)
        async with await open_rpc(ecosystem, endpoints(ecosystem, rpc_keys)) as rpc:
            return ecosystem, await Reading(ecosystem, rpc).read()

    return asyncio.run(read())


def _named(ecosystem: EcosystemConfig, chain: ChainState) -> list[tuple[str, TokenState]]:
    return [(token.name, chain.tokens[token.mint]) for token in ecosystem.tokens]


def _print(*tables: Table) -> None:
    show(*tables, width=220)


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
