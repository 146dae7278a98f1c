"""The operator as a process, an API server and a chain: what a user sees from first to last.

One ecosystem for all tests of this module, set up once; each test leaves it as it was, or adds to it.
"""

import signal
import time

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.controller.token.health import HEALTH_CHECKS
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import run_bytes
from tests.support.chain.ecosystem import SOL
from tests.support.operator.steady import until_steady, versions
from tests.support.tenant import Tenant
from tests.support.waiting import until

ECOSYSTEM = "fruit"
STEADY_SECONDS = 4.0
"""Eight polls of the operator."""


def test_set_up_makes_everything_ready(tenant: Tenant) -> None:
    (job,) = tenant.jobs("setup")
    reasons = [reason for _, reason, _ in tenant.events("fruit")]
    assert reasons.count("SetupStarted") == 1
    for name in ("root", "apple"):
        assert ("Normal", "SetupCompleted", "the token's stats account is on chain") in tenant.events(name)
        status = tenant.token(name)["status"]
        assert status["totals"]["cycles"] == 0
        assert status["addresses"]["authority"] == str(tenant.coins[name].creator)
    assert [token["name"] for token in tenant.config()["tokens"]] == ["root", "apple"]
    assert job.startswith("fruit-setup-")


def test_the_cron_job(tenant: Tenant) -> None:
    cron_job = tenant.namespace.get("CronJob", "fruit-cycle")
    ecosystem = tenant.namespace.get("DATEcosystem", "fruit")
    assert cron_job is not None
    assert ecosystem is not None
    (owner,) = cron_job["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == (
        "DATEcosystem",
        ecosystem["metadata"]["uid"],
        True,
    )
    spec = cron_job["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["suspend"]) == ("0 0 30 2 *", "Etc/UTC", False)
    assert (spec["concurrencyPolicy"], spec["startingDeadlineSeconds"]) == ("Forbid", 300)
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert (pod["serviceAccountName"], pod["automountServiceAccountToken"]) == ("dat-jobs", False)
    (wallet,) = [v["secret"]["secretName"] for v in pod["volumes"] if v["name"] == "wallet"]
    assert wallet == "operator", "the admin's key is for set-up only"


def test_everything_it_makes_goes_with_the_ecosystem(tenant: Tenant) -> None:
    """No finalizer is needed: the garbage collector does it."""
    for kind, name in (
        ("ConfigMap", "fruit-config"),
        ("CronJob", "fruit-cycle"),
        ("Job", tenant.jobs("setup")[0]),
    ):
        found = tenant.namespace.get(kind, name)
        assert found is not None
        assert [o["name"] for o in found["metadata"]["ownerReferences"]] == ["fruit"]


def test_a_cycle_as_a_user_sees_it(tenant: Tenant) -> None:
    tenant.trade("apple", 3 * SOL)
    until(
        lambda: tenant.token("apple")["status"]["pendingFees"]["totalLamports"] > 5_690_000,
        "pending fees in the status",
        look_at=tenant.look,
    )
    job = tenant.run_cycle("fruit-cycle-by-hand")
    assert job["status"]["succeeded"] == 1

    def counted() -> bool:
        status = tenant.token("apple")["status"]
        return bool(status["totals"]["cycles"] == 1 and status.get("lastRun"))

    until(counted, "the cycle in the status", look_at=tenant.look)
    until_steady(tenant)
    status = tenant.token("apple")["status"]
    assert status["lastRun"]["job"] == "fruit-cycle-by-hand"
    assert (status["lastRun"]["outcome"], len(status["lastRun"]["signature"]) > 80) == ("Completed", True)
    assert status["lastCycle"]["number"] == 1
    assert status["lastCycle"]["id"] == run_bytes(job["metadata"]["uid"]).hex()
    totals = status["totals"]
    came = totals["inflowLamports"] + totals["fromTreasuryLamports"]
    assert came == totals["toRootLamports"] + totals["spentLamports"] + status["carriedLamports"]
    assert totals["burned"] == 10**15 - status["supply"] > 0
    (message,) = [m for _, reason, m in tenant.events("apple") if reason == "CycleCompleted"]
    assert message.startswith("cycle 1: bought with 0.00")
    assert "went to the root" in message
    root = tenant.token("root")["status"]
    assert root["totals"]["fromTreasuryLamports"] == totals["toRootLamports"]


def test_a_pump_fun_that_has_changed(tenant: Tenant) -> None:
    """It refuses what it took before, of every token: that is said until a cycle goes through again."""
    tenant.until_condition("DATEcosystem", "fruit", "PumpCompatible", "True")
    addresses = [tenant.token(name)["status"]["addresses"]["authority"] for name in ("root", "apple")]
    accumulators = [str(at.user_volume_accumulator(Pubkey.from_string(a))) for a in addresses]
    healthy = {address: tenant.chain.account_data(address) for address in accumulators}
    for name in ("root", "apple"):
        tenant.trade(name, 3 * SOL)
    try:
        for address, data in healthy.items():
            assert data is not None
            tenant.chain.set_account(address, data=data[:73])
        tenant.run_cycle("refused")
        found = tenant.until_condition("DATEcosystem", "fruit", "PumpCompatible", "False")
        assert found["reason"] == "PumpDrift"
        assert "upgraded at slot" in found["message"]
        assert "look for a newer dat-operator" in found["message"]
    finally:
        for address, data in healthy.items():
            tenant.chain.set_account(address, data=data)
    tenant.run_cycle("taken-again")
    tenant.until_condition("DATEcosystem", "fruit", "PumpCompatible", "True")
    tenant.until_condition("DATEcosystem", "fruit", "Ready", "True")


def test_a_healthy_token(tenant: Tenant) -> None:
    """Nothing but fees may be missing."""
    roles = (("root", Role.ROOT, "TreasuryFunded"), ("apple", Role.SECONDARY, "FeesSufficient"))
    for name, role, fees in roles:
        found = {c["type"]: c["status"] for c in tenant.conditions("DATToken", name)}
        del found[fees]
        bad = {"Stalled", "Reconciling", "Paused"}
        assert found == {kind: str(kind not in bad) for kind in found}
        assert found.keys() > {*bad, *HEALTH_CHECKS[role]} - {fees}


def test_a_steady_state_writes_nothing(tenant: Tenant) -> None:
    before, written = until_steady(tenant), tenant.namespace.writes()
    time.sleep(STEADY_SECONDS)  # That nothing happens can only be seen by waiting.
    assert versions(tenant) == before
    assert tenant.namespace.writes() == written, "nor are there writes that change nothing"
    metrics = tenant.operator.answers("/metrics") or ""
    assert 'dat_reconcile_total{result="success"}' in metrics
    assert 'dat_reconcile_total{result="error"}' not in metrics, tenant.operator.log()


def test_bad_tokens_are_stalled_and_never_configured(tenant: Tenant) -> None:
    another = tenant.launch("another")
    del tenant.coins["another"]
    tenant.apply_token("second-root", another.mint, "Root")
    missing = Keypair().pubkey()
    tenant.apply_token("missing", missing)
    tenant.apply_token("malformed", "1" * 40)
    tenant.apply_token("twice", tenant.coins["apple"].mint)
    for name, reason, words in (
        ("second-root", "SecondRoot", "root is already the root of the ecosystem fruit"),
        ("missing", "MintNotFound", f"spec.mint: {missing} is no token mint on localnet"),
        ("malformed", "InvalidMint", "not 32 bytes long; copy the mint address from pump.fun"),
        ("twice", "DuplicateMint", "is already the DATToken apple; delete one of the two"),
    ):
        stalled = tenant.until_condition("DATToken", name, "Stalled", "True")
        assert stalled["reason"] == reason
        assert words in stalled["message"]
        tenant.until_condition("DATToken", name, "Ready", "False")
        until(
            lambda n=name, r=reason: [e for e in tenant.events(n) if e[:2] == ("Warning", r)], "the Warning"
        )  # type: ignore[misc]
    assert [token["name"] for token in tenant.config()["tokens"]] == ["root", "apple"]
    assert len(tenant.jobs("setup")) == 1, "and no setup Job for any of them"
    for name in ("second-root", "missing", "malformed", "twice"):
        tenant.namespace.delete("DATToken", name)
    until_steady(tenant)


def test_ended_and_started_again_it_goes_on(tenant: Tenant) -> None:
    """What happened meanwhile is seen; nothing is done twice."""
    before = until_steady(tenant)
    events = {name: tenant.events(name) for name in ("fruit", "root", "apple")}
    tenant.operator.kill()
    plum = tenant.launch("plum")
    tenant.apply_token("plum", plum.mint)
    tenant.operator.start()
    (job,) = until(
        lambda: [j for j in tenant.jobs("setup") if f"Job {j}" not in before],
        "a setup Job",
        look_at=tenant.look,
    )
    tenant.operator.send(signal.SIGTERM)
    assert tenant.operator.end() == 0
    tenant.kubelet.run(job)
    tenant.operator.start()
    tenant.until_condition("DATToken", "plum", "Ready", "True")
    assert [token["name"] for token in tenant.config()["tokens"]] == ["root", "apple", "plum"]
    until_steady(tenant)
    assert len(tenant.jobs("setup")) == 2
    for name in ("root", "apple"):
        assert tenant.events(name) == events[name], "no Event comes twice"


def test_a_chain_that_is_away(tenant: Tenant) -> None:
    before = tenant.token("apple")["status"]
    tenant.chain.freeze()
    try:
        unhealthy = tenant.until_condition("DATEcosystem", "fruit", "RPCHealthy", "False")
        tenant.until_condition("DATEcosystem", "fruit", "Ready", "False")
    finally:
        tenant.chain.thaw()
    assert unhealthy["reason"] == "ChainUnreadable"
    assert "no answer" in unhealthy["message"]
    assert f"the numbers are older than {unhealthy['lastTransitionTime']}" in unhealthy["message"]
    assert tenant.token("apple")["status"] == before, "numbers and conditions of tokens stay"
    tenant.until_condition("DATEcosystem", "fruit", "RPCHealthy", "True")
    tenant.until_condition("DATEcosystem", "fruit", "Ready", "True")
    until(
        lambda: [e for e in tenant.events("fruit") if e[1] == "Recovered"], "the Event", look_at=tenant.look
    )
    assert tenant.operator.answers("/healthz") == "ok\n"


def test_a_cycle_job_with_the_wrong_wallet(tenant: Tenant) -> None:
    """Final at the first pod, and every token says why."""
    stranger = {"keypair.json": "[" + ", ".join(map(str, bytes(Keypair()))) + "]"}
    good = tenant.namespace.get("Secret", "operator")
    assert good is not None
    tenant.namespace.merge("Secret", "operator", {"stringData": stranger})
    try:
        job = tenant.run_cycle(job_name := "fruit-cycle-stranger")
    finally:
        tenant.namespace.merge("Secret", "operator", {"data": good["data"]})
    assert job["status"]["failed"] == 1, "exit code 2 ends the Job at once"
    until(
        lambda: [e for e in tenant.events("apple") if e[1] == "CycleFailed" and job_name in e[2]],
        "a Warning",
        look_at=tenant.look,
    )
    # Events come before what they follow from.
    until(
        lambda: tenant.token("apple")["status"]["lastRun"]["job"] == job_name,
        "the run in the status",
        look_at=tenant.look,
    )
    run = tenant.token("apple")["status"]["lastRun"]
    assert run["outcome"] == "Failed"
    assert "but publicKey says" in run["message"]
    assert "signature" not in run, "of the run before"
    broken = tenant.until_condition("DATEcosystem", "fruit", "CyclesHealthy", "False")
    assert (broken["reason"], job_name in broken["message"]) == ("JobFailed", True)


def test_a_token_that_is_switched_off_before_it_goes(tenant: Tenant) -> None:
    mint = tenant.token("apple")["spec"]["mint"]
    before = tenant.jobs("setup")
    tenant.namespace.merge("DATToken", "apple", {"spec": {"deletionPolicy": "Deactivate"}})
    until(lambda: tenant.token("apple")["metadata"].get("finalizers"), "a finalizer", look_at=tenant.look)
    tenant.namespace.delete("DATToken", "apple")
    new = until(lambda: [j for j in tenant.jobs("setup") if j not in before], "a Job", look_at=tenant.look)
    assert tenant.token("apple")["metadata"]["deletionTimestamp"], "it waits for the Job"
    tenant.kubelet.run(new[0])
    until(lambda: tenant.namespace.get("DATToken", "apple") is None, "apple gone", look_at=tenant.look)
    # A new DATToken of the same mint reports that the token is inactive, and how to set it active.
    tenant.apply_token("apple", mint)
    found = tenant.until_condition("DATToken", "apple", "Paused", "True")
    assert found["reason"] == "TokenInactive"


def test_deleting_a_token_takes_it_out_of_the_configuration(tenant: Tenant) -> None:
    tenant.namespace.delete("DATToken", "plum")
    until(
        lambda: [token["name"] for token in tenant.config()["tokens"]] == ["root", "apple"],
        "a configuration without it",
        look_at=tenant.look,
    )


def test_deleting_the_ecosystem_removes_what_it_owned(tenant: Tenant) -> None:
    totals = tenant.token("apple")["status"]["totals"]
    tenant.namespace.delete("DATEcosystem", "fruit")
    for kind, name in (("ConfigMap", "fruit-config"), ("CronJob", "fruit-cycle")):
        until(lambda k=kind, n=name: tenant.namespace.get(k, n) is None, f"no {kind} {name}")  # type: ignore[misc]
    until(
        lambda: "EcosystemNotFound" in [c["reason"] for c in tenant.conditions("DATToken", "apple")],
        "what apple says without its ecosystem",
        look_at=tenant.look,
    )
    assert tenant.token("apple")["status"]["totals"] == totals, "its numbers stay"
