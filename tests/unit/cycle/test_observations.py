"""Observations: of which tokens, in how many transactions, and how long a run waits."""

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
from dat_operator.cycle.observations import FALL_BPS, MAX_OBSERVATIONS, Observations
from dat_operator.cycle.stale_observations import stale_until
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.price import MAX_AGE_SLOTS, MIN_AGE_SLOTS, PriceObservation
from tests.support.chain_state import OPERATOR, SOL, TREASURY, key, stats
from tests.support.chain_state import chain as chain_of
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import (
    DecodedInstruction,
    assembler,
    config,
    mints,
    pool_with_fees,
    with_fees,
)
from tests.support.fakes.job_chain import (
    LAST_VALID,
    JobChain,
    curve_of,
    dat_instruction,
    ecosystem,
    session,
    state_account,
    stats_of,
    vault_of,
)
from tests.support.vectors.dat_bytes import OBSERVATION, observation_bytes

NEVER = PriceObservation(0, 0, 0, 0)
TABLE = key("table")


def blockhash(block: int) -> Any:
    return {"value": {"blockhash": str(Hash(bytes([block]) * 32)), "lastValidBlockHeight": LAST_VALID}}


class ObservingChain(JobChain):
    """A chain that records observations. ``quotes``: the reserves (lamports) that they observe in turn."""

    def __init__(self, seen: dict[Pubkey, PriceObservation], *quotes: int) -> None:
        table: dict[Pubkey, Any] = {**state_account(), TREASURY: account(10**9)}
        for mint, observation in seen.items():
            table |= {
                **curve_of(mint, bucket=SOL),
                **vault_of(mint),
                **stats_of(mint, observation=observation_bytes(observation)),
            }
        super().__init__(table)
        # With the same blockhash another observation would be the same transaction.
        self.answers["getLatestBlockhash"] = lambda *_: blockhash(next(self.blocks))
        self.blocks = itertools.count(1)
        self.mints = list(seen)
        self.lands = self.land
        self.quotes = itertools.chain(quotes, itertools.repeat(OBSERVATION.quote))

    def land(self, transaction: Sequence[DecodedInstruction]) -> None:
        observations = [one for one in transaction if dat_instruction(one) == "observe"]
        if observations:
            new = replace(OBSERVATION, slot=self.slot, quote=next(self.quotes))
            for one in observations:
                self.table |= {
                    str(k): v
                    for k, v in stats_of(one.accounts[3], observation=observation_bytes(new)).items()
                }

    async def observe(self) -> None:
        async with self.client() as rpc:
            one = session(rpc, *self.mints)
            chain, batches = await one.read(), Batches(rpc, OPERATOR, assembler(), one.config)
            cycles = batches.decide(chain, one.config.tokens, price_observed=False).cycles
            assert len(cycles) == len(self.mints)
            await Observations(one, batches).observe(chain, cycles, {})

    def observed(self) -> list[list[Pubkey]]:
        sent = [
            [one.accounts[3] for one in t if dat_instruction(one) == "observe"] for t in self.sent.values()
        ]
        return [mints for mints in sent if mints]


async def test_all_missing_observations_are_in_one_transaction() -> None:
    fake_chain = ObservingChain(dict.fromkeys(mints(5), NEVER))
    await fake_chain.observe()
    assert fake_chain.observed() == [mints(5)]
    assert len(fake_chain.sent) == 1


async def test_a_usable_observation_is_kept() -> None:
    fake_chain = ObservingChain({mints(2)[0]: OBSERVATION, mints(2)[1]: NEVER})
    await fake_chain.observe()
    assert fake_chain.observed() == [[mints(2)[1]]]


async def test_a_run_waits_until_its_observations_are_old_enough() -> None:
    fake_chain = ObservingChain(dict.fromkeys(mints(1), NEVER))
    slots = iter(range(100, 200))
    fake_chain.answers["getSlot"] = lambda *_: next(slots)
    await fake_chain.observe()
    landed = 100
    assert next(slots) > landed + MIN_AGE_SLOTS


