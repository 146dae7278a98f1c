"""``dat token``: coins whose fees can be collected, new ones and those that exist."""

from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.session import Session
from dat_operator.domain.binding import WalletRole
from dat_operator.domain.chain_state import ChainState
from dat_operator.entry.cli.job_run import RPC_KEYS, ConfigPath, RpcKeys, WalletPath
from dat_operator.entry.cli.manual_action import DryRun, Options, Yes, do
from dat_operator.manual import coins
from dat_operator.manual.action import Deed

app = typer.Typer(help="Coins: create them, or adopt what exists.", no_args_is_help=True)


@app.command()
def create(
    name: str,
    symbol: str,
    uri: str,
    config: ConfigPath,
    wallet: WalletPath,
    mint_file: Annotated[
        Path, typer.Option("--mint", help="Where the mint's keypair is kept; made unless it is there.")
    ] = Path("mint.json"),
    rpc_keys: RpcKeys = RPC_KEYS,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Launch a coin on pump.fun whose creator is its authority in this ecosystem. The wallet pays."""
    _check("NAME", name, 32)
    _check("SYMBOL", symbol, 13)
    _check("URI", uri, 200)

    async def plan(session: Session, _chain: ChainState) -> Deed:
        return coins.create(session, coins.mint_in(mint_file, keep=not dry_run), name, symbol, uri)

    do(plan, (WalletRole.CREATOR,), Options(config, wallet, rpc_keys, yes, dry_run))


@app.command()
def adopt(
    mint: str,
    config: ConfigPath,
    wallet: WalletPath,
    rpc_keys: RpcKeys = RPC_KEYS,
    dry_run: DryRun = False,
) -> None:
    """Give a coin's future fees to its authority in this ecosystem, for ever. Its creator signs."""

    async def plan(session: Session, _chain: ChainState) -> Deed:
        return await coins.adopt(session, mint)

    do(plan, (WalletRole.CREATOR,), Options(config, wallet, rpc_keys, yes=False, dry_run=dry_run))


def _check(what: str, text: str, most: int) -> None:
    if not 1 <= len(text.encode()) <= most:
        raise typer.BadParameter(f"{what} must have 1 to {most} bytes; it has {len(text.encode())}")
