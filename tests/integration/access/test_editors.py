"""Audit T1, T3, T4: a user whose only right is to edit DATEcosystems, DATTokens and DATCycles.

He brings his own program, endpoint, Secret names and keys. His endpoint forwards to the true chain, lies if
that helps him, and keeps every transaction that it is sent. Not a lamport leaves a wallet that is not his, no
wallet of others signs for him, no key reaches his host, and a condition names field and remedy.
"""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.session import Session
from dat_operator.domain.binding import FILE
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Outcome
from dat_operator.setup.ecosystem import set_up
from hack.demo.market import Market
from hack.localnet.localnet import Localnet
from tests.support import wallets as bindings
from tests.support.chain.ecosystem import PROGRAM_ID, SOL, LocalEcosystem, new_local_ecosystem
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.cluster.api_server import Namespace
from tests.support.cluster.kubectl import run
from tests.support.editor import KINDS, Editor, lie_about_rents, refused_set_up, spec_of
from tests.support.operator.process import Operator
from tests.support.tenant import Tenant
from tests.support.waiting import until
from tests.support.wallets import bound

HONEST, KEY = "honest", "key-of-the-owner"
EVIL_PROGRAM = str(at.PUMP)
"""Any that is there will do: his endpoint says that what it does goes well."""
FORBIDDEN = ("jobs", "cronjobs", "configmaps", "secrets", "pods")


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    """An ecosystem at work, whose owner has bound wallets and keys. The operator's own list lets all programs
    through, so that what holds is the owner's binding."""
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, HONEST, folder)
    tenant.operator = Operator(namespace, folder, DAT_PROGRAMS=f"{PROGRAM_ID},{EVIL_PROGRAM}")
    keys = {"OWNERS": KEY, "OWNERS.hosts": "rpc.owner.example\n"}
    for name, text in keys.items():
        (folder / name).write_text(text)
    namespace.create({"kind": "Secret", "metadata": {"name": "dat-rpc"}, "stringData": keys})
    tenant.apply_ecosystem()
    # The endpoint of the editor is on the same host, at another port.
    hosts = [urlsplit(url).netloc for url in (chain.rpc_url, chain.ws_url)]
    bound_to = bindings.text(tenant.binding("operator", rpc_hosts=hosts))
    namespace.merge("Secret", "operator", {"stringData": {FILE: bound_to}})
    root = tenant.launch("root")
    # From here on the admin's wallet pays for nothing that a test does by itself.
    tenant.market = Market(chain.rpc, tenant.trader)
    with tenant.operator:
        tenant.apply_token("root", root.mint, "Root")
        tenant.set_up()
        yield tenant


@pytest.fixture
def editor(tenant: Tenant, proxy: RpcProxy) -> Editor:
    """With his rights alone."""
    words = ("-n", tenant.namespace.name)
    config = tenant.namespace.kubeconfig
    run(config, *words, "create", "serviceaccount", "editor")
    role = ("create", "role", "editor", "--verb=*", *(f"--resource={kind}.dat.asdf.io" for kind in KINDS))
    run(config, *words, *role)
    account = f"--serviceaccount={tenant.namespace.name}:editor"
    run(config, *words, "create", "rolebinding", "editor", "--role=editor", account)
    return Editor(tenant.namespace, proxy)


@pytest.fixture(autouse=True)
def _nothing_leaves(tenant: Tenant, editor: Editor) -> Iterator[None]:
    """In each experiment, no wallet signs for the editor and no balance changes."""
    keys = [tenant.chain.wallet(role).address for role in ("admin", "operator")]

    def balances() -> list[int]:
        return [tenant.chain.rpc.call("getBalance", key)["value"] for key in keys]

    before = balances()
    yield
    assert editor.signed == [], "a wallet has signed for him"
    assert balances() == before


def test_he_has_no_other_right(editor: Editor) -> None:
    assert all(editor.may("create", f"{kind}.dat.asdf.io") for kind in KINDS)
    assert not [kind for kind in FORBIDDEN for verb in ("get", "create", "patch") if editor.may(verb, kind)]


def test_a_program_of_his_own_gets_no_signature_of_the_admin(tenant: Tenant, editor: Editor) -> None:
    said = refused_set_up(tenant, editor, "evil", spec_of(tenant, editor, programId=EVIL_PROGRAM))
    assert said["reason"] == "ProgramNotAllowed"
    assert f"spec.programId: {EVIL_PROGRAM}, but binding.json allows {PROGRAM_ID}" in said["message"]
    assert "bind the wallet to it: `dat wallet bind`" in said["message"]


def test_nor_does_an_ecosystem_of_his_own(tenant: Tenant, editor: Editor) -> None:
    """Of the right program: the admin would pay its rents."""
    said = refused_set_up(tenant, editor, "mine", spec_of(tenant, editor))
    assert said["reason"] == "WalletNotBound"
    assert f"metadata.name: mine, but binding.json allows {HONEST}" in said["message"]


