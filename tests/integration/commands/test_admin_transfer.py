"""The admin is handed over on chain, then a token is added: the new admin's wallet sets it up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from hack.localnet.transactions import keypair
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Namespace
from tests.support.team import Stage
from tests.support.waiting import until


@pytest.fixture(scope="module")
def stage(namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("operator")
    stage = Stage(namespace, chain, PROGRAM_ID, "heirs", folder)
    root = stage.launch("root", spl=True)
    with stage.operator:
        stage.apply_ecosystem()
        stage.apply_token("root", root.mint, "Root")
        stage.set_up()
        yield stage


def test_after_a_transfer_the_new_admins_wallet_sets_a_token_up(stage: Stage) -> None:
    first, heir = stage.admin, keypair(stage.chain.wallet("trader-1"))
    stage.administer("transfer-admin", str(heir.pubkey()))
    stage.administer("accept-admin", by=heir)
    apple = stage.launch("apple")
    stage.apply_token("apple", apple.mint)

    found = stage.until_condition("DATEcosystem", "heirs", "Stalled", "True")
    assert found["reason"] == "AdminMismatch"
    assert f"the admin on chain is {heir.pubkey()}" in found["message"]
    assert f"base to {first.pubkey()}" in found["message"]
    before = stage.jobs("setup")

    stage.wallet_secret("heir", "admin", pair=heir)
    admin = {"publicKey": str(heir.pubkey()), "base": str(first.pubkey()), "secretRef": {"name": "heir"}}
    stage.namespace.merge("DATEcosystem", "heirs", {"spec": {"wallets": {"admin": admin}}})
    until(lambda: set(stage.jobs("setup")) - set(before), "another setup Job", look_at=stage.look)
    (job,) = set(stage.jobs("setup")) - set(before)
    stage.kubelet.run(job)
    stage.until_condition("DATToken", "apple", "Ready", "True")
    stage.until_condition("DATEcosystem", "heirs", "Ready", "True")
    stage.trade("apple", 3 * 10**9)
    assert stage.ask("after-it")["status"]["outcome"] == "Completed"
