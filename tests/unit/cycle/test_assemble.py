"""A token's instructions: those that bring its fees from every source, and its cycle."""

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import fees as pump_fees
from dat_operator.chain.pump.buy import Buy
from dat_operator.cycle.assemble import BUY_TRACE, CYCLE_TRACE, Assembler, TokenCycle
from dat_operator.cycle.fee_instructions import UNWRAP_TRACE
from dat_operator.domain.chain_state import PumpGlobal
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.decision import CyclePlan
from dat_operator.domain.errors import DatError
from dat_operator.domain.market import BuyForm
from dat_operator.domain.split import Split
from dat_operator.domain.token_state import SharedFees, Sharing, TokenState
from tests.support.chain_state import (
    OPERATOR,
    PROGRAM,
    PUMP_GLOBAL,
    SHARED,
    STATE,
    chain,
    curve,
    graduated,
    key,
    token,
)
from tests.support.chain_state import stats as stats_of
from tests.support.fakes.assembled import FRUIT, RUN_ID, assembler, config, mints, pool_with_fees, with_fees

MINT = key("mint")
AUTHORITY = at.authority_address(PROGRAM, STATE, MINT)
CONFIG, STRANGER = at.sharing_config(MINT), key("stranger")
PLAN = CyclePlan(7, tuple(BuyForm), Split(0, 0, 0), 0, 1, 1, 9)
SWEEP_CURVE = pump_fees.sweep_curve(OPERATOR, MINT, AUTHORITY)
SWEEP_POOL = pump_fees.sweep_pool(OPERATOR, MINT, AUTHORITY)
TRANSFER, COLLECT = pump_fees.transfer_to_pump(AUTHORITY), pump_fees.collect(AUTHORITY)
HOLDERS = Sharing(((str(STRANGER), 5_000), (str(AUTHORITY), 5_000)), admin_revoked=True)


def assembled(state: TokenState, form: BuyForm = BuyForm.CURVE_V3) -> TokenCycle:
    return assembler().token_cycle(chain(state), config(MINT), PLAN, form)


def coin(creator: Pubkey = AUTHORITY, bucket: int = 0, **changes: Any) -> TokenState:
    return token(MINT, **{"curve": curve(creator=str(creator), creator_fee=bucket), **changes})


def pooled(bucket: int = 0, amm_bucket: int = 0, creator: Pubkey = AUTHORITY, **changes: Any) -> TokenState:
    pool = {"coin_creator": str(creator), "creator_fees": amm_bucket}
    return graduated(
        MINT,
        pool=pool,
        curve=curve(creator=str(creator), complete=True, creator_fee=bucket),
        **changes,
    )


@pytest.mark.parametrize(
    ("state", "brings", "trace"),
    [
        (coin(), [], 0),
        (coin(authority_lamports=5), [], 0),
        (coin(bucket=5), [SWEEP_CURVE, COLLECT], 5),
        (coin(vault_lamports=5), [COLLECT], 3),
        (pooled(), [], 0),
        (pooled(amm_bucket=5), [SWEEP_POOL, TRANSFER, COLLECT], 14),
        (pooled(amm_vault_lamports=5), [TRANSFER, COLLECT], 11),
        (pooled(5, 5), [SWEEP_POOL, TRANSFER, SWEEP_CURVE, COLLECT], 16),
        (pooled(bucket=5), [SWEEP_CURVE, COLLECT], 5),
        (pooled(vault_lamports=5), [COLLECT], 3),
    ],
    ids=[
        "nothing",
        "it is there already",
        "curve",
        "vault",
        "nothing in a pool",
        "pool",
        "vault on PumpSwap",
        "pool and curve",
        "a curve's leftover",
        "a vault's leftover",
    ],
)
def test_only_instructions_that_bring_fees_are_sent(state: TokenState, brings: list[Any], trace: int) -> None:
    """Traces are those of docs/pump-fun.md: 2 for a curve's sweep, 3 for a pool's, 8, 3."""
    found = assembled(state)
    assert list(found.fee_instructions) == brings
    assert found.fee_trace == trace


@pytest.mark.parametrize("creator", [SHARED, STRANGER])
def test_other_creators_fees_are_not_collected(creator: Pubkey) -> None:
    assert assembled(coin(creator, bucket=5, vault_lamports=5)).fee_instructions == ()


def test_a_shared_creators_fees_are_collected_and_credited() -> None:
    credit = FRUIT.credit_fees(OPERATOR, MINT, 70, 9)
    state = stats_of(MINT, Role.SECONDARY, total_credited_lamports=70)
    found = assembled(coin(SHARED, bucket=5, credit_lamports=9, stats=state))
    sweep, collect = pump_fees.sweep_curve(OPERATOR, MINT, SHARED), pump_fees.collect(SHARED)
    assert list(found.fee_instructions) == [sweep, collect, credit]
    assert found.fee_trace == 2 + 3 + 3
    # Without a bucket of its own it has a part of what is wrapped.
    undivided = SharedFees(0, 0, 4, 0, 0)
    made = assembler().token_cycle(
        chain(coin(SHARED, credit_lamports=9, stats=state), shared=undivided),
        config(MINT),
        PLAN,
        BuyForm.CURVE_V3,
    )
    assert list(made.fee_instructions) == [pump_fees.transfer_to_pump(SHARED), collect, credit]


