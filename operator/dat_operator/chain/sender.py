"""Lands transactions: simulate, price, send, rebroadcast the same signature until it lands or expires.

A new signature is made only after the old one has expired, so nothing is ever sent twice.
"""

import asyncio
import base64
import itertools
from collections.abc import Sequence
from typing import Any

import structlog
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.transaction import VersionedTransaction

from dat_operator.chain.program import refusal_in
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.config import PriorityFeeConfig
from dat_operator.domain.errors import ProgramError, RpcRefused, RpcUnavailable, TransactionExpired

MAX_UNITS = 1_400_000
"""Compute units a transaction may have."""
MARGIN_PERCENT = 110
"""Compute limit over what the simulation used: bumps and reserves may differ when it lands."""
POLL_SECONDS = 0.4
POLLS_PER_BROADCAST = 5
"""The same signature goes out again every two seconds: leaders drop what they have no room for."""
MICRO = 1_000_000

log = structlog.get_logger()


class Sender:
    """Signs with one key, which also pays."""

    def __init__(self, rpc: RpcClient, signer: Keypair, priority_fee: PriorityFeeConfig) -> None:
        self._rpc = rpc
        self._signer = signer
        self._priority_fee = priority_fee

    async def land(self, instructions: Sequence[Instruction]) -> str:
        """The signature of the confirmed transaction.

        Raises ProgramError if a program refuses it, in simulation (then nothing was sent) or on chain,
        TransactionExpired if it never landed and never will.
        """
        units = await self._simulate(instructions)
        limit = min(MAX_UNITS, units * MARGIN_PERCENT // 100)
        price = await self._price(instructions, limit)
        latest = (await self._rpc.call("getLatestBlockhash", {"commitment": "confirmed"}))["value"]
        transaction = self._sign(instructions, Hash.from_string(latest["blockhash"]), limit, price)
        return await self._until_landed(transaction, int(latest["lastValidBlockHeight"]))

    async def _simulate(self, instructions: Sequence[Instruction]) -> int:
        """The compute units of a transaction, run without sending it. Raises ProgramError on a refusal."""
        transaction = self._sign(instructions, Hash.default(), MAX_UNITS, 0)
        answer = await self._rpc.call(
            "simulateTransaction",
            _encoded(transaction),
            {
                "encoding": "base64",
                "commitment": "confirmed",
                "sigVerify": False,
                "replaceRecentBlockhash": True,
            },
        )
        value = answer["value"]
        if value["err"] is not None:
            raise _refusal(value["err"], value.get("logs") or [])
        return int(value["unitsConsumed"])

    async def _price(self, instructions: Sequence[Instruction], limit: int) -> int:
        """Micro-lamports a compute unit: a percentile of what was paid for the accounts we lock."""
        locked = {str(m.pubkey) for i in instructions for m in i.accounts if m.is_writable}
        recent = await self._rpc.call("getRecentPrioritizationFees", sorted(locked)[:128])
        paid = sorted(int(entry["prioritizationFee"]) for entry in recent)
        if not paid:
            return 0
        wanted = paid[(len(paid) - 1) * self._priority_fee.percentile // 100]
        return min(wanted, self._priority_fee.max_lamports * MICRO // limit)

    def _sign(
        self, instructions: Sequence[Instruction], blockhash: Hash, limit: int, price: int
    ) -> VersionedTransaction:
        budget = [set_compute_unit_limit(limit), set_compute_unit_price(price)]
        message = MessageV0.try_compile(self._signer.pubkey(), [*budget, *instructions], [], blockhash)
        return VersionedTransaction(message, [self._signer])

    async def _until_landed(self, transaction: VersionedTransaction, last_valid: int) -> str:
        signature = str(transaction.signatures[0])
        log.info("sending", signature=signature, last_valid_block_height=last_valid)
        for poll in itertools.count():
            if poll % POLLS_PER_BROADCAST == 0:
                await self._broadcast(transaction)
            if await self._landed(signature):
                return signature
            if poll % POLLS_PER_BROADCAST == 0 and await self._height() > last_valid:
                # It may have landed between the two answers above.
                if await self._landed(signature):
                    return signature
                break
            await asyncio.sleep(POLL_SECONDS)
        raise TransactionExpired(f"{signature} did not land before block height {last_valid}")

    async def _height(self) -> int:
        return int(await self._rpc.call("getBlockHeight", {"commitment": "confirmed"}))

    async def _broadcast(self, transaction: VersionedTransaction) -> None:
        options = {"encoding": "base64", "skipPreflight": True, "maxRetries": 0}
        try:
            await self._rpc.call("sendTransaction", _encoded(transaction), options)
        except (RpcRefused, RpcUnavailable) as error:
            # Its status decides, not this answer: "already processed" is good news, say.
            log.info("broadcast was not accepted", error=str(error))

    async def _landed(self, signature: str) -> bool:
        answer = await self._rpc.call("getSignatureStatuses", [signature], {"searchTransactionHistory": True})
        status = answer["value"][0]
        if status is None or status.get("confirmationStatus") not in ("confirmed", "finalized"):
            return False
        if status["err"] is not None:
            raise _refusal(status["err"], await self._logs(signature))
        return True

    async def _logs(self, signature: str) -> list[str]:
        options = {
            "encoding": "json",
            "commitment": "confirmed",
            "maxSupportedTransactionVersion": 1,
        }
        found = await self._rpc.call("getTransaction", signature, options)
        return list(found["meta"]["logMessages"] or []) if found else []


def _encoded(transaction: VersionedTransaction) -> str:
    return base64.b64encode(bytes(transaction)).decode()


def _refusal(err: Any, logs: list[str]) -> ProgramError:
    if named := refusal_in(logs):
        return ProgramError(*named, logs=tuple(logs))
    return ProgramError("the chain", _name(err), "\n".join(logs[-3:]), logs=tuple(logs))


def _name(err: Any) -> str:
    """``"BlockhashNotFound"``, or ``InstructionError`` by what is inside it."""
    if isinstance(err, str):
        return err
    if isinstance(err, dict) and "InstructionError" in err:
        inner = err["InstructionError"][1]
        return inner if isinstance(inner, str) else "".join(f"{k}{v}" for k, v in inner.items())
    return str(err)
