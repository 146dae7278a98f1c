"""A root that is a cashback coin: what its own buys earn comes back, and is spent."""

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.prerequisites import create_token_account
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.domain.token_state import TokenState
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem

CURVE_FLAG, POOL_FLAG = 82, 244
"""Where a curve and a pool say that they are a cashback coin's. Such coins can no longer be made."""


async def root_of(local: LocalEcosystem) -> TokenState:
    (state,) = (await local.read()).tokens.values()
    return state


def flag(local: LocalEcosystem, address: Pubkey, offset: int, value: int = 1) -> None:
    data = local.chain.account_data(str(address))
    assert data is not None
    local.chain.set_account(str(address), data=data[:offset] + bytes([value]) + data[offset + 1 :])


async def recipients_have_accounts(local: LocalEcosystem) -> None:
    """Those who get PumpSwap's part have one for wrapped SOL, on every chain where anybody has traded."""
    known = (await local.read()).pool_global
    assert known is not None
    sender, payer = local.admin_session().sender, local.admin.pubkey()
    for recipient in map(Pubkey.from_string, known.fee_recipients):
        await sender.land([create_token_account(payer, recipient, at.WSOL, at.TOKEN)])


async def test_on_its_curve_and_after(make_ecosystem: MakeEcosystem) -> None:
    local = make_ecosystem("cashback", max_fees_per_cycle_lamports=50_000_000)
    coin = local.launch("root", Role.ROOT, spl=True)
    flag(local, at.bonding_curve(coin.mint), CURVE_FLAG)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    authority = Pubkey.from_string((await root_of(local)).addresses.authority)
    local.market.fund(authority, SOL // 5)
    assert (await local.cycle(bytes([1] * 16))).outcome is Outcome.COMPLETED
    earned = (await root_of(local)).cashback_lamports
    assert earned > 0
    assert (await local.cycle(bytes([2] * 16))).outcome is Outcome.COMPLETED
    second, first = await local.cycles("root")
    assert (first.event.spent * 30 // 10_125, second.event.inflow) == (earned - 1, earned)

    local.market.fund(local.trader.pubkey(), 200 * SOL)
    # The trades of these tests are of the newest form, which takes no such coins.
    flag(local, at.bonding_curve(coin.mint), CURVE_FLAG, 0)
    local.market.graduate(local.trader, coin)
    flag(local, at.bonding_curve(coin.mint), CURVE_FLAG)
    flag(local, at.pool(coin.mint), POOL_FLAG)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    await recipients_have_accounts(local)
    assert (await root_of(local)).cashback_lamports > 0
    for number in (3, 4):
        before = await root_of(local)
        report = await local.cycle(bytes([number] * 16))
        assert report.outcome is Outcome.COMPLETED, report
        landed = (await local.cycles("root"))[0].event
        assert landed.conserved
        # What it has earned on its curve is among it.
        assert landed.inflow == before.pending_lamports
        # What it has earned on PumpSwap comes back wrapped and is unwrapped first.
        assert landed.inflow >= before.amm_cashback_lamports
    assert before.cashback_lamports == 0
    assert before.amm_cashback_lamports > 0
