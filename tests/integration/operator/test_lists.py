"""What the operator knows of the objects: by lists in pages, by watches, by the answers to its own writes."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from solders.keypair import Keypair

from dat_operator.api import API_VERSION
from dat_operator.entry.operator.paged_lists import PAGE_SIZE
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_proxy import Hung, KubeProxy, Refused, Write
from tests.support.cluster.api_server import Body, Namespace
from tests.support.operator.process import Operator
from tests.support.waiting import until

MANY = PAGE_SIZE + 20
TOKENS = "/dattokens"


@pytest.fixture
def proxy(namespace: Namespace, tmp_path: Path) -> Iterator[KubeProxy]:
    with KubeProxy(namespace.kubeconfig, tmp_path) as proxy:
        yield proxy
    for kind in ("DATToken", "DATEcosystem"):
        for body in namespace.list(kind):
            namespace.delete(kind, body["metadata"]["name"])


@pytest.fixture
def operator(namespace: Namespace, proxy: KubeProxy, tmp_path: Path) -> Iterator[Operator]:
    """Not started yet. It never polls in time: what it does, it was woken for."""
    operator = Operator(namespace, tmp_path, KUBECONFIG=str(proxy.kubeconfig))
    operator.poll_seconds = "3600"
    yield operator
    operator.kill()


def create(namespace: Namespace, name: str) -> None:
    """A token whose ecosystem is not there, unless a test makes it."""
    spec = {"ecosystemRef": {"name": "eco"}, "mint": str(Keypair().pubkey()), "role": "Secondary"}
    meta = {"name": name}
    namespace.create({"apiVersion": API_VERSION, "kind": "DATToken", "metadata": meta, "spec": spec})


def create_ecosystem(namespace: Namespace) -> None:
    """Of a chain that nobody answers for."""
    wallet = {"publicKey": str(Keypair().pubkey())}
    spec = {
        "network": "localnet",
        "programId": PROGRAM_ID,
        "rpc": {"endpoints": [{"url": "http://127.0.0.1:1"}]},
        "wallets": {"admin": wallet, "operator": {**wallet, "secretRef": {"name": "x"}}},
        "cycle": {"schedule": "0 0 30 2 *"},
    }
    meta = {"name": "eco"}
    namespace.create({"apiVersion": API_VERSION, "kind": "DATEcosystem", "metadata": meta, "spec": spec})


def reason(body: Body) -> str | None:
    conditions = body.get("status", {}).get("conditions", [])
    return next((c["reason"] for c in conditions if c["type"] == "Ready"), None)


def reasons(namespace: Namespace) -> set[str | None]:
    return {reason(body) for body in namespace.list("DATToken")}


def until_reason(namespace: Namespace, operator: Operator, wanted: str) -> None:
    until(lambda: reasons(namespace) == {wanted}, f"only {wanted}", look_at=operator.log)


def passes(operator: Operator) -> float:
    lines = (operator.answers("/metrics") or "").splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("dat_reconcile_total"))


def passes_when_quiet(operator: Operator) -> float:
    """Once none has come for a second and a half: a wake takes a tenth of that."""
    before = -1.0
    while before != (before := passes(operator)):
        time.sleep(1.5)
    return before


def test_a_list_comes_in_pages_however_often_it_is_refused(
    namespace: Namespace, proxy: KubeProxy, operator: Operator
) -> None:
    names = [f"t{number}" for number in range(MANY)]
    for name in names:
        create(namespace, name)
    pages: list[int] = []
    refusals = iter((410, 500, 403))

    def rule(path: str, content: bytes) -> bytes:
        listed = json.loads(content)
        if path.endswith(TOKENS):
            pages.append(len(listed["items"]))
            if not listed["metadata"].get("continue") and (status := next(refusals, None)):
                raise Refused(status)
        return content

    proxy.list_rule = rule
    operator.start()
    assert pages == [PAGE_SIZE, MANY - PAGE_SIZE] * 4
    until_reason(namespace, operator, "EcosystemNotFound")
    log = operator.log_file.read_text()
    assert "the continue token of a list has expired, listing again" in log
    assert "APIServerError" in log
    assert "APIForbiddenError" in log


def test_what_is_deleted_while_the_watch_is_away_is_missed_by_nobody(
    namespace: Namespace, proxy: KubeProxy, operator: Operator
) -> None:
    """The watch never tells; it ends with 410 Gone, as one that has fallen behind."""
    create_ecosystem(namespace)
    create(namespace, "apple")
    withheld: list[str] = []

    def rule(path: str, event: Body) -> Iterator[bytes]:
        if path.endswith("/datecosystems") and event["type"] == "DELETED":
            withheld.append(event["object"]["metadata"]["name"])
            gone = {"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410}
            yield json.dumps({"type": "ERROR", "object": gone}).encode() + b"\n"
            raise Hung
        yield json.dumps(event).encode() + b"\n"

    proxy.event_rule = rule
    operator.start()
    until_reason(namespace, operator, "ChainUnreadable")
    namespace.delete("DATEcosystem", "eco")
    until_reason(namespace, operator, "EcosystemNotFound")
    assert withheld == ["eco"], "and was not passed on"


def test_started_again_over_what_there_is_it_writes_nothing(namespace: Namespace, operator: Operator) -> None:
    create_ecosystem(namespace)
    for name in ("apple", "pear"):
        create(namespace, name)
    operator.start()
    until_reason(namespace, operator, "ChainUnreadable")
    passes_when_quiet(operator)
    before = {b["metadata"]["name"]: b["metadata"]["resourceVersion"] for b in namespace.list("DATToken")}
    namespace.delete("Lease", "dat-operator")
    operator.kill()
    operator.start()
    until(lambda: passes(operator) > 0, "its first pass", look_at=operator.log)
    assert passes_when_quiet(operator) == 1
    after = {b["metadata"]["name"]: b["metadata"]["resourceVersion"] for b in namespace.list("DATToken")}
    assert after == before


@pytest.mark.parametrize("first", ["answer", "event"])
def test_only_what_others_write_wakes(
    namespace: Namespace, proxy: KubeProxy, operator: Operator, first: str
) -> None:
    def late_answer(write: Write) -> None:
        write.forward()
        time.sleep(0.5)

    def late_event(path: str, event: Body) -> Iterator[bytes]:
        if path.endswith(TOKENS):
            time.sleep(0.5)
        yield json.dumps(event).encode() + b"\n"

    if first == "event":
        proxy.write_rule = late_answer
    else:
        proxy.event_rule = late_event
    operator.start()
    create(namespace, "apple")
    until_reason(namespace, operator, "EcosystemNotFound")
    assert passes_when_quiet(operator) == 1
    status = namespace.get("DATToken", "apple")["status"]  # type: ignore[index]
    namespace.merge("DATToken", "apple", {"status": {"observedGeneration": 99}}, status=True)
    until(
        lambda: (namespace.get("DATToken", "apple") or {})["status"] == status,
        "the status as it was",
        look_at=operator.log,
    )
    assert passes_when_quiet(operator) == 2
    namespace.merge("DATToken", "apple", {"spec": {"suspend": True}})
    until(lambda: passes(operator) == 3, "a look at the spec", look_at=operator.log)
