"""Which addresses an endpoint may have: whoever may write a URL must not ask our own network through us."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from dat_operator.domain.errors import RpcUnavailable

NO_ANSWER = "no answer"
"""Said of every connection that comes to nothing: whether a port is open is not told. The log says more."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(RpcUnavailable):
    """An endpoint lies where this process may not ask."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"spec.rpc.endpoints: {name} is in a private network; name a public endpoint, or let the "
            "installer of the operator allow private ones (the chart's privateRpc)"
        )


def is_public(address: str) -> bool:
    """Whether an IP address is a public host's: not private, loopback, link-local or the like."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        ip = embedded or ip
    return ip.is_global and not ip.is_multicast


async def check_host(host: str, name: str) -> None:
    """Raise Unreachable unless all addresses of a host are public; one without an address is no matter."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return
    if not all(is_public(str(entry[4][0])) for entry in found):
        raise Unreachable(name)


class PeerCheck:
    """Follows one call (httpx's extension ``trace``): checks a host before it connects, and the peer after.

    A host that is not the endpoint's is a proxy's, which the environment names: that one is trusted.
    """

    def __init__(self, host: str, name: str) -> None:
        self._host, self._name = host, name
        self._direct = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Raise RpcUnavailable at what must not be connected to."""
        if event == "connection.connect_tcp.started":
            self._direct = _text(info["host"]) == self._host
            if self._direct:
                await check_host(self._host, self._name)
        elif event == "connection.connect_tcp.complete" and self._direct:
            stream = info["return_value"]
            peer = stream.get_extra_info("server_addr")
            if not is_public(str(peer[0])):
                # The name was another's a moment ago.
                await stream.aclose()
                raise RpcUnavailable(f"{self._name}: {NO_ANSWER}")


def _text(host: str | bytes) -> str:
    return host.decode() if isinstance(host, bytes) else host


class PublicResolver(AbstractResolver):
    """Resolves the endpoint's host, for aiohttp, to addresses that were checked; others are proxies'."""

    def __init__(self, host: str, name: str) -> None:
        self._host, self._name = host, name
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises Unreachable."""
        found = await self._resolver.resolve(host, port, family)
        if host == self._host and not all(is_public(entry["host"]) for entry in found):
            raise Unreachable(self._name)
        return found

    async def close(self) -> None:
        """Nothing is open."""
        await self._resolver.close()
