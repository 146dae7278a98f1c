"""Cycles by hand, records of all cycles, and the circuit breaker, by the operator as a process."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.history import History
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.controller.objects.observed import JOB_NAME_LABEL
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.report import run_bytes
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.kubectl import kubectl
from tests.support.tenant import Tenant
from tests.support.waiting import until

OPEN_SECONDS = 10


@pytest.fixture(scope="module")
def tenant(
    namespace: Namespace, chain: Localnet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, "asked", folder)
    root, apple = tenant.launch("root", spl=True), tenant.launch("apple")
    with tenant.operator:
        tenant.apply_ecosystem(circuitBreaker={"failures": 3, "openSeconds": OPEN_SECONDS})
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint)
        tenant.set_up()
        yield tenant


def token_of(cycle: Body, name: str) -> Body:
    (found,) = [token for token in cycle["status"]["tokens"] if token["name"] == name]
    return dict(found)


def landed(tenant: Tenant, signature: str) -> list[Landed]:
    async def read() -> list[Landed]:
        async with RpcClient([tenant.chain.rpc_url]) as rpc:
            state = at.state_address(Pubkey.from_string(PROGRAM_ID), tenant.admin.pubkey(), tenant.ecosystem)
            return await History(rpc, PROGRAM_ID, str(state)).wait_for(signature, "confirmed")

    return asyncio.run(read())


def test_a_dry_run_sends_nothing(tenant: Tenant) -> None:
    tenant.trade("apple", 3 * SOL)
    cycle = tenant.ask("rehearsal", dry_run=True)
    assert cycle["status"]["outcome"] == "Completed"
    found = token_of(cycle, "apple")
    assert (found["outcome"], found["reason"]) == ("Completed", "DryRun")
    assert found["message"].startswith("would buy for 0.00")
    assert tenant.token("apple")["status"]["totals"]["cycles"] == 0
    log = next(text for pod, text in tenant.kubelet.logs.items() if pod.startswith("rehearsal"))
    report = json.loads(log[log.index("{\n") : log.rindex("}") + 1])
    assert report["status"] == "READY", "the whole report is in the log"


def test_a_cycle_by_hand_and_its_record(tenant: Tenant) -> None:
    cycle = tenant.ask("by-hand")
    status, apple = cycle["status"], token_of(cycle, "apple")
    assert (status["outcome"], status["trigger"]) == ("Completed", "Manual")
    (event,) = [one.event for one in landed(tenant, apple["signature"]) if one.event.to_root]
    assert (apple["inflowLamports"], apple["toRootLamports"]) == (event.inflow, event.to_root)
    assert (apple["spentLamports"], apple["carriedLamports"]) == (event.spent, event.carried_out)
    assert (apple["burned"], apple["supplyBefore"]) == (event.tokens_burned, event.supply_before)
    assert apple["supplyAfter"] == apple["supplyBefore"] - apple["burned"]
    assert token_of(cycle, "root")["fromTreasuryLamports"] == apple["toRootLamports"]
    assert status["id"] == event.cycle_id.hex()
    (job,) = [job for job in tenant.namespace.list("Job") if job["metadata"]["name"] == "by-hand"]
    assert job["spec"]["ttlSecondsAfterFinished"] > 0, "it may go, now that it is recorded"
    table = kubectl(tenant.namespace.kubeconfig, "-n", tenant.namespace.name, "get", "datcyc", "by-hand")
    columns = table.splitlines()[1].split()
    assert columns[:5] == ["by-hand", "asked", "Manual", "Completed", "2/2"]


def test_a_spec_cannot_change(tenant: Tenant) -> None:
    with pytest.raises(AssertionError, match="is one run and cannot change"):
        tenant.namespace.merge("DATCycle", "by-hand", {"spec": {"dryRun": True}})


def test_every_run_of_the_cron_job_is_recorded(tenant: Tenant) -> None:
    tenant.run_cycle("by-template")
    cycle = until(lambda: tenant.record("by-template"), "a record", look_at=tenant.look)
    assert cycle["status"]["outcome"] in ("Completed", "Skipped")
    (owner,) = cycle["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("DATEcosystem", "asked")


def test_a_report_that_is_lost_is_made_up_for_by_the_chain(tenant: Tenant) -> None:
    for name in ("root", "apple"):
        tenant.trade(name, 3 * SOL)
    tenant.operator.kill()
    job = tenant.run_cycle("lost")
    for pod in tenant.namespace.list("Pod"):
        if pod["metadata"]["labels"].get(JOB_NAME_LABEL) == "lost":
            tenant.namespace.delete("Pod", pod["metadata"]["name"])
    tenant.operator.start()
    cycle = until(lambda: tenant.record("lost"), "a record", look_at=tenant.look)
    status, apple = cycle["status"], token_of(cycle, "apple")
    assert (status["outcome"], status["id"]) == ("Completed", run_bytes(job["metadata"]["uid"]).hex())
    assert all("its report is lost" in c["message"] for c in status["conditions"] if c["type"] == "Ready")
    (event,) = [one.event for one in landed(tenant, apple["signature"]) if one.event.to_root]
    assert (apple["outcome"], apple["cycle"], apple["burned"]) == (
        "Completed",
        event.cycle,
        event.tokens_burned,
    )
    assert token_of(cycle, "root")["fromTreasuryLamports"] == apple["toRootLamports"] == event.to_root


def test_a_token_that_fails_is_left_out_until_a_trial_goes_well(tenant: Tenant) -> None:
    authority = Pubkey.from_string(tenant.token("apple")["status"]["addresses"]["authority"])
    accumulator = str(at.user_volume_accumulator(authority))
    healthy = tenant.chain.account_data(accumulator)
    assert healthy is not None
    # pump.fun refuses every trade of the owner of such an account.
    tenant.chain.set_account(accumulator, data=healthy[:73])
    try:
        tenant.trade("apple", 3 * SOL)
        for number in range(3):
            # No trade of apple: a look at its price that has been left unused would have to be waited for.
            tenant.trade("root", 3 * SOL)
            cycle = tenant.ask(f"failing-{number}")
            assert token_of(cycle, "apple")["outcome"] == "Failed"
            assert token_of(cycle, "root")["outcome"] == "Completed", "it costs nobody else"
        tenant.until_condition("DATToken", "apple", "BreakerClosed", "False")
        assert ("Warning", "BreakerOpen") in [event[:2] for event in tenant.events("apple")]
        until(lambda: "skip" in tenant.config()["tokens"][1], "apple left out", look_at=tenant.look)
    finally:
        tenant.chain.set_account(accumulator, data=healthy)

    def trial() -> str | None:
        names = [cycle["metadata"]["name"] for cycle in tenant.namespace.list("DATCycle")]
        return next((name for name in names if name.startswith("asked-trial-")), None)

    cycle = tenant.run_asked(until(trial, "a trial", look_at=tenant.look))
    assert (cycle["spec"]["tokens"], cycle["status"]["trigger"]) == (["apple"], "Trial")
    assert token_of(cycle, "apple")["outcome"] == "Completed"
    tenant.until_condition("DATToken", "apple", "BreakerClosed", "True")
    until(lambda: "skip" not in tenant.config()["tokens"][1], "apple again", look_at=tenant.look)
