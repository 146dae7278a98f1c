"""A whole run, over a chain of the test's making."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import based58
import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat import codec as dat
from dat_operator.chain.pump.upgrades import LOADER
from dat_operator.chain.tx.sender import INDEX_POLLS
from dat_operator.cycle.landed_cycles import CALLS
from dat_operator.cycle.run import CycleRun, in_order
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.market import BuyForm
from dat_operator.domain.policy import RetryConfig
from dat_operator.domain.price import MAX_AGE_SLOTS, MIN_AGE_SLOTS, Observation
from dat_operator.domain.report import Outcome, Report
from tests.support.chain_state import RENT, SOL, TREASURY, key
from tests.support.fakes.accounts import TIME, account, program_data
from tests.support.fakes.assembled import (
    CYCLE_ID,
    Judge,
    Laid,
    anchor_error,
    assembler,
    at_cycle,
    config,
    mints,
)
from tests.support.fakes.clock import Clock
from tests.support.fakes.history import STRANGE_STATE, Index, cycle_of
from tests.support.fakes.job_chain import (
    World,
    curve_of,
    cycled,
    ours,
    session,
    state_account,
    stats_of,
    vault_of,
)
from tests.support.vectors.dat_bytes import LOOKED_AT, event_bytes, observation_bytes, option, u64
from tests.unit.chain.tx.test_lookup_tables import table_bytes

APPLE, PEAR, ROOT = mints(3)
FEES = SOL // 10
SHARE = 44_800_000
"""What a token with these fees sends to the root."""


class Ecosystem(World):
    """Counts the cycles that land, and what they send to the treasury."""

    def __init__(self, *tokens: Pubkey, judge: Judge = lambda _: None) -> None:
        table: dict[Pubkey, Any] = {**state_account(ROOT), TREASURY: account(RENT)}
        for mint in tokens:
            role = Role.ROOT if mint == ROOT else Role.SECONDARY
            table |= {**curve_of(mint, bucket=FEES), **vault_of(mint), **stats_of(mint, role)}
        super().__init__(table, judge)
        self.tokens = tokens
        self.lands = self.land

    def land(self, transaction: Sequence[Laid]) -> Any:
        """Cycles that went through; the fees of a token go with its cycle."""
        for one in transaction:
            if ours(one) == "run_cycle":
                self.cycle(one.accounts[3])

    def cycle(self, mint: Pubkey) -> None:
        role = Role.ROOT if mint == ROOT else Role.SECONDARY
        treasury = 0 if role is Role.ROOT else self.table[str(TREASURY)]["lamports"] - RENT + SHARE
        changes = {**cycled(mint, CYCLE_ID, role=role), TREASURY: account(RENT + treasury)}
        self.table |= {str(name): value for name, value in changes.items()}

    async def run(self, **changes: Any) -> Report:
        """A run by a configuration with these changes."""
        async with self.client() as rpc:
            one = session(rpc, *self.tokens, root=ROOT)
            changed = replace(one, config=one.config.model_copy(update=changes))
            return await CycleRun(changed, CYCLE_ID).run()


def outcomes(report: Report) -> dict[str, str]:
    return {token.name: token.reason for token in report.tokens}


def expected(**reasons: str) -> dict[str, str]:
    names = {"apple": APPLE, "pear": PEAR, "root": ROOT}
    return {config(names[name]).name: reason for name, reason in reasons.items()}


def refusing(mint: Pubkey, reason: str, number: int = 6021, program: object = "D44e") -> Judge:
    logs = anchor_error(reason, number, program)

    def judge(transaction: Sequence[Laid]) -> Any:
        where = at_cycle(transaction, mint)
        return ({"InstructionError": [where, {"Custom": 1}]}, logs) if where else None

    return judge


async def test_every_token_once_and_the_root_with_their_treasury_last() -> None:
    world = Ecosystem(ROOT, APPLE, PEAR)
    report = await world.run()
    assert report.outcome is Outcome.COMPLETED
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted", root="CycleCompleted")
    assert world.cycles() == [[APPLE], [PEAR], [ROOT]]
    assert [token.signature for token in report.tokens] == list(world.sent)
    assert [token.cycle for token in report.tokens] == [1, 1, 1]
    assert report.cycle_id == CYCLE_ID.hex()


async def test_each_cycle_names_its_count_and_its_run() -> None:
    world = Ecosystem(APPLE)
    world.table |= {str(k): v for k, v in stats_of(APPLE, cycle_count=u64(7)).items()}
    await world.run()
    ((*_, cycle),) = world.sent.values()
    assert cycle.data[9:33] == u64(7) + CYCLE_ID


async def test_the_root_is_decided_anew_once_the_others_have_landed() -> None:
    """What one of them could not send is not in its treasury."""
    world = Ecosystem(APPLE, PEAR, ROOT)

    def lands(transaction: Sequence[Laid]) -> Any:
        if at_cycle(transaction, PEAR):
            return {"InstructionError": [2, {"Custom": 1}]}
        world.land(transaction)
        return None

    world.lands = lands
    world.answers["getTransaction"] = {"meta": {"logMessages": anchor_error("ConservationViolated")}}
    report = await world.run()
    assert outcomes(report)[config(PEAR).name] == "ConservationViolated"
    assert report.outcome is Outcome.FAILED
    reading = [i for i, (method, _) in enumerate(world.asked) if method == "getMultipleAccounts"]
    sending = [i for i, (method, _) in enumerate(world.asked) if method == "sendTransaction"]
    assert reading[-1] > sending[1], "read again between the secondaries and the root"


async def test_a_landed_failure_is_the_culprits_and_the_others_are_tried_alone() -> None:
    """Their batch was lost untried: what one token did was every token's failure."""
    many = mints(14)[10:]
    world = await with_tables(*many)
    culprit = many[-1]

    def lands(transaction: Sequence[Laid]) -> Any:
        if where := at_cycle(transaction, culprit):
            return {"InstructionError": [where, {"Custom": 6030}]}
        world.land(transaction)
        return None

    world.lands = lands
    world.answers["getTransaction"] = {"meta": {"logMessages": ["Log truncated"], "innerInstructions": []}}
    report = await world.run()
    assert [token.reason for token in report.tokens] == ["CycleCompleted"] * 3 + ["ConservationViolated"]
    assert world.cycles() == [many, *([mint] for mint in many[:3])]
    assert world.calls()[-1] == ["record_failure"]


