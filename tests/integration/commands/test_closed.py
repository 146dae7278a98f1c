"""An ecosystem that was closed on chain, and what set-up makes of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from typer.testing import CliRunner

from dat_operator.chain.dat.codec import instruction
from dat_operator.chain.session import Session
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.entry.cli.main import app
from dat_operator.setup.ecosystem import set_up
from hack.localnet.transactions import keypair, send
from tests.support.chain.ecosystem import SOL, World
from tests.support.wallets import bound, write_wallet


async def close(world: World, admin: Keypair) -> None:
    """Sign by hand what no command of ours sends: close every token, then the ecosystem."""
    ecosystem, chain = world.admin_session().ecosystem, await world.read()
    common = {"admin": admin.pubkey(), "state": ecosystem.state}
    for coin in world.coins.values():
        addresses = chain.tokens[str(coin.mint)].addresses
        assert addresses.token_account
        accounts = {
            **common,
            "stats": ecosystem.stats(coin.mint),
            "authority": ecosystem.authority(coin.mint),
            "token_account": Pubkey.from_string(addresses.token_account),
            "token_program": coin.token_program,
        }
        send(world.chain.rpc, [instruction(ecosystem.program, "close_token_stats", accounts)], [admin])
    accounts = {**common, "treasury": ecosystem.treasury, "shared_authority": ecosystem.shared_authority}
    send(world.chain.rpc, [instruction(ecosystem.program, "close_dat_state", accounts)], [admin])


def hand_over(world: World, heir: Keypair) -> None:
    """Make another key the admin, and tell the configuration."""
    ecosystem, first = world.admin_session().ecosystem, world.admin
    offered = {"new_admin": heir.pubkey()}
    offer = ecosystem.administer("propose_admin_transfer", first.pubkey(), offered)
    accept = ecosystem.administer("accept_admin_transfer", heir.pubkey())
    send(world.chain.rpc, [offer], [first])
    send(world.chain.rpc, [accept], [heir])
    changes = {"admin": str(heir.pubkey()), "admin_base": str(first.pubkey())}
    world.config = world.config.model_copy(update=changes)


async def test_its_last_admin_sets_it_up_again(make_world: Callable[..., World]) -> None:
    """At the address that its first admin has made, and at the share that it had."""
    world = make_world("closed")
    world.launch("second", Role.SECONDARY, spl=False)
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    heir = keypair(world.chain.wallet("trader-1"))
    hand_over(world, heir)
    await close(world, heir)
    limits = world.config.limits.model_copy(update={"root_share_bps": 5_000})
    world.config = world.config.model_copy(update={"limits": limits})
    closed = (await world.read()).state
    assert closed is not None
    assert closed.closed

    session = Session(world.config, world.rpc, bound(world.config, heir, "admin"))
    report = await set_up(session, bytes(16))
    assert report.outcome is Outcome.COMPLETED, report
    state = (await world.read()).state
    assert state is not None
    assert not state.closed
    assert (state.admin, state.token_count) == (str(heir.pubkey()), 1)
    assert (state.root_share.bps, state.root_share.next_bps) == (4_480, 4_980), "on its way to 5,000"
    world.trade("second", 3 * SOL)
    assert (await world.cycle(bytes([1] * 16))).outcome is Outcome.COMPLETED


async def test_its_admin_opens_it_again_by_hand(make_world: Callable[..., World], tmp_path: Path) -> None:
    world = make_world("closed-by-hand")
    world.launch("second", Role.SECONDARY, spl=False)
    assert (await world.set_up()).outcome is Outcome.COMPLETED
    config = tmp_path / "ecosystem.json"
    config.write_text(world.config.model_dump_json(by_alias=True, exclude_none=True))
    wallet = write_wallet(tmp_path / "wallet", world.config, world.admin, "admin")
    init = ["admin", "init", "--config", str(config), "--wallet", str(wallet), "--yes"]
    refused = await asyncio.to_thread(CliRunner().invoke, app, init)
    assert (refused.exit_code, "is on chain already" in refused.output) == (2, True)

    await close(world, world.admin)
    done = await asyncio.to_thread(CliRunner().invoke, app, init)
    assert (done.exit_code, "Reopen closed-by-hand" in done.output) == (0, True), done.output
    state = (await world.read()).state
    assert state is not None
    assert not state.closed
