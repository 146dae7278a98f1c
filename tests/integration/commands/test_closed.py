"""An ecosystem that was closed on chain, and what set-up makes of it."""

import asyncio
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
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem
from tests.support.wallets import bound, write_wallet


async def close(local: LocalEcosystem, admin: Keypair) -> None:
    """Sign by hand what no command of ours sends: close every token, then the ecosystem."""
    ecosystem, chain = local.admin_session().ecosystem, await local.read()
    common = {"admin": admin.pubkey(), "state": ecosystem.state}
    for coin in local.coins.values():
        addresses = chain.tokens[str(coin.mint)].addresses
        assert addresses.token_account
        accounts = {
            **common,
            "stats": ecosystem.stats(coin.mint),
            "authority": ecosystem.authority(coin.mint),
            "token_account": Pubkey.from_string(addresses.token_account),
            "token_program": coin.token_program,
        }
        send(local.chain.rpc, [instruction(ecosystem.program, "close_token_stats", accounts)], [admin])
    accounts = {**common, "treasury": ecosystem.treasury, "shared_authority": ecosystem.shared_authority}
    send(local.chain.rpc, [instruction(ecosystem.program, "close_dat_state", accounts)], [admin])


def hand_over(local: LocalEcosystem, heir: Keypair) -> None:
    """Make another key the admin, and tell the configuration."""
    ecosystem, first = local.admin_session().ecosystem, local.admin
    offered = {"new_admin": heir.pubkey()}
    offer = ecosystem.administer("propose_admin_transfer", first.pubkey(), offered)
    accept = ecosystem.administer("accept_admin_transfer", heir.pubkey())
    send(local.chain.rpc, [offer], [first])
    send(local.chain.rpc, [accept], [heir])
    changes = {"admin": str(heir.pubkey()), "admin_base": str(first.pubkey())}
    local.config = local.config.model_copy(update=changes)


async def test_its_last_admin_sets_it_up_again(make_ecosystem: MakeEcosystem) -> None:
    """At the address that its first admin has made, and at the share that it had."""
    local = make_ecosystem("closed")
    local.launch("second", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    heir = keypair(local.chain.wallet("trader-1"))
    hand_over(local, heir)
    await close(local, heir)
    limits = local.config.limits.model_copy(update={"root_share_bps": 5_000})
    local.config = local.config.model_copy(update={"limits": limits})
    closed = (await local.read()).state
    assert closed is not None
    assert closed.closed

    session = Session(local.config, local.rpc, bound(local.config, heir, "admin"))
    report = await set_up(session, bytes(16))
    assert report.outcome is Outcome.COMPLETED, report
    state = (await local.read()).state
    assert state is not None
    assert not state.closed
    assert (state.admin, state.token_count) == (str(heir.pubkey()), 1)
    assert (state.root_share.bps, state.root_share.next_bps) == (4_480, 4_980), "on its way to 5,000"
    local.trade("second", 3 * SOL)
    assert (await local.cycle(bytes([1] * 16))).outcome is Outcome.COMPLETED


async def test_its_admin_opens_it_again_by_hand(make_ecosystem: MakeEcosystem, tmp_path: Path) -> None:
    local = make_ecosystem("closed-by-hand")
    local.launch("second", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    config = tmp_path / "ecosystem.json"
    config.write_text(local.config.model_dump_json(by_alias=True, exclude_none=True))
    wallet = write_wallet(tmp_path / "wallet", local.config, local.admin, "admin")
    init = ["admin", "init", "--config", str(config), "--wallet", str(wallet), "--yes"]
    refused = await asyncio.to_thread(CliRunner().invoke, app, init)
    assert (refused.exit_code, "is on chain already" in refused.output) == (2, True)

    await close(local, local.admin)
    done = await asyncio.to_thread(CliRunner().invoke, app, init)
    assert (done.exit_code, "Reopen closed-by-hand" in done.output) == (0, True), done.output
    state = (await local.read()).state
    assert state is not None
    assert not state.closed
