"""URLs of endpoints: what may be shown of them, and where they lead."""

from dataclasses import dataclass

import httpx
import yarl

from dat_operator.domain.errors import DatError

LAST_PORT = 65_535
SHORTEST_CREDENTIAL = 8
"""Characters; shorter parts of URLs, such as v2 or mainnet, are words that messages need."""


USUAL_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a URL leads. ``host`` is in lower case and ASCII; an IPv6 address has its brackets."""

    host: str
    port: int
    is_usual_port: bool


def destination(url: str) -> Destination | None:
    """Where a URL leads; None if the libraries that ask it do not agree on that."""
    try:
        one, other = httpx.URL(url), yarl.URL(url)
        host, port = one.raw_host.decode("ascii").lower(), one.port or USUAL_PORTS.get(one.scheme)
    except (httpx.InvalidURL, ValueError):
        return None
    if not host or port is None or (host, port) != ((other.raw_host or "").lower(), other.port):
        return None
    return Destination(f"[{host}]" if ":" in host else host, port, port == USUAL_PORTS.get(one.scheme))


def check_url(url: str, whose: str) -> None:
    """Raise DatError if a URL leads nowhere; ``whose`` is what it is of ``spec.rpc.endpoints``."""
    try:
        parsed = httpx.URL(url)
        leads_somewhere = bool(parsed.host) and (parsed.port or 0) <= LAST_PORT
    except httpx.InvalidURL:
        leads_somewhere = False
    if not leads_somewhere:
        # Not a word of it, nor of the cause: a key may have been filled in.
        raise DatError(
            f"spec.rpc.endpoints: {whose} is no URL; correct it, or its key in the Secret dat-rpc"
        ) from None


def websocket_url(url: str) -> str:
    """Where to subscribe by Solana's convention: at the next port, if ``url`` names one."""
    parsed = httpx.URL(url)
    port = parsed.port + 1 if parsed.port else None
    return str(parsed.copy_with(scheme=parsed.scheme.replace("http", "ws"), port=port))


def redacted(url: str) -> str:
    """An endpoint's scheme and host: the rest may be a credential."""
    parsed = httpx.URL(url)
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.scheme}://{parsed.host}{port}"


def without_credentials(text: str, url: str) -> str:
    """What the endpoint of this URL has said, without the parts of the URL that may be a credential."""
    parsed = httpx.URL(url)
    parts = [parsed.username, parsed.password, *parsed.path.split("/"), *parsed.params.values()]
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SHORTEST_CREDENTIAL:
            text = text.replace(part, "***")
    return text
