"""Credentials in an endpoint's URL: no error of the endpoint shows them to anyone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.chain.rpc_proxy import Call, Hung, Rejected, RpcProxy, Rule
from tests.support.cluster.api_server import Namespace
from tests.support.tenant import Tenant
from tests.support.waiting import until

FROM_SECRET, PASSWORD, IN_URL = "key-of-the-secret", "password-in-the-url", "key-in-the-url"


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, proxy: RpcProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, "discreet", folder)
    keys = {"RPC_KEY": FROM_SECRET, "RPC_KEY.hosts": "127.0.0.1\n"}
    for name, text in keys.items():
        (folder / name).write_text(text)
    namespace.create({"kind": "Secret", "metadata": {"name": "dat-rpc"}, "stringData": keys})
    host = proxy.url.removeprefix("http://")
    url = f"http://somebody:{PASSWORD}@{host}/${{RPC_KEY}}/?api-key={IN_URL}"
    root = tenant.launch("root")
    with tenant.operator:
        tenant.apply_ecosystem(rpc={"endpoints": [{"url": url}]})
        tenant.apply_token("root", root.mint, "Root")
        tenant.set_up()
        yield tenant


def said(tenant: Tenant) -> str:
    """All that anybody can read of the operator and its Jobs, besides what the user has written himself."""
    objects = [
        body
        for kind in ("DATEcosystem", "DATToken", "DATCycle", "Job", "Pod", "Event")
        for body in tenant.namespace.list(kind)
    ]
    for body in objects:
        body.pop("spec", None)
        body["metadata"].pop("managedFields", None)
    log = tenant.operator.log_file.read_text()
    return "\n".join([json.dumps(objects), log, *tenant.kubelet.logs.values(), metrics(tenant)])


def metrics(tenant: Tenant) -> str:
    text = tenant.operator.answers("/metrics")
    assert text
    return text


def refuse(call: Call) -> None:
    """As a gateway that repeats what it was given."""
    message = f"no access: {FROM_SECRET}, {PASSWORD}, {IN_URL}"
    call.answer = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32600, "message": message}}


def reject(_: Call) -> None:
    raise Rejected(401)


def hang_up(_: Call) -> None:
    raise Hung


@pytest.mark.parametrize(
    ("rule", "words"),
    [(refuse, "no access: ***, ***, ***"), (reject, "HTTP 401"), (hang_up, "no answer")],
)
def test_what_fails_is_told_without_them(tenant: Tenant, proxy: RpcProxy, rule: Rule, words: str) -> None:
    name = f"discreet-{rule.__name__.replace('_', '-')}"
    proxy.reset(rule)
    try:
        until(lambda: words in said(tenant), f"{words} in what is said", look_at=tenant.look)
        run_once(tenant, name)
    finally:
        proxy.reset()
    until(
        lambda: [
            e for e in tenant.events("root") if e[1] == "CycleFailed" and name in e[2] and words in e[2]
        ],
        "the Event of the failed Job",
        look_at=tenant.look,
    )
    for secret in (FROM_SECRET, PASSWORD, IN_URL):
        assert secret not in said(tenant)
    assert FROM_SECRET not in json.dumps(tenant.namespace.list("ConfigMap"))
    tenant.until_condition("DATEcosystem", "discreet", "RPCHealthy", "True")


def run_once(tenant: Tenant, name: str) -> None:
    """Run a cycle Job that is not tried again."""
    cron_job = tenant.namespace.get("CronJob", "discreet-cycle")
    assert cron_job
    template = cron_job["spec"]["jobTemplate"]
    tenant.namespace.create(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {**template["metadata"], "name": name},
            "spec": {**template["spec"], "backoffLimit": 0},
        }
    )
    tenant.kubelet.run(name)