@pytest.mark.parametrize("shown_after", [3, 1_000])
async def test_a_landed_failure_that_no_node_shows_yet_is_waited_for_and_tried_again(
    shown_after: int, clock: Clock
) -> None:
    world = Ecosystem(APPLE)
    refused = {"InstructionError": [4, {"Custom": 6999}]}
    ends = iter([refused])
    world.lands = lambda transaction: next(ends, None) or world.land(transaction)
    hashes = (str(key(f"hash {number}")) for number in range(9))
    world.answers["getLatestBlockhash"] = lambda _: {
        "value": {"blockhash": next(hashes), "lastValidBlockHeight": world.height + 50}
    }
    shown = {"meta": {"logMessages": anchor_error("ConservationViolated"), "innerInstructions": None}}
    looks = iter(range(1_000_000))
    world.answers["getTransaction"] = lambda *_: shown if next(looks) >= shown_after else None
    report = await world.run()
    named = shown_after == 3
    assert outcomes(report) == expected(apple="ConservationViolated" if named else "CycleCompleted")
    assert world.count("getTransaction") == (4 if named else INDEX_POLLS)
    assert clock.slept < 20, "bounded"


async def test_one_tokens_failure_is_counted_and_costs_only_itself() -> None:
    world = Ecosystem(APPLE, PEAR, ROOT, judge=refusing(APPLE, "ConservationViolated"))
    report = await world.run()
    assert outcomes(report) == expected(
        apple="ConservationViolated", pear="CycleCompleted", root="CycleCompleted"
    )
    assert world.calls() == [["run_cycle"], ["run_cycle"], ["record_failure"]]
    (*_, (failure,)) = world.sent.values()
    assert failure.data[8:24] == CYCLE_ID
    assert int.from_bytes(failure.data[24:28], "little") == 6021


