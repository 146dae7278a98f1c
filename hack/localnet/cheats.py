"""Write accounts and move time: possible on a local chain only (RPC methods of surfpool)."""

import base64
from collections.abc import Mapping
from typing import Any

from hack.localnet.rpc import Rpc


def set_account(
    rpc: Rpc,
    address: str,
    *,
    lamports: int | None = None,
    data: bytes | None = None,
    owner: str | None = None,
) -> None:
    """Change the given parts of an account. The other parts stay."""
    update: dict[str, Any] = {"lamports": lamports, "owner": owner}
    if data is not None:
        update["data"] = data.hex()
    rpc.call("surfnet_setAccount", address, {k: v for k, v in update.items() if v is not None})


def account_data(rpc: Rpc, address: str) -> bytes | None:
    """Read the data of an account at "processed". Return None if there is no account."""
    config = {"encoding": "base64", "commitment": "processed"}
    value: Mapping[str, Any] | None = rpc.call("getAccountInfo", address, config)["value"]
    return base64.b64decode(value["data"][0]) if value else None


def chain_time(rpc: Rpc) -> int:
    """Read the chain's Clock, which programs read too: seconds since 1970."""
    clock = account_data(rpc, "SysvarC1ock11111111111111111111111111111111")
    assert clock is not None
    return int.from_bytes(clock[32:40], "little", signed=True)


def time_travel(rpc: Rpc, seconds: int) -> None:
    """Move the chain's clock ``seconds`` forward. It cannot go back."""
    target = (chain_time(rpc) + seconds) * 1000
    rpc.call("surfnet_timeTravel", {"absoluteTimestamp": target})
