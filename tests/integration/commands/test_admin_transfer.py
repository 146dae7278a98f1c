"""The admin is handed over on chain, then a token is added: the new admin's wallet sets it up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from hack.localnet.transactions import keypair
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Namespace
from tests.support.tenant import Tenant
from tests.support.waiting import until


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, "heirs", folder)
    root = tenant.launch("root", spl=True)
    with tenant.operator:
        tenant.apply_ecosystem()
        tenant.apply_token("root", root.mint, "Root")
        tenant.set_up()
        yield tenant


def test_after_a_transfer_the_new_admins_wallet_sets_a_token_up(tenant: Tenant) -> None:
    first, heir = tenant.admin, keypair(tenant.chain.wallet("trader-1"))
    tenant.administer("transfer-admin", str(heir.pubkey()))
    tenant.administer("accept-admin", by=heir)
    apple = tenant.launch("apple")
    tenant.apply_token("apple", apple.mint)

    found = tenant.until_condition("DATEcosystem", "heirs", "Stalled", "True")
    assert found["reason"] == "AdminMismatch"
    assert f"the admin on chain is {heir.pubkey()}" in found["message"]
    assert f"base to {first.pubkey()}" in found["message"]
    before = tenant.jobs("setup")

    tenant.wallet_secret("heir", "admin", pair=heir)
    admin = {"publicKey": str(heir.pubkey()), "base": str(first.pubkey()), "secretRef": {"name": "heir"}}
    tenant.namespace.merge("DATEcosystem", "heirs", {"spec": {"wallets": {"admin": admin}}})
    until(lambda: set(tenant.jobs("setup")) - set(before), "another setup Job", look_at=tenant.look)
    (job,) = set(tenant.jobs("setup")) - set(before)
    tenant.kubelet.run(job)
    tenant.until_condition("DATToken", "apple", "Ready", "True")
    tenant.until_condition("DATEcosystem", "heirs", "Ready", "True")
    tenant.trade("apple", 3 * 10**9)
    assert tenant.ask("after-it")["status"]["outcome"] == "Completed"
