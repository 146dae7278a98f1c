"""Structured logs on standard error: lines for a terminal, JSON for everything else."""

import logging
import sys
from collections.abc import Sequence
from typing import Literal

import structlog

LogLevel = Literal["debug", "info", "warning", "error"]
KOPF_OBJECT = "k8s_ref"
"""The key by which kopf passes the object of a log line."""
CHATTY = ("httpx", "httpcore", "kopf", "kubernetes", "aiohttp.access")
"""Loggers that stay at ``warning`` or above: httpx logs whole URLs, which hold keys."""


def configure_logs(level: LogLevel = "info") -> None:
    """Set up structlog, and send the logs of libraries through structlog."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _configure_levels(level, _formatter(shared))


def _formatter(shared: Sequence[structlog.typing.Processor]) -> logging.Formatter:
    is_terminal = sys.stderr.isatty()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow={KOPF_OBJECT}), _named],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer(),
        ],
    )


def _configure_levels(level: LogLevel, formatter: logging.Formatter) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    lowest = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(lowest)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(max(lowest, logging.WARNING))


def _named(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add namespace, kind and name of the object to a log line of kopf."""
    about = line.pop(KOPF_OBJECT, {})
    return {**line, **{key: about[key] for key in ("namespace", "kind", "name") if key in about}}
