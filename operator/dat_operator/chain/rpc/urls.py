"""URLs of endpoints: the part that may be shown, and the host that they lead to."""

from dataclasses import dataclass

import httpx
import yarl

from dat_operator.domain.errors import DatError

LAST_PORT = 65_535
SHORTEST_CREDENTIAL = 8
"""Characters. Shorter parts of URLs, such as v2 or mainnet, are words that messages need."""
USUAL_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """The server of a URL. ``host`` is in lower case and ASCII; an IPv6 address has its brackets."""

    host: str
    port: int
    is_usual_port: bool


def destination(url: str) -> Destination | None:
    """The server of a URL; None if httpx and yarl read different ones."""
    try:
        one, other = httpx.URL(url), yarl.URL(url)
        host, port = one.raw_host.decode("ascii").lower(), one.port or USUAL_PORTS.get(one.scheme)
    except (httpx.InvalidURL, ValueError):
        return None
    if not host or port is None or (host, port) != ((other.raw_host or "").lower(), other.port):
        return None
    return Destination(f"[{host}]" if ":" in host else host, port, port == USUAL_PORTS.get(one.scheme))


def check_url(url: str, whose: str) -> None:
    """Raise DatError if a URL has no valid host and port; ``whose``: its place in ``spec.rpc.endpoints``."""
    try:
        parsed = httpx.URL(url)
        is_valid = bool(parsed.host) and (parsed.port or 0) <= LAST_PORT
    except httpx.InvalidURL:
        is_valid = False
    if not is_valid:
        # Neither the URL nor the cause is shown: they may contain a key.
        raise DatError(
            f"spec.rpc.endpoints: {whose} is no URL; correct it, or its key in the Secret dat-rpc"
        ) from None


def websocket_url(url: str) -> str:
    """The websocket URL by the convention of Solana: the next port, if ``url`` has one."""
    parsed = httpx.URL(url)
    port = parsed.port + 1 if parsed.port else None
    return str(parsed.copy_with(scheme=parsed.scheme.replace("http", "ws"), port=port))


def redacted(url: str) -> str:
    """The scheme and host of a URL: the rest may be a credential."""
    parsed = httpx.URL(url)
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.scheme}://{parsed.host}{port}"


def without_credentials(text: str, url: str) -> str:
    """A text of the endpoint at ``url``, without the parts of the URL that may be a credential."""
    parsed = httpx.URL(url)
    parts = [parsed.username, parsed.password, *parsed.path.split("/"), *parsed.params.values()]
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SHORTEST_CREDENTIAL:
            text = text.replace(part, "***")
    return text
