"""``dat admin``, ``dat token``, ``dat dev`` and the checks, as a person types them."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from solders.keypair import Keypair
from typer.testing import CliRunner

from dat_operator.chain.session import Reading
from dat_operator.domain.dat_accounts import DatState, Role, TokenStats
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.report import Outcome
from dat_operator.domain.token_state import FeeSource
from dat_operator.entry.cli.main import app
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem
from tests.support.wallets import write_wallet


@dataclass
class Terminal:
    """A person with the ecosystem's configuration and some wallets."""

    local: LocalEcosystem
    folder: Path

    def wallet(self, pair: Keypair) -> str:
        folder = self.folder / str(pair.pubkey())
        return str(write_wallet(folder, self.local.config, pair, "admin", "emergency", "creator"))

    async def type(self, *arguments: str, say: str = "") -> Result:
        config = self.folder / "ecosystem.json"
        config.write_text(self.local.config.model_dump_json(by_alias=True, exclude_none=True))
        line = [argument.replace("CONFIG", str(config)) for argument in arguments]
        return await asyncio.to_thread(CliRunner().invoke, app, line, say)

    async def admin(self, *arguments: str, by: Keypair | None = None, say: str = "") -> Result:
        wallet = self.wallet(by or self.local.admin)
        return await self.type("admin", *arguments, "--config", "CONFIG", "--wallet", wallet, say=say)

    async def state(self) -> DatState:
        state = (await self.local.read()).state
        assert state is not None
        return state

    async def stats(self, name: str) -> TokenStats:
        stats = (await self.local.read()).tokens[str(self.local.coins[name].mint)].stats
        assert stats is not None
        return stats


@pytest.fixture
async def terminal(make_ecosystem: MakeEcosystem, tmp_path: Path, request: pytest.FixtureRequest) -> Terminal:
    local = make_ecosystem(request.node.name.removeprefix("test_")[:30])
    local.launch("root", Role.ROOT, spl=True)
    local.launch("second", Role.SECONDARY, spl=False)
    report = await local.set_up()
    assert report.outcome is Outcome.COMPLETED, report
    return Terminal(local, tmp_path)


async def test_a_pause_stops_cycles_until_it_is_lifted(terminal: Terminal) -> None:
    terminal.local.trade("second", 3 * SOL)
    assert (await terminal.admin("pause", "--yes")).exit_code == 0
    stopped = await terminal.local.cycle(bytes([1] * 16))
    assert {token.reason for token in stopped.tokens} == {"DATNotActive"}

    assert (await terminal.admin("resume", "--yes")).exit_code == 0
    assert (await terminal.admin("set-active", "false", "--token", "second", "--yes")).exit_code == 0
    assert not (await terminal.stats("second")).active
    assert (await terminal.admin("set-active", "true", "--token", "second", "--yes")).exit_code == 0
    again = await terminal.local.cycle(bytes([2] * 16))
    assert again.outcome is Outcome.COMPLETED


async def test_nothing_is_sent_without_a_yes(terminal: Terminal) -> None:
    dry = await terminal.admin("pause", "--dry-run")
    assert (dry.exit_code, "simulation: succeeds" in dry.output) == (0, True)
    refused = await terminal.admin("pause", say="n\n")
    assert refused.exit_code == 2
    assert "nothing was sent" in refused.output
    assert not (await terminal.state()).paused
    assert (await terminal.admin("pause", say="y\n")).exit_code == 0
    assert (await terminal.state()).paused


async def test_a_stranger_is_refused_by_name(terminal: Terminal) -> None:
    refused = await terminal.admin("resume", "--yes", by=terminal.local.trader)
    assert refused.exit_code == 3
    assert "UnauthorizedAccess" in refused.output


