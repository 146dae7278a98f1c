"""URLs of endpoints: keys are filled in from files, and never shown again."""

import re
from pathlib import Path

import httpx

from dat_operator.domain.config import EndpointConfig
from dat_operator.domain.errors import DatError

LAST_PORT = 65_535
SHORTEST_CREDENTIAL = 8
"""Characters; shorter parts of URLs, such as v2 or mainnet, are words that messages need."""


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


def resolve(endpoint: EndpointConfig, keys: Path) -> EndpointConfig:
    """The endpoint with its URLs filled in; see resolve_url."""
    filled = {"url": resolve_url(endpoint.url, keys)}
    if endpoint.websocket_url:
        filled["websocket_url"] = resolve_url(endpoint.websocket_url, keys)
    return endpoint.model_copy(update=filled)


def resolve_url(url: str, keys: Path) -> str:
    """Fill ``${KEY}`` in an endpoint's URL from the file of that name (a mounted Secret's key).

    Raises DatError if there is no such file.
    """

    def value(match: re.Match[str]) -> str:
        file = keys / match.group(1)
        if not file.is_file():
            raise DatError(
                f"spec.rpc.endpoints: a URL wants the key {match.group(1)}, "
                f"which the Secret dat-rpc does not hold; add it there"
            )
        return file.read_text().strip()

    return re.sub(r"\$\{([A-Za-z0-9_.-]+)\}", value, url)


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
