"""How often a token may cycle: its cooldown and its rate, both by the program's counts."""

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.report import Outcome, Report
from tests.support.chain.ecosystem import SOL, MakeEcosystem


async def cycled(make_ecosystem: MakeEcosystem, name: str, pace: PaceConfig, runs: int) -> Report:
    """The last of some runs, each with fees to burn."""
    local = make_ecosystem(name)
    local.config = local.config.model_copy(update={"pace": pace})
    local.launch("only", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    for number in range(runs):
        local.trade("only", 3 * SOL)
        report = await local.cycle(bytes([number + 1] * 16))
    return report


async def test_a_cooldown_longer_than_the_programs_interval(
    make_ecosystem: MakeEcosystem,
) -> None:
    pace = PaceConfig(cooldown_seconds=300)
    report = await cycled(make_ecosystem, "cooling", pace, runs=2)
    assert (report.outcome, report.tokens[0].reason) == (Outcome.SKIPPED, "CycleTooSoon")


async def test_so_many_an_hour(make_ecosystem: MakeEcosystem) -> None:
    # By the day, too: an hour of the clock may end in the middle of this test.
    pace = PaceConfig(cooldown_seconds=0, max_cycles_per_hour=2, max_cycles_per_day=2)
    assert (await cycled(make_ecosystem, "two-an-hour", pace, runs=2)).outcome is Outcome.COMPLETED
    report = await cycled(make_ecosystem, "hourly", pace, runs=3)
    assert (report.outcome, report.tokens[0].reason) == (Outcome.SKIPPED, "RateLimited")
    assert "2 of at most 2 cycles" in report.tokens[0].message
