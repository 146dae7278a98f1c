"""Many transactions at once: none waits for another, and each has its own end."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.transaction import VersionedTransaction

from dat_operator.chain.tx.sender import (
    ACCOUNTS_PER_FEE_CALL,
    BLOCKHASH_SECONDS,
    SIGNATURES_PER_STATUS_CALL,
    Ready,
    Sender,
    SendResult,
)
from dat_operator.domain.errors import ProgramError, TransactionExpired
from dat_operator.domain.policy import PriorityFeeConfig
from tests.support.chain_state import key
from tests.support.fakes.clock import Clock
from tests.support.fakes.rpc import FakeRpc
from tests.support.fakes.wallet import free_wallet

SIGNER, OTHER = Keypair.from_seed(b"s" * 32), Keypair.from_seed(b"o" * 32)
LAST_VALID = 150
CONFIRMED: dict[str, Any] = {"confirmationStatus": "confirmed", "err": None}
FAILED: dict[str, Any] = {**CONFIRMED, "err": {"InstructionError": [2, {"Custom": 6018}]}}
MISMATCH = [
    "Program log: AnchorError occurred. Error Code: CycleMismatch. Error Number: 6018. "
    "Error Message: this cycle has already run.",
    "Program D44e failed: custom program error: 0x1782",
]
Ends = Callable[["Chain", int], Mapping[str, Any] | None]
"""The status of a transaction by its number."""


class Chain(FakeRpc):
    """Moves a block on with every look at its height; what was sent is known by its first byte of data."""

    def __init__(self, ends: Ends = lambda *_: CONFIRMED, paid: int = 0) -> None:
        self.height = 100
        self.numbers: dict[str, int] = {}
        self.ends = ends
        super().__init__(
            getRecentPrioritizationFees=[{"slot": 1, "prioritizationFee": paid}],
            getLatestBlockhash={"value": {"blockhash": str(key("hash")), "lastValidBlockHeight": LAST_VALID}},
            sendTransaction=self._send,
            getSignatureStatuses=self._statuses,
            getBlockHeight=self._next,
            getTransaction={"meta": {"logMessages": MISMATCH}},
        )

    def _send(self, encoded: str, _options: Any) -> str:
        sent = VersionedTransaction.from_bytes(base64.b64decode(encoded))
        signature = str(sent.signatures[0])
        self.numbers[signature] = sent.message.instructions[2].data[0]
        return signature

    def _statuses(self, signatures: list[str], _options: Any) -> Any:
        return {"value": [self.ends(self, self.numbers[signature]) for signature in signatures]}

    def _next(self, *_: Any) -> int:
        self.height += 1
        return self.height

    def sends(self, number: int | None = None) -> int:
        """How often one was broadcast, or all."""
        texts = [params[0] for method, params in self.asked if method == "sendTransaction"]
        return sum(1 for text in texts if number in (None, self._number(text)))

    def transactions(self) -> list[VersionedTransaction]:
        texts = [params[0] for method, params in self.asked if method == "sendTransaction"]
        return [VersionedTransaction.from_bytes(base64.b64decode(text)) for text in texts]

    def _number(self, encoded: str) -> int:
        sent = VersionedTransaction.from_bytes(base64.b64decode(encoded))
        return int(sent.message.instructions[2].data[0])


def ready(number: int, *, units: int = 100_000, written: str = "written") -> Ready:
    meta = AccountMeta(key(written), is_signer=False, is_writable=True)
    return Ready((Instruction(key("program"), bytes([number]), [meta]),), (), units)


async def land_all(chain: Chain, *all_of_them: Ready, max_lamports: int = 1_000_000) -> list[SendResult]:
    async with chain.client() as rpc:
        fee = PriorityFeeConfig(percentile=75, max_lamports=max_lamports)
        return await Sender(rpc, free_wallet(SIGNER), fee).land_all(all_of_them)


async def test_nothing_to_send_asks_nobody() -> None:
    chain = Chain()
    assert await land_all(chain) == []
    assert chain.asked == []


async def test_all_go_out_before_any_is_waited_for(clock: Clock) -> None:
    chain = Chain()
    sent = await land_all(chain, *map(ready, range(5)))
    assert [one.error for one in sent] == [None] * 5
    methods = [method for method, _ in chain.asked]
    assert methods.index("getSignatureStatuses") > max(
        i for i, method in enumerate(methods) if method == "sendTransaction"
    )
    assert chain.count("getLatestBlockhash") == 1
    assert clock.slept < 1


async def test_the_order_is_kept_whoever_lands_first(clock: Clock) -> None:
    """The last one lands first, and so on."""
    chain = Chain(lambda c, n: CONFIRMED if c.count("getSignatureStatuses") > 5 - n else None)
    sent = await land_all(chain, *map(ready, range(5)))
    assert [chain.numbers[one.signature] for one in sent] == list(range(5))


async def test_one_expires_one_fails_one_lands(clock: Clock) -> None:
    chain = Chain(lambda _, n: {0: None, 1: FAILED, 2: CONFIRMED}[n])
    expired, failed, landed = await land_all(chain, *map(ready, range(3)))
    assert isinstance(expired.error, TransactionExpired)
    assert expired.signature in str(expired.error)
    assert isinstance(failed.error, ProgramError)
    assert (failed.error.program, failed.error.reason, failed.error.number) == ("D44e", "CycleMismatch", 6018)
    assert landed.error is None
    assert chain.height == LAST_VALID + 1


async def test_only_what_has_not_landed_goes_out_again(clock: Clock) -> None:
    chain = Chain(lambda c, n: CONFIRMED if n == 0 or c.sends(1) >= 4 else None)
    await land_all(chain, ready(0), ready(1))
    assert (chain.sends(0), chain.sends(1)) == (1, 4)


async def test_it_is_always_the_same_signature(clock: Clock) -> None:
    chain = Chain(lambda *_: None)
    sent = await land_all(chain, ready(0), ready(1))
    assert chain.sends() > 10
    assert len({bytes(one) for one in chain.transactions()}) == 2
    assert {str(one.signatures[0]) for one in chain.transactions()} == {one.signature for one in sent}


async def test_what_lands_in_the_very_last_block_is_seen(clock: Clock) -> None:
    """After the height has said that all is over, statuses are asked for once more."""
    chain = Chain(lambda c, n: CONFIRMED if n == 1 and c.height > LAST_VALID else None)
    expired, landed = await land_all(chain, ready(0), ready(1))
    assert isinstance(expired.error, TransactionExpired)
    assert landed.error is None


async def test_each_has_its_own_compute_limit_below_one_cap(clock: Clock) -> None:
    chain = Chain(paid=10**9)
    await land_all(chain, ready(0, units=50_000), ready(1, units=1_390_000), max_lamports=500)
    for sent, units in zip(chain.transactions(), (55_000, 1_400_000), strict=True):
        limit, price, *_ = sent.message.instructions
        assert int.from_bytes(limit.data[1:5], "little") == units
        paid = -(-units * int.from_bytes(price.data[1:9], "little") // 1_000_000)
        assert 450 <= paid <= 500


@pytest.mark.parametrize("units", [0, 1])
async def test_a_node_that_does_not_count_units(units: int, clock: Clock) -> None:
    (sent,) = await land_all(Chain(paid=1), ready(0, units=units))
    assert sent.error is None


async def test_one_price_for_all_that_is_locked(clock: Clock) -> None:
    chain = Chain()
    await land_all(chain, ready(0, written="a"), ready(1, written="b"), ready(2, written="a"))
    (locked,) = [params[0] for method, params in chain.asked if method == "getRecentPrioritizationFees"]
    assert locked == [str(key("a")), str(key("b"))]


async def test_prices_are_asked_for_as_many_accounts_as_rpc_takes(clock: Clock) -> None:
    chain = Chain()
    await land_all(
        chain, *(ready(n % 200, written=f"account {n}") for n in range(ACCOUNTS_PER_FEE_CALL + 20))
    )
    (locked,) = [params[0] for method, params in chain.asked if method == "getRecentPrioritizationFees"]
    assert len(locked) == ACCOUNTS_PER_FEE_CALL


async def test_statuses_are_asked_for_in_batches(clock: Clock) -> None:
    chain = Chain()
    count = SIGNATURES_PER_STATUS_CALL + 10
    sent = await land_all(chain, *(ready(n % 256, written=f"account {n}") for n in range(count)))
    assert len(sent) == count
    asked = [len(params[0]) for method, params in chain.asked if method == "getSignatureStatuses"]
    assert asked == [SIGNATURES_PER_STATUS_CALL, 10]


async def test_others_sign_too_and_tables_are_used(clock: Clock) -> None:
    metas = [
        AccountMeta(OTHER.pubkey(), is_signer=True, is_writable=False),
        AccountMeta(key("listed"), is_signer=False, is_writable=False),
    ]
    table = AddressLookupTableAccount(key("table"), [key("listed")])
    one = Ready((Instruction(key("program"), b"\0", metas),), (table,), 1)
    chain = Chain()
    async with chain.client() as rpc:
        fee = PriorityFeeConfig(percentile=75, max_lamports=1)
        await Sender(rpc, free_wallet(SIGNER), fee).land_all([one], OTHER)
    (sent,) = chain.transactions()
    assert sent.verify_with_results() == [True, True]
    assert isinstance(sent.message, MessageV0)
    assert [lookup.account_key for lookup in sent.message.address_table_lookups] == [key("table")]


def priority_fee(transaction: VersionedTransaction) -> int:
    """Lamports, rounded up."""
    limit, price, *_ = transaction.message.instructions
    return -(
        -int.from_bytes(limit.data[1:5], "little") * int.from_bytes(price.data[1:9], "little") // 1_000_000
    )


@pytest.mark.parametrize(
    ("paid", "fees"),
    [(0, [0, 250, 500, 1000, 1000]), (3_000, [330, 330, 500, 1000, 1000]), (10**9, [1000] * 5)],
)
async def test_what_expired_is_priced_higher_up_to_the_cap(paid: int, fees: list[int], clock: Clock) -> None:
    """What others pay is often 0, however full the blocks of our leaders are."""
    chain = Chain(lambda *_: None, paid)
    async with chain.client() as rpc:
        sender = Sender(rpc, free_wallet(SIGNER), PriorityFeeConfig(percentile=75, max_lamports=1_000))
        found = []
        for attempt in fees:
            chain.height = 100
            chain.asked.clear()
            (sent,) = await sender.land_all([ready(0)])
            assert isinstance(sent.error, TransactionExpired), attempt
            found.append(priority_fee(chain.transactions()[0]))
    assert found == pytest.approx(fees, abs=1)


async def test_what_lands_is_priced_as_others_pay(clock: Clock) -> None:
    chain = Chain(paid=3_000)
    async with chain.client() as rpc:
        sender = Sender(rpc, free_wallet(SIGNER), PriorityFeeConfig(percentile=75, max_lamports=1_000))
        for number in range(3):
            await sender.land_all([ready(number)])
    assert [priority_fee(one) for one in chain.transactions()] == [330] * 3


async def test_a_blockhash_serves_several_transactions_but_not_for_long(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    chain = Chain()
    async with chain.client() as rpc:
        sender = Sender(rpc, free_wallet(SIGNER), PriorityFeeConfig(percentile=75, max_lamports=1))
        await sender.land_all([ready(0)])
        now += BLOCKHASH_SECONDS
        await sender.land_all([ready(1)])
        assert chain.count("getLatestBlockhash") == 1
        now += 0.1
        await sender.land_all([ready(2)])
        assert chain.count("getLatestBlockhash") == 2
