"""Looking at prices: who is looked at, in how many transactions, and how long a run waits."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.pubkey import Pubkey

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.cycle.batches import Batches
from dat_operator.cycle.observations import FALL_BPS, LOOKS, Looks, late_looks
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.price import MAX_AGE_SLOTS, MIN_AGE_SLOTS, Observation
from tests.support.chain_state import OPERATOR, SOL, TREASURY, key, stats
from tests.support.chain_state import chain as chain_of
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import Laid, assembler, config, mints, pool_with_fees, with_fees
from tests.support.fakes.job_chain import (
    LAST_VALID,
    World,
    curve_of,
    ecosystem,
    ours,
    session,
    state_account,
    stats_of,
    vault_of,
)
from tests.support.vectors.dat_bytes import LOOKED_AT, observation_bytes

NEVER = Observation(0, 0, 0, 0)
TABLE = key("table")


def blockhash(block: int) -> Any:
    return {"value": {"blockhash": str(Hash(bytes([block]) * 32)), "lastValidBlockHeight": LAST_VALID}}


class Observed(World):
    """A chain on which a look is written down: what reserves of lamports the looks in turn see."""

    def __init__(self, seen: dict[Pubkey, Observation], *quotes: int) -> None:
        table: dict[Pubkey, Any] = {**state_account(), TREASURY: account(10**9)}
        for mint, observation in seen.items():
            table |= {
                **curve_of(mint, bucket=SOL),
                **vault_of(mint),
                **stats_of(mint, observation=observation_bytes(observation)),
            }
        super().__init__(table)
        # Of the same blockhash, another look would be the same transaction.
        self.answers["getLatestBlockhash"] = lambda *_: blockhash(next(self.blocks))
        self.blocks = itertools.count(1)
        self.mints = list(seen)
        self.lands = self.land
        self.quotes = itertools.chain(quotes, itertools.repeat(LOOKED_AT.quote))

    def land(self, transaction: Sequence[Laid]) -> None:
        looks = [one for one in transaction if ours(one) == "observe"]
        if looks:
            new = replace(LOOKED_AT, slot=self.slot, quote=next(self.quotes))
            for one in looks:
                self.table |= {
                    str(k): v
                    for k, v in stats_of(one.accounts[3], observation=observation_bytes(new)).items()
                }

    async def look(self) -> None:
        async with self.client() as rpc:
            one = session(rpc, *self.mints)
            chain, batches = await one.read(), Batches(rpc, OPERATOR, assembler(), one.config)
            cycles = batches.decide(chain, one.config.tokens, looked=False).cycles
            assert len(cycles) == len(self.mints)
            await Looks(one, batches, {}).take(chain, cycles)

    def looked_at(self) -> list[list[Pubkey]]:
        sent = [[one.accounts[3] for one in t if ours(one) == "observe"] for t in self.sent.values()]
        return [looks for looks in sent if looks]


async def test_all_that_nobody_has_looked_at_in_one_transaction() -> None:
    world = Observed(dict.fromkeys(mints(5), NEVER))
    await world.look()
    assert world.looked_at() == [mints(5)]
    assert len(world.sent) == 1


async def test_a_late_look_is_used_again() -> None:
    world = Observed({mints(2)[0]: LOOKED_AT, mints(2)[1]: NEVER})
    await world.look()
    assert world.looked_at() == [[mints(2)[1]]]


async def test_a_run_waits_until_its_looks_are_old_enough() -> None:
    world = Observed(dict.fromkeys(mints(1), NEVER))
    slots = iter(range(100, 200))
    world.answers["getSlot"] = lambda *_: next(slots)
    await world.look()
    landed = 100
    assert next(slots) > landed + MIN_AGE_SLOTS


async def test_a_price_that_has_fallen_since_is_looked_at_again() -> None:
    """Somebody may have made the price for the look, and let it go again before the buy."""
    within, beyond = (LOOKED_AT.quote * (10_000 + bps) // 10_000 for bps in (FALL_BPS - 1, FALL_BPS + 1))
    for quotes, looks in (((within,), 1), ((beyond,), 2), ((beyond, beyond, beyond, beyond), LOOKS)):
        world = Observed(dict.fromkeys(mints(2), NEVER), *quotes)
        await world.look()
        assert world.looked_at() == [mints(2)] * looks, quotes


async def test_a_market_that_is_empty_behind_the_look_stops_no_run() -> None:
    """Its token is refused by the decision that follows."""
    world = Observed(dict.fromkeys(mints(1), NEVER))

    def lands(transaction: Sequence[Laid]) -> None:
        world.land(transaction)
        empty = curve_of(mints(1)[0], bucket=SOL, virtual_quote_reserves=0)
        world.table |= {str(name): value for name, value in empty.items()}

    world.lands = lands
    await world.look()
    assert world.looked_at() == [mints(1)]


async def test_a_late_look_that_is_too_high_is_taken_again() -> None:
    high = replace(LOOKED_AT, quote=2 * LOOKED_AT.quote)
    world = Observed({mints(2)[0]: LOOKED_AT, mints(2)[1]: high})
    await world.look()
    assert world.looked_at() == [[mints(2)[1]]]


def test_a_look_of_no_use_is_waited_for_as_long_as_the_program_goes_by_it() -> None:
    """Another look would not renew it. The look of a run that was killed must not cost the next its cycle."""
    low = Observation(90, LOOKED_AT.quote // 2, LOOKED_AT.base, LOOKED_AT.supply)
    ending = Observation(1, LOOKED_AT.quote, LOOKED_AT.base, LOOKED_AT.supply)
    names = mints(4)
    seen = dict(zip(names, (LOOKED_AT, low, ending, NEVER), strict=True))
    tokens = [with_fees(m, stats=stats(m, Role.SECONDARY, observation=look)) for m, look in seen.items()]
    state = replace(chain_of(*tokens), slot=140)
    batches = Batches(RpcClient(["http://rpc.invalid"]), OPERATOR, assembler(), ecosystem())
    cycles = batches.decide(state, [config(mint) for mint in names], looked=False).cycles
    found = late_looks(batches, state, cycles)
    assert found == {str(names[1]): 90 + MAX_AGE_SLOTS + 1, str(names[2]): 1 + MAX_AGE_SLOTS + 1}


async def test_a_look_that_would_fail_costs_its_token_only() -> None:
    world = Observed(dict.fromkeys(mints(3), NEVER))
    bad = mints(3)[1]

    def judge(transaction: Sequence[Laid]) -> Any:
        at_bad = [n for n, one in enumerate(transaction) if ours(one) == "observe" and one.accounts[3] == bad]
        return ({"InstructionError": [at_bad[0] + 2, {"Custom": 6010}]}, []) if at_bad else None

    world.judge = judge
    await world.look()
    assert world.looked_at() == [[mints(3)[0], mints(3)[2]]]


@pytest.mark.parametrize(("make", "most"), [(with_fees, 20), (pool_with_fees, 12)], ids=["curves", "pools"])
async def test_as_many_as_a_transaction_may_lock(make: Any, most: int) -> None:
    known = mints(most + 1)
    tokens = [make(mint, stats=stats(mint, Role.SECONDARY, lookup_table=str(TABLE))) for mint in known]
    state = chain_of(*tokens)
    keys = [key for one in tokens for key in assembler().lookups(state, one)]
    table = AddressLookupTableAccount(TABLE, list(dict.fromkeys(keys)))
    async with World().client() as rpc:
        batches = Batches(rpc, OPERATOR, assembler(), ecosystem())
        cycles = batches.decide(state, [config(mint) for mint in known], looked=False).cycles
        found = batches.looks(state, cycles, {str(TABLE): table})
    assert [len(together) for together in found] == [most, 1]
    assert [one for together in found for one in together] == list(cycles)
