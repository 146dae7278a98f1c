"""The parts that all commands share: options, help, log level, exit codes, completion."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from dat_operator import __version__
from dat_operator.domain.errors import (
    DatError,
    ProgramError,
    Refused,
    RpcRefused,
    RpcUnavailable,
    TransactionExpired,
)
from dat_operator.domain.exit_code import FINAL, ExitCode
from dat_operator.entry.cli import app as module
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.main import app
from dat_operator.kube.errors import KubeError, KubeUnavailable
from dat_operator.kube.lease import LeaseLost

Command = tuple[tuple[str, ...], Any]


def commands(command: Any, *words: str) -> Iterator[Command]:
    """Every command that is no group, with the words that call it."""
    children = getattr(command, "commands", None)
    if children is None:
        yield words, command
        return
    for name, child in children.items():
        yield from commands(child, *words, name)


COMMANDS = list(commands(get_command(app)))


@dataclass(frozen=True, kw_only=True)
class Shared:
    name: Annotated[str, typer.Option("--name")]
    count: Annotated[int, typer.Option("--count")] = 1


def small(error: Exception | None = None) -> App:
    """An app with two commands, one of which may fail."""
    made = App(help="A small app.")

    @made.command()
    def greet(what: str, shared: Shared, loud: bool = False) -> None:
        typer.echo(f"{what} {shared.name} {shared.count} {loud}")

    @made.command()
    def fail() -> None:
        if error:
            raise error

    return made


def test_options_of_a_dataclass_are_options_of_the_command() -> None:
    done = CliRunner().invoke(small(), ["greet", "hello", "--name", "Ann", "--loud"])
    assert (done.exit_code, done.output) == (0, "hello Ann 1 True\n")
    missing = CliRunner().invoke(small(), ["greet", "hello"])
    assert (missing.exit_code, "--name" in missing.output) == (2, True)


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS], ids=" ".join)
def test_each_command_shows_its_help_without_any_option(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*words, "--help"])
    assert done.exit_code == 0, done.output
    assert f"Usage: root {' '.join(words)}" in done.output


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS], ids=" ".join)
def test_each_command_has_a_log_level_and_help_for_each_parameter(words: tuple[str, ...]) -> None:
    command = dict(COMMANDS)[words]
    assert [param.envvar for param in command.params if "--log-level" in param.opts] == ["DAT_LOG_LEVEL"]
    assert command.help
    assert [param.name for param in command.params if not param.help] == []


def test_groups_have_no_options_of_their_own() -> None:
    groups = [child for child in get_command(app).commands.values() if hasattr(child, "commands")]
    assert len(groups) == 5
    assert [group.params for group in groups] == [[]] * 5


@pytest.mark.parametrize(
    ("words", "env", "level"),
    [
        ((), {}, "info"),
        (("--log-level", "debug"), {}, "debug"),
        ((), {"DAT_LOG_LEVEL": "error"}, "error"),
        (("--log-level", "warning"), {"DAT_LOG_LEVEL": "error"}, "warning"),
    ],
)
def test_the_log_level_comes_from_option_or_variable(
    words: tuple[str, ...], env: dict[str, str], level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    monkeypatch.setattr(module, "configure_logs", found.append)
    assert CliRunner().invoke(small(), ["fail", *words], env=env).exit_code == 0
    assert found == [level]


def test_an_unknown_log_level_is_bad_input() -> None:
    done = CliRunner().invoke(small(), ["fail"], env={"DAT_LOG_LEVEL": "loud"})
    assert done.exit_code == ExitCode.BAD_INPUT
    assert "loud" in done.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatError("--config: wrong"), ExitCode.BAD_INPUT),
        (Refused("WalletNotBound", "it is bound elsewhere"), ExitCode.BAD_INPUT),
        (ProgramError("dat", "UnauthorizedAccess", "not the admin"), ExitCode.REFUSED),
        (RpcRefused("sendTransaction", -32002, "simulation failed"), ExitCode.REFUSED),
        (KubeError("GET /x", 403, "forbidden"), ExitCode.REFUSED),
        (RpcUnavailable("no endpoint answers"), ExitCode.UNAVAILABLE),
        (KubeUnavailable("GET /x: timeout"), ExitCode.UNAVAILABLE),
        (TransactionExpired("it expired"), ExitCode.RETRY),
        (LeaseLost("another replica holds it"), ExitCode.RETRY),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(error: DatError, code: ExitCode) -> None:
    done = CliRunner().invoke(small(error), ["fail"])
    assert (done.exit_code, done.stderr) == (code, f"Failed: {error}\n")


def test_exit_codes_stay_as_documented() -> None:
    """Scripts and the admission policy of the chart read them."""
    assert [(code.name, code.value) for code in ExitCode] == [
        ("OK", 0),
        ("RETRY", 1),
        ("BAD_INPUT", 2),
        ("REFUSED", 3),
        ("UNAVAILABLE", 4),
    ]
    assert FINAL == (2, 3)


@pytest.mark.parametrize("words", [("--version",), ("version",)])
def test_the_version(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, list(words))
    assert (done.exit_code, done.output) == (0, f"{__version__}\n")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("dat ch", {"check-state", "check-vault", "check-liquidity"}),
        ("dat admin res", {"resume"}),
        ("dat cycle plan --out", {"--output"}),
        ("dat check-vault -o js", {"json"}),
    ],
)
def test_bash_completes_commands_options_and_values(line: str, found: set[str]) -> None:
    env = {
        "_DAT_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
    }
    done = CliRunner().invoke(app, [], env=env, prog_name="dat")
    assert set(done.stdout.split()) == found


def test_debug_logs_show_no_url_of_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx logs whole URLs, which hold keys."""
    loggers = [
        logging.getLogger(name) for name in ("", "httpx", "httpcore", "kopf", "kubernetes", "aiohttp.access")
    ]
    before = [(logger, logger.level, logger.handlers) for logger in loggers]
    try:
        assert CliRunner().invoke(small(), ["fail", "--log-level", "debug"]).exit_code == 0
        assert logging.getLogger().level == logging.DEBUG
        assert logging.getLogger("httpx").level == logging.WARNING
    finally:
        for logger, level, handlers in before:
            logger.setLevel(level)
            logger.handlers = handlers