@pytest.mark.parametrize(
    ("retry", "pauses"),
    [
        (RetryConfig(), [2, 4, 8]),
        (RetryConfig(limit=2, backoff_seconds=5), [5, 10]),
        (RetryConfig(limit=0), []),
    ],
)
async def test_what_may_go_better_is_tried_again_alone(
    clock: Clock, retry: RetryConfig, pauses: list[int]
) -> None:
    world = Ecosystem(APPLE, PEAR, judge=refusing(APPLE, "SlippageExceeded"))
    report = await world.run(retry=retry)
    assert outcomes(report) == expected(apple="SlippageExceeded", pear="CycleCompleted")
    assert world.count("simulateTransaction") == 2 + len(pauses)
    assert world.calls().count(["record_failure"]) == 0, "others' trades can bring it about"
    assert sum(pauses) <= clock.slept < sum(pauses) + 2


def changed(*tokens: Pubkey) -> Judge:
    """A pump.fun that does not know the accounts of some tokens' cycles any more."""

    def judge(transaction: Sequence[Laid]) -> Any:
        judges = (refusing(token, "AccountNotInitialized", 3012, at.PUMP) for token in tokens)
        return next(filter(None, (one(transaction) for one in judges)), None)

    return judge


async def test_a_pump_fun_that_has_changed_is_no_tokens_fault() -> None:
    report = await (world := Ecosystem(APPLE, PEAR, ROOT, judge=changed(APPLE, PEAR, ROOT))).run()
    assert outcomes(report) == expected(apple="PumpDrift", pear="PumpDrift", root="PumpDrift")
    assert report.outcome is Outcome.FAILED
    assert "look for a newer dat-operator" in report.tokens[0].message
    assert world.sent == {}, "nor is it counted"


@pytest.mark.parametrize(
    ("cycles", "since", "drifted"), [(3, 1_000, True), (3, -1_000, False), (0, 1_000, False)]
)
async def test_one_that_cycled_before_an_upgrade_and_not_since(
    cycles: int, since: int, drifted: bool
) -> None:
    """Alone it may be its own fault, unless pump.fun was upgraded so many seconds after its last cycle."""
    world = Ecosystem(APPLE, judge=changed(APPLE))
    stats = stats_of(APPLE, cycle_count=u64(cycles), last_cycle_at=u64(TIME - 9_000))
    world.table |= {str(k): v for k, v in stats.items()}
    world.answers["getSignaturesForAddress"] = []
    world.slot, world.answers["getBlockTime"] = 30_000, TIME - 9_000 + since
    world.table[str(at.pda(LOADER, bytes(at.PUMP)))] = program_data(50)
    report = await world.run()
    assert outcomes(report) == expected(apple="PumpDrift" if drifted else "AccountNotInitialized")
    assert ("upgraded at slot 50" in report.tokens[0].message) is drifted
    assert world.calls() == ([] if drifted else [["record_failure"]])


async def test_as_long_as_others_go_through_it_is_the_tokens_own() -> None:
    report = await (world := Ecosystem(APPLE, PEAR, judge=changed(APPLE))).run()
    assert outcomes(report) == expected(apple="AccountNotInitialized", pear="CycleCompleted")
    assert world.calls() == [["run_cycle"], ["record_failure"]]


async def test_it_may_go_better() -> None:
    world = Ecosystem(APPLE)
    refusals = iter([refusing(APPLE, "SlippageExceeded")] * 2)

    def judge(transaction: Sequence[Laid]) -> Any:
        return next(refusals, lambda _: None)(transaction)

    world.judge = judge
    assert outcomes(await world.run()) == expected(apple="CycleCompleted")
    assert world.calls() == [["run_cycle"]]


async def test_what_has_expired_is_sent_anew(clock: Clock) -> None:
    world = Ecosystem(APPLE)
    ends = iter(["never"])

    def lands(transaction: Sequence[Laid]) -> Any:
        return next(ends, None) or world.land(transaction)

    world.lands = lands
    hashes = iter([key("one"), key("two")])
    world.answers["getLatestBlockhash"] = lambda _: {
        "value": {"blockhash": str(next(hashes)), "lastValidBlockHeight": world.height + 1}
    }
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted")
    assert len(world.sent) == 2


