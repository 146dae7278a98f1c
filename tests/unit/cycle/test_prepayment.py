"""Prepaid fees, and other transactions before the cycles."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dat_operator.cycle.run import CycleRun
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.report import Outcome
from tests.support.chain_state import RENT, SOL, key
from tests.support.fakes.accounts import account
from tests.support.fakes.assembled import (
    DecodedInstruction,
    mints,
)
from tests.support.fakes.ecosystem_chain import (
    APPLE,
    FEES,
    EcosystemChain,
    chain_with_tables,
)
from tests.support.fakes.job_chain import (
    dat_instruction,
)


async def test_many_tokens_fees_are_prepaid_by_a_few_transactions() -> None:
    many = mints(60)[10:]
    fake_chain = await chain_with_tables(*many)
    report = await fake_chain.run()
    assert report.outcome is Outcome.COMPLETED
    cycles = fake_chain.cycles()
    assert [mint for transaction in cycles for mint in transaction] == many
    prepayments = len(fake_chain.sent) - len(cycles)
    assert prepayments > 0
    assert [bool(names) for names in fake_chain.calls()] == [False] * prepayments + [True] * len(cycles)
    assert len(fake_chain.sent) < len(many) // 4 + 1


async def test_prepaid_wrapped_fees_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority has them by then: a cycle must not plan for them again."""
    many, aside = mints(61)[10:], SOL // 100
    fake_chain = await chain_with_tables(*many)

    async def with_wrapped(_: Any, state: ChainState) -> ChainState:
        tokens = {m: replace(t, wrapped=((str(key(m)), aside),)) for m, t in state.tokens.items()}
        return replace(state, tokens=tokens)

    def lands(transaction: Sequence[DecodedInstruction]) -> None:
        if not any(dat_instruction(one) == "run_cycle" for one in transaction):
            for one in (one for one in transaction if dat_instruction(one) == "unwrap"):
                fake_chain.table[str(one.accounts[2])] = account(RENT + aside)
        fake_chain.land(transaction)

    monkeypatch.setattr("dat_operator.cycle.run.with_wrapped", with_wrapped)
    fake_chain.lands = lands
    assert (await fake_chain.run()).outcome is Outcome.COMPLETED
    last = [one for one in list(fake_chain.sent.values())[-1] if dat_instruction(one) == "run_cycle"]
    planned = [int.from_bytes(one.data[-8:], "little") for one in last]
    assert len(planned) > 1, "one with prepaid fees beside a self-contained one"
    assert len(set(planned)) == 1
    assert planned[0] < FEES


async def test_a_transaction_that_a_stranger_can_cause_does_not_reveal_the_observations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wrapped SOL of the shared authority is unwrapped before the random delay."""
    fake_chain, done = EcosystemChain(APPLE), list[str]()
    monkeypatch.setattr("dat_operator.cycle.run.unwrap_shared_fees", lambda _: noted("unwrap"))
    monkeypatch.setattr(CycleRun, "_delay", lambda *_: noted("delay"))

    async def noted(what: str) -> None:
        done.append(f"{what} after {len(fake_chain.sent)}")

    await fake_chain.run()
    assert done == ["unwrap after 0", "delay after 0"]
