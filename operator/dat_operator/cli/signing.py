"""What every command does that signs by hand: show what would happen, ask, send, say what came of it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.wallet import read_keypair
from dat_operator.cli.job import load_config, open_rpc
from dat_operator.cycle.deed import Deed, Plan, commit, rehearse
from dat_operator.cycle.session import Session
from dat_operator.domain.errors import DatError

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Simulate and stop.")]


def do(plan: Plan, *, config: Path, wallet: Path, rpc_keys: Path, yes: bool, dry_run: bool) -> None:
    """Plan a deed, simulate it, ask, and land it. Raises DatError."""
    asyncio.run(_do(plan, config, wallet, rpc_keys, yes=yes, dry_run=dry_run))


async def _do(plan: Plan, config: Path, wallet: Path, rpc_keys: Path, *, yes: bool, dry_run: bool) -> None:
    ecosystem = load_config(config)
    signer = read_keypair(wallet, "--wallet")
    async with await open_rpc(ecosystem, rpc_keys) as rpc:
        session = Session(ecosystem, rpc, signer)
        deed = await plan(session, await session.read())
        units = await rehearse(session, deed)
        typer.echo(f"{deed.what}\n  on {ecosystem.network}, signed by {signer.pubkey()}")
        typer.echo(f"  simulated: goes through, {units:,} compute units")
        if dry_run:
            return
        _ask(deed, yes=yes)
        typer.echo(f"done: {await commit(session, deed)}")


def _ask(deed: Deed, *, yes: bool) -> None:
    if deed.irrevocable:
        # --yes is for what can be taken back.
        typed = typer.prompt(f"This cannot be taken back. Type {deed.irrevocable} to go on")
        if typed.strip() != deed.irrevocable:
            raise DatError("not confirmed: nothing was sent")
    elif not yes and not typer.confirm("Send it?"):
        raise DatError("not confirmed: nothing was sent")
