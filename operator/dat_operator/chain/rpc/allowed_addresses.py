"""Checks the IP address of an endpoint: an editor of a URL must not reach a private network through us."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from dat_operator.domain.errors import RpcUnavailable

NO_ANSWER = "no answer"
"""The message for every failed connection, so that it does not show open ports. The log says more."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(RpcUnavailable):
    """The endpoint is in a private network, and this process may not connect to those."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"spec.rpc.endpoints: {name} is in a private network; name a public endpoint, or let the "
            "installer of the operator allow private ones (the chart's privateRpc)"
        )


def is_public(address: str) -> bool:
    """Whether an IP address is public: not private, loopback, link-local, multicast or reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        ip = embedded or ip
    return ip.is_global and not ip.is_multicast


async def check_host(host: str, name: str) -> None:
    """Raise Unreachable unless all addresses of a host are public. A host without an address passes."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return
    if not all(is_public(str(entry[4][0])) for entry in found):
        raise Unreachable(name)


class PeerCheck:
    """Watches one call (``trace`` of httpx): checks the host before the connection and the peer after it.

    A host that differs from that of the endpoint is a proxy from the environment, which is trusted.
    """

    def __init__(self, host: str, name: str) -> None:
        self._host, self._name = host, name
        self._direct = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Raise RpcUnavailable for a connection that is not allowed."""
        if event == "connection.connect_tcp.started":
            self._direct = _text(info["host"]) == self._host
            if self._direct:
                await check_host(self._host, self._name)
        elif event == "connection.connect_tcp.complete" and self._direct:
            stream = info["return_value"]
            peer = stream.get_extra_info("server_addr")
            if not is_public(str(peer[0])):
                # The name had another address a moment ago.
                await stream.aclose()
                raise RpcUnavailable(f"{self._name}: {NO_ANSWER}")


def _text(host: str | bytes) -> str:
    return host.decode() if isinstance(host, bytes) else host


class PublicResolver(AbstractResolver):
    """A resolver for aiohttp that checks the addresses of the endpoint. Other hosts are proxies."""

    def __init__(self, host: str, name: str) -> None:
        self._host, self._name = host, name
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises Unreachable if one of the endpoint is not public."""
        found = await self._resolver.resolve(host, port, family)
        if host == self._host and not all(is_public(entry["host"]) for entry in found):
            raise Unreachable(self._name)
        return found

    async def close(self) -> None:
        """Close the resolver."""
        await self._resolver.close()
