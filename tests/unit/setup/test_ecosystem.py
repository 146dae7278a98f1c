"""Set-up: the transactions that it sends, and its report."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.dat_accounts import RootShare
from dat_operator.domain.errors import DatError, ProgramError
from dat_operator.domain.report import Outcome, Report
from dat_operator.setup.ecosystem import set_up
from tests.support.chain_state import ADMIN, PARAMETERS, PROGRAM, SHARED, STATE, key
from tests.support.fakes.assembled import DecodedInstruction, anchor_error, config
from tests.support.fakes.clock import Clock
from tests.support.fakes.job_chain import (
    JobChain,
    curve_of,
    dat_instruction,
    session,
    state_account,
    stats_of,
    vault_of,
)
from tests.support.vectors.dat_bytes import option, parameters_bytes, share_bytes, u16

APPLE, PEAR = key("apple"), key("pear")
RUN = b"\7" * 16


@pytest.fixture(autouse=True)
def without_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lookup tables have tests of their own (test_lookup_tables.py)."""

    async def keep(_: Any) -> None:
        pass

    monkeypatch.setattr("dat_operator.setup.ecosystem.ensure_lookup_tables", keep)
    monkeypatch.setattr("dat_operator.setup.ecosystem.reclaim_unused_tables", keep)


async def done(fake_chain: JobChain, *mints: Pubkey, **changes: Any) -> Report:
    """Set up by a configuration with these changes."""
    async with fake_chain.client() as rpc:
        one = session(rpc, *mints, signer="admin")
        return await set_up(replace(one, config=one.config.model_copy(update=changes)), RUN)


def reasons(report: Report) -> list[str]:
    return [token.reason for token in report.tokens]


def coin(mint: Pubkey, **changes: Any) -> dict[Pubkey, Any]:
    return {**curve_of(mint, **changes), **vault_of(mint)}


async def test_the_ecosystem_comes_first() -> None:
    fake_chain = JobChain(coin(APPLE))

    def initialize(transaction: Sequence[DecodedInstruction]) -> None:
        if [dat_instruction(one) for one in transaction] == ["initialize_dat_state"]:
            fake_chain.table |= {str(k): v for k, v in state_account().items()}

    fake_chain.lands = initialize
    report = await done(fake_chain, APPLE)
    assert fake_chain.calls() == [["initialize_dat_state"], ["initialize_token_stats"]]
    assert (report.outcome, report.run_id) == (Outcome.COMPLETED, RUN.hex())
    assert reasons(report) == ["TokenInitialized"]


async def test_each_token_has_its_own_transaction() -> None:
    report = await done(fake_chain := JobChain({**state_account(), **coin(APPLE), **coin(PEAR)}), APPLE, PEAR)
    assert fake_chain.calls() == [["initialize_token_stats"]] * 2
    assert [token.signature for token in report.tokens] == list(fake_chain.sent)


async def test_it_ends_when_all_of_it_is_final(clock: Clock) -> None:
    """If the operator reads finalized blocks only. No single transaction waits for that."""
    fake_chain = JobChain({**state_account(), **coin(APPLE), **coin(PEAR)})
    confirmed, behind = 500, 31
    fake_chain.answers["getSlot"] = lambda options: (
        confirmed + int(clock.slept) - (behind if options["commitment"] == "finalized" else 0)
    )
    await done(fake_chain, APPLE, PEAR, commitment="finalized")
    assert len(fake_chain.calls()) == 2
    assert behind <= clock.slept < behind + 3


async def test_existing_accounts_are_skipped() -> None:
    fake_chain = JobChain({**state_account(), **coin(APPLE), **stats_of(APPLE)})
    report = await done(fake_chain, APPLE)
    assert (reasons(report), report.outcome) == (["AlreadyInitialized"], Outcome.SKIPPED)
    assert fake_chain.sent == {}


async def test_a_vault_without_rent_gets_it_first() -> None:
    fake_chain = JobChain({**state_account(), **curve_of(APPLE)})
    await done(fake_chain, APPLE)
    ((transfer, admit),) = fake_chain.sent.values()
    assert (transfer.program, transfer.accounts[0]) == (at.SYSTEM, ADMIN)
    assert dat_instruction(admit) == "initialize_token_stats"


async def test_accounts_that_go_missing_are_created_by_the_next_set_up() -> None:
    fake_chain = JobChain({**state_account(), **curve_of(APPLE), **stats_of(APPLE)})
    assert reasons(await done(fake_chain, APPLE)) == ["TokenInitialized"]
    ((transfer,),) = fake_chain.sent.values()
    assert transfer.program == at.SYSTEM


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({}, "CurveNotFound"),
        (coin(APPLE, creator=key("stranger")), "CreatorMismatch"),
        (coin(APPLE, is_cashback_coin=True), "CashbackCoin"),
        (coin(APPLE, quote_mint=key("usdc")), "UnsupportedQuoteMint"),
    ],
)
async def test_a_coin_that_cannot_be_a_dat_costs_only_itself(table: Any, reason: str) -> None:
    fake_chain = JobChain({**state_account(), **table, **coin(PEAR)})
    report = await done(fake_chain, APPLE, PEAR)
    assert reasons(report) == [reason, "TokenInitialized"]
    assert report.outcome is Outcome.FAILED
    assert len(fake_chain.sent) == 1


