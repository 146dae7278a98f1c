"""``dat``: one command for the operator, its Jobs, and the actions of people."""

import sys
from typing import Annotated

import typer

from dat_operator import __version__
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.commands import admin, check, cycle, dev, operator, setup, token, wallet

app = App(help="Hierarchical buyback-and-burn of pump.fun tokens.")
app.add_typer(cycle.app, name="cycle")
app.add_typer(token.app, name="token")
app.add_typer(wallet.app, name="wallet")
app.add_typer(admin.app, name="admin")
app.add_typer(dev.app, name="dev")
app.command("setup")(setup.setup)
app.command("check-state")(check.check_state)
app.command("check-vault")(check.check_vault)
app.command("check-liquidity")(check.check_liquidity)
app.command("snapshot")(check.snapshot)
app.command("operator")(operator.operator)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command("version")
def print_version() -> None:
    """Print the version."""
    _print_version(True)


def main() -> None:
    """Run the command line."""
    sys.exit(app())
