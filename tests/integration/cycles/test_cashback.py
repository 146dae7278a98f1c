"""A root that is a cashback coin: what its own buys earn comes back, and is spent."""

from collections.abc import Callable

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.prerequisites import create_token_account
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.domain.token_state import TokenState
from tests.support.chain.ecosystem import SOL, World

CURVE_FLAG, POOL_FLAG = 82, 244
"""Where a curve and a pool say that they are a cashback coin's. Such coins can no longer be made."""


async def root_of(world: World) -> TokenState:
    (state,) = (await world.read()).tokens.values()
    return state


def flag(world: World, address: Pubkey, offset: int, value: int = 1) -> None:
    data = world.chain.account_data(str(address))
    assert data is not None
    world.chain.set_account(str(address), data=data[:offset] + bytes([value]) + data[offset + 1 :])


async def recipients_have_accounts(world: World) -> None:
    """Those who get PumpSwap's part have one for wrapped SOL, on every chain where anybody has traded."""
    known = (await world.read()).pool_global
    assert known is not None
    sender, payer = world.admin_session().sender, world.admin.pubkey()
    for recipient in map(Pubkey.from_string, known.fee_recipients):
        await sender.land([create_token_account(payer, recipient, at.WSOL, at.TOKEN)])


async def test_on_its_curve_and_after(make_world: Callable[..., World]) -> None:
    world = make_world("cashback", max_fees_per_cycle_lamports=50_000_000)
    coin = world.launch("root", Role.ROOT, spl=True)
    flag(world, at.bonding_curve(coin.mint), CURVE_FLAG)
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    authority = Pubkey.from_string((await root_of(world)).addresses.authority)
    world.market.fund(authority, SOL // 5)
    assert (await world.cycle(bytes([1] * 16))).outcome is Outcome.COMPLETED
    earned = (await root_of(world)).cashback_lamports
    assert earned > 0
    assert (await world.cycle(bytes([2] * 16))).outcome is Outcome.COMPLETED
    second, first = await world.cycles("root")
    assert (first.event.spent * 30 // 10_125, second.event.inflow) == (earned - 1, earned)

    world.market.fund(world.trader.pubkey(), 200 * SOL)
    # The trades of these tests are of the newest form, which takes no such coins.
    flag(world, at.bonding_curve(coin.mint), CURVE_FLAG, 0)
    world.market.graduate(world.trader, coin)
    flag(world, at.bonding_curve(coin.mint), CURVE_FLAG)
    flag(world, at.pool(coin.mint), POOL_FLAG)
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    await recipients_have_accounts(world)
    assert (await root_of(world)).cashback_lamports > 0
    for number in (3, 4):
        before = await root_of(world)
        report = await world.cycle(bytes([number] * 16))
        assert report.outcome is Outcome.COMPLETED, report
        landed = (await world.cycles("root"))[0].event
        assert landed.conserved
        # What it has earned on its curve is among it.
        assert landed.inflow == before.pending_lamports
        # What it has earned on PumpSwap comes back wrapped and is unwrapped first.
        assert landed.inflow >= before.amm_cashback_lamports
    assert before.cashback_lamports == 0
    assert before.amm_cashback_lamports > 0
