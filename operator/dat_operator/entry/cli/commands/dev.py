"""``dat dev``: lamports, coins and trades on test networks. Refused on mainnet-beta."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.session import Session
from dat_operator.domain.binding import WalletRole
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.money import LAMPORTS_PER_SOL, sol
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.config_file import load_config
from dat_operator.entry.cli.manual_action import load_signer
from dat_operator.entry.cli.options import ReadOptions, SigningOptions
from dat_operator.entry.cli.rpc_connection import endpoints_with_keys, open_rpc
from dat_operator.manual import dev

app = App(help="Test networks only: lamports, coins, trades.")

AirdropSol = Annotated[float, typer.Option("--sol", min=0.001, max=1_000, help="Amount in SOL.")]
TradeSol = Annotated[float, typer.Option("--sol", min=0.001, max=100, help="SOL of each buy.")]


@app.command()
def airdrop(
    key: Annotated[str, typer.Argument(help="Address of the wallet (base58).")],
    options: ReadOptions,
    amount: AirdropSol = 1.0,
) -> None:
    """Give a wallet lamports."""
    lamports = int(amount * LAMPORTS_PER_SOL)

    async def give() -> None:
        ecosystem = _test_network(options.config)
        async with await open_rpc(ecosystem, endpoints_with_keys(ecosystem, options.rpc_keys)) as rpc:
            await dev.airdrop(rpc, key, lamports)
            typer.echo(f"{sol(lamports)} SOL for {key}")

    asyncio.run(give())


@app.command("create-token")
def create_token(
    symbol: Annotated[str, typer.Argument(help="Symbol of the coin.")], options: SigningOptions
) -> None:
    """Launch a coin whose creator is its authority in this ecosystem. Print its mint."""

    async def create() -> None:
        async with _session(options) as session:
            typer.echo(await dev.create_token(session, symbol))

    asyncio.run(create())


@app.command("generate-volume")
def generate_volume(
    token: Annotated[str, typer.Argument(help="Token (name or mint).")],
    options: SigningOptions,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Number of rounds.")] = 1,
    amount: TradeSol = 0.5,
) -> None:
    """Buy a token on its curve and sell it, round after round. Both trades bring fees."""
    lamports = int(amount * LAMPORTS_PER_SOL)

    async def trade() -> None:
        async with _session(options) as session:
            async for number in dev.generate_volume(session, token, rounds, lamports):
                typer.echo(f"round {number} of {rounds}: bought for {sol(lamports)} SOL, sold")

    asyncio.run(trade())


def _test_network(config: Path) -> EcosystemConfig:
    ecosystem = load_config(config)
    if ecosystem.network == "mainnet-beta":
        raise DatError(
            f"--config: {ecosystem.name} is on mainnet-beta, and `dat dev` is for test networks; "
            "name an ecosystem on localnet, devnet or testnet"
        )
    return ecosystem


@asynccontextmanager
async def _session(options: SigningOptions) -> AsyncIterator[Session]:
    ecosystem = _test_network(options.config)
    signer, allowed = load_signer(ecosystem, options.wallet, (WalletRole.CREATOR,))
    used = endpoints_with_keys(ecosystem, options.rpc_keys, allowed)
    async with await open_rpc(ecosystem, used, allowed.genesis) as rpc:
        yield Session(ecosystem, rpc, signer)
