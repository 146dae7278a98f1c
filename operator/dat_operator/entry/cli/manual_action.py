"""Runs an action that a person signs: plan it, simulate it, ask the person, send it."""

import asyncio
from collections.abc import Collection
from pathlib import Path

import typer

from dat_operator.chain.session import Session
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.chain.tx.wallet import Wallet, read_bindings, read_keypair
from dat_operator.domain.binding import Binding, WalletRole, bound
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.entry.cli.config_file import load_config
from dat_operator.entry.cli.options import ManualOptions
from dat_operator.entry.cli.rpc_connection import endpoints_with_keys, open_rpc
from dat_operator.manual.action import Action, PlanAction, land, simulate


def run_action(plan: PlanAction, roles: Collection[WalletRole], options: ManualOptions) -> None:
    """Plan an action, simulate it, ask, and send it. The wallet must be bound in one of these roles.

    Raises DatError.
    """
    asyncio.run(_run(plan, roles, options))


def load_signer(
    ecosystem: EcosystemConfig, wallet: Path, roles: Collection[WalletRole]
) -> tuple[Wallet, Binding]:
    """The wallet of a keypair file, and its binding to this ecosystem. Raises DatError.

    The configuration comes from the cluster. The binding keeps an editor of the cluster from using the key
    for another purpose.
    """
    allowed = bound(read_bindings(wallet), ecosystem, roles)
    guard = SigningPolicy.of(allowed, [token.mint for token in ecosystem.tokens], by_hand=True)
    return Wallet(read_keypair(wallet, "--wallet"), guard), allowed


async def _run(plan: PlanAction, roles: Collection[WalletRole], options: ManualOptions) -> None:
    ecosystem = load_config(options.config)
    signer, allowed = load_signer(ecosystem, options.wallet, roles)
    used = endpoints_with_keys(ecosystem, options.rpc_keys, allowed)
    async with await open_rpc(ecosystem, used, allowed.genesis) as rpc:
        session = Session(ecosystem, rpc, signer)
        action = await plan(session, await session.read())
        units = await simulate(session, action)
        typer.echo(f"{action.description}\n  network: {ecosystem.network}\n  signer: {signer.pubkey()}")
        typer.echo(f"  simulation: succeeds, {units:,} compute units")
        if options.dry_run:
            return
        _confirm(action, yes=options.yes)
        typer.echo(f"done: {await land(session, action)}")


def _confirm(action: Action, *, yes: bool) -> None:
    if action.irrevocable:
        # --yes does not confirm an action that nobody can undo.
        typed = typer.prompt(f"Nobody can undo this action. Type {action.irrevocable} to confirm")
        confirmed = typed.strip() == action.irrevocable
    else:
        confirmed = yes or typer.confirm("Send the transaction?")
    if not confirmed:
        raise DatError("not confirmed: nothing was sent")