def test_nor_a_wallet_in_another_role(tenant: Tenant, editor: Editor) -> None:
    """The operator's Secret as an admin's."""
    wallet = {"publicKey": tenant.chain.wallet("operator").address, "secretRef": {"name": "operator"}}
    said = refused_set_up(
        tenant, editor, "swapped", spec_of(tenant, editor, wallets={"admin": wallet, "operator": wallet})
    )
    assert said["reason"] == "WalletNotBound"
    assert "role: admin is needed, but binding.json allows operator" in said["message"]


@pytest.mark.parametrize("secret", ["dat-rpc", "empty"])
def test_nor_a_secret_that_is_no_wallet(tenant: Tenant, editor: Editor, secret: str) -> None:
    """Its pod waits for a binding that only the Secret's owner can add; nobody sees the Secret's content."""
    if secret == "empty":
        data = {"keypair.json": json.dumps(list(bytes(Keypair()))), "binding.json": "{}"}
        tenant.namespace.create({"kind": "Secret", "metadata": {"name": secret}, "stringData": data})
    wallets = spec_of(tenant, editor)["wallets"]
    wallets["admin"]["secretRef"] = {"name": secret, "key": "keypair.json" if secret == "empty" else "OWNERS"}
    name = f"with-{secret}"
    if secret == "empty":
        said = refused_set_up(tenant, editor, name, spec_of(tenant, editor, wallets=wallets))
        assert said["reason"] == "WalletNotBound"
        assert "binding.json is not a binding (network: Field required)" in said["message"]
        return
    coin = tenant.market.launch(Keypair(), Keypair().pubkey(), "WITH", spl=True)
    editor.create("DATEcosystem", name, spec_of(tenant, editor, wallets=wallets))
    editor.create("DATToken", name, {"ecosystemRef": {"name": name}, "mint": str(coin.mint), "role": "Root"})
    (job,) = until(lambda: [j for j in tenant.jobs("setup") if j.startswith(f"{name}-setup")], "his Job")
    with tenant.kubelet.at_work():
        pod = until(
            lambda: [p for p in tenant.namespace.list("Pod") if p["metadata"]["name"].startswith(job)],
            "its pod",
        )[0]
        until(
            lambda: (
                "containerStatuses" in (tenant.namespace.get("Pod", pod["metadata"]["name"]) or {})["status"]
            ),
            "its pod waiting",
        )
    assert pod["metadata"]["name"] not in tenant.kubelet.logs, "it has not run"
    assert KEY not in tenant.operator.log_file.read_text()


async def test_nor_does_his_state_get_the_operator(tenant: Tenant, editor: Editor) -> None:
    """He has set an ecosystem up on our program himself, and named our operator there, to pay his fees."""
    local: LocalEcosystem = new_local_ecosystem(tenant.chain, "hers")
    admin = Keypair()
    tenant.market.fund(admin.pubkey(), 2 * SOL)
    local.admin, local.market = admin, tenant.market
    local.config = local.config.model_copy(update={"admin": str(admin.pubkey())})
    coin = local.launch("hers", Role.ROOT, spl=True)
    async with local.rpc:
        own = Session(local.config, local.rpc, bound(local.config, admin, "admin"))
        assert (await set_up(own, bytes(16))).outcome is Outcome.COMPLETED
    editor.signed.clear()
    operator = {"publicKey": tenant.chain.wallet("operator").address, "secretRef": {"name": "operator"}}
    wallets = {"admin": {"publicKey": str(admin.pubkey())}, "operator": operator}
    editor.create("DATEcosystem", "hers", spec_of(tenant, editor, wallets=wallets))
    editor.create(
        "DATToken", "hers", {"ecosystemRef": {"name": "hers"}, "mint": str(coin.mint), "role": "Root"}
    )
    until(lambda: tenant.namespace.get("CronJob", "hers-cycle"), "its CronJob", look_at=tenant.look)
    editor.create("DATCycle", "hers-now", {"ecosystemRef": {"name": "hers"}})
    until(lambda: tenant.namespace.get("Job", "hers-now"), "its Job", look_at=tenant.look)
    tenant.kubelet.run("hers-now")
    said = tenant.until_condition("DATEcosystem", "hers", "CyclesHealthy", "False")
    assert said["reason"] == "WalletNotBound"
    assert f"spec.wallets.admin.publicKey: {admin.pubkey()}, but binding.json allows" in said["message"]


@pytest.mark.parametrize("role", ["operator", "emergency"])
def test_the_admin_s_job_puts_nobody_of_his_into_a_role(tenant: Tenant, editor: Editor, role: str) -> None:
    """As operator he would run cycles at prices that he makes: 19.7 of 50 SOL (programs/powers.md)."""
    program, own = Pubkey.from_string(PROGRAM_ID), str(Keypair().pubkey())
    tenant.market.fund(Pubkey.from_string(own), SOL)
    state = str(at.state_address(program, tenant.admin.pubkey(), HONEST))
    before, old = tenant.chain.account_data(state), set(tenant.jobs("setup"))
    spec = tenant.namespace.get("DATEcosystem", HONEST)["spec"]["wallets"]  # type: ignore[index]
    editor.patch(HONEST, {"wallets": {role: {"publicKey": own}}})
    try:
        (job,) = until(lambda: set(tenant.jobs("setup")) - old, "a set-up Job", look_at=tenant.look)
        tenant.kubelet.run(job)
        said = tenant.until_condition("DATEcosystem", HONEST, "Stalled", "True")
    finally:
        editor.patch(HONEST, {"wallets": {role: None} | spec})
    assert said["reason"] == "WalletNotBound"
    assert (
        f"spec.wallets.{role}.publicKey: {own}, but binding.json of the admin's wallet names"
        in said["message"]
    )
    assert f"--ecosystem {HONEST} --{role} {own}`" in said["message"]
    assert tenant.chain.account_data(state) == before, "on chain all is as it was"
    tenant.until_condition("DATEcosystem", HONEST, "Stalled", "False")


