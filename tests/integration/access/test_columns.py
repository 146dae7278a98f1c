"""What `kubectl get` shows of our resources."""

import pytest

from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.examples import ECOSYSTEM
from tests.support.cluster.kubectl import kubectl

pytestmark = pytest.mark.usefixtures("examples")


def test_columns(namespace: Namespace) -> None:
    printed = kubectl(namespace.kubeconfig, "-n", namespace.name, "get", "dat").splitlines()
    columns = [
        "NAME",
        "ROLE",
        "READY",
        "STATUS",
        "PENDING(SOL)",
        "BURNED",
        "CYCLES",
        "LAST",
        "AGE",
    ]
    assert printed[0].split() == columns
    assert [line.split()[:2] for line in printed[1:]] == [
        ["apple", "Secondary"],
        ["froot", "Root"],
        ["pear", "Secondary"],
    ]
    wide = kubectl(namespace.kubeconfig, "-n", namespace.name, "get", "dateco", "-o", "wide").splitlines()
    assert wide[0].split() == [
        "NAME",
        "NETWORK",
        "READY",
        "STATUS",
        "TOKENS",
        "TREASURY(SOL)",
        "OPERATOR(SOL)",
        "NEXT",
        "SUSPENDED",
        "AGE",
    ]
    assert wide[1].split()[:2] == ["fruit", "localnet"]


def ready(status: str, reason: str) -> Body:
    """A status with the condition Ready."""
    at = "2026-11-28T12:00:00Z"
    condition = {"type": "Ready", "status": status, "reason": reason, "message": "…", "observedGeneration": 1}
    return {"conditions": [{**condition, "lastTransitionTime": at}]}


def token_status(status: str, reason: str) -> Body:
    """A status of usual size."""
    return {
        **ready(status, reason),
        "breaker": {"state": "HalfOpen", "failures": 3},
        "display": {"pending": "12.3456", "burned": "26,382,599"},
        "totals": dict.fromkeys(TOTALS, 0) | {"cycles": 1234},
        "lastCycle": {"number": 1234, "time": "2026-11-28T12:00:00Z", "id": "00"},
    }


TOTALS = ("cycles", "inflowLamports", "fromTreasuryLamports", "toRootLamports", "spentLamports", "burned")


ROW = 110
"""The most characters of a printed row."""


def test_the_column_status_is_the_reason_of_ready(namespace: Namespace) -> None:
    """With the longest reasons, a row fits a terminal."""
    reasons = {"froot": ("True", "Ready"), "apple": ("False", "TooManyFailures")}
    reasons["pear"] = ("False", "InsufficientPoolLiquidity")
    for name, (status, reason) in reasons.items():
        namespace.merge("DATToken", name, {"status": token_status(status, reason)}, status=True)
    namespace.create(
        {
            "apiVersion": ECOSYSTEM["apiVersion"],
            "kind": "DATCycle",
            "metadata": {"name": "fruit-cycle-29403720"},
            "spec": {"ecosystemRef": {"name": "fruit"}},
        }
    )
    running = {**ready("False", "Running"), "trigger": "Schedule"}
    namespace.merge("DATCycle", "fruit-cycle-29403720", {"status": running}, status=True)
    eco = {**ready("False", "OperatorWalletLow"), "tokens": 3}
    eco["display"] = {"treasury": "0.0108", "operator": "0.0042"}
    namespace.merge("DATEcosystem", "fruit", {"status": eco}, status=True)
    for kind, found in (
        ("dat", {name: list(found) for name, found in reasons.items()}),
        ("dateco", {"fruit": ["False", "OperatorWalletLow"]}),
        ("datcyc", {"fruit-cycle-29403720": ["Running"]}),
    ):
        printed = kubectl(namespace.kubeconfig, "-n", namespace.name, "get", kind)
        rows = printed.splitlines()
        assert max(map(len, rows)) <= ROW
        for row in rows[1:]:
            name, _, *rest = row.split()
            assert " ".join(found[name]) in " ".join(rest)


def test_the_category_shows_everything_of_ours(namespace: Namespace) -> None:
    printed = kubectl(namespace.kubeconfig, "-n", namespace.name, "get", "dat-operator", "-o", "name")
    assert "datecosystem.dat.asdf.io/fruit" in printed
    assert "dattoken.dat.asdf.io/froot" in printed
