"""Checks which Solana cluster the endpoints belong to."""

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.errors import DatError, Refused
from dat_operator.domain.job_config import Network

GENESIS: dict[str, Network] = {
    "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d": "mainnet-beta",
    "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG": "devnet",
    "4uhcVJyU9pJkvQyS88uRDiswHScSGQtVoUmRn9p5VnJp": "testnet",
}
"""Genesis hashes of the public clusters (documentation of Solana)."""


async def check_network(rpc: RpcClient, network: Network, bound: str | None = None) -> None:
    """Raise DatError if an endpoint that answers belongs to another cluster than ``network``.

    ``bound``: the genesis hash in the binding of the wallet, if it has one.
    """
    shown = await rpc.genesis()
    for name, genesis in shown.items():
        if bound not in (None, genesis):
            said = f"spec.rpc.endpoints: {name} has genesis {genesis}, but the wallet is bound to {bound}"
            raise Refused("WalletNotBound", f"{said}; correct the endpoints, or the wallet's binding.json")
    for name, genesis in shown.items():
        actual = GENESIS.get(genesis, "localnet")
        if actual != network:
            raise DatError(
                f"spec.network: {network}, but spec.rpc.endpoints lead to {actual} "
                f"({name} has genesis {genesis}); correct one of the two"
            )
    if len(set(shown.values())) > 1:
        each = ", ".join(f"{name} has genesis {genesis}" for name, genesis in shown.items())
        raise DatError(f"spec.rpc.endpoints lead to different chains: {each}; keep those of one")