async def test_what_was_thought_lost_and_has_landed_is_not_sent_again(clock: Clock) -> None:
    """Its transaction is found by the token's history."""
    world = Ecosystem(APPLE)

    def lands(transaction: Sequence[Laid]) -> Any:
        world.land(transaction)
        return "never"

    world.lands = lands
    found(world, APPLE)
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted")
    assert (report.tokens[0].signature, report.tokens[0].cycle) == ("landed", 3)
    assert len(world.sent) == 1


def found(world: World, mint: Pubkey, **event: bytes) -> None:
    """Lets a node show a cycle of this run."""
    data = based58.b58encode(dat.EVENT_TAG + event_bytes(mint=bytes(mint), **event)).decode()
    world.answers["getSignaturesForAddress"] = [{"signature": "landed", "err": None, "blockTime": TIME}]
    world.answers["getTransaction"] = {
        "slot": 9,
        "transaction": {"message": {"accountKeys": [str(key("program"))]}},
        "meta": {
            "err": None,
            "innerInstructions": [{"instructions": [{"programIdIndex": 0, "data": data}]}],
        },
    }


def indexed(world: World, index: Index) -> None:
    """Lets a node show what was sent about the ecosystem."""
    world.answers |= index.rpc.answers


ANOTHER_RUN = b"\1" * 16


@pytest.mark.parametrize(("ago", "jitter"), [(0, 0), (2_390, 0), (3_590, 300), (5_990, 900)])
async def test_a_cycle_of_an_earlier_pod_behind_another_jobs_is_not_run_again(ago: int, jitter: int) -> None:
    """As long ago as its Job may have started, by whatever clock."""
    world, index = Ecosystem(APPLE, PEAR), Index()
    world.table |= {str(k): v for k, v in cycled(APPLE, ANOTHER_RUN, count=2).items()}
    index.add(TIME - ago, cycle_of(APPLE, 1, TIME - ago, run=CYCLE_ID), name="hidden")
    index.add(TIME, cycle_of(APPLE, 2, TIME, run=ANOTHER_RUN))
    indexed(world, index)
    report = await world.run(jitter_seconds=jitter)
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted")
    assert (report.tokens[0].signature, report.tokens[0].cycle) == ("hidden", 1)
    assert world.cycles() == [[PEAR]]


async def test_a_strangers_cycle_is_not_taken_for_one_of_this_run() -> None:
    """His ecosystem may have our mint as its root, and he may call a run what he likes."""
    world, index = Ecosystem(APPLE), Index()
    last = stats_of(APPLE, cycle_count=u64(2), last_cycle_id=ANOTHER_RUN, last_cycle_at=u64(TIME - 400))
    world.table |= {str(k): v for k, v in last.items()}
    index.add(TIME - 500, cycle_of(APPLE, 1, TIME - 500, run=CYCLE_ID, state=STRANGE_STATE))
    indexed(world, index)
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted")
    assert world.cycles() == [[APPLE]]


async def test_a_flood_of_strangers_costs_a_run_so_many_calls_and_no_cycle() -> None:
    world, index = Ecosystem(APPLE, ROOT), Index()
    last = stats_of(APPLE, cycle_count=u64(2), last_cycle_id=ANOTHER_RUN, last_cycle_at=u64(TIME - 400))
    world.table |= {str(k): v for k, v in last.items()}
    index.spam(TIME - 450, 5_000)
    indexed(world, index)
    report = await world.run()
    assert report.outcome is Outcome.COMPLETED
    assert world.cycles() == [[APPLE], [ROOT]]
    looked = world.count("getSignaturesForAddress") + world.count("getTransaction")
    assert looked == CALLS


async def test_a_flood_of_strangers_does_not_hide_a_runs_last_cycle() -> None:
    """Its time is known, so nothing of another time is read."""
    world, index = Ecosystem(APPLE), Index()
    world.table |= {str(k): v for k, v in cycled(APPLE, CYCLE_ID).items()}
    index.spam(TIME - 60, 5_000)
    index.add(TIME, cycle_of(APPLE, 1, TIME, run=CYCLE_ID), name="landed")
    index.spam(TIME + 60, 5_000)
    indexed(world, index)
    report = await world.run()
    assert (outcomes(report), world.sent) == (expected(apple="CycleCompleted"), {})
    assert report.tokens[0].signature == "landed"
    assert world.count("getTransaction") == 1


