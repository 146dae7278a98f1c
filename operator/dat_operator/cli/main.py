"""``dat``: one command for the operator and for its Jobs."""

import sys

import typer

from dat_operator import __version__
from dat_operator.cli import admin, check, cycle, dev, operator, setup, token
from dat_operator.cli.logs import configure_logs

app = typer.Typer(
    help="Hierarchical buyback-and-burn of pump.fun tokens.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(cycle.app, name="cycle")
app.add_typer(token.app, name="token")
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
