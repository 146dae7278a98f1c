"""``dat check-…`` and ``dat snapshot``: show the ecosystem on chain. They sign nothing."""

import asyncio

from dat_operator.chain.session import Reading
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.entry.cli.config_file import load_config
from dat_operator.entry.cli.options import OutputOption, ReadOptions
from dat_operator.entry.cli.output import Output, print_json
from dat_operator.entry.cli.rpc_connection import endpoints_with_keys, open_rpc
from dat_operator.entry.cli.tables import show
from dat_operator.entry.cli.views.liquidity import LiquidityView
from dat_operator.entry.cli.views.state import StateView
from dat_operator.entry.cli.views.vault import VaultView

View = StateView | VaultView | LiquidityView


def check_state(options: ReadOptions, output: OutputOption = Output.TABLE) -> None:
    """Show the accounts of the ecosystem and of its tokens on chain."""
    _print(StateView.of(*_read(options)), output)


def check_vault(options: ReadOptions, output: OutputOption = Output.TABLE) -> None:
    """Show where the fees of each token lie. The table is in SOL, JSON in lamports."""
    _print(VaultView.of(*_read(options)), output)


def check_liquidity(options: ReadOptions, output: OutputOption = Output.TABLE) -> None:
    """Show the market of each token, and the buy of its next cycle."""
    _print(LiquidityView.of(*_read(options)), output)


def snapshot(options: ReadOptions) -> None:
    """Print the whole read of the ecosystem as JSON, to keep it or to compare it."""
    _, chain = _read(options)
    print_json(chain)


def _read(options: ReadOptions) -> tuple[EcosystemConfig, ChainState]:
    async def read() -> tuple[EcosystemConfig, ChainState]:
        ecosystem = load_config(options.config)
        async with await open_rpc(ecosystem, endpoints_with_keys(ecosystem, options.rpc_keys)) as rpc:
            return ecosystem, await Reading(ecosystem, rpc).read()

    return asyncio.run(read())


def _print(view: View, output: Output) -> None:
    if output is Output.JSON:
        print_json(view)
    else:
        show(*view.tables())