async def test_a_last_cycle_that_is_buried_in_its_own_second_is_not_run_again() -> None:
    """The stats say that it has run; only its signature is not found."""
    world, index = Ecosystem(APPLE, PEAR), Index()
    world.table |= {str(k): v for k, v in cycled(APPLE, CYCLE_ID, count=3).items()}
    index.add(TIME, cycle_of(APPLE, 3, TIME, run=CYCLE_ID))
    index.spam(TIME, 5_000)
    indexed(world, index)
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted")
    assert (report.tokens[0].signature, report.tokens[0].cycle) == (None, 3)
    assert world.cycles() == [[PEAR]]
    with pytest.raises(RpcUnavailable, match="no endpoint shows it finalized"):
        await world.run(commitment="finalized")


async def test_a_flood_costs_a_run_of_many_tokens_no_more_calls_than_one_of_one() -> None:
    """Each token had its own 300 calls: a run of a hundred tokens made 30,000 and did not end."""
    many = mints(8)
    world, index = Ecosystem(*many), Index()
    for number, mint in enumerate(many):
        at = TIME - 100 + number
        last = stats_of(mint, cycle_count=u64(3), last_cycle_id=CYCLE_ID, last_cycle_at=u64(at))
        world.table |= {str(k): v for k, v in last.items()}
        index.add(at, cycle_of(mint, 3, at, run=CYCLE_ID))
        index.spam(at, 700)
    indexed(world, index)
    report = await world.run()
    assert (set(outcomes(report).values()), world.sent) == ({"CycleCompleted"}, {})
    looked = world.count("getSignaturesForAddress") + world.count("getTransaction")
    assert looked == CALLS
    assert not report.is_whole, "so the operator looks for the rest"


async def test_a_flood_costs_a_run_that_tries_again_no_more_calls() -> None:
    """Each attempt had its own 300 calls."""
    world, index = Ecosystem(APPLE, PEAR), Index()
    last = stats_of(APPLE, cycle_count=u64(2), last_cycle_id=ANOTHER_RUN, last_cycle_at=u64(TIME - 400))
    world.table |= {str(k): v for k, v in last.items()}
    index.spam(TIME - 450, 5_000)
    indexed(world, index)
    world.lands = lambda _: "never"
    report = await world.run(retry=RetryConfig(limit=3, backoff_seconds=1))
    assert report.outcome is Outcome.FAILED
    looked = world.count("getSignaturesForAddress") + world.count("getTransaction")
    assert looked == CALLS


async def test_a_run_that_starts_again_knows_its_own_work() -> None:
    world = Ecosystem(APPLE, ROOT)
    world.table |= {str(k): v for k, v in cycled(APPLE, CYCLE_ID).items()}
    found(world, APPLE)
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted", root="CycleCompleted")
    assert report.tokens[0].signature == "landed"
    assert world.cycles() == [[ROOT]]


async def test_a_cycle_that_does_not_add_up_stops_everything() -> None:
    world = Ecosystem(APPLE)
    world.table |= {str(k): v for k, v in cycled(APPLE, CYCLE_ID).items()}
    found(world, APPLE, spent=u64(61))
    with pytest.raises(DatError, match="does not add up"):
        await world.run()


async def test_a_cycle_that_nobody_shows_is_no_success() -> None:
    world = Ecosystem(APPLE)
    world.table |= {str(k): v for k, v in cycled(APPLE, CYCLE_ID).items()}
    found(world, APPLE, cycle_id=b"\1" * 16)
    with pytest.raises(RpcUnavailable, match="no endpoint shows it confirmed"):
        await world.run()


