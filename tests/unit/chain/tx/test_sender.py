"""A transaction's way, on a chain whose blocks and answers the test decides."""

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.transaction import VersionedTransaction

from dat_operator.chain.tx.message import MAX_UNITS
from dat_operator.chain.tx.sender import Sender
from dat_operator.domain.errors import ProgramError, RpcUnavailable, TransactionExpired
from dat_operator.domain.policy import PriorityFeeConfig
from tests.support.chain_state import key
from tests.support.fakes.clock import Clock
from tests.support.fakes.rpc import FakeRpc, Refusal
from tests.support.fakes.wallet import free_wallet

SIGNER = Keypair.from_seed(b"s" * 32)
WRITTEN = AccountMeta(key("written"), is_signer=False, is_writable=True)
READ = AccountMeta(key("read"), is_signer=False, is_writable=False)
WORK = [Instruction(key("program"), b"work", [WRITTEN, READ])]
LAST_VALID = 150
CONFIRMED: dict[str, Any] = {"confirmationStatus": "confirmed", "err": None}
MISMATCH = [
    "Program D44e invoke [1]",
    "Program log: AnchorError occurred. Error Code: CycleMismatch. Error Number: 6013. "
    "Error Message: this cycle has already run.",
    "Program D44e failed: custom program error: 0x177d",
]


class Chain(FakeRpc):
    """Moves a block on with every look at its height; lands what it was sent when ``lands`` says so."""

    def __init__(self, lands: Callable[["Chain"], bool] = lambda _: True) -> None:
        self.height, self.step, self.status = 100, 1, CONFIRMED
        self.landed = False
        self._lands = lands
        super().__init__(
            simulateTransaction={"value": {"err": None, "unitsConsumed": 100_000, "logs": []}},
            getRecentPrioritizationFees=[],
            getLatestBlockhash={"value": {"blockhash": str(key("hash")), "lastValidBlockHeight": LAST_VALID}},
            sendTransaction=lambda *_: "signature",
            getSignatureStatuses=self._statuses,
            getBlockHeight=self._next,
            getTransaction={"meta": {"logMessages": MISMATCH}},
        )

    def _statuses(self, *_: Any) -> Any:
        self.landed = self.landed or self._lands(self)
        return {"value": [self.status if self.landed else None]}

    def _next(self, *_: Any) -> int:
        self.height += self.step
        return self.height

    def sent(self) -> list[VersionedTransaction]:
        texts = [params[0] for method, params in self.asked if method == "sendTransaction"]
        return [VersionedTransaction.from_bytes(base64.b64decode(text)) for text in texts]


async def land(chain: FakeRpc, percentile: int = 75, max_lamports: int = 1_000_000) -> str:
    async with chain.client() as rpc:
        fee = PriorityFeeConfig(percentile=percentile, max_lamports=max_lamports)
        return await Sender(rpc, free_wallet(SIGNER), fee).land(WORK)


async def test_it_lands(clock: Clock) -> None:
    chain = Chain()
    signature = await land(chain)
    (sent,) = chain.sent()
    assert signature == str(sent.signatures[0])


async def test_the_same_bytes_go_out_again_until_they_land(clock: Clock) -> None:
    chain = Chain(lands=lambda c: c.count("sendTransaction") >= 4)
    signature = await land(chain)
    assert {bytes(sent) for sent in chain.sent()} == {bytes(chain.sent()[0])}
    assert str(chain.sent()[0].signatures[0]) == signature
    assert chain.count("sendTransaction") == 4
    assert 5 < clock.slept < 8, "a broadcast every two seconds"


async def test_the_node_does_not_judge_and_does_not_repeat(clock: Clock) -> None:
    chain = Chain()
    await land(chain)
    (options,) = [params[1] for method, params in chain.asked if method == "sendTransaction"]
    assert options == {"encoding": "base64", "skipPreflight": True, "maxRetries": 0}


async def test_expired_only_when_the_chain_has_passed_its_last_block(clock: Clock) -> None:
    chain = Chain(lands=lambda _: False)
    with pytest.raises(TransactionExpired, match=f"did not land before block height {LAST_VALID}"):
        await land(chain)
    assert chain.height == LAST_VALID + 1
    assert len({bytes(sent) for sent in chain.sent()}) == 1, "never a second signature"


async def test_time_alone_expires_nothing(clock: Clock) -> None:
    """A chain that stands still: minutes pass, and the transaction is still waited for."""
    chain = Chain(lands=lambda _: clock.slept > 600)
    chain.step = 0
    assert await land(chain)


async def test_landing_between_the_two_answers_is_seen(clock: Clock) -> None:
    """Not there when asked, then the height says expired, but it was in the very last block."""
    chain = Chain(lands=lambda c: c.height > LAST_VALID)
    chain.step = 1000
    assert await land(chain)
    assert [method for method, _ in chain.asked][-3:] == [
        "getSignatureStatuses",
        "getBlockHeight",
        "getSignatureStatuses",
    ]


