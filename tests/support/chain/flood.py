"""A stranger who sends transactions about another person's ecosystem, as fast as the chain takes them."""

import base64
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction

from dat_operator.chain.dat.codec import EVENT_TAG
from dat_operator.chain.dat.instructions import Ecosystem
from hack.localnet.localnet import Localnet
from tests.support.repeating import again_and_again
from tests.support.vectors.dat_bytes import event_bytes, u64

ECHO = str(Keypair.from_seed(bytes([7] * 32)).pubkey())
ECHO_SO = Path(__file__).parent / "echo.so"
"""The stranger's program; echo.ll is its source, and says how it is built."""
TOGETHER = 50
"""Transactions in one HTTP request."""
PAUSE_SECONDS = 0.5
"""Between two requests of a flood that goes on while others work: a hundred transactions a second."""


class Flood:
    """Of one payer. ``accounts`` are named, as writable ones, by every transaction; all land, few fail.

    Of ten, six do nothing else; two give a lamport to one of ``bare``; one emits from a foreign program what
    looks like a cycle of the ecosystem, and so many logs that the chain cuts them; one calls our program and
    fails.
    """

    def __init__(
        self,
        chain: Localnet,
        payer: Keypair,
        ours: Ecosystem,
        mints: Sequence[Pubkey],
        accounts: Sequence[str],
        bare: Sequence[str],
    ) -> None:
        self.sent = 0
        self._chain, self._payer, self._ours, self._mints = chain, payer, ours, mints
        self._named = [AccountMeta(Pubkey.from_string(one), False, True) for one in accounts]
        self._gifts = itertools.cycle([Pubkey.from_string(one) for one in bare])
        self._http = httpx.Client(timeout=30)
        self._lock = threading.Lock()

    def close(self) -> None:
        self._http.close()

    def burst(self, count: int) -> None:
        """Send so many, at once."""
        for _ in range(count // TOGETHER):
            self._post()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Send all the while."""
        with again_and_again(self._post, PAUSE_SECONDS):
            yield

    def _post(self) -> None:
        latest = self._chain.rpc.call("getLatestBlockhash", {"commitment": "confirmed"})["value"]
        blockhash = Hash.from_string(latest["blockhash"])
        with self._lock:
            numbers = range(self.sent, self.sent + TOGETHER)
            self.sent += TOGETHER
        answers = self._http.post(
            self._chain.rpc_url, json=[self._call(n, blockhash) for n in numbers]
        ).json()
        refused = [one for one in answers if "result" not in one]
        assert not refused, refused[:1]

    def _call(self, number: int, blockhash: Hash) -> dict[str, Any]:
        key = self._payer.pubkey()
        message = Message([self._pay(key, number + 1), *self._more(number)], key)
        signed = base64.b64encode(bytes(Transaction([self._payer], message, blockhash))).decode()
        params = [signed, {"encoding": "base64", "skipPreflight": True}]
        return {"jsonrpc": "2.0", "id": number, "method": "sendTransaction", "params": params}

    def _pay(self, to: Pubkey, lamports: int) -> Instruction:
        """A transfer that names the accounts."""
        paid = transfer(TransferParams(from_pubkey=self._payer.pubkey(), to_pubkey=to, lamports=lamports))
        return Instruction(paid.program_id, paid.data, [*paid.accounts, *self._named])

    def _more(self, number: int) -> list[Instruction]:
        mint = self._mints[number % len(self._mints)]
        match number % 10:
            case 0 | 1:
                return [self._pay(next(self._gifts), 1)]
            case 2:
                return [self._forged(mint, number)]
            case 3:
                return [self._ours.record_failure(self._payer.pubkey(), mint, bytes(16), number)]
        return []

    def _forged(self, mint: Pubkey, number: int) -> Instruction:
        """A cycle of a token of ours, as a foreign program reports it."""
        event = event_bytes(state=bytes(self._ours.state), mint=bytes(mint), cycle=u64(number))
        echo = Pubkey.from_string(ECHO)
        return Instruction(echo, b"\1" + EVENT_TAG + event, [AccountMeta(echo, False, False)])
