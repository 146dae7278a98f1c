"""``spec.pool`` and ``spec.tokenProgram``: a coin that is not, or not any more, what its DATToken says."""

from collections.abc import Iterator

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.cluster.api_server import Body, Namespace
from tests.support.tenant import Tenant
from tests.support.waiting import until


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    """apple may be cycled on its curve alone, pear on PumpSwap alone; plum is of the other token program."""
    tenant = Tenant(namespace, chain, PROGRAM_ID, "pinned", tmp_path_factory.mktemp("operator"))
    root = tenant.launch("root")
    apple, pear, plum = (tenant.launch(name, spl=name == "plum") for name in ("apple", "pear", "plum"))
    with tenant.operator, tenant.kubelet.at_work():
        tenant.apply_ecosystem()
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint, pool="BondingCurve", tokenProgram="Token2022")
        tenant.apply_token("pear", pear.mint, pool="PumpSwap")
        tenant.apply_token("plum", plum.mint, tokenProgram="Token2022")
        for token in ("root", "apple"):
            tenant.until_condition("DATToken", token, "Ready", "True")
        tenant.until_condition("DATEcosystem", "pinned", "Ready", "True")
        yield tenant


def run(tenant: Tenant, name: str, *tokens: str, dry_run: bool = False) -> Body:
    """Outcome, and why not, of each token by a DATCycle that asks for these, or for all."""
    tenant.wish(name, dry_run=dry_run, tokens=tokens)
    asked = until(lambda: tenant.record(name), f"the end of {name}", look_at=tenant.look)
    return {t["name"]: (t["outcome"], t["reason"]) for t in asked["status"]["tokens"]}


def named(tenant: Tenant) -> set[str]:
    """The tokens that Jobs may touch."""
    return {token["name"] for token in tenant.config()["tokens"]}


def test_nothing_is_set_up_for_a_mint_of_another_token_program(tenant: Tenant) -> None:
    stalled = tenant.until_condition("DATToken", "plum", "Stalled", "True")
    assert stalled["reason"] == "TokenProgramMismatch"
    assert "is of Token; set spec.tokenProgram: Token, or Auto" in stalled["message"]
    stats = tenant.token("plum")["status"]["addresses"]["stats"]
    assert (tenant.chain.account_data(stats), named(tenant)) == (None, {"root", "apple", "pear"})

    tenant.namespace.merge("DATToken", "plum", {"spec": {"tokenProgram": "Token"}})
    tenant.until_condition("DATToken", "plum", "Ready", "True")
    assert tenant.chain.account_data(stats)


def test_a_token_on_its_curve_waits_for_pumpswap(tenant: Tenant) -> None:
    active = tenant.until_condition("DATToken", "pear", "PoolActive", "False")
    assert active["reason"] == "PoolMismatch"
    assert tenant.until_condition("DATToken", "pear", "Reconciling", "True")["reason"] == "PoolMismatch"
    tenant.trade("apple", 2 * SOL)
    tenant.trade("pear", 2 * SOL)
    found = run(tenant, "on-curves")
    assert (found["apple"], found["pear"]) == (("Completed", "CycleCompleted"), ("Skipped", "PoolMismatch"))
    tenant.namespace.merge("DATToken", "pear", {"spec": {"pool": "Auto"}})
    tenant.until_condition("DATToken", "pear", "Ready", "True")
    assert run(tenant, "set-free", "pear") == {"pear": ("Completed", "CycleCompleted")}


def test_a_token_that_has_graduated_is_left_out_until_its_spec_says_otherwise(tenant: Tenant) -> None:
    tenant.market.fund(tenant.trader.pubkey(), 200 * SOL)
    tenant.market.graduate(tenant.trader, tenant.coins["apple"])
    stalled = tenant.until_condition("DATToken", "apple", "Stalled", "True")
    assert (stalled["reason"], "spec.pool: BondingCurve" in stalled["message"]) == ("PoolMismatch", True)
    # Named, too: it is no skip of somebody's, but where the token may be bought.
    assert run(tenant, "by-hand", "apple") == {"apple": ("Skipped", "PoolMismatch")}
    assert run(tenant, "rehearsed", "apple", dry_run=True) == {"apple": ("Skipped", "PoolMismatch")}

    tenant.namespace.merge("DATToken", "apple", {"spec": {"pool": "PumpSwap"}})
    tenant.until_condition("DATToken", "apple", "Ready", "True")
    assert run(tenant, "on-pumpswap", "apple") == {"apple": ("Completed", "CycleCompleted")}
