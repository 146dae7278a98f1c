"""``dat``: one command for the operator and for its Jobs."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from dat_operator import __version__
from dat_operator.domain.errors import DatError
from dat_operator.domain.report import EXIT_INPUT
from dat_operator.entry.cli.commands import admin, check, cycle, dev, operator, setup, token, wallet
from dat_operator.entry.cli.logs import configure_logs


class _Sentences(TyperGroup):
    """What a command cannot do, it says in a sentence, with exit code 2."""

    def invoke(self, ctx: Any) -> Any:  # typer keeps the type of its context to itself
        try:
            return super().invoke(ctx)
        except DatError as error:
            typer.echo(f"Failed: {error}", err=True)
            raise typer.Exit(EXIT_INPUT) from None


app = typer.Typer(
    cls=_Sentences,
    help="Hierarchical buyback-and-burn of pump.fun tokens.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
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


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.callback()
def _configure() -> None:
    configure_logs()


def main() -> None:
    """Run the command line."""
    sys.exit(app())
