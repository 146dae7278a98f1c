"""Keys in URLs of endpoints: a file has the value of ``${NAME}``, another file the hosts that may get it."""

import re
from pathlib import Path

import httpx
import yarl

from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import EndpointConfig

DIRECTORY = Path("/etc/dat/rpc")
"""The mount of the Secret dat-rpc. It is fixed: no variable of a pod may choose another directory."""
PLACEHOLDER = re.compile(r"\$\{([^}]*)(\}?)")
NAME = re.compile(r"[A-Z][A-Z0-9_]*")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECURE = ("https", "wss")


def resolve(endpoint: EndpointConfig, keys: Path = DIRECTORY) -> EndpointConfig:
    """The endpoint with the keys in its URLs; see resolve_url."""
    filled = {"url": resolve_url(endpoint.url, keys)}
    if endpoint.websocket_url:
        filled["websocket_url"] = resolve_url(endpoint.websocket_url, keys)
    return endpoint.model_copy(update=filled)


def resolve_url(url: str, keys: Path = DIRECTORY) -> str:
    """Replace each ``${NAME}`` by the content of the file ``NAME`` in ``keys`` (a mounted Secret).

    Raises DatError for an invalid name, for a missing file, and if the file ``NAME.hosts`` does not list the
    host of the URL. With that file the owner of the key decides which hosts may get it.
    """
    names = [_name(match) for match in PLACEHOLDER.finditer(url)]
    filled = PLACEHOLDER.sub(lambda match: _read(keys, match.group(1)), url)
    for name in dict.fromkeys(names):
        _check_destination(name, filled, keys)
    return filled


def _name(match: re.Match[str]) -> str:
    name, end = match.groups()
    if not end or not NAME.fullmatch(name):
        raise DatError(
            f"spec.rpc.endpoints: a URL has {match.group(0)}, but a key's name has capital letters, digits "
            "and _ only, as in ${HELIUS}; rename the key in the Secret dat-rpc"
        )
    return name


def _read(keys: Path, name: str) -> str:
    file = keys / name
    if not file.is_file():
        raise DatError(
            f"spec.rpc.endpoints: a URL needs the key {name}, "
            f"which the Secret dat-rpc does not hold; add it there"
        )
    return file.read_text().strip()


def _check_destination(name: str, url: str, keys: Path) -> None:
    """Raise DatError if the owner of a key does not allow the host of the URL."""
    host = _host(url)
    if host is None or host not in (bound := _hosts(keys / f"{name}.hosts")):
        # The host may contain the key. Then it is not shown.
        shown = host if host and _read(keys, name).lower() not in host else "another host"
        raise DatError(
            f"spec.rpc.endpoints: the key {name} is not bound to {shown}; its owner names the hosts that may "
            f"get it, one a line, under {name}.hosts in the Secret dat-rpc"
            + (f" (now: {', '.join(sorted(bound))})" if host and bound else "")
        )
    if httpx.URL(url).scheme not in SECURE and host not in LOOPBACK:
        raise DatError(
            f"spec.rpc.endpoints: the key {name} would go to {host} in clear text; use https or wss there"
        )


def _host(url: str) -> str | None:
    """The host of a URL; None if httpx and yarl read different hosts."""
    try:
        host, again = httpx.URL(url).host, yarl.URL(url).host
    except (httpx.InvalidURL, ValueError):
        return None
    return host.lower() if host and host.lower() == (again or "").lower() else None


def _hosts(file: Path) -> frozenset[str]:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(line.strip().lower() for line in lines if line.strip())
