"""``spec.pool`` and ``spec.tokenProgram``: a coin that is not, or not any more, what its DATToken says."""

from collections.abc import Iterator

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.cluster.api_server import Body, Namespace
from tests.support.team import Stage
from tests.support.waiting import until


@pytest.fixture(scope="module")
def stage(namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """apple may be cycled on its curve alone, pear on PumpSwap alone; plum is of the other token program."""
    stage = Stage(namespace, chain, PROGRAM_ID, "pinned", tmp_path_factory.mktemp("operator"))
    root = stage.launch("root")
    apple, pear, plum = (stage.launch(name, spl=name == "plum") for name in ("apple", "pear", "plum"))
    with stage.operator, stage.kubelet.at_work():
        stage.apply_ecosystem()
        stage.apply_token("root", root.mint, "Root")
        stage.apply_token("apple", apple.mint, pool="BondingCurve", tokenProgram="Token2022")
        stage.apply_token("pear", pear.mint, pool="PumpSwap")
        stage.apply_token("plum", plum.mint, tokenProgram="Token2022")
        for token in ("root", "apple"):
            stage.until_condition("DATToken", token, "Ready", "True")
        stage.until_condition("DATEcosystem", "pinned", "Ready", "True")
        yield stage


def run(stage: Stage, name: str, *tokens: str, dry_run: bool = False) -> Body:
    """Outcome, and why not, of each token by a DATCycle that asks for these, or for all."""
    stage.wish(name, dry_run=dry_run, tokens=tokens)
    asked = until(lambda: stage.record(name), f"the end of {name}", look_at=stage.look)
    return {t["name"]: (t["outcome"], t["reason"]) for t in asked["status"]["tokens"]}


def named(stage: Stage) -> set[str]:
    """The tokens that Jobs may touch."""
    return {token["name"] for token in stage.config()["tokens"]}


def test_nothing_is_set_up_for_a_mint_of_another_token_program(stage: Stage) -> None:
    stalled = stage.until_condition("DATToken", "plum", "Stalled", "True")
    assert stalled["reason"] == "TokenProgramMismatch"
    assert "is of Token; set spec.tokenProgram: Token, or Auto" in stalled["message"]
    stats = stage.token("plum")["status"]["addresses"]["stats"]
    assert (stage.chain.account_data(stats), named(stage)) == (None, {"root", "apple", "pear"})

    stage.namespace.merge("DATToken", "plum", {"spec": {"tokenProgram": "Token"}})
    stage.until_condition("DATToken", "plum", "Ready", "True")
    assert stage.chain.account_data(stats)


def test_a_token_on_its_curve_waits_for_pumpswap(stage: Stage) -> None:
    active = stage.until_condition("DATToken", "pear", "PoolActive", "False")
    assert active["reason"] == "PoolMismatch"
    assert stage.until_condition("DATToken", "pear", "Reconciling", "True")["reason"] == "PoolMismatch"
    stage.trade("apple", 2 * SOL)
    stage.trade("pear", 2 * SOL)
    found = run(stage, "on-curves")
    assert (found["apple"], found["pear"]) == (("Completed", "CycleCompleted"), ("Skipped", "PoolMismatch"))
    stage.namespace.merge("DATToken", "pear", {"spec": {"pool": "Auto"}})
    stage.until_condition("DATToken", "pear", "Ready", "True")
    assert run(stage, "set-free", "pear") == {"pear": ("Completed", "CycleCompleted")}


def test_a_token_that_has_graduated_is_left_out_until_its_spec_says_otherwise(stage: Stage) -> None:
    stage.market.fund(stage.trader.pubkey(), 200 * SOL)
    stage.market.graduate(stage.trader, stage.coins["apple"])
    stalled = stage.until_condition("DATToken", "apple", "Stalled", "True")
    assert (stalled["reason"], "spec.pool: BondingCurve" in stalled["message"]) == ("PoolMismatch", True)
    # Named, too: it is no skip of somebody's, but where the token may be bought.
    assert run(stage, "by-hand", "apple") == {"apple": ("Skipped", "PoolMismatch")}
    assert run(stage, "rehearsed", "apple", dry_run=True) == {"apple": ("Skipped", "PoolMismatch")}

    stage.namespace.merge("DATToken", "apple", {"spec": {"pool": "PumpSwap"}})
    stage.until_condition("DATToken", "apple", "Ready", "True")
    assert run(stage, "on-pumpswap", "apple") == {"apple": ("Completed", "CycleCompleted")}
