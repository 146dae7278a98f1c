"""The Events of an object: the differences between its old status and its new one."""

from collections.abc import Mapping
from typing import Any

from dat_operator.controller.objects.observed import Body
from dat_operator.domain import money
from dat_operator.kube.events import Event

ECOSYSTEM_BAD = {
    "Stalled": "True",
    "Paused": "True",
    **dict.fromkeys(("RPCHealthy", "ProgramAccessible", "WalletsFunded"), "False"),
    **dict.fromkeys(("PumpCompatible", "CyclesHealthy", "BreakerClosed"), "False"),
}
TOKEN_BAD = {
    "Stalled": "True",
    "Paused": "True",
    # Neither FeesSufficient nor TreasuryFunded: most tokens wait for fees most of the time.
    **dict.fromkeys(
        ("ProgramAccessible", "StateValid", "AuthorityRentExempt", "TokenAccountsExist"), "False"
    ),
    **dict.fromkeys(("PoolActive", "VaultAccessible", "CycleHealthy", "BreakerClosed"), "False"),
}
"""The status of each condition that causes a Warning."""


def ecosystem_events(body: Body, status: Mapping[str, Any]) -> list[Event]:
    """Return the Events of an ecosystem."""
    return [*_conditions(body, status, ECOSYSTEM_BAD), *_became(body, status, "Ready")]


def token_events(body: Body, status: Mapping[str, Any]) -> list[Event]:
    """Return the Events of a token."""
    return [
        *_conditions(body, status, TOKEN_BAD),
        *_became(body, status, "Initialized"),
        *_cycle(body, status),
        *_run(body, status),
    ]


def _conditions(body: Body, status: Mapping[str, Any], bad: Mapping[str, str]) -> list[Event]:
    """Return a Warning when a condition becomes bad or its reason changes; a Normal Event when it recovers.

    Each reason causes one Event: the cause of Stalled has a condition of its own with the same reason.
    """
    was = {c["type"]: c for c in body.get("status", {}).get("conditions", [])}
    known = {c["reason"] for kind, c in was.items() if c["status"] == bad.get(kind)}
    now_bad = [c for c in status["conditions"] if c["status"] == bad.get(c["type"])]
    still = {c["reason"] for c in now_bad}
    warnings = {c["reason"]: c["message"] for c in now_bad if c["reason"] not in known}
    recovered: dict[str, str] = {}
    for condition in status["conditions"]:
        old, kind = was.get(condition["type"]), condition["type"]
        if old is None or old["status"] != bad.get(kind) or condition["status"] in (bad[kind], "Unknown"):
            continue
        if old["reason"] not in still:
            recovered.setdefault(old["reason"], f"{kind}: {condition['message']}")
    return [
        *(Event(body, "Warning", reason, message) for reason, message in warnings.items()),
        *(Event(body, "Normal", "Recovered", message) for message in recovered.values()),
    ]


def _became(body: Body, status: Mapping[str, Any], kind: str) -> list[Event]:
    old = {c["type"]: c["status"] for c in body.get("status", {}).get("conditions", [])}
    for condition in status["conditions"]:
        if condition["type"] == kind and condition["status"] == "True" and old.get(kind) != "True":
            return [Event(body, "Normal", condition["reason"], condition["message"])]
    return []


def _cycle(body: Body, status: Mapping[str, Any]) -> list[Event]:
    """Report the cycles since the last status, from the totals on chain."""
    old, new = body.get("status", {}).get("totals"), status.get("totals")
    if not old or not new or new["cycles"] <= old["cycles"]:
        return []
    burned = money.tokens(new["burned"] - old["burned"])
    spent = money.sol(new["spentLamports"] - old["spentLamports"])
    to_root = new["toRootLamports"] - old["toRootLamports"]
    share = f", {money.sol(to_root)} SOL went to the root" if to_root else ""
    message = f"cycle {new['cycles']}: bought with {spent} SOL and burned {burned} tokens{share}"
    return [Event(body, "Normal", "CycleCompleted", message)]


def _run(body: Body, status: Mapping[str, Any]) -> list[Event]:
    old, new = body.get("status", {}).get("lastRun"), status.get("lastRun")
    if not new or (old and old["job"] == new["job"]) or new["outcome"] == "Completed":
        return []
    kind, reason = ("Warning", "CycleFailed") if new["outcome"] == "Failed" else ("Normal", "CycleSkipped")
    message = f"Job {new['job']}: {new['reason']}: {new.get('message', '')}"
    return [Event(body, kind, reason, message)]  # type: ignore[arg-type]