async def test_a_cycle_of_its_own_counts_once_it_is_final(clock: Clock) -> None:
    """The pod before was killed while its transaction was confirmed only: it may be rolled back yet."""
    world = Ecosystem(APPLE)
    world.table |= {str(k): v for k, v in cycled(APPLE, CYCLE_ID).items()}
    found(world, APPLE)
    shown, final_at = world.answers["getTransaction"], 13
    world.answers["getTransaction"] = lambda _, options: (
        shown if options["commitment"] == "confirmed" or clock.slept >= final_at else None
    )
    report = await world.run(commitment="finalized")
    assert (outcomes(report), world.sent) == (expected(apple="CycleCompleted"), {})
    assert clock.slept >= final_at
    final_at = 3600
    with pytest.raises(RpcUnavailable, match="no endpoint shows it finalized"):
        await world.run(commitment="finalized")


async def test_who_has_too_little_is_skipped_and_not_counted() -> None:
    world = Ecosystem(APPLE)
    world.table |= {str(k): v for k, v in curve_of(APPLE, bucket=1).items()}
    report = await world.run()
    assert (report.outcome, outcomes(report)) == (Outcome.SKIPPED, expected(apple="InsufficientFees"))
    assert world.sent == {}


async def with_tables(*tokens: Pubkey) -> Ecosystem:
    """Each token's accounts in a table of its own."""
    world = Ecosystem(*tokens)
    chain = await world.read(*tokens)
    for mint in tokens:
        table, held = at.pda(key("tables"), bytes(mint)), assembler().lookups(chain, chain.tokens[str(mint)])
        world.table[str(table)] = account(owner=at.LOOKUP_TABLES, data=table_bytes(held))
        world.table |= {str(k): v for k, v in stats_of(mint, lookup_table=option(table)).items()}
    return world


async def test_many_tokens_fees_are_brought_ahead_of_a_few_transactions() -> None:
    many = mints(60)[10:]
    world = await with_tables(*many)
    report = await world.run()
    assert report.outcome is Outcome.COMPLETED
    cycles = world.cycles()
    assert [mint for transaction in cycles for mint in transaction] == many
    ahead = len(world.sent) - len(cycles)
    assert ahead > 0
    assert [bool(names) for names in world.calls()] == [False] * ahead + [True] * len(cycles)
    assert len(world.sent) < len(many) // 4 + 1


