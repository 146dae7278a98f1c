"""A local Solana chain with the true pump.fun programs, JSON-RPC and websockets."""

from hack.localnet.localnet import Localnet
from hack.localnet.rpc import Rpc, RpcError
from hack.localnet.wallets import Wallet

__all__ = ["Localnet", "Rpc", "RpcError", "Wallet"]
