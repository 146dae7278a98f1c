"""``spec.rpc.commitment: finalized``: a cycle counts once it cannot be rolled back, kills or not.

The local chain calls a transaction final 31 slots (12 s) after it has confirmed it, as a cluster does. What
an account holds, and a transaction itself, it shows at once by any commitment (docs/pump-fun.md):
of reads only the question counts, and the proxy holds back transactions that are not final.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.integration.cycles.test_exactly_once import TRADE, Point, Scene, killed_and_again
from tests.support.chain.ecosystem import PROGRAM_ID, World
from tests.support.chain.rpc_proxy import Call, RpcProxy
from tests.support.cluster.api_server import Namespace
from tests.support.dat_command import JobCommand
from tests.support.team import Stage
from tests.support.waiting import until

READS = ("getMultipleAccounts", "getSignaturesForAddress", "getTransaction")
POINTS = [
    Point("sent, no answer", "sendTransaction", after=True, landed=1),
    Point("confirmed, not final", "getSignatureStatuses", after=True, landed=1, confirmed=True),
]


@pytest.fixture(scope="module")
def stage(
    namespace: Namespace, chain: Localnet, proxy: RpcProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    stage = Stage(namespace, chain, PROGRAM_ID, "final", tmp_path_factory.mktemp("operator"))
    root = stage.launch("root")
    with stage.operator:
        endpoints = [{"url": proxy.url, "websocketUrl": chain.ws_url}]
        stage.apply_ecosystem(rpc={"endpoints": endpoints, "commitment": "finalized"})
        stage.apply_token("root", root.mint, "Root")
        stage.set_up()
        yield stage


def status_of(chain: Localnet, signature: str) -> str:
    options = {"searchTransactionHistory": True}
    (status,) = chain.rpc.call("getSignatureStatuses", [signature], options)["value"]
    return str(status["confirmationStatus"])


def cycled(stage: Stage, name: str) -> str:
    """A cycle that somebody asks for: how sure it was once its Job had ended."""
    stage.trade("root", TRADE)
    stage.wish(name)
    until(lambda: stage.namespace.get("Job", name), f"the Job {name}", look_at=stage.look)
    stage.kubelet.run(name)
    (pod,) = [p for p in stage.namespace.list("Pod") if p["metadata"]["name"].startswith(f"{name}-")]
    said = pod["status"]["containerStatuses"][0]["state"]["terminated"]["message"]
    signature = said.split('"signature":')[1].split('"')[1]
    found = status_of(stage.chain, signature)
    (token,) = until(lambda: stage.record(name), "its record", look_at=stage.look)["status"]["tokens"]
    assert (token["outcome"], token["signature"]) == ("Completed", signature)
    return found


def read_by(stage: Stage, proxy: RpcProxy) -> set[str]:
    """The commitments that the operator reads by, while no Job runs."""
    seen = list[str]()

    def note(call: Call) -> None:
        if call.method in READS:
            seen.append(call.params[-1]["commitment"])

    proxy.reset(note)
    until(lambda: len(seen) > 3, "reads of the operator", look_at=stage.look)
    proxy.reset()
    return set(seen)


def test_a_cycle_waits_until_it_is_final_and_the_status_shows_what_is(stage: Stage, proxy: RpcProxy) -> None:
    assert read_by(stage, proxy) == {"finalized"}
    assert cycled(stage, "sure") == "finalized"
    assert stage.token("root")["status"]["totals"]["cycles"] == 1


def test_changed_to_confirmed_both_are_earlier(stage: Stage, proxy: RpcProxy) -> None:
    stage.namespace.merge("DATEcosystem", stage.ecosystem, {"spec": {"rpc": {"commitment": "confirmed"}}})
    until(lambda: stage.config()["commitment"] == "confirmed", "what Jobs are told", look_at=stage.look)
    assert read_by(stage, proxy) == {"confirmed"}
    assert cycled(stage, "early") == "confirmed"


class AsOnACluster(Scene):
    """Its chain shows no transaction as final that is not."""

    def killed_at(self, command: JobCommand, point: Point) -> None:
        super().killed_at(command, point)
        self.proxy.reset(self._hold_back)

    def _hold_back(self, call: Call) -> None:
        if call.method != "getTransaction" or call.params[1]["commitment"] != "finalized":
            return
        if status_of(self.world.chain, call.params[0]) != "finalized":
            call.answer = {"jsonrpc": "2.0", "id": 1, "result": None}


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_a_run_that_was_killed_before_its_cycle_was_final(
    pair: World, proxy: RpcProxy, tmp_path: Path, point: Point
) -> None:
    """It starts again at once, finds its cycle confirmed, and reports that very one once it is final."""
    pair.config = pair.config.model_copy(update={"commitment": "finalized"})
    pair.trade("second", TRADE)
    await pair.rest()
    await killed_and_again(AsOnACluster(pair, proxy, tmp_path), point)
    newest = (await pair.cycles("second"))[0]
    assert status_of(pair.chain, newest.signature) == "finalized"
