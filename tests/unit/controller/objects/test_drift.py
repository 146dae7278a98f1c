"""What counts as a difference between an object of ours and what we want."""

import copy
from typing import Any

import pytest

from dat_operator.controller.objects.drift import drift
from tests.support.golden_cases import CASES, input_of

CRON_JOB: dict[str, Any] = input_of(CASES / "steady")["cron_jobs"]["fruit-cycle"]
CONFIG_MAP: dict[str, Any] = input_of(CASES / "steady")["config_map"]


def pods(body: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = body["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return spec


def as_the_api_server_has_it() -> dict[str, Any]:
    body = copy.deepcopy(CRON_JOB)
    body["metadata"] |= {"uid": "u", "resourceVersion": "7", "generation": 2, "annotations": {"a": "b"}}
    body["status"] = {"lastScheduleTime": "2026-11-21T06:30:00Z"}
    body["spec"]["jobTemplate"]["spec"] |= {
        "completionMode": "NonIndexed",
        "parallelism": 1,
        "completions": 1,
    }
    body["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["creationTimestamp"] = None
    spec = pods(body)
    spec |= {
        "dnsPolicy": "ClusterFirst",
        "schedulerName": "default-scheduler",
        "terminationGracePeriodSeconds": 30,
        "serviceAccount": spec["serviceAccountName"],
    }
    container = spec["containers"][0]
    container["terminationMessagePath"] = "/dev/termination-log"
    container["env"][-1]["valueFrom"]["fieldRef"]["apiVersion"] = "v1"
    container["resources"] = {
        "requests": {"cpu": "0.05", "memory": "98304Ki"},
        "limits": {"cpu": "1000m", "memory": "268435456"},
    }
    return body


def test_what_the_api_server_fills_in_or_writes_otherwise_is_no_difference() -> None:
    assert drift(as_the_api_server_has_it(), CRON_JOB) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["spec"].update(suspend=True),
        lambda b: b["spec"].update(schedule="* * * * *"),
        lambda b: pods(b).update(hostNetwork=True),
        lambda b: pods(b).update(dnsPolicy="Default"),
        lambda b: pods(b).update(serviceAccount="another"),
        lambda b: pods(b)["containers"].append({"name": "thief", "image": "thief"}),
        lambda b: pods(b)["containers"][0].update(image="thief"),
        lambda b: pods(b)["containers"][0].update(command=["sh"]),
        lambda b: pods(b)["containers"][0]["env"].append(
            {"name": "DAT_RPC_KEYS", "value": "/etc/dat/wallet"}
        ),
        lambda b: pods(b)["containers"][0]["resources"]["limits"].update(memory="900Ti"),
        lambda b: pods(b)["volumes"].pop(),
        lambda b: b["metadata"]["labels"].pop("dat.asdf.io/ecosystem"),
        lambda b: b["metadata"].update(ownerReferences=[]),
        lambda b: b["metadata"]["ownerReferences"].append(
            {"kind": "ConfigMap", "name": "x", "uid": "another"}
        ),
    ],
)
def test_what_others_have_changed_or_added_is_brought_back_in_one_write(change: Any) -> None:
    there = as_the_api_server_has_it()
    change(there)
    patch = drift(there, CRON_JOB)
    assert patch
    assert drift(applied(there, patch), CRON_JOB) == {}


def test_a_rewritten_config_map_is_brought_back() -> None:
    there = {**CONFIG_MAP, "data": {"ecosystem.json": "{}", "more": "x"}, "binaryData": {"y": "eA=="}}
    patch = drift(there, CONFIG_MAP)
    assert patch == {"data": {**CONFIG_MAP["data"], "more": None}, "binaryData": {"y": None}}


def applied(old: Any, patch: Any) -> Any:
    """RFC 7386, as the API server does it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        result[key] = applied(result.get(key), value)
        if value is None:
            del result[key]
    return result


def test_the_patch_is_small() -> None:
    there = as_the_api_server_has_it()
    there["spec"]["suspend"] = True
    assert drift(there, CRON_JOB) == {"spec": {"suspend": False}}
