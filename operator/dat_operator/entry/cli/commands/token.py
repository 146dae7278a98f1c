"""``dat token``: creates a coin for an ecosystem, or hands over the fees of an existing coin."""

from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.session import Session
from dat_operator.domain.binding import WalletRole
from dat_operator.domain.chain_state import ChainState
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.manual_action import run_action
from dat_operator.entry.cli.options import DryRun, ManualOptions, SigningOptions
from dat_operator.manual import coins
from dat_operator.manual.action import Action

app = App(help="Coins: create a coin, or adopt an existing coin.")

LONGEST_NAME, LONGEST_SYMBOL, LONGEST_URI = 32, 13, 200
"""Bytes. pump.fun's limits."""
MintFile = Annotated[
    Path, typer.Option("--mint", help="Keypair file of the mint. The command creates a missing file.")
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Name of the coin, at most 32 bytes.")],
    symbol: Annotated[str, typer.Argument(help="Symbol of the coin, at most 13 bytes.")],
    uri: Annotated[str, typer.Argument(help="URL of the coin's metadata (JSON), at most 200 bytes.")],
    options: ManualOptions,
    mint_file: MintFile = Path("mint.json"),
) -> None:
    """Launch a coin on pump.fun. Its creator is its authority in this ecosystem. The wallet pays."""
    _check_length("NAME", name, LONGEST_NAME)
    _check_length("SYMBOL", symbol, LONGEST_SYMBOL)
    _check_length("URI", uri, LONGEST_URI)

    async def plan(session: Session, _chain: ChainState) -> Action:
        mint = coins.mint_in(mint_file, keep=not options.dry_run)
        return coins.create(session, mint, name=name, symbol=symbol, uri=uri)

    run_action(plan, (WalletRole.CREATOR,), options)


@app.command()
def adopt(
    mint: Annotated[str, typer.Argument(help="Mint of the coin (base58).")],
    options: SigningOptions,
    dry_run: DryRun = False,
) -> None:
    """Hand a coin's future fees to its authority here. Nobody can undo this. The creator signs."""

    async def plan(session: Session, _chain: ChainState) -> Action:
        return await coins.adopt(session, mint)

    # Without --yes: a person confirms an action that nobody can undo.
    manual = ManualOptions(
        config=options.config, wallet=options.wallet, rpc_keys=options.rpc_keys, dry_run=dry_run
    )
    run_action(plan, (WalletRole.CREATOR,), manual)


def _check_length(argument: str, text: str, most: int) -> None:
    size = len(text.encode())
    if not 1 <= size <= most:
        raise typer.BadParameter(f"{argument}: {text!r} has {size} bytes; give 1 to {most} bytes")