def test_cashback_is_claimed_for_any_creator() -> None:
    on_curve = curve(creator=str(STRANGER), is_cashback_coin=True, creator_fee=5)
    found = assembled(token(MINT, curve=on_curve, cashback_lamports=4), BuyForm.CURVE_LEGACY)
    assert (list(found.fee_instructions), found.fee_trace) == ([pump_fees.claim_cashback(AUTHORITY)], 2)
    in_pool = pooled(creator=STRANGER, amm_cashback_lamports=4, cashback_lamports=4)
    found = assembled(in_pool, BuyForm.POOL)
    claims = [pump_fees.claim_cashback(AUTHORITY), pump_fees.claim_pool_cashback(AUTHORITY)]
    unwrap = FRUIT.unwrap(at.wrapped_sol(AUTHORITY), MINT)
    assert (list(found.fee_instructions), found.fee_trace) == ([*claims, unwrap], 2 + 3 + UNWRAP_TRACE)


def test_every_account_with_wrapped_sol_is_unwrapped() -> None:
    """A stranger can collect a graduated coin's fees into any account of its creator."""
    accounts = [at.wrapped_sol(AUTHORITY), key("another account")]
    found = assembled(pooled(wrapped=tuple((str(account), 9) for account in accounts)))
    assert list(found.fee_instructions) == [FRUIT.unwrap(account, MINT) for account in accounts]
    assert found.fee_trace == 2 * UNWRAP_TRACE


def test_a_sharing_coins_fees_go_to_all_of_its_holders() -> None:
    found = assembled(coin(CONFIG, bucket=50, sharing=HOLDERS))
    sweep = pump_fees.sweep_curve(OPERATOR, MINT, CONFIG)
    assert list(found.fee_instructions) == [sweep, pump_fees.distribute(MINT, [STRANGER, AUTHORITY])]
    assert found.fee_trace == 2 + 4 + 2


@pytest.mark.parametrize("graduated", [False, True])
def test_a_bucket_is_swept_before_every_distribute_though_it_read_0(graduated: bool) -> None:
    """A v3 trade between reading and landing can fill the bucket; then a distribution is refused (6095)."""
    kind = pooled if graduated else coin
    state = kind(creator=CONFIG, sharing=HOLDERS, vault_lamports=50)
    found = assembled(state)
    assert list(found.fee_instructions) == [
        pump_fees.sweep_curve(OPERATOR, MINT, CONFIG),
        pump_fees.distribute(MINT, [STRANGER, AUTHORITY]),
    ]
    assert found.fee_trace == 2 + 4 + 2


def test_a_graduated_sharing_coins_fees() -> None:
    found = assembled(pooled(50, 50, CONFIG, sharing=HOLDERS))
    assert list(found.fee_instructions) == [
        pump_fees.sweep_pool(OPERATOR, MINT, CONFIG),
        pump_fees.transfer_to_pump(CONFIG),
        pump_fees.sweep_curve(OPERATOR, MINT, CONFIG),
        pump_fees.distribute(MINT, [STRANGER, AUTHORITY]),
    ]


def test_a_share_that_rounds_to_nothing_is_not_worth_a_call() -> None:
    assert assembled(coin(CONFIG, bucket=1, sharing=HOLDERS)).fee_instructions == ()


def buy(**changes: Any) -> Buy:
    values: dict[str, Any] = {
        "user": AUTHORITY,
        "mint": MINT,
        "token_program": at.TOKEN,
        "creator": AUTHORITY,
        "fee_recipient": key("fee recipient"),
        "buyback_fee_recipient": key("buyback recipient"),
    }
    return Buy(**{**values, **changes})


@pytest.mark.parametrize("form", BuyForm)
def test_a_cycle_is_the_plan_by_its_form(form: BuyForm) -> None:
    state = coin() if "Curve" in form else pooled()
    found = assembled(state, form)
    assert found.form is form
    assert found.cycle_trace == CYCLE_TRACE + BUY_TRACE[form]
    assert found.cycle == FRUIT.run_cycle(
        OPERATOR,
        MINT,
        at.TOKEN,
        form,
        buy().accounts(form),
        expected_cycle=7,
        run_id=RUN_ID,
        min_tokens_out=9,
        planned_lamports=PLAN.spend,
    )


MAYHEM = curve(creator=str(AUTHORITY), is_mayhem_mode=True)
POOL = {"coin_creator": str(AUTHORITY)}


