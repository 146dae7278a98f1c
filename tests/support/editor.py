"""A user whose only right is to edit our resources, and his endpoint."""

import base64
import json
import struct

from solders.keypair import Keypair

from dat_operator.api import API_VERSION
from dat_operator.chain import addresses as at
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.kubectl import kubectl, run
from tests.support.tenant import Tenant
from tests.support.waiting import until

KINDS = ("datecosystems", "dattokens", "datcycles")


class Editor:
    """The user, his endpoint, and what has come to it."""

    def __init__(self, namespace: Namespace, proxy: RpcProxy) -> None:
        self._namespace = namespace
        self._user = f"--as=system:serviceaccount:{namespace.name}:editor"
        self.url = proxy.url
        self.signed: list[str] = []
        """Transactions, signed by any key."""
        self.believe_everything = True
        """Whether every simulation succeeds, even if the chain would refuse the transaction."""
        proxy.reset(self._listen)

    def _listen(self, call: Call) -> None:
        if call.method == "sendTransaction":
            self.signed.append(call.params[0])
        if call.method == "simulateTransaction" and self.believe_everything:
            answer = call.forward()
            answer["result"]["value"] = {"err": None, "unitsConsumed": 1000, "logs": []}

    def create(self, kind: str, name: str, spec: Body) -> None:
        meta = {"name": name, "namespace": self._namespace.name}
        body = {"apiVersion": API_VERSION, "kind": kind, "metadata": meta, "spec": spec}
        kubectl(self._namespace.kubeconfig, self._user, "apply", "-f", "-", stdin=json.dumps(body))

    def patch(self, name: str, spec: Body) -> None:
        words = ("-n", self._namespace.name, "patch", "dateco", name, "--type=merge", "-p")
        kubectl(self._namespace.kubeconfig, self._user, *words, json.dumps({"spec": spec}))

    def delete(self, name: str) -> None:
        kubectl(self._namespace.kubeconfig, self._user, "-n", self._namespace.name, "delete", "dateco", name)

    def may(self, verb: str, resource: str) -> bool:
        words = ("-n", self._namespace.name, "auth", "can-i", verb, resource, self._user)
        return run(self._namespace.kubeconfig, *words).stdout.strip() == "yes"


def spec_of(tenant: Tenant, editor: Editor, **changes: object) -> Body:
    """A DATEcosystem of his: the owner's wallets, his endpoint."""
    wallets = {
        role: {"publicKey": tenant.chain.wallet(role).address, "secretRef": {"name": role}}
        for role in ("admin", "operator")
    }
    given = {"network": "localnet", "programId": PROGRAM_ID, "wallets": wallets}
    return {**given, "rpc": {"endpoints": [{"url": editor.url}]}, **changes}


def refused_set_up(tenant: Tenant, editor: Editor, name: str, spec: Body) -> Body:
    """Declare an ecosystem with a token of his own, run the set-up Job that comes of it; its Stalled."""
    coin = tenant.market.launch(Keypair(), Keypair().pubkey(), name.upper()[:10], spl=True)
    editor.create("DATEcosystem", name, spec)
    ref = {"name": name}
    editor.create("DATToken", name, {"ecosystemRef": ref, "mint": str(coin.mint), "role": "Root"})
    job = until(lambda: [j for j in tenant.jobs("setup") if j.startswith(f"{name}-setup")], "his set-up Job")
    tenant.kubelet.run(job[0])
    return tenant.until_condition("DATEcosystem", name, "Stalled", "True")


def lie_about_rents(call: Call) -> None:
    """A hundred thousand times of what an account costs, so that much more seems to be missing."""
    if call.method != "getMultipleAccounts" or str(at.RENT) not in call.params[0]:
        return
    answer = call.forward()
    account = answer["result"]["value"][call.params[0].index(str(at.RENT))]
    data = base64.b64decode(account["data"][0])
    (lamports,) = struct.unpack_from("<Q", data)
    account["data"][0] = base64.b64encode(struct.pack("<Q", lamports * 100_000) + data[8:]).decode()