async def test_a_fallen_price_is_observed_again() -> None:
    """An attacker may have raised the price for the observation, and dropped it before the buy."""
    within, beyond = (OBSERVATION.quote * (10_000 + bps) // 10_000 for bps in (FALL_BPS - 1, FALL_BPS + 1))
    for quotes, count in (((within,), 1), ((beyond,), 2), ((beyond,) * 4, MAX_OBSERVATIONS)):
        fake_chain = ObservingChain(dict.fromkeys(mints(2), NEVER), *quotes)
        await fake_chain.observe()
        assert fake_chain.observed() == [mints(2)] * count, quotes


async def test_a_market_that_is_empty_after_the_observation_stops_no_run() -> None:
    """The next plan refuses its token."""
    fake_chain = ObservingChain(dict.fromkeys(mints(1), NEVER))

    def lands(transaction: Sequence[DecodedInstruction]) -> None:
        fake_chain.land(transaction)
        empty = curve_of(mints(1)[0], bucket=SOL, virtual_quote_reserves=0)
        fake_chain.table |= {str(name): value for name, value in empty.items()}

    fake_chain.lands = lands
    await fake_chain.observe()
    assert fake_chain.observed() == [mints(1)]


async def test_an_observation_that_is_too_high_is_renewed() -> None:
    high = replace(OBSERVATION, quote=2 * OBSERVATION.quote)
    fake_chain = ObservingChain({mints(2)[0]: OBSERVATION, mints(2)[1]: high})
    await fake_chain.observe()
    assert fake_chain.observed() == [[mints(2)[1]]]


def test_a_stale_observation_is_waited_for_until_it_expires() -> None:
    """Another one would not replace it. A killed run's observation must not cost the next run its cycle."""
    low = PriceObservation(90, OBSERVATION.quote // 2, OBSERVATION.base, OBSERVATION.supply)
    ending = PriceObservation(1, OBSERVATION.quote, OBSERVATION.base, OBSERVATION.supply)
    names = mints(4)
    seen = dict(zip(names, (OBSERVATION, low, ending, NEVER), strict=True))
    tokens = [with_fees(m, stats=stats(m, Role.SECONDARY, observation=one)) for m, one in seen.items()]
    state = replace(chain_of(*tokens), slot=140)
    batches = Batches(RpcClient(["http://rpc.invalid"]), OPERATOR, assembler(), ecosystem())
    cycles = batches.decide(state, [config(mint) for mint in names], price_observed=False).cycles
    found = stale_until(batches, state, cycles)
    assert found == {str(names[1]): 90 + MAX_AGE_SLOTS + 1, str(names[2]): 1 + MAX_AGE_SLOTS + 1}


async def test_an_observation_that_would_fail_costs_its_token_only() -> None:
    fake_chain = ObservingChain(dict.fromkeys(mints(3), NEVER))
    bad = mints(3)[1]

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        at_bad = [
            n
            for n, one in enumerate(transaction)
            if dat_instruction(one) == "observe" and one.accounts[3] == bad
        ]
        return ({"InstructionError": [at_bad[0] + 2, {"Custom": 6010}]}, []) if at_bad else None

    fake_chain.refuse = refuse
    await fake_chain.observe()
    assert fake_chain.observed() == [[mints(3)[0], mints(3)[2]]]


@pytest.mark.parametrize(("make", "most"), [(with_fees, 20), (pool_with_fees, 12)], ids=["curves", "pools"])
async def test_as_many_as_a_transaction_may_lock(make: Any, most: int) -> None:
    known = mints(most + 1)
    tokens = [make(mint, stats=stats(mint, Role.SECONDARY, lookup_table=str(TABLE))) for mint in known]
    state = chain_of(*tokens)
    keys = [key for one in tokens for key in assembler().lookup_table_accounts(state, one)]
    table = AddressLookupTableAccount(TABLE, list(dict.fromkeys(keys)))
    async with JobChain().client() as rpc:
        batches = Batches(rpc, OPERATOR, assembler(), ecosystem())
        cycles = batches.decide(state, [config(mint) for mint in known], price_observed=False).cycles
        found = batches.pack_observations(state, cycles, {str(TABLE): table})
    assert [len(together) for together in found] == [most, 1]
    assert [one for together in found for one in together] == list(cycles)