async def test_the_admin_role_goes_over_in_two_steps(terminal: Terminal) -> None:
    heir = terminal.local.trader
    assert (await terminal.admin("transfer-admin", str(heir.pubkey()), "--yes")).exit_code == 0
    assert (await terminal.state()).pending_admin == str(heir.pubkey())
    assert (await terminal.admin("cancel-transfer", "--yes")).exit_code == 0
    assert (await terminal.admin("accept-admin", "--yes", by=heir)).exit_code == 3
    assert (await terminal.admin("transfer-admin", str(heir.pubkey()), "--yes")).exit_code == 0
    assert (await terminal.admin("accept-admin", "--yes", by=heir)).exit_code == 0
    assert (await terminal.state()).admin == str(heir.pubkey())


async def test_roles_shares_limits_and_the_root(terminal: Terminal) -> None:
    other = str(Keypair().pubkey())
    assert (await terminal.admin("set-emergency-admin", other, "--yes")).exit_code == 0
    guard = (await terminal.state()).emergency_admin
    assert (guard.now, guard.next) == (None, other), "an hour later"
    assert (await terminal.admin("update-root-share", "4980", "--yes")).exit_code == 0
    share = (await terminal.state()).root_share
    assert (share.bps, share.next_bps) == (4480, 4980)
    too_far = await terminal.admin("update-root-share", "6000", "--yes")
    assert "RootShareDeltaTooLarge" in too_far.output

    nothing = await terminal.admin("update-parameters", "--yes")
    assert "nothing to do" in nothing.output
    limits = terminal.local.config.limits.model_copy(update={"max_price_impact_bps": 50})
    terminal.local.config = terminal.local.config.model_copy(update={"limits": limits})
    changed = await terminal.admin("update-parameters", "--yes")
    assert "max_price_impact_bps 100 → 50" in changed.output
    assert (await terminal.state()).parameters.max_price_impact_bps == 50

    unproposed = await terminal.admin("set-root-token", "--token", "second", "--yes")
    assert "RootTokenNotProposed" in unproposed.output
    assert (await terminal.admin("propose-root-token", "--token", "second", "--yes")).exit_code == 0
    mint = str(terminal.local.coins["second"].mint)
    assert (await terminal.state()).pending_root_mint == mint
    too_early = await terminal.admin("set-root-token", "--token", "second", "--yes")
    assert "TimelockActive" in too_early.output
    assert (await terminal.stats("second")).role is Role.SECONDARY
    assert (await terminal.admin("refuse-withdrawal", "--yes")).exit_code == 0
    assert (await terminal.admin("set-operator", other, "--yes")).exit_code == 0
    assert (await terminal.state()).operator == other


async def test_checks_show_the_chain(terminal: Terminal) -> None:
    terminal.local.trade("second", 3 * SOL)
    for command, expected in (
        ("check-state", "44.80%"),
        ("check-vault", "Own"),
        ("check-liquidity", "bonding curve"),
        ("snapshot", '"treasury_lamports": 0'),
    ):
        shown = await terminal.type(command, "--config", "CONFIG")
        assert shown.exit_code == 0, shown.output
        assert expected in shown.output, shown.output
    missing = await terminal.type("check-state", "--config", "/nowhere.json")
    assert missing.exit_code == 2
    assert "cannot read /nowhere.json" in missing.output


async def test_what_is_not_set_up_yet_is_said_in_a_sentence(
    make_ecosystem: MakeEcosystem, tmp_path: Path
) -> None:
    shown = await Terminal(make_ecosystem("unset"), tmp_path).type("check-state", "--config", "CONFIG")
    assert (shown.exit_code, shown.stderr) == (
        2,
        "Failed: the ecosystem is not on chain yet; run `dat setup` first\n",
    )


async def test_an_ecosystem_is_created_once(make_ecosystem: MakeEcosystem, tmp_path: Path) -> None:
    terminal = Terminal(make_ecosystem("created"), tmp_path)
    shown = await terminal.admin("init", "--dry-run")
    assert "Create created (" in shown.output
    assert "simulation: succeeds" in shown.output
    assert (await terminal.local.read()).state is None
    assert (await terminal.admin("init", "--yes")).exit_code == 0
    assert (await terminal.state()).operator == terminal.local.config.operator
    again = await terminal.admin("init", "--yes")
    assert again.exit_code == 2
    assert "is on chain already" in again.stderr