async def test_processed_is_not_landed(clock: Clock) -> None:
    """A block that only this node has seen may go away again."""
    chain = Chain()
    chain.status = {"confirmationStatus": "processed", "err": None}
    with pytest.raises(TransactionExpired):
        await land(chain)


async def test_a_failure_on_chain_has_the_programs_name_for_it(clock: Clock) -> None:
    chain = Chain()
    chain.status = {"confirmationStatus": "confirmed", "err": {"InstructionError": [2, {"Custom": 6013}]}}
    with pytest.raises(ProgramError) as caught:
        await land(chain)
    assert (caught.value.program, caught.value.reason) == ("D44e", "CycleMismatch")


@pytest.mark.parametrize(
    ("err", "reason"),
    [
        ("BlockhashNotFound", "BlockhashNotFound"),
        ({"InstructionError": [2, {"Custom": 1}]}, "Custom1"),
        ({"InstructionError": [0, "ProgramFailedToComplete"]}, "ProgramFailedToComplete"),
        (
            {"InsufficientFundsForRent": {"account_index": 0}},
            "{'InsufficientFundsForRent': {'account_index': 0}}",
        ),
    ],
)
async def test_a_failure_that_no_program_names(err: Any, reason: str) -> None:
    chain = Chain()
    chain.answers["simulateTransaction"] = {"value": {"err": err, "logs": None}}
    with pytest.raises(ProgramError) as caught:
        await land(chain)
    assert caught.value.reason == reason


async def test_what_the_simulation_refuses_is_never_sent() -> None:
    chain = Chain()
    chain.answers["simulateTransaction"] = {"value": {"err": {"InstructionError": [2, {}]}, "logs": MISMATCH}}
    with pytest.raises(ProgramError, match="CycleMismatch: this cycle has already run"):
        await land(chain)
    assert chain.count("sendTransaction") == 0


@pytest.mark.parametrize("code", [-32002, -32005])
async def test_a_refused_broadcast_decides_nothing(code: int, clock: Clock) -> None:
    """ "Already processed" is good news: only the signature's status counts."""
    chain = Chain(lands=lambda c: c.count("sendTransaction") >= 2)

    def refuse(*_: Any) -> None:
        raise Refusal(code, "This transaction has already been processed")

    chain.answers["sendTransaction"] = refuse
    assert await land(chain)


async def test_an_endpoint_that_goes_away_meanwhile_is_an_outage_not_an_expiry(clock: Clock) -> None:
    chain = Chain(lands=lambda _: False)

    def gone(*_: Any) -> None:
        raise httpx.ConnectError("gone")

    chain.answers["getSignatureStatuses"] = gone
    with pytest.raises(RpcUnavailable):
        await land(chain)


def budget(transaction: VersionedTransaction) -> tuple[int, int]:
    """Compute limit and price of a transaction: its first two instructions."""
    limit, price, *_ = transaction.message.instructions
    return int.from_bytes(limit.data[1:5], "little"), int.from_bytes(price.data[1:9], "little")


async def test_the_compute_limit_follows_from_the_simulation(clock: Clock) -> None:
    chain = Chain()
    await land(chain)
    assert budget(chain.sent()[0]) == (110_000, 0)


async def test_the_compute_limit_ends_where_the_chains_does(clock: Clock) -> None:
    chain = Chain()
    chain.answers["simulateTransaction"]["value"]["unitsConsumed"] = 1_390_000
    await land(chain)
    assert budget(chain.sent()[0])[0] == MAX_UNITS


@pytest.mark.parametrize(("percentile", "price"), [(0, 1), (50, 50), (75, 75), (100, 100)])
async def test_the_price_is_a_percentile_of_what_others_paid(
    percentile: int, price: int, clock: Clock
) -> None:
    chain = Chain()
    chain.answers["getRecentPrioritizationFees"] = [
        {"slot": n, "prioritizationFee": n} for n in reversed(range(1, 101))
    ]
    await land(chain, percentile)
    assert budget(chain.sent()[0])[1] == price


async def test_the_price_is_asked_for_the_accounts_that_are_locked(clock: Clock) -> None:
    chain = Chain()
    await land(chain)
    (params,) = [params for method, params in chain.asked if method == "getRecentPrioritizationFees"]
    assert params == [[str(WRITTEN.pubkey)]]


@pytest.mark.parametrize("cap", [0, 1, 1000, 1_000_000])
async def test_the_whole_priority_fee_stays_below_its_cap(cap: int, clock: Clock) -> None:
    chain = Chain()
    chain.answers["getRecentPrioritizationFees"] = [{"slot": 1, "prioritizationFee": 10**12}]
    await land(chain, max_lamports=cap)
    limit, price = budget(chain.sent()[0])
    fee = -(-limit * price // 1_000_000)
    assert fee <= cap
    assert cap == 0 or fee >= cap * 9 // 10, "and uses what it may"