def test_an_endpoint_of_his_gets_nothing_of_a_cycle_s_job(
    tenant: Tenant, editor: Editor, proxy: RpcProxy
) -> None:
    """As the only one it would have each look and buy first, and choose when they land (T1c)."""
    before = tenant.namespace.get("DATEcosystem", HONEST)
    assert before
    calls: list[str] = []
    try:
        editor.patch(HONEST, {"rpc": {"endpoints": [{"url": editor.url}]}})
        until(lambda: tenant.config()["rpc"] == [{"url": editor.url}], "his endpoint", look_at=tenant.look)
        tenant.wish("held")
        until(lambda: tenant.namespace.get("Job", "held"), "the Job", look_at=tenant.look)
        tenant.operator.send(signal.SIGTERM)  # It asks his endpoint for the status, too.
        tenant.operator.end()
        proxy.reset(lambda call: calls.append(call.method))
        tenant.kubelet.run("held")
        assert calls == [], "the Job has asked his endpoint"
        tenant.operator.start()
        said = tenant.until_condition("DATEcosystem", HONEST, "CyclesHealthy", "False")
    finally:
        editor.patch(HONEST, {"rpc": before["spec"]["rpc"]})
    own = urlsplit(editor.url).netloc
    assert said["reason"] == "WalletNotBound"
    assert f"spec.rpc.endpoints[0].url: it leads to {own}, but binding.json of the wallet" in said["message"]
    assert f"`dat wallet appoint DIRECTORY --ecosystem {HONEST} --rpc-host " in said["message"]
    assert f" --rpc-host {own}`" in said["message"]


def test_a_lying_endpoint_does_not_empty_the_admin_s_wallet(
    tenant: Tenant, editor: Editor, proxy: RpcProxy
) -> None:
    """In the owner's own ecosystem, whose endpoints he edits. The chain would let the transfer through."""
    sent = editor.signed

    def rule(call: Call) -> None:
        if call.method == "sendTransaction":
            sent.append(call.params[0])
        lie_about_rents(call)

    before = tenant.namespace.get("DATEcosystem", HONEST)
    assert before
    proxy.reset(rule)
    try:
        editor.patch(HONEST, {"rpc": {"endpoints": [{"url": editor.url}]}})
        coin = tenant.launch("late", spl=True)
        spec = {"ecosystemRef": {"name": HONEST}, "mint": str(coin.mint), "role": "Secondary"}
        old = set(tenant.jobs("setup"))
        editor.create("DATToken", "late", spec)
        (job,) = until(lambda: set(tenant.jobs("setup")) - old, "a set-up Job", look_at=tenant.look)
        tenant.kubelet.run(job)
        said = tenant.until_condition("DATEcosystem", HONEST, "Stalled", "True")
    finally:
        editor.patch(HONEST, {"rpc": before["spec"]["rpc"]})
    assert said["reason"] == "InstructionNotAllowed"
    assert "only rents are topped up: nothing was signed" in said["message"]
    vault = at.creator_vault(Pubkey.from_string(tenant.token("late")["status"]["addresses"]["authority"]))
    assert tenant.chain.rpc.call("getBalance", str(vault))["value"] == 0


@pytest.mark.parametrize(
    ("number", "path", "words"),
    [
        (
            1,
            "${OWNERS}",
            "the key OWNERS is not bound to 127.0.0.1; its owner names the hosts that may get it",
        ),
        (2, "${keypair.json}", "a key's name has capital letters, digits and _ only"),
        (3, "${OWNERS.hosts}", "a key's name has capital letters, digits and _ only"),
    ],
)
def test_no_key_reaches_his_host(tenant: Tenant, editor: Editor, number: int, path: str, words: str) -> None:
    calls: list[str] = []
    with RpcProxy(tenant.chain.rpc_url) as listener:
        listener.reset(lambda call: calls.append(call.method))
        endpoints = [{"url": f"{listener.url}/{path}"}]
        name = f"listener-{number}"
        editor.create("DATEcosystem", name, spec_of(tenant, editor, rpc={"endpoints": endpoints}))
        said = tenant.until_condition("DATEcosystem", name, "RPCHealthy", "False")
    assert words in said["message"]
    assert "in the Secret dat-rpc" in said["message"]
    assert calls == [], "his host was not even asked"
