"""Who reaches whom by the chart's NetworkPolicies. No network enforces them here: their rules are read."""

import ipaddress
import json
from typing import Any

import pytest

from tests.support.cluster.chart import render
from tests.support.golden_cases import CASES, input_of, plan_of

Body = dict[str, Any]
NAMESPACE = "chart"
OPERATOR, JOBS = "dat-operator", "dat-operator-jobs"
INSIDE = (
    *("10.96.0.1", "10.244.1.7", "172.18.0.2", "192.168.1.1", "100.64.0.9", "127.0.0.1"),
    *("169.254.169.254", "fd00::1", "fe80::1", "::1", "fd00:ec2::254", "224.0.0.1"),
)
OUTSIDE = ("104.18.32.7", "198.51.100.1", "2606:4700::1")


def policies(*words: str) -> dict[str, Body]:
    """The specs of the NetworkPolicies by name, with the values of these options."""
    found = (o for o in render(NAMESPACE, *words) if o["kind"] == "NetworkPolicy")
    return {o["metadata"]["name"]: o["spec"] for o in found}


def reaches(policy: Body, address: str, port: int) -> bool:
    """Whether a pod may open a TCP connection there; peers by label are other pods."""
    return any(_to(rule, address) and _at(rule, port) for rule in policy["egress"])


def _to(rule: Body, address: str) -> bool:
    return "to" not in rule or any(_within(peer.get("ipBlock"), address) for peer in rule["to"])


def _within(block: Body | None, address: str) -> bool:
    if block is None:
        return False
    ip = ipaddress.ip_address(address)
    inside = [ip in ipaddress.ip_network(net) for net in (block["cidr"], *block.get("except", []))]
    return inside[0] and not any(inside[1:])


def _at(rule: Body, port: int) -> bool:
    return "ports" not in rule or {"protocol": "TCP", "port": port} in rule["ports"]


def _selects(policy: Body, labels: Body) -> bool:
    selector = policy["podSelector"]
    keys = [e["key"] for e in selector.get("matchExpressions", []) if e["operator"] == "Exists"]
    return bool(selector["matchLabels"].items() <= labels.items() and set(keys) <= labels.keys())


@pytest.mark.parametrize("address", INSIDE)
def test_a_job_reaches_nothing_inside(address: str) -> None:
    """T10: it holds a wallet's key."""
    assert not any(reaches(policies()[JOBS], address, port) for port in (80, 443, 6443, 8080))


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_job_reaches_rpc_endpoints(address: str) -> None:
    """At public addresses, by the ports of the values."""
    policy = policies()[JOBS]
    assert reaches(policy, address, 443)
    assert not reaches(policy, address, 22)
    assert reaches(policies("--set", "networkPolicy.rpcPorts={8899}")[JOBS], address, 8899)


@pytest.mark.parametrize("address", INSIDE)
def test_the_operator_reaches_the_api_server_alone(address: str) -> None:
    """Once its address is named; until then, its ports."""
    policy = policies("--set", "networkPolicy.apiServer.cidrs={10.96.0.1/32}")[OPERATOR]
    assert reaches(policy, address, 443) == (address == "10.96.0.1")
    assert reaches(policies()[OPERATOR], address, 443)
    assert not reaches(policies()[OPERATOR], address, 80)


@pytest.mark.parametrize("name", [OPERATOR, JOBS])
def test_name_servers(name: str) -> None:
    """By UDP and TCP; a value without any leaves no rule, not one for everybody."""
    rule = policies()[name]["egress"][0]
    assert rule["ports"] == [{"protocol": p, "port": 53} for p in ("UDP", "TCP")]
    labels = {"kubernetes.io/metadata.name": "kube-system"}
    assert rule["to"] == [{"namespaceSelector": {"matchLabels": labels}}]
    without = policies("--set-json", "networkPolicy.dns=[]")[name]
    assert not [r for r in without["egress"] if {"protocol": "UDP", "port": 53} in r["ports"]]


def test_metrics_are_for_monitoring() -> None:
    """T10: they were open to every namespace. No peer is nobody, not everybody."""
    labels = {"kubernetes.io/metadata.name": "monitoring"}
    (rule,) = policies()[OPERATOR]["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": labels}}]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]
    assert policies("--set-json", "networkPolicy.metricsFrom=[]")[OPERATOR]["ingress"] == []
    assert policies()[JOBS]["ingress"] == []


def test_a_local_chain() -> None:
    """Or a node of one's own at a private address, as the demo has it."""
    rules = [{"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": [{"protocol": "TCP", "port": 8899}]}]
    for policy in policies("--set-json", f"networkPolicy.extraEgress={json.dumps(rules)}").values():
        assert reaches(policy, "10.1.2.3", 8899)
        assert not reaches(policy, "10.1.2.4", 8899)


def test_each_selects_its_own_pods() -> None:
    """Of the Deployment, and of every Job that the operator makes."""
    found = policies()
    (deployment,) = (o for o in render(NAMESPACE) if o["kind"] == "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert (_selects(found[OPERATOR], labels), _selects(found[JOBS], labels)) == (True, False)
    plans = [plan_of(input_of(case.parent)) for case in CASES.glob("*/input.yaml")]
    jobs = [m for plan in plans for m in plan.create if m["kind"] == "Job"]
    cron_jobs = [m for plan in plans for m in plan.apply if m["kind"] == "CronJob"]
    specs = [m["spec"] for m in jobs] + [m["spec"]["jobTemplate"]["spec"] for m in cron_jobs]
    assert len(specs) > 10
    for spec in specs:
        labels = spec["template"]["metadata"]["labels"]
        assert (_selects(found[OPERATOR], labels), _selects(found[JOBS], labels)) == (False, True)


def test_switched_off() -> None:
    """For clusters that have policies of their own."""
    assert policies("--set", "networkPolicy.enabled=false") == {}
