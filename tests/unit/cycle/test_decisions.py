"""Which tokens cycle, and by which plan."""

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.market import BuyForm
from tests.support.chain_state import SOL, chain, token
from tests.support.fakes.assembled import (
    config,
    pool_with_fees,
    suspended,
    with_fees,
)
from tests.support.fakes.job_chain import ecosystem
from tests.support.fakes.planned_cycles import CONFIGS, MINTS, ROOT, decided, fruit, named


def test_every_token_is_planned_or_refused() -> None:
    state = chain(with_fees(MINTS[0]), token(MINTS[1]), with_fees(ROOT, Role.ROOT))
    found = decided(state)
    assert named(found.cycles) == [MINTS[0], ROOT]
    assert [(c.mint, r.reason) for c, r in found.refused] == [
        (str(MINTS[1]), "InsufficientFees"),
        (str(MINTS[2]), "NotInitialized"),
    ]


def test_a_token_is_kept_to_its_pool() -> None:
    configs = [config(MINTS[0]).model_copy(update={"pool": "PumpSwap"}), *CONFIGS[1:]]
    found = decided(fruit(), configs)
    assert [(c.mint, r.reason) for c, r in found.refused] == [(str(MINTS[0]), "PoolMismatch")]
    assert named(found.cycles) == MINTS[1:]


def test_a_token_with_a_reason_to_skip_is_refused_with_that_reason() -> None:
    found = decided(fruit(), [suspended(MINTS[0]), *CONFIGS[1:]])
    assert [(c.mint, r.reason, r.message) for c, r in found.refused] == [
        (str(MINTS[0]), "Suspended", "spec.suspend: true")
    ]
    assert named(found.cycles) == MINTS[1:]


def test_a_run_that_names_a_token_does_not_skip_it() -> None:
    named_token = suspended(MINTS[0])
    whole = ecosystem(named_token, *CONFIGS[1:])
    for name in (named_token.name, named_token.mint):
        found = decided(fruit(), whole.only([name]).tokens)
        assert (named(found.cycles), found.refused) == ([MINTS[0]], ())


def test_a_roots_plan_includes_the_others_root_shares() -> None:
    """44.8 % of a tenth of a SOL from each, and the treasury's 7 lamports."""
    found = decided(fruit(treasury_lamports=7))
    assert [cycle.plan.treasury_in for cycle in found.cycles] == [0, 0, 0, 3 * 44_800_000 + 7]


def test_root_shares_alone_can_pay_a_roots_cycle() -> None:
    state = chain(*map(with_fees, MINTS[:-1]), token(ROOT, Role.ROOT))
    assert named(decided(state).cycles) == MINTS


def test_a_refused_token_sends_no_root_share() -> None:
    state = chain(with_fees(MINTS[0]), token(MINTS[1]), token(ROOT, Role.ROOT))
    assert [cycle.plan.treasury_in for cycle in decided(state).cycles] == [0, 44_800_000]


def test_the_first_form_is_the_cheapest() -> None:
    state = chain(with_fees(MINTS[0]), pool_with_fees(MINTS[1]))
    assert [c.form for c in decided(state).cycles] == [BuyForm.CURVE_V3, BuyForm.POOL_V2]


def test_the_amounts_are_worth_a_cycle() -> None:
    """All tests of planned cycles use these fees."""
    assert {cycle.plan.split.inflow for cycle in decided(fruit()).cycles} == {SOL // 10}