def refuse_admission(_: Sequence[DecodedInstruction]) -> Any:
    return {"InstructionError": [2, {"Custom": 0}]}, anchor_error("AlreadyInUse")


async def test_a_token_that_the_program_refuses() -> None:
    report = await done(JobChain({**state_account(), **coin(APPLE)}, refuse_admission), APPLE)
    assert (report.outcome, reasons(report)) == (Outcome.FAILED, ["AlreadyInUse"])


async def test_another_run_may_be_faster() -> None:
    """The other set-up has admitted the token between our reading and our simulation."""
    fake_chain = JobChain({**state_account(), **coin(APPLE)})

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        fake_chain.table |= {str(k): v for k, v in stats_of(APPLE).items()}
        return refuse_admission(transaction)

    fake_chain.refuse = refuse
    assert reasons(await done(fake_chain, APPLE)) == ["AlreadyInitialized"]


async def test_another_run_may_have_made_the_ecosystem() -> None:
    fake_chain = JobChain(coin(APPLE))

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        if dat_instruction(transaction[0]) != "initialize_dat_state":
            return None
        fake_chain.table |= {str(k): v for k, v in state_account().items()}
        return refuse_admission(transaction)

    fake_chain.refuse = refuse
    assert reasons(await done(fake_chain, APPLE)) == ["TokenInitialized"]


async def test_an_ecosystem_that_cannot_be_made_ends_it() -> None:
    with pytest.raises(ProgramError, match="InvalidParameter"):
        await done(
            JobChain(refuse=lambda _: ({"InstructionError": [2, {}]}, anchor_error("InvalidParameter"))),
            APPLE,
        )


async def test_a_program_that_is_not_there_is_said_so() -> None:
    fake_chain = JobChain()
    del fake_chain.table[str(PROGRAM)]
    with pytest.raises(DatError, match=rf"spec\.programId: {PROGRAM} is not deployed on localnet"):
        await done(fake_chain, APPLE)


async def test_a_lost_transaction_is_no_success(clock: Clock) -> None:
    """No configuration is known to be wrong, so the Job tries again."""
    fake_chain = JobChain({**state_account(), **coin(APPLE)})
    fake_chain.lands = lambda _: "never"
    with pytest.raises(DatError, match="did not land"):
        await done(fake_chain, APPLE)


async def test_settings_follow_the_configuration() -> None:
    """Limits change at once, a root share by one step: the next step follows when this one holds."""
    other, share = replace(PARAMETERS, min_interval_seconds=7), RootShare(3_000, 3_000, 0)
    state = state_account(parameters=parameters_bytes(other), root_share=share_bytes(share))
    fake_chain = JobChain({**state, **coin(APPLE), **stats_of(APPLE)})
    await done(fake_chain, APPLE)
    assert fake_chain.calls() == [["update_parameters"], ["update_root_share"]]
    ((limits,), (step,)) = fake_chain.sent.values()
    assert limits.data[8:] == parameters_bytes()
    assert step.data[8:] == u16(3_500)


async def test_a_token_of_a_shared_creator_gets_its_own_share_once_it_is_in() -> None:
    """The program admits such a token at the ecosystem's share only."""
    fake_chain = JobChain({**state_account(), **curve_of(APPLE, creator=SHARED), **vault_of(APPLE)})

    def admit(transaction: Sequence[DecodedInstruction]) -> None:
        if "initialize_token_stats" in [dat_instruction(one) for one in transaction]:
            fake_chain.table |= {str(k): v for k, v in stats_of(APPLE).items()}

    fake_chain.lands = admit
    token = config(APPLE).model_copy(update={"root_share_bps": 4_000})
    assert reasons(await done(fake_chain, APPLE, tokens=[token])) == ["TokenInitialized"]
    admitted, step = (call for call in fake_chain.sent.values() if any(map(dat_instruction, call)))
    assert admitted[-1].data[8:] == b"\1" + option(None), "without a share"
    assert (dat_instruction(step[0]), step[0].data[8:]) == ("update_root_share", u16(4_000))


async def test_a_closed_ecosystem_comes_back_at_the_share_that_it_had() -> None:
    """The program refuses another share; later steps change it to the configuration's."""
    share = share_bytes(RootShare(4_000, 4_000, 0))
    fake_chain = JobChain({**state_account(closed=b"\1", root_share=share), **coin(APPLE)})

    def reopen(transaction: Sequence[DecodedInstruction]) -> None:
        if [dat_instruction(one) for one in transaction] == ["initialize_dat_state"]:
            fake_chain.table |= {str(k): v for k, v in state_account(root_share=share).items()}

    fake_chain.lands = reopen
    await done(fake_chain, APPLE)
    assert fake_chain.calls() == [["initialize_dat_state"], ["initialize_token_stats"], ["update_root_share"]]
    ((opened,), _, (step,)) = fake_chain.sent.values()
    assert opened.data.endswith(u16(4_000) + parameters_bytes())
    assert step.data[8:] == u16(4_480)


def test_the_ecosystem_is_the_admins() -> None:
    assert at.state_address(PROGRAM, ADMIN, "fruit") == STATE
