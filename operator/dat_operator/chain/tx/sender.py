"""Sends transactions: sets the price, then rebroadcasts the same signature until it lands or expires.

A new signature is made only after the old one has expired, so no transaction can land twice.
"""

import asyncio
import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.transaction import VersionedTransaction

from dat_operator.chain.rpc.client import Call, RpcClient
from dat_operator.chain.rpc.slots import at_least
from dat_operator.chain.tx.failure import Ran, instruction_of, ran_in, refusal_of
from dat_operator.chain.tx.message import MAX_UNITS, MICRO_LAMPORTS, Tables, compile_message, encoded
from dat_operator.chain.tx.simulator import Simulator
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.errors import ProgramError, RpcRefused, RpcUnavailable, TransactionExpired
from dat_operator.domain.job_config import Commitment
from dat_operator.domain.policy import PriorityFeeConfig

MARGIN_PERCENT = 110
"""The compute limit, percent of the simulated units. Bumps and reserves may differ when it lands."""
POLL_SECONDS = 0.4
POLLS_PER_BROADCAST = 5
"""The same signature is sent again every two seconds: slot leaders without room drop transactions."""
SIGNATURES_PER_STATUS_CALL = 256
"""The most signatures of one call of getSignatureStatuses."""
ACCOUNTS_PER_FEE_CALL = 128
"""The most accounts of one call of getRecentPrioritizationFees."""
LAST_ESCALATION = 3
"""Expiries until a transaction pays the cap. It pays a quarter after one expiry, and a half after two."""
INDEX_POLLS, INDEX_SECONDS = 20, 0.5
"""Attempts to read a failed transaction, and the pause between them: nodes index it after they confirm it."""
BLOCKHASH_SECONDS = 10.0
"""How long one blockhash is used: a third of its life if a slot takes 200 ms."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ready:
    """A transaction that has been simulated."""

    instructions: tuple[Instruction, ...]
    tables: Tables
    units: int


@dataclass(frozen=True, slots=True)
class SendResult:
    """The end of a transaction; without ``error`` it has landed."""

    signature: str
    error: ProgramError | TransactionExpired | None
    instruction: int | None = None
    """Index of the instruction that failed, from 0; None if none of them did."""


@dataclass(frozen=True, slots=True)
class _Latest:
    """A blockhash, with the time (``time.monotonic``) at which it was read."""

    blockhash: Hash
    last_valid_block_height: int
    at: float


_End = TransactionExpired | str | dict[str, Any] | None
"""The end of a transaction: None is success, else the error in its status, or expiry."""


@dataclass(frozen=True, slots=True)
class PriorityPrice:
    """The priority fee: micro-lamports a compute unit, between two bounds for the whole transaction."""

    micro_lamports: int
    max_lamports: int
    min_lamports: int = 0
    """The least for a transaction, but never more than ``max_lamports``."""

    def of(self, units: int) -> int:
        """Micro-lamports a compute unit, for a transaction that used ``units`` in its simulation."""
        least, most = (
            lamports * MICRO_LAMPORTS // _limit(units) for lamports in (self.min_lamports, self.max_lamports)
        )
        return min(max(self.micro_lamports, least), most)

    def after(self, expiries: int) -> "PriorityPrice":
        """The price after some expiries in a row: a growing part of the cap, at last the whole cap."""
        part = max(0, LAST_ESCALATION - expiries)
        return replace(self, min_lamports=self.max_lamports >> part) if expiries else self

    def lamports(self, units: int) -> int:
        """The priority fee of the transaction, rounded up."""
        return -(-self.of(units) * _limit(units) // MICRO_LAMPORTS)


def _limit(units: int) -> int:
    return max(1, min(MAX_UNITS, units * MARGIN_PERCENT // 100))


async def priority_price(rpc: RpcClient, ready: Sequence[Ready], wanted: PriorityFeeConfig) -> PriorityPrice:
    """The price: a percentile of recent fees for the accounts that the transactions lock."""
    metas = [m for one in ready for i in one.instructions for m in i.accounts if m.is_writable]
    locked = list(dict.fromkeys(str(m.pubkey) for m in metas))[:ACCOUNTS_PER_FEE_CALL]
    recent = await rpc.call("getRecentPrioritizationFees", locked)
    paid = sorted(int(entry["prioritizationFee"]) for entry in recent)
    micro = paid[(len(paid) - 1) * wanted.percentile // 100] if paid else 0
    return PriorityPrice(micro, wanted.max_lamports)


class Sender:
    """Sends transactions that one key signs and pays for. One has landed when it reaches ``commitment``."""

    def __init__(
        self,
        rpc: RpcClient,
        signer: Wallet,
        priority_fee: PriorityFeeConfig,
        commitment: Commitment = "confirmed",
    ) -> None:
        self._rpc = rpc
        self._commitment = commitment
        self._signer = signer
        self._priority_fee = priority_fee
        self._price: PriorityPrice | None = None
        self._expiries = 0
        self._latest: _Latest | None = None
        self._sent: set[str] = set()

    async def land(self, instructions: Sequence[Instruction], *others: Keypair) -> str:
        """Simulate and send one transaction, and wait until it lands; its signature. ``others`` sign it, too.

        Raises ProgramError if a program refuses the transaction, in the simulation (then nothing was sent) or
        on chain. Raises TransactionExpired if the transaction cannot land any more.
        """
        simulation = await Simulator(self._rpc, self._signer.pubkey()).run(instructions)
        if simulation.refusal:
            raise simulation.refusal
        (sent,) = await self.land_all([Ready(tuple(instructions), (), simulation.units)], *others)
        if sent.error:
            raise sent.error
        return sent.signature

    async def land_all(self, ready: Sequence[Ready], *others: Keypair) -> list[SendResult]:
        """Send all transactions at once, and wait until each one has landed, failed or expired."""
        if not ready:
            return []
        self._price = self._price or await self._ask_price(ready)
        latest = await self._latest_blockhash()
        transactions = [self._sign(one, latest.blockhash, self._price, others) for one in ready]
        if any(str(t.signatures[0]) in self._sent for t in transactions):
            # With the same bytes, the chain would see the earlier transaction again.
            self._latest = None
            latest = await self._latest_blockhash()
            transactions = [self._sign(one, latest.blockhash, self._price, others) for one in ready]
        self._sent |= {str(t.signatures[0]) for t in transactions}
        ended = await self._until_landed(transactions, latest.last_valid_block_height)
        # Errors get their names only now: this costs calls, which would delay the rebroadcasts.
        sent = await asyncio.gather(
            *(self._outcome(one, signature, end) for one, (signature, end) in zip(ready, ended, strict=True))
        )
        if any(isinstance(one.error, TransactionExpired) for one in sent):
            # The price was too low. The next price starts from the recent fees, which may be zero then.
            self._price, self._expiries = None, self._expiries + 1
        return sent

    async def _ask_price(self, ready: Sequence[Ready]) -> PriorityPrice:
        price = await priority_price(self._rpc, ready, self._priority_fee)
        return price.after(self._expiries)

    async def _latest_blockhash(self) -> _Latest:
        """A recent blockhash."""
        if self._latest is None or time.monotonic() - self._latest.at > BLOCKHASH_SECONDS:
            answer = await self._rpc.call("getLatestBlockhash", {"commitment": "confirmed"})
            value = answer["value"]
            blockhash = Hash.from_string(value["blockhash"])
            self._latest = _Latest(blockhash, int(value["lastValidBlockHeight"]), time.monotonic())
        return self._latest

    def _sign(
        self, ready: Ready, blockhash: Hash, price: PriorityPrice, others: Sequence[Keypair]
    ) -> VersionedTransaction:
        message = compile_message(
            self._signer.pubkey(),
            ready.instructions,
            ready.tables,
            blockhash,
            units=_limit(ready.units),
            price=price.of(ready.units),
        )
        return self._signer.sign(message, ready.tables, others)

    async def _until_landed(
        self, transactions: Sequence[VersionedTransaction], last_valid: int
    ) -> list[tuple[str, _End]]:
        """Signature and end of each transaction, in their order."""
        waiting = {str(t.signatures[0]): t for t in transactions}
        order, landed = list(waiting), dict[str, _End]()
        for signature in order:
            log.info("sending", signature=signature, last_valid_block_height=last_valid)
        for poll in itertools.count():
            if poll % POLLS_PER_BROADCAST == 0:
                await asyncio.gather(*map(self._broadcast, waiting.values()))
            await asyncio.sleep(POLL_SECONDS)
            answers = await self._rpc.together(*_statuses(waiting))
            landed |= await self._settle(waiting, answers)
            if waiting and poll % POLLS_PER_BROADCAST == 0 and poll:
                # First the height, all from one endpoint: a signature it has not seen is in no earlier block.
                height, *answers = await self._rpc.together(self._height, *_statuses(waiting))
                seen = _by_signature(waiting, answers)
                landed |= await self._settle(waiting, answers)
                if int(height) > last_valid:
                    for signature in [s for s in waiting if not _reached(seen[s], "confirmed")]:
                        gone = f"{signature} did not land before block height {last_valid}"
                        landed[signature] = TransactionExpired(gone)
                        del waiting[signature]
            if not waiting:
                break
        return [(signature, landed[signature]) for signature in order]

    @property
    def _height(self) -> Call:
        """The call for the block height at the commitment that transactions are waited for."""
        return "getBlockHeight", ({"commitment": self._commitment},)

    async def _broadcast(self, transaction: VersionedTransaction) -> None:
        options = {"encoding": "base64", "skipPreflight": True, "maxRetries": 0}
        try:
            await self._rpc.call("sendTransaction", encoded(transaction), options)
        except (RpcRefused, RpcUnavailable) as error:
            # The status decides, not this answer: "already processed" is a refusal, too.
            log.info("broadcast was not accepted", error=str(error))

    async def _settle(
        self, waiting: dict[str, VersionedTransaction], answers: Sequence[Any]
    ) -> dict[str, _End]:
        """Take the transactions that have landed out of ``waiting``; the end of each, by signature."""
        settled = {}
        for signature, status in _by_signature(waiting, answers).items():
            if not _reached(status, self._commitment):
                continue
            settled[signature] = status["err"]
            del waiting[signature]
        return settled

    async def _outcome(self, ready: Ready, signature: str, end: _End) -> SendResult:
        """The result of one transaction, with the name of its error."""
        if end is None or isinstance(end, TransactionExpired):
            return SendResult(signature, end)
        logs, ran = await self._record(signature)
        return SendResult(signature, refusal_of(end, logs, ready.instructions, ran), instruction_of(end))

    async def _record(self, signature: str) -> tuple[list[str], Ran | None]:
        """Logs and inner instructions of a failed transaction; nothing if no node shows it."""
        options = {"encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 1}
        for _ in range(INDEX_POLLS):
            try:
                found = await self._rpc.call("getTransaction", signature, options)
            except (RpcRefused, RpcUnavailable) as error:
                log.info("a failed transaction is not shown", signature=signature, error=str(error))
                break
            if found:
                return list(found["meta"].get("logMessages") or []), ran_in(found)
            await asyncio.sleep(INDEX_SECONDS)
        return [], None


def _statuses(waiting: Iterable[str]) -> list[Call]:
    """The calls for the statuses of some signatures, in their order."""
    signatures, options = list(waiting), {"searchTransactionHistory": True}
    batches = [
        signatures[start : start + SIGNATURES_PER_STATUS_CALL]
        for start in range(0, len(signatures), SIGNATURES_PER_STATUS_CALL)
    ]
    return [("getSignatureStatuses", (batch, options)) for batch in batches]


def _by_signature(waiting: Iterable[str], answers: Sequence[Any]) -> dict[str, Any]:
    """The statuses in the answers to ``_statuses``; None for a transaction that is in no block."""
    statuses = [status for answer in answers for status in answer["value"]]
    return dict(zip(waiting, statuses, strict=True))


def _reached(status: Any, commitment: Commitment) -> bool:
    """Whether a transaction is in a block of this commitment."""
    return status is not None and status.get("confirmationStatus") in at_least(commitment)
