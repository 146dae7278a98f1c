"""Checks the hosts of endpoints against the binding of a wallet.

A single endpoint gets each signed transaction first, and may hold it back until the price suits it. So the
owner of a wallet may name the allowed hosts, and an editor of the URLs cannot use others.
"""

from collections.abc import Iterator, Sequence

from dat_operator.chain.rpc.urls import Destination, destination
from dat_operator.domain.binding import FILE, HOST, Binding
from dat_operator.domain.errors import Refused
from dat_operator.domain.job_config import EndpointConfig


def check(binding: Binding, asked: Sequence[EndpointConfig], used: Sequence[EndpointConfig]) -> None:
    """Raise Refused if a URL leads to a host that the binding does not name.

    ``used``: the endpoints with their keys; ``asked``: the same endpoints as configured, without keys. Only
    text of ``asked`` may be shown.
    """
    if binding.rpc_hosts is None:
        return
    for number, (before, after) in enumerate(zip(asked, used, strict=True)):
        for field, configured, url in _urls(before, after):
            to = destination(url)
            if to is None or not {to.host, f"{to.host}:{to.port}"} & set(binding.rpc_hosts):
                raise _refused(binding, f"spec.rpc.endpoints[{number}].{field}", _shown(to, configured))


def _urls(before: EndpointConfig, after: EndpointConfig) -> Iterator[tuple[str, str, str]]:
    """Each field, with its URL without and with its keys."""
    yield "url", before.url, after.url
    # A websocket URL that is not given is on the host of the URL.
    if before.websocket_url and after.websocket_url:
        yield "websocketUrl", before.websocket_url, after.websocket_url


def _shown(to: Destination | None, configured: str) -> str | None:
    """The host, with its port if that is unusual; None if the host contains a key or odd characters."""
    if to is None or to.host not in configured.lower():
        return None
    name = to.host if to.is_usual_port else f"{to.host}:{to.port}"
    return name if HOST.fullmatch(name) else None


def _refused(binding: Binding, field: str, host: str | None) -> Refused:
    named = binding.rpc_hosts or ()
    said = (
        f"{field}: it leads to {host or 'another host'}, but {FILE} of the wallet names {' or '.join(named)}"
    )
    options = " ".join(f"--rpc-host {name}" for name in (*named, host or "HOST"))
    command = f"`dat wallet appoint DIRECTORY --ecosystem {binding.ecosystem} {options}`"
    remedy = f"correct the DATEcosystem, or, if this host is intended, have the wallet's owner run {command}"
    done = "no endpoint was asked and nothing was signed"
    return Refused("WalletNotBound", f"{said}: {done}; {remedy} and renew its Secret (docs/setup.md)")
