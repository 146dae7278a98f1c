"""Where commands take keys of endpoints from."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from dat_operator.entry.cli.main import app


def options(command: Any) -> Iterator[Any]:
    """Of a command and all below it."""
    yield from command.params
    for one in getattr(command, "commands", {}).values():
        yield from options(one)


def test_no_variable_of_a_pod_moves_the_directory_of_rpc_keys() -> None:
    """T3: with DAT_RPC_KEYS=/etc/dat/wallet a URL had the wallet's file in it."""
    found = [option for option in options(get_command(app)) if "--rpc-keys" in option.opts]
    assert len(found) > 10
    assert {(option.envvar, str(option.default)) for option in found} == {(None, "/etc/dat/rpc")}
