"""Structured logs on standard error: lines for a terminal, JSON for everything else."""

import logging
import sys

import structlog

KOPFS_OBJECT = "k8s_ref"
"""Under which kopf keeps the object that a line is about."""


def configure_logs() -> None:
    """Set up structlog, and send what libraries log through it."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow={KOPFS_OBJECT}), _named],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "httpcore", "kopf", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _named(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Kopf's line about one object says of which, as ours do."""
    about = line.pop(KOPFS_OBJECT, {})
    return {**line, **{key: about[key] for key in ("namespace", "kind", "name") if key in about}}
