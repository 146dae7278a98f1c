"""One token's failure costs that token only, is counted on chain, and the fifth in a row pauses it."""

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.dat_accounts import Role, TokenStats
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem

WRONG_LENGTH = 73
"""A volume accumulator of this size makes pump.fun refuse every trade of its owner."""


async def stats_of(local: LocalEcosystem, name: str) -> TokenStats:
    stats = (await local.read()).tokens[str(local.coins[name].mint)].stats
    assert stats is not None
    return stats


def authority(local: LocalEcosystem, name: str) -> Pubkey:
    program = Pubkey.from_string(local.config.program_id)
    state = at.state_address(program, local.admin.pubkey(), local.config.name)
    return at.authority_address(program, state, local.coins[name].mint)


def accumulator(local: LocalEcosystem, name: str) -> str:
    return str(at.user_volume_accumulator(authority(local, name)))


async def test_what_pump_refuses_of_all_is_its_drift(make_ecosystem: MakeEcosystem) -> None:
    local = make_ecosystem("drift")
    for name in ("one", "two"):
        local.launch(name, Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    for name in local.coins:
        address = accumulator(local, name)
        healthy = local.chain.account_data(address)
        assert healthy is not None
        local.chain.set_account(address, data=healthy[:WRONG_LENGTH])
        local.trade(name, 3 * SOL)
    report = await local.cycle(bytes([1] * 16))
    assert {token.reason for token in report.tokens} == {"PumpDrift"}, report
    assert (await stats_of(local, "one")).consecutive_failures == 0, "no token's fault"


async def test_the_others_run_and_the_fifth_failure_pauses(
    make_ecosystem: MakeEcosystem,
) -> None:
    local = make_ecosystem("isolation")
    names = ["root", "well", "ill", "fine"]
    for number, name in enumerate(names):
        local.launch(name, Role.SECONDARY if number else Role.ROOT, spl=number % 2 == 0)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    address = accumulator(local, "ill")
    healthy = local.chain.account_data(address)
    assert healthy is not None
    local.chain.set_account(address, data=healthy[:WRONG_LENGTH])

    for name in names:
        local.trade(name, 3 * SOL)
    for number in range(1, 6):
        run = bytes([number] * 16)
        report = await local.cycle(run)
        by_name = {token.name: token for token in report.tokens}
        assert by_name["ill"].outcome is Outcome.FAILED, report
        assert by_name["ill"].reason == "AccountDidNotDeserialize"
        if number == 1:
            signatures = {by_name[name].signature for name in ("root", "well", "fine")}
            assert len(signatures) == 1, "the others still share one transaction"
            assert {by_name[n].outcome for n in ("root", "well", "fine")} == {Outcome.COMPLETED}
        stats = await stats_of(local, "ill")
        assert (stats.cycle_count, stats.consecutive_failures) == (0, number)
    assert (await stats_of(local, "ill")).paused

    local.chain.set_account(address, data=healthy)
    paused = await local.cycle(bytes([9] * 16))
    assert {t.name: t.reason for t in paused.tokens}["ill"] == "DATNotActive"
