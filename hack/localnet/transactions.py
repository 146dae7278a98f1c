"""Send a transaction and wait for it, for traders of the demo and the set-up of tests."""

import base64
import time
from collections.abc import Sequence
from typing import Any

from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.transaction import Transaction

from hack.localnet.rpc import Rpc
from hack.localnet.wallets import Wallet

WAIT_SECONDS = 20.0
POLL_SECONDS = 0.05


class TransactionFailedError(Exception):
    """The transaction landed and failed. ``error`` is the error of the chain."""

    def __init__(self, signature: str, error: Any, logs: Sequence[str]) -> None:
        super().__init__(f"{signature}: {error}\n" + "\n".join(logs))
        self.signature = signature
        self.error = error
        self.logs = logs


def keypair(wallet: Wallet) -> Keypair:
    """Return the key of a wallet."""
    return Keypair.from_bytes(wallet.secret)


def send(rpc: Rpc, instructions: Sequence[Instruction], signers: Sequence[Keypair]) -> str:
    """Sign, send and wait until "confirmed". The first signer pays. Return the signature.

    Raises TransactionFailedError with the logs, or TimeoutError if the transaction did not land.
    """
    latest = rpc.call("getLatestBlockhash", {"commitment": "confirmed"})["value"]
    message = Message(list(instructions), signers[0].pubkey())
    transaction = Transaction(list(signers), message, Hash.from_string(latest["blockhash"]))
    encoded = base64.b64encode(bytes(transaction)).decode()
    config = {"encoding": "base64", "skipPreflight": True}
    signature = str(rpc.call("sendTransaction", encoded, config))
    _wait(rpc, signature)
    return signature


def _wait(rpc: Rpc, signature: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        status = rpc.call("getSignatureStatuses", [signature])["value"][0]
        if status and status["err"] is not None:
            raise TransactionFailedError(signature, status["err"], _logs(rpc, signature))
        if status and status["confirmationStatus"] in ("confirmed", "finalized"):
            return
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"{signature} did not land within {WAIT_SECONDS:.0f} s")


def _logs(rpc: Rpc, signature: str) -> list[str]:
    config = {"encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
    transaction = rpc.call("getTransaction", signature, config)
    return list(transaction["meta"]["logMessages"] or []) if transaction else []
