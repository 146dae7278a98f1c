"""Connects to the RPC endpoints of an ecosystem."""

from collections.abc import Sequence
from pathlib import Path

from dat_operator.chain.rpc import allowed_hosts as rpc_hosts
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.network import check_network
from dat_operator.chain.rpc.url_keys import resolve
from dat_operator.domain.binding import Binding
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.job_config import EcosystemConfig, EndpointConfig


def endpoints_with_keys(
    ecosystem: EcosystemConfig, keys: Path, binding: Binding | None = None
) -> list[EndpointConfig]:
    """The ecosystem's endpoints, with the keys in their URLs.

    Raises DatError for a missing key, and for a host that the wallet's binding does not allow.
    """
    used = [resolve(endpoint, keys) for endpoint in ecosystem.rpc]
    if binding:
        rpc_hosts.check(binding, ecosystem.rpc, used)
    return used


async def open_rpc(
    ecosystem: EcosystemConfig, used: Sequence[EndpointConfig], genesis: str | None = None
) -> RpcClient:
    """A client of these endpoints. ``genesis``: the genesis hash that the wallet's binding demands.

    Raises RpcUnavailable if no endpoint answers, DatError if an endpoint belongs to another network.
    """
    private = ecosystem.private_rpc or ecosystem.network == "localnet"
    rpc = RpcClient(used, public_only=not private)
    try:
        await check_network(rpc, ecosystem.network, genesis)
    except RpcUnavailable as error:
        await rpc.close()
        remedy = "check the URLs, and check that this machine can reach them"
        raise RpcUnavailable(f"spec.rpc.endpoints: no endpoint answers ({error}); {remedy}") from None
    except DatError:
        await rpc.close()
        raise
    return rpc
