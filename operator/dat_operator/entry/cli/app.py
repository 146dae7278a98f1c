"""The typer app: the parts that all commands of ``dat`` share."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import typer

from dat_operator.domain.errors import DatError
from dat_operator.entry.cli.logs import LogLevel, configure_logs
from dat_operator.entry.cli.option_groups import expand
from dat_operator.entry.cli.options import LogLevelOption

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)


class App(typer.Typer):
    """A group of commands.

    Each command has ``--log-level``. A command that raises DatError prints one sentence on standard error
    and ends with the exit code of that error.
    """

    def __init__(self, *, help: str) -> None:  # noqa: A002 (typer's own name)
        super().__init__(help=help, no_args_is_help=True, pretty_exceptions_enable=False)

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:
        """Register a function as a command. Its parameters may be dataclasses of options."""
        add = super().command(name, **settings)

        def register(function: F) -> F:
            add(_with_log_level(_with_sentences(expand(function))))
            return function

        return register


def _with_sentences(function: Function) -> Function:
    @functools.wraps(function)
    def command(**values: Any) -> Any:
        try:
            return function(**values)
        except DatError as error:
            typer.echo(f"Failed: {error}", err=True)
            raise typer.Exit(error.exit_code) from None

    return command


def _with_log_level(function: Function) -> Function:
    @functools.wraps(function)
    def command(*, log_level: LogLevel, **values: Any) -> Any:
        configure_logs(log_level)
        return function(**values)

    signature = inspect.signature(function)
    level = inspect.Parameter(
        "log_level", inspect.Parameter.KEYWORD_ONLY, default="info", annotation=LogLevelOption
    )
    parameters = [*signature.parameters.values(), level]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return command
