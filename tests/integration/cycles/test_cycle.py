import pytest

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem


@pytest.fixture
async def ecosystem(make_ecosystem: MakeEcosystem, request: pytest.FixtureRequest) -> LocalEcosystem:
    local = make_ecosystem(request.node.name[:30])
    local.launch("root", Role.ROOT, spl=True)
    local.launch("second", Role.SECONDARY, spl=False)
    report = await local.set_up()
    assert report.outcome is Outcome.COMPLETED, report
    return local


async def test_a_cycle_burns_and_feeds_the_root(ecosystem: LocalEcosystem) -> None:
    ecosystem.trade("second", 3 * SOL)
    ecosystem.trade("root", 1 * SOL)
    before = await ecosystem.read()

    report = await ecosystem.cycle(bytes([1] * 16))

    assert [token.outcome for token in report.tokens] == [Outcome.COMPLETED, Outcome.COMPLETED], report
    after = await ecosystem.read()
    (second,), (root,) = await ecosystem.cycles("second"), await ecosystem.cycles("root")
    assert second.event.conserved
    assert root.event.conserved
    assert second.event.to_root == second.event.inflow * 4480 // 10_000
    assert root.event.treasury_in == second.event.to_root
    for landed, name in ((second, "second"), (root, "root")):
        mint = str(ecosystem.coins[name].mint)
        was, now = before.tokens[mint], after.tokens[mint]
        assert was.mint_account is not None
        assert now.mint_account is not None
        assert was.mint_account.supply - now.mint_account.supply == landed.event.tokens_burned > 0
        assert landed.event.inflow == was.pending_lamports
        assert now.stats is not None
        assert now.stats.total_burned == landed.event.tokens_burned
    assert after.treasury_lamports == 0


async def test_set_up_is_repeatable(ecosystem: LocalEcosystem) -> None:
    again = await ecosystem.set_up()
    assert {token.reason for token in again.tokens} == {"AlreadyInitialized"}


async def test_the_same_run_again_does_nothing_more(ecosystem: LocalEcosystem) -> None:
    ecosystem.trade("second", 3 * SOL)
    first = await ecosystem.cycle(bytes([2] * 16))
    ecosystem.trade("second", 3 * SOL)

    again = await ecosystem.cycle(bytes([2] * 16))

    assert again.tokens[0] == first.tokens[0]
    assert len(await ecosystem.cycles("second")) == 1


async def test_the_same_run_again_after_another_one(ecosystem: LocalEcosystem) -> None:
    """A Job's pod that takes over when another Job has run meanwhile."""
    reports = []
    for run in (5, 6, 5):
        for name in ecosystem.coins:
            ecosystem.trade(name, 3 * SOL)
        reports.append(await ecosystem.cycle(bytes([run] * 16)))

    assert reports[2] == reports[0]
    assert [len(await ecosystem.cycles(name)) for name in ecosystem.coins] == [2, 2]


async def test_too_few_fees_are_no_failure(ecosystem: LocalEcosystem) -> None:
    report = await ecosystem.cycle(bytes([3] * 16))
    assert report.outcome is Outcome.SKIPPED
    assert {token.reason for token in report.tokens} == {"InsufficientFees"}
    assert await ecosystem.cycles("second") == []


async def test_one_token_alone(ecosystem: LocalEcosystem) -> None:
    ecosystem.trade("second", 3 * SOL)
    ecosystem.trade("root", 1 * SOL)
    whole = ecosystem.config
    ecosystem.config = whole.only(["second"])
    report = await ecosystem.cycle(bytes([4] * 16))
    ecosystem.config = whole
    assert [token.name for token in report.tokens] == ["second"]
    assert (len(await ecosystem.cycles("second")), len(await ecosystem.cycles("root"))) == (1, 0)
