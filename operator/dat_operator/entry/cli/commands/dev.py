"""``dat dev``: what only test networks allow."""

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
from dat_operator.entry.cli.job_run import (
    RPC_KEYS,
    ConfigPath,
    RpcKeys,
    WalletPath,
    endpoints,
    load_config,
    open_rpc,
)
from dat_operator.entry.cli.manual_action import by_hand
from dat_operator.manual import volume

app = typer.Typer(help="For test networks: lamports, coins and trades out of nothing.", no_args_is_help=True)


@app.command()
def airdrop(
    key: str,
    config: ConfigPath,
    amount: Annotated[float, typer.Option("--sol", min=0.001, max=1_000)] = 1.0,
    rpc_keys: RpcKeys = RPC_KEYS,
) -> None:
    """Give a wallet lamports."""
    lamports = int(amount * LAMPORTS_PER_SOL)

    async def give() -> None:
        ecosystem = _test_network(config)
        async with await open_rpc(ecosystem, endpoints(ecosystem, rpc_keys)) as rpc:
            await volume.airdrop(rpc, key, lamports)
            typer.echo(f"{sol(lamports)} SOL for {key}")

    asyncio.run(give())


@app.command("create-token")
def create_token(symbol: str, config: ConfigPath, wallet: WalletPath, rpc_keys: RpcKeys = RPC_KEYS) -> None:
    """Launch a coin whose creator is its authority; prints its mint."""

    async def create() -> None:
        async with _session(config, wallet, rpc_keys) as session:
            typer.echo(await volume.create_token(session, symbol))

    asyncio.run(create())


@app.command("generate-volume")
def generate_volume(
    token: str,
    config: ConfigPath,
    wallet: WalletPath,
    rounds: Annotated[int, typer.Option(min=1, max=100)] = 1,
    amount: Annotated[float, typer.Option("--sol", min=0.001, max=100)] = 0.5,
    rpc_keys: RpcKeys = RPC_KEYS,
) -> None:
    """Buy a token on its curve and sell it again, round after round: both bring fees."""
    lamports = int(amount * LAMPORTS_PER_SOL)

    async def trade() -> None:
        async with _session(config, wallet, rpc_keys) as session:
            async for number in volume.generate_volume(session, token, rounds, lamports):
                typer.echo(f"round {number} of {rounds}: bought for {sol(lamports)} SOL and sold again")

    asyncio.run(trade())


def _test_network(config: Path) -> EcosystemConfig:
    ecosystem = load_config(config)
    if ecosystem.network == "mainnet-beta":
        raise DatError("`dat dev` is for test networks; this ecosystem is on mainnet-beta")
    return ecosystem


@asynccontextmanager
async def _session(config: Path, wallet: Path, keys: Path) -> AsyncIterator[Session]:
    ecosystem = _test_network(config)
    signer, allowed = by_hand(ecosystem, wallet, (WalletRole.CREATOR,))
    async with await open_rpc(ecosystem, endpoints(ecosystem, keys, allowed), allowed.genesis) as rpc:
        yield Session(ecosystem, rpc, signer)
