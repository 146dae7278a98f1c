"""What a stranger can do to an ecosystem from outside, for a few lamports: its cycles go on."""

from collections.abc import Callable

from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from dat_operator.chain import addresses as at
from dat_operator.domain.chain_state import Role
from dat_operator.domain.report import Outcome
from hack.localnet.transactions import send
from tests.integration.world import SOL, World

RENT = 890_880


def send_rent(world: World, *to: Pubkey) -> None:
    stranger = world.trader
    gifts = [
        transfer(TransferParams(from_pubkey=stranger.pubkey(), to_pubkey=key, lamports=RENT)) for key in to
    ]
    send(world.chain.rpc, gifts, [stranger])


async def test_rent_at_addresses_that_set_up_has_yet_to_make(make_world: Callable[..., World]) -> None:
    """Before the token is admitted, and before what it needs on PumpSwap is made."""
    world = make_world("prefunded")
    world.launch("root", Role.ROOT, spl=True)
    coin = world.launch("second", Role.SECONDARY, spl=False)
    mint, program = str(coin.mint), Pubkey.from_string(world.config.program_id)
    state = at.state_address(program, world.admin.pubkey(), world.config.name)
    authority = at.authority_address(program, state, coin.mint)
    token_account = at.associated_token(authority, coin.mint, at.TOKEN_2022)
    stats = at.stats_address(program, state, coin.mint)
    send_rent(world, state, stats, token_account, at.user_volume_accumulator(authority))
    assert (await world.set_up()).outcome is Outcome.COMPLETED

    world.market.fund(world.trader.pubkey(), 200 * SOL)
    world.market.graduate(world.trader, coin)
    accumulator = at.user_volume_accumulator(authority, at.PUMP_AMM)
    wrapped = [at.wrapped_sol(key) for key in (authority, accumulator, at.amm_creator_vault(authority))]
    send_rent(world, accumulator, *wrapped)
    before = (await world.read()).tokens[mint]
    assert (before.unreadable, len(before.missing)) == (None, 2)

    assert (await world.set_up()).tokens[1].outcome is Outcome.COMPLETED
    assert (await world.read()).tokens[mint].missing == ()
    world.market.buy_at_pool(world.trader, coin, 5 * SOL)
    report = await world.cycle(bytes([1] * 16))
    assert report.tokens[0].outcome is Outcome.COMPLETED, report
