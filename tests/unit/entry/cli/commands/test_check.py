"""``dat check-…`` as a table and as JSON."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.entry.cli.commands import check
from dat_operator.entry.cli.main import app
from tests.support.chain_state import SOL, chain, key, token
from tests.unit.entry.cli.test_job_run import CONFIG

APPLE, PEAR = key("apple"), key("pear")
TOKENS = [{"name": name, "mint": str(key(name)), "role": "Secondary"} for name in ("apple", "pear")]
LIMITS = {"slippageBps": 100, "tokens": TOKENS}


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> ChainState:
    """A token that works, and a token before its set-up and launch."""
    apple = token(APPLE, vault_lamports=SOL)
    assert apple.stats
    apple = replace(apple, stats=replace(apple.stats, total_burned=2**60, cycle_count=3))
    found = chain(apple, token(PEAR, stats=None, curve=None))
    config = EcosystemConfig.model_validate_json(json.dumps(CONFIG | LIMITS))
    monkeypatch.setattr(check, "_read", lambda _: (config, found))
    return found


def dat(*words: str, columns: int = 200) -> str:
    done = CliRunner().invoke(app, [*words, "--config", "x"], env={"COLUMNS": str(columns)})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_state_as_json(seen: ChainState) -> None:
    found = json.loads(dat("check-state", "-o", "json"))
    assert (found["status"], found["rootShareBps"]) == ("Active", 4480)
    assert found["operatorLamports"] == SOL
    assert found["limits"]["minIntervalSeconds"] == 60
    apple, pear = found["tokens"]
    assert (apple["mint"], apple["account"]["cycles"]) == (str(APPLE), 3)
    assert apple["account"]["burned"] == str(2**60), "beyond what a double holds"
    assert pear == {"name": "pear", "mint": str(PEAR), "account": None}


def test_the_fees_as_json(seen: ChainState) -> None:
    found = json.loads(dat("check-vault", "-o", "json"))
    apple, pear = found["tokens"]
    assert (apple["feeSource"], apple["vaultLamports"], apple["pendingLamports"]) == ("Own", SOL, SOL)
    assert (pear["feeSource"], pear["pendingLamports"]) == ("Foreign", 0)
    assert found["sharedLamports"] is None


def test_the_markets_as_json(seen: ChainState) -> None:
    found = json.loads(dat("check-liquidity", "-o", "json"))
    apple, pear = found["tokens"]
    assert (apple["market"], apple["feeBps"]) == ("BondingCurve", 125)
    assert (apple["nextBuy"], apple["reason"] is not None) == (None, True) or apple["nextBuy"][
        "tokensOut"
    ] > 0
    assert (pear["market"], pear["nextBuy"], pear["reason"]) == (None, None, None)


def test_the_snapshot_holds_the_whole_read(seen: ChainState) -> None:
    found = json.loads(dat("snapshot"))
    assert found["tokens"][str(APPLE)]["stats"]["total_burned"] == str(2**60)
    assert found["tokens"][str(APPLE)]["stats"]["last_cycle_id"] == "00" * 16
    assert found["operator_lamports"] == SOL


@pytest.mark.parametrize("command", ["check-state", "check-vault", "check-liquidity"])
def test_a_table_shows_each_token(seen: ChainState, command: str) -> None:
    lines = dat(command).splitlines()
    assert [sum(line.startswith(name) for line in lines) for name in ("apple", "pear")] == [1, 1]