async def test_a_created_token_earns_for_its_authority(terminal: Terminal) -> None:
    mint_file, payer = terminal.folder / "mint.json", terminal.wallet(terminal.local.trader)
    common = ("--config", "CONFIG", "--wallet", payer)
    made = await terminal.type(
        "token", "create", "Cherry", "CHERRY", "https://example.invalid/c.json", *common,
        "--mint", str(mint_file), "--yes",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    mint = str(Keypair.from_bytes(bytes(json.loads(mint_file.read_text()))).pubkey())
    token = TokenConfig(name="cherry", mint=mint, role=Role.SECONDARY)
    config = terminal.local.config
    terminal.local.config = config.model_copy(update={"tokens": [*config.tokens, token]})
    assert (await terminal.local.set_up()).outcome is Outcome.COMPLETED

    traded = await terminal.type("dev", "generate-volume", "cherry", *common, "--rounds", "2", "--sol", "0.5")
    assert traded.exit_code == 0, traded.output
    state = (await terminal.local.read()).tokens[mint]
    assert state.fee_source(None) is FeeSource.OWN
    # Four trades of half a SOL at 0.3 %.
    assert 5_800_000 < state.pending_lamports < 6_000_000


async def test_an_adopted_coin_earns_for_its_authority(terminal: Terminal) -> None:
    creator = terminal.local.trader
    coin = terminal.local.market.launch(Keypair(), creator.pubkey(), "OLD", spl=True)
    mint = str(coin.mint)
    terminal.local.coins["old"] = coin
    token = TokenConfig(name="old", mint=mint, role=Role.SECONDARY)
    config = terminal.local.config
    terminal.local.config = config.model_copy(update={"tokens": [*config.tokens, token]})
    terminal.local.trade("old", SOL)
    refused = await terminal.local.set_up()
    assert refused.tokens[-1].reason == "CreatorMismatch"

    arguments = ("token", "adopt", mint, "--config", "CONFIG", "--wallet")
    stranger = await terminal.type(*arguments, terminal.wallet(terminal.local.admin), say=f"{mint}\n")
    assert "is not the creator" in stranger.output
    unsure = await terminal.type(*arguments, terminal.wallet(creator), say="no\n")
    assert (unsure.exit_code, "nothing was sent" in unsure.output) == (2, True)
    adopted = await terminal.type(*arguments, terminal.wallet(creator), say=f"{mint}\n")
    assert adopted.exit_code == 0, adopted.output

    assert (await terminal.local.set_up()).outcome is Outcome.COMPLETED
    terminal.local.trade("old", 3 * SOL)
    before = (await terminal.local.read()).tokens[mint]
    assert before.fee_source(None) is FeeSource.SHARING
    report = await terminal.local.cycle(bytes([3] * 16))
    assert report.tokens[1].outcome is Outcome.COMPLETED, report
    (landed,) = await terminal.local.cycles("old")
    assert landed.event.inflow == before.pending_lamports
    again = await terminal.type(*arguments, terminal.wallet(creator), say=f"{mint}\n")
    assert "already" in again.output


async def test_dev_commands_refuse_mainnet(terminal: Terminal) -> None:
    key = str(Keypair().pubkey())
    given = await terminal.type("dev", "airdrop", key, "--config", "CONFIG", "--sol", "2")
    assert given.exit_code == 0, given.output
    wallet = terminal.wallet(terminal.local.trader)
    made = await terminal.type("dev", "create-token", "PLUM", "--config", "CONFIG", "--wallet", wallet)
    assert made.exit_code == 0, made.output
    mint = made.stdout.split()[-1]
    plum = terminal.local.config.model_copy(
        update={"tokens": [TokenConfig(name="plum", mint=mint, role=Role.SECONDARY)]}
    )
    state = (await Reading(plum, terminal.local.rpc).read()).tokens[mint]
    assert state.fee_source(None) is FeeSource.OWN
    terminal.local.config = terminal.local.config.model_copy(update={"network": "mainnet-beta"})
    refused = await terminal.type("dev", "airdrop", key, "--config", "CONFIG")
    assert refused.exit_code == 2
    assert "test networks" in refused.output
