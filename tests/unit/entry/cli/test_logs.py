import contextlib
import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from dat_operator.entry.cli.logs import configure_logs

QUIET = ("httpx", "httpcore", "kopf", "aiohttp.access")


@contextlib.contextmanager
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """What is logged within, as in a pod, where standard error is no terminal."""
    root, said, found = logging.getLogger(), io.StringIO(), list[dict[str, str]]()
    before = (root.handlers, root.level, {name: logging.getLogger(name).level for name in QUIET})
    monkeypatch.setattr("sys.stderr", said)
    configure_logs()
    try:
        yield found
    finally:
        root.handlers, root.level, levels = before
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        structlog.reset_defaults()
    found += [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_line_says_where_and_when(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        lines(monkeypatch) as found,
        structlog.contextvars.bound_contextvars(namespace="dat", ecosystem="fruit"),
    ):
        structlog.get_logger().info("applying", kind="CronJob", name="fruit-cycle")
    (line,) = found
    assert line.pop("timestamp")
    assert line == {
        "event": "applying",
        "level": "info",
        "namespace": "dat",
        "ecosystem": "fruit",
        "kind": "CronJob",
        "name": "fruit-cycle",
    }


def test_kopf_s_line_about_an_object_says_of_which(monkeypatch: pytest.MonkeyPatch) -> None:
    ref = {"apiVersion": "v1", "kind": "Pod", "name": "apple", "uid": "u", "namespace": "dat"}
    with lines(monkeypatch) as found:
        logging.getLogger("kopf.objects").warning("handler failed", extra={"k8s_ref": ref, "k8s_skip": True})
        logging.getLogger("kopf.objects").info("too much to read")
    (line,) = found
    assert (line["event"], line["level"]) == ("handler failed", "warning")
    assert (line["namespace"], line["kind"], line["name"]) == ("dat", "Pod", "apple")
    assert not line.keys() & {"k8s_ref", "k8s_skip", "uid"}