@pytest.mark.parametrize(
    ("state", "form", "expected"),
    [
        (coin(STRANGER), BuyForm.CURVE_LEGACY, buy(creator=STRANGER)),
        (pooled(creator=STRANGER), BuyForm.POOL, buy(creator=STRANGER)),
        (token(MINT, curve=MAYHEM), BuyForm.CURVE_LEGACY, buy(fee_recipient=key("reserved fee recipient"))),
        (
            graduated(MINT, pool={**POOL, "is_mayhem_mode": True}),
            BuyForm.POOL,
            buy(fee_recipient=key("reserved fee recipient")),
        ),
        (graduated(MINT, pool={**POOL, "is_cashback_coin": True}), BuyForm.POOL, buy(cashback=True)),
    ],
    ids=["curve of a stranger", "pool of a stranger", "mayhem curve", "mayhem pool", "cashback pool"],
)
def test_the_accounts_of_a_buy(state: TokenState, form: BuyForm, expected: Buy) -> None:
    accounts = assembled(state, form).cycle.accounts
    assert accounts[-len(expected.accounts(form)) :] == expected.accounts(form)


def test_the_table_is_the_one_in_the_tokens_stats() -> None:
    named = stats_of(MINT, Role.SECONDARY, lookup_table=str(key("table")))
    assert assembled(coin(stats=named)).lookup_table == str(key("table"))
    assert assembled(coin()).lookup_table is None


@pytest.mark.parametrize("state", [coin(bucket=5), pooled(5, 5), coin(CONFIG, 50, sharing=HOLDERS)])
def test_a_table_contains_every_account_of_a_cycle(state: TokenState) -> None:
    """For fees in any place; without signers and called programs."""
    held = assembler().lookup_table_accounts(chain(state), state)
    assert len(held) == len(set(held))
    form = BuyForm.POOL_V2 if state.pool else BuyForm.CURVE_V3
    found = assembled(state, form)
    named = {meta.pubkey for i in (*found.fee_instructions, found.cycle) for meta in i.accounts}
    called = {i.program_id for i in (*found.fee_instructions, found.cycle)}
    assert set(held) == named - called - {OPERATOR}


def test_without_fees_a_table_contains_the_same_accounts() -> None:
    for empty, full in ((coin(), coin(bucket=5)), (pooled(), pooled(5, 5))):
        kept = assembler().lookup_table_accounts(chain(empty), empty)
        assert kept == assembler().lookup_table_accounts(chain(full), full)


@pytest.mark.parametrize("on_pool", [False, True])
def test_a_table_holds_every_recipient_of_buybacks(on_pool: bool) -> None:
    recipients = tuple(str(key(f"buyback {n}")) for n in range(8))
    known = PumpGlobal(PUMP_GLOBAL.fee_recipients, PUMP_GLOBAL.reserved_fee_recipients, recipients)
    state = pooled() if on_pool else coin()
    held = Assembler(FRUIT, OPERATOR, chain(pump_global=known), RUN_ID).lookup_table_accounts(
        chain(state), state
    )
    keys = [Pubkey.from_string(recipient) for recipient in recipients]
    assert {at.wrapped_sol(one) if on_pool else one for one in keys} <= set(held)


def test_without_a_market_there_is_nothing_to_hold() -> None:
    state = token(MINT, curve=curve(complete=True))
    assert assembler().lookup_table_accounts(chain(state), state) == []


def test_every_run_keeps_to_one_recipient_of_each_kind() -> None:
    """A second recipient would be one more account to lock."""
    many = tuple(str(key(f"recipient {n}")) for n in range(8))
    known = PumpGlobal(many, many, many)
    one = Assembler(FRUIT, OPERATOR, chain(pump_global=known), RUN_ID)
    cycles = {
        str(one.token_cycle(chain(coin()), config(MINT), PLAN, BuyForm.CURVE_LEGACY).cycle) for _ in range(20)
    }
    assert len(cycles) == 1


def test_without_pump_fun_there_is_nothing_to_assemble() -> None:
    with pytest.raises(DatError, match=r"spec\.network has no pump\.fun"):
        Assembler(FRUIT, OPERATOR, chain(pump_global=None), RUN_ID)


def test_a_graduated_coin_pays_the_recipients_of_pumpswap() -> None:
    other = replace(PUMP_GLOBAL, buyback_fee_recipients=(str(key("of PumpSwap")),))
    one = Assembler(FRUIT, OPERATOR, chain(pool_global=other), RUN_ID)
    recipient = at.wrapped_sol(key("of PumpSwap"))
    on_pool, on_curve = pool_with_fees(mints(1)[0]), with_fees(mints(1)[0])
    assert recipient in one.lookup_table_accounts(chain(on_pool), on_pool)
    assert recipient not in one.lookup_table_accounts(chain(on_curve), on_curve)