async def test_wrapped_fees_that_were_brought_ahead_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They lie with the authority by then: a cycle must not plan for them again."""
    many, aside = mints(61)[10:], SOL // 100
    world = await with_tables(*many)

    async def with_wrapped(_: Any, state: ChainState) -> ChainState:
        tokens = {m: replace(t, wrapped=((str(key(m)), aside),)) for m, t in state.tokens.items()}
        return replace(state, tokens=tokens)

    def lands(transaction: Sequence[Laid]) -> None:
        if not any(ours(one) == "run_cycle" for one in transaction):
            for one in (one for one in transaction if ours(one) == "unwrap"):
                world.table[str(one.accounts[2])] = account(RENT + aside)
        world.land(transaction)

    monkeypatch.setattr("dat_operator.cycle.run.with_wrapped", with_wrapped)
    world.lands = lands
    assert (await world.run()).outcome is Outcome.COMPLETED
    last = [one for one in list(world.sent.values())[-1] if ours(one) == "run_cycle"]
    planned = [int.from_bytes(one.data[-8:], "little") for one in last]
    assert len(planned) > 1, "a light one beside a whole one"
    assert len(set(planned)) == 1
    assert planned[0] < FEES


async def test_what_is_too_much_by_another_form_of_buy_is_tried_alone() -> None:
    """Packed for the newest form; the one that this cluster knows runs more instructions."""
    many = mints(14)[10:]
    world = await with_tables(*many)

    def judge(transaction: Sequence[Laid]) -> Any:
        cycles = [number for number, one in enumerate(transaction) if ours(one) == "run_cycle"]
        unknown = [number for number in cycles if transaction[number].form is BuyForm.CURVE_V3]
        if unknown:
            logs = anchor_error("InstructionFallbackNotFound", 101, at.PUMP)
            return {"InstructionError": [unknown[0] + 2, {"Custom": 101}]}, logs
        if len(cycles) > 3:
            return {"InstructionError": [cycles[3] + 2, "MaxInstructionTraceLengthExceeded"]}
        return None

    world.judge = judge
    report = await world.run()
    assert {token.reason for token in report.tokens} == {"CycleCompleted"}
    assert world.cycles() == [many[:3], many[3:]]
    assert ["record_failure"] not in world.calls()


def test_secondaries_first_and_otherwise_as_configured() -> None:
    tokens = [config(ROOT, Role.ROOT), config(PEAR), config(APPLE)]
    assert [token.mint for token in in_order(tokens)] == [str(PEAR), str(APPLE), str(ROOT)]


async def test_nobody_waits_for_a_token_whose_unused_look_is_outdated() -> None:
    """A killed run's look binds until it ends, and the price has risen since: the token comes last."""
    world = Ecosystem(APPLE, PEAR)
    low = replace(LOOKED_AT, quote=LOOKED_AT.quote // 2)
    world.table |= {str(k): v for k, v in stats_of(APPLE, observation=observation_bytes(low)).items()}

    def slot(*_: Any) -> int:
        world.slot = max(world.slot + 1, LOOKED_AT.slot + MAX_AGE_SLOTS + 1)
        return world.slot + MIN_AGE_SLOTS

    world.answers["getSlot"] = slot
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted")
    assert world.cycles() == [[PEAR], [APPLE]]


def falls_once_others_land(world: Ecosystem, *, steady: bool) -> None:
    """Somebody has held the root's price up for the reading, and lets it go; ``steady``: for good."""
    low = replace(LOOKED_AT, quote=LOOKED_AT.quote * 9 // 10)
    seen = low if steady else LOOKED_AT

    def lands(transaction: Sequence[Laid]) -> Any:
        world.land(transaction)
        changes: dict[Pubkey, Any] = {}
        if any(at_cycle(transaction, mint) for mint in (APPLE, PEAR)):
            changes |= curve_of(ROOT, virtual_quote_reserves=low.quote)
        if any(ours(one) == "observe" for one in transaction):
            changes |= stats_of(ROOT, Role.ROOT, observation=observation_bytes(seen))
        world.table |= {str(name): value for name, value in changes.items()}

    world.lands = lands


async def test_a_root_whose_price_falls_while_the_others_land_is_looked_at_again() -> None:
    world = Ecosystem(APPLE, PEAR, ROOT)
    falls_once_others_land(world, steady=True)
    assert set(outcomes(await world.run()).values()) == {"CycleCompleted"}
    assert world.calls() == [["run_cycle"], ["run_cycle"], ["observe"], ["run_cycle"]]


async def test_a_price_that_falls_behind_each_look_is_not_bought_at() -> None:
    """Whoever makes the price for every look must not sell at it."""
    world = Ecosystem(APPLE, PEAR, ROOT)
    falls_once_others_land(world, steady=False)
    report = await world.run()
    assert outcomes(report) == expected(apple="CycleCompleted", pear="CycleCompleted", root="PriceTooHigh")
    assert report.outcome is Outcome.COMPLETED, "no failure of anybody's"
    assert world.cycles() == [[APPLE], [PEAR]]


async def test_cycles_are_priced_by_what_others_pay_for_their_own_accounts() -> None:
    """A look before them locks less."""
    world = Ecosystem(APPLE)
    never = stats_of(APPLE, observation=observation_bytes(Observation(0, 0, 0, 0)))
    world.table |= {str(name): value for name, value in never.items()}
    asked: list[list[str]] = []
    world.answers["getRecentPrioritizationFees"] = lambda accounts: asked.append(list(accounts)) or []
    await world.run()
    assert [str(at.bonding_curve(APPLE)) in accounts for accounts in asked] == [False, True]


async def test_what_a_stranger_makes_a_run_send_does_not_tell_when_it_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wrapped SOL of the shared authority is brought in before the random delay."""
    world, done = Ecosystem(APPLE), list[str]()
    monkeypatch.setattr(CycleRun, "_bring_in", lambda _: noted("unwrap"))
    monkeypatch.setattr(CycleRun, "_delay", lambda *_: noted("delay"))

    async def noted(what: str) -> None:
        done.append(f"{what} after {len(world.sent)}")

    await world.run()
    assert done == ["unwrap after 0", "delay after 0"]
