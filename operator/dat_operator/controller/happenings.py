"""What is worth an Event: the difference between the status an object has and the one it gets."""

from collections.abc import Mapping
from typing import Any

from dat_operator.controller.observed import Body
from dat_operator.domain import money
from dat_operator.kube.events import Event


def ecosystem_events(body: Body, status: Mapping[str, Any]) -> list[Event]:
    """An ecosystem's."""
    events = _conditions(
        body, status, bad_when_true=("Stalled",), bad_when_false=("RPCHealthy", "BreakerClosed")
    )
    return events + _became(body, status, "Ready")


def token_events(body: Body, status: Mapping[str, Any]) -> list[Event]:
    """A token's."""
    events = _conditions(body, status, bad_when_true=("Stalled",), bad_when_false=("BreakerClosed",))
    return [
        *events,
        *_became(body, status, "Initialized"),
        *_cycle(body, status),
        *_run(body, status),
    ]


def _conditions(
    body: Body,
    status: Mapping[str, Any],
    bad_when_true: tuple[str, ...],
    bad_when_false: tuple[str, ...],
) -> list[Event]:
    """A Warning when a condition turns bad, or is bad for another reason; a Normal one when it recovers."""
    events = []
    old = {c["type"]: c for c in body.get("status", {}).get("conditions", [])}
    for condition in status["conditions"]:
        kind, was = condition["type"], old.get(condition["type"])
        bad = {
            **dict.fromkeys(bad_when_true, "True"),
            **dict.fromkeys(bad_when_false, "False"),
        }.get(kind)
        if bad is None:
            continue
        was_bad = was is not None and was["status"] == bad
        if condition["status"] == bad and not (was_bad and was and was["reason"] == condition["reason"]):
            events.append(Event(body, "Warning", condition["reason"], condition["message"]))
        elif was_bad and condition["status"] != bad:
            events.append(Event(body, "Normal", "Recovered", f"{kind}: {condition['message']}"))
    return events


def _became(body: Body, status: Mapping[str, Any], kind: str) -> list[Event]:
    old = {c["type"]: c["status"] for c in body.get("status", {}).get("conditions", [])}
    for condition in status["conditions"]:
        if condition["type"] == kind and condition["status"] == "True" and old.get(kind) != "True":
            return [Event(body, "Normal", condition["reason"], condition["message"])]
    return []


def _cycle(body: Body, status: Mapping[str, Any]) -> list[Event]:
    """What the cycles since the last look have done, by the chain's own totals."""
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
