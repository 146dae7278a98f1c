"""What every command does that signs by hand: show what would happen, ask, send, say what came of it."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.session import Session
from dat_operator.chain.tx.guard import Guard
from dat_operator.chain.tx.wallet import Wallet, read_bindings, read_keypair
from dat_operator.domain.binding import Binding, WalletRole, bound
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.entry.cli.job_run import endpoints, load_config, open_rpc
from dat_operator.manual.action import Deed, Plan, commit, rehearse

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Simulate and stop.")]


@dataclass(frozen=True, slots=True)
class Options:
    """What all of these commands take."""

    config: Path
    wallet: Path
    rpc_keys: Path
    yes: bool
    dry_run: bool


def do(plan: Plan, roles: Collection[WalletRole], options: Options) -> None:
    """Plan a deed, simulate it, ask, and land it. The wallet has to be bound as one of ``roles``.

    Raises DatError.
    """
    asyncio.run(_do(plan, roles, options))


def by_hand(
    ecosystem: EcosystemConfig, wallet: Path, roles: Collection[WalletRole]
) -> tuple[Wallet, Binding]:
    """The wallet in a file, and what it is bound to. Raises DatError.

    The configuration comes from the cluster, so what an editor made of it binds no key that lies elsewhere.
    """
    allowed = bound(read_bindings(wallet), ecosystem, roles)
    guard = Guard.of(allowed, [token.mint for token in ecosystem.tokens], by_hand=True)
    return Wallet(read_keypair(wallet, "--wallet"), guard), allowed


async def _do(plan: Plan, roles: Collection[WalletRole], options: Options) -> None:
    ecosystem = load_config(options.config)
    signer, allowed = by_hand(ecosystem, options.wallet, roles)
    used = endpoints(ecosystem, options.rpc_keys, allowed)
    async with await open_rpc(ecosystem, used, allowed.genesis) as rpc:
        session = Session(ecosystem, rpc, signer)
        deed = await plan(session, await session.read())
        units = await rehearse(session, deed)
        typer.echo(f"{deed.what}\n  on {ecosystem.network}, signed by {signer.pubkey()}")
        typer.echo(f"  simulated: goes through, {units:,} compute units")
        if options.dry_run:
            return
        _ask(deed, yes=options.yes)
        typer.echo(f"done: {await commit(session, deed)}")


def _ask(deed: Deed, *, yes: bool) -> None:
    if deed.irrevocable:
        # --yes is for what can be taken back.
        typed = typer.prompt(f"This cannot be taken back. Type {deed.irrevocable} to go on")
        if typed.strip() != deed.irrevocable:
            raise DatError("not confirmed: nothing was sent")
    elif not yes and not typer.confirm("Send it?"):
        raise DatError("not confirmed: nothing was sent")
