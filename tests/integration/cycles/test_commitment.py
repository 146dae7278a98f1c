"""``spec.rpc.commitment: finalized``: a cycle counts once it cannot be rolled back, kills or not.

The local chain calls a transaction final 31 slots (12 s) after it has confirmed it, as a cluster does. What
an account holds, and a transaction itself, it shows at once by any commitment (docs/pump-fun.md):
of reads only the question counts, and the proxy holds back transactions that are not final.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.integration.cycles.test_exactly_once import TRADE, Point, RunUnderTest, killed_and_again
from tests.support.chain.ecosystem import PROGRAM_ID, LocalEcosystem
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.cluster.api_server import Namespace
from tests.support.dat_command import JobCommand
from tests.support.tenant import Tenant
from tests.support.waiting import until

READS = ("getMultipleAccounts", "getSignaturesForAddress", "getTransaction")
POINTS = [
    Point("sent, no answer", "sendTransaction", after=True, landed=1),
    Point("confirmed, not final", "getSignatureStatuses", after=True, landed=1, confirmed=True),
]


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, proxy: RpcProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    tenant = Tenant(namespace, chain, PROGRAM_ID, "final", tmp_path_factory.mktemp("operator"))
    root = tenant.launch("root")
    with tenant.operator:
        endpoints = [{"url": proxy.url, "websocketUrl": chain.ws_url}]
        tenant.apply_ecosystem(rpc={"endpoints": endpoints, "commitment": "finalized"})
        tenant.apply_token("root", root.mint, "Root")
        tenant.set_up()
        yield tenant


def status_of(chain: Localnet, signature: str) -> str:
    options = {"searchTransactionHistory": True}
    (status,) = chain.rpc.call("getSignatureStatuses", [signature], options)["value"]
    return str(status["confirmationStatus"])


def cycled(tenant: Tenant, name: str) -> str:
    """A cycle that somebody asks for: how sure it was once its Job had ended."""
    tenant.trade("root", TRADE)
    tenant.wish(name)
    until(lambda: tenant.namespace.get("Job", name), f"the Job {name}", look_at=tenant.look)
    tenant.kubelet.run(name)
    (pod,) = [p for p in tenant.namespace.list("Pod") if p["metadata"]["name"].startswith(f"{name}-")]
    said = pod["status"]["containerStatuses"][0]["state"]["terminated"]["message"]
    signature = said.split('"signature":')[1].split('"')[1]
    found = status_of(tenant.chain, signature)
    (token,) = until(lambda: tenant.record(name), "its record", look_at=tenant.look)["status"]["tokens"]
    assert (token["outcome"], token["signature"]) == ("Completed", signature)
    return found


def read_by(tenant: Tenant, proxy: RpcProxy) -> set[str]:
    """The commitments that the operator reads by, while no Job runs."""
    seen = list[str]()

    def note(call: Call) -> None:
        if call.method in READS:
            seen.append(call.params[-1]["commitment"])

    proxy.reset(note)
    until(lambda: len(seen) > 3, "reads of the operator", look_at=tenant.look)
    proxy.reset()
    return set(seen)


def test_a_cycle_waits_until_it_is_final_and_the_status_shows_what_is(
    tenant: Tenant, proxy: RpcProxy
) -> None:
    assert read_by(tenant, proxy) == {"finalized"}
    assert cycled(tenant, "sure") == "finalized"
    assert tenant.token("root")["status"]["totals"]["cycles"] == 1


def test_changed_to_confirmed_both_are_earlier(tenant: Tenant, proxy: RpcProxy) -> None:
    tenant.namespace.merge("DATEcosystem", tenant.ecosystem, {"spec": {"rpc": {"commitment": "confirmed"}}})
    until(
        lambda: tenant.config()["commitment"] == "confirmed", "the Jobs' configuration", look_at=tenant.look
    )
    assert read_by(tenant, proxy) == {"confirmed"}
    assert cycled(tenant, "early") == "confirmed"


class AsOnACluster(RunUnderTest):
    """Its chain shows no transaction as final that is not."""

    def killed_at(self, command: JobCommand, point: Point) -> None:
        super().killed_at(command, point)
        self.proxy.reset(self._hold_back)

    def _hold_back(self, call: Call) -> None:
        if call.method != "getTransaction" or call.params[1]["commitment"] != "finalized":
            return
        if status_of(self.local.chain, call.params[0]) != "finalized":
            call.answer = {"jsonrpc": "2.0", "id": 1, "result": None}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_a_run_that_was_killed_before_its_cycle_was_final(
    pair: LocalEcosystem, proxy: RpcProxy, tmp_path: Path, point: Point
) -> None:
    """It starts again at once, finds its cycle confirmed, and reports that very one once it is final."""
    pair.config = pair.config.model_copy(update={"commitment": "finalized"})
    pair.trade("second", TRADE)
    await pair.rest()
    await killed_and_again(AsOnACluster(pair, proxy, tmp_path), point)
    newest = (await pair.cycles("second"))[0]
    assert status_of(pair.chain, newest.signature) == "finalized"
