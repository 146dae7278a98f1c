"""``dat cycle plan``: what it says is what a run then does, and it sends nothing."""

import asyncio
import datetime
import json
from pathlib import Path

from typer.testing import CliRunner

from dat_operator.chain.session import Reading
from dat_operator.cycle.dry_run import dry_run
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.dry_run_report import DryRunReport
from dat_operator.domain.report import Outcome
from dat_operator.entry.cli.main import app
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


async def forecast(local: LocalEcosystem) -> DryRunReport:
    return await dry_run(Reading(local.config, local.rpc), NOW)


async def test_a_run_does_what_its_plan_says(pair: LocalEcosystem) -> None:
    pair.trade("second", 3 * SOL)
    before = {name: len(await pair.cycles(name)) for name in pair.coins}

    await pair.rest()
    planned = await forecast(pair)
    assert {name: len(await pair.cycles(name)) for name in pair.coins} == before, "nothing was sent"
    report = await pair.cycle(bytes([7] * 16))

    assert planned.status == "READY"
    assert {token.outcome for token in report.tokens} == {Outcome.COMPLETED}, report
    for token in planned.tokens:
        event = (await pair.cycles(token.name))[0].event
        assert token.simulated, "but for the buy, which is reckoned"
        assert (token.allocation, token.to_root) == (event.spent, event.to_root), token.name
        assert (token.carried, token.tokens_out) == (event.carried_out, event.tokens_burned), token.name
    assert planned.costs.transactions == 2, "the look, and the cycles"
    assert planned.costs.total_estimated_cost == 2 * 5_000


async def test_what_does_not_run_says_why(make_ecosystem: MakeEcosystem) -> None:
    local = make_ecosystem("waiting", min_interval_seconds=3_600)
    assert (await forecast(local)).status == "NO_TOKENS"
    local.launch("root", Role.ROOT, spl=True)
    local.launch("second", Role.SECONDARY, spl=False)
    await local.set_up()

    short = await forecast(local)
    assert short.status == "INSUFFICIENT_FEES"
    assert short.ecosystem.tokens_deferred == 2
    assert short.recommendations == ("1.8966 SOL more volume in second would bring the fees of a cycle",)

    local.trade("second", 3 * SOL)
    local.trade("root", 3 * SOL)
    await local.cycle(bytes([8] * 16))
    local.trade("second", 3 * SOL)
    again = await forecast(local)
    assert again.status == "COOLDOWN_ACTIVE"
    assert "CycleTooSoon" in (again.tokens[0].defer_reason or "")


async def test_the_command_shows_and_saves_it(pair: LocalEcosystem, tmp_path: Path) -> None:
    pair.trade("second", 3 * SOL)
    await pair.rest()
    config = tmp_path / "ecosystem.json"
    config.write_text(pair.config.model_dump_json(by_alias=True, exclude_none=True))
    arguments = ["cycle", "plan", "--config", str(config), "--reports", str(tmp_path / "reports")]

    shown = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert shown.exit_code == 0, shown.output
    assert "READY on localnet" in shown.output
    (saved,) = (tmp_path / "reports").iterdir()
    report = json.loads(saved.read_text())
    assert list(report) == [
        "timestamp",
        "network",
        "status",
        "ecosystem",
        "tokens",
        "thresholds",
        "costs",
        "warnings",
        "recommendations",
    ]
    assert report["tokens"][0]["allocationSOL"].endswith(" SOL")

    one = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--token", "second", "-o", "json"])
    assert [token["symbol"] for token in json.loads(one.stdout)["tokens"]] == ["second"]
    unknown = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--token", "third"])
    assert (
        unknown.exit_code,
        "third is not a token of pair; its tokens: root, second" in unknown.output,
    ) == (
        2,
        True,
    )

    as_json = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "-o", "json"])
    assert json.loads(as_json.stdout)["status"] == "READY"
