"""Changes of the spec and on chain: what the operator makes of them, and that it takes them back."""

import base64
import signal

from dat_operator.chain.dat.codec import decode_state
from dat_operator.domain.dat_accounts import DatState
from tests.support.cluster.api_server import Body
from tests.support.operator.steady import until_steady
from tests.support.tenant import Tenant
from tests.support.waiting import until

ECOSYSTEM = "basket"


def test_what_is_changed_in_the_spec_is_changed_on_chain(tenant: Tenant) -> None:
    """Limits and the emergency wallet at once; the root share by a step, which holds an hour later."""
    emergency = tenant.chain.wallet("emergency").address
    spec = {
        "rootShareBps": 5_200,
        "cycle": {"maxFeesPerCycleLamports": 900_000_000},
        "wallets": {"emergency": {"publicKey": emergency}},
    }
    before = tenant.jobs("setup")
    tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": spec})
    new = until(lambda: [j for j in tenant.jobs("setup") if j not in before], "a Job", look_at=tenant.look)
    tenant.kubelet.run(new[0])
    found = until(lambda: applied(tenant, "TimeLocked"), "the share on its way", look_at=tenant.look)
    assert found["message"].startswith("root share 44.8 % → 49.8 % at ")
    assert found["message"].endswith(", then on to 52 %")
    tenant.until_condition("DATEcosystem", ECOSYSTEM, "Ready", "True")
    state = on_chain(tenant)
    assert state.parameters.max_fees_per_cycle_lamports == 900_000_000
    assert (state.emergency_admin.next, state.root_share.next_bps) == (emergency, 4_980)
    # Changed back: what was on its way is taken back.
    tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": {"rootShareBps": 4_480}})
    newer = until(
        lambda: [j for j in tenant.jobs("setup") if j not in [*before, *new]], "a Job", look_at=tenant.look
    )
    tenant.kubelet.run(newer[0])
    until(lambda: applied(tenant, "MatchesSpec"), "what was on its way taken back", look_at=tenant.look)
    assert on_chain(tenant).root_share.next_bps == 4_480


def applied(tenant: Tenant, reason: str) -> Body | None:
    """The condition SettingsApplied, once it has this reason."""
    conditions = tenant.conditions("DATEcosystem", ECOSYSTEM)
    return next((c for c in conditions if (c["type"], c["reason"]) == ("SettingsApplied", reason)), None)


def on_chain(tenant: Tenant) -> DatState:
    address = tenant.namespace.get("DATEcosystem", ECOSYSTEM)["status"]["addresses"]["state"]  # type: ignore[index]
    data = tenant.chain.account_data(address)
    assert data is not None
    return decode_state(data)


def test_a_schedule_that_is_none_is_said_and_taken_back(tenant: Tenant) -> None:
    good = tenant.namespace.get("DATEcosystem", ECOSYSTEM)["spec"]["cycle"]["schedule"]  # type: ignore[index]
    tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": {"cycle": {"schedule": "every day"}}})
    found = tenant.until_condition("DATEcosystem", ECOSYSTEM, "Stalled", "True")
    assert found["reason"] == "ObjectRejected"
    assert "spec.schedule: Invalid value" in found["message"]
    tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": {"cycle": {"schedule": good}}})
    tenant.until_condition("DATEcosystem", ECOSYSTEM, "Ready", "True")


def test_a_cron_job_for_each_token(tenant: Tenant) -> None:
    def cron_jobs() -> dict[str, str]:
        return {c["metadata"]["name"]: c["spec"]["schedule"] for c in tenant.namespace.list("CronJob")}

    (before,) = cron_jobs().items()
    tenant.namespace.merge("DATToken", "apple", {"spec": {"schedule": "30 1 30 2 *"}})
    tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": {"cycle": {"mode": "PerToken"}}})
    wanted = {f"{ECOSYSTEM}-{name}-cycle": before[1] for name in tenant.coins}
    wanted[f"{ECOSYSTEM}-apple-cycle"] = "30 1 30 2 *"
    until(lambda: cron_jobs() == wanted, "a CronJob for each token", look_at=tenant.look)
    tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": {"cycle": {"mode": "Ecosystem"}}})
    until(lambda: cron_jobs() == dict([before]), "one CronJob again", look_at=tenant.look)


def test_suspend_reaches_the_cron_job(tenant: Tenant) -> None:
    for suspend in (True, False):
        tenant.namespace.merge("DATEcosystem", ECOSYSTEM, {"spec": {"suspend": suspend}})

        def reached(wanted: bool = suspend) -> bool:
            cron_job = tenant.namespace.get("CronJob", f"{ECOSYSTEM}-cycle")
            return cron_job is not None and cron_job["spec"]["suspend"] is wanted

        until(reached, f"suspend: {suspend}", look_at=tenant.look)


def test_a_pause_and_its_end(tenant: Tenant) -> None:
    mint = str(tenant.coins["apple"].mint)
    tenant.administer("pause", "--token", "apple")
    paused = tenant.until_condition("DATToken", "apple", "Paused", "True")
    assert paused["reason"] == "TokenPaused"
    assert f"`dat admin resume --token {mint}` lifts it" in paused["message"]
    tenant.until_condition("DATToken", "apple", "Ready", "False")
    tenant.until_condition("DATEcosystem", ECOSYSTEM, "Ready", "True")
    tenant.administer("resume", "--token", "apple")
    tenant.until_condition("DATToken", "apple", "Ready", "True")

    tenant.administer("pause")
    for kind, name in (("DATEcosystem", ECOSYSTEM), ("DATToken", "root"), ("DATToken", "apple")):
        assert tenant.until_condition(kind, name, "Paused", "True")["reason"] == "EcosystemPaused"
        tenant.until_condition(kind, name, "Ready", "False")
    tenant.administer("resume")
    for kind, name in (("DATEcosystem", ECOSYSTEM), ("DATToken", "root"), ("DATToken", "apple")):
        tenant.until_condition(kind, name, "Paused", "False")
        tenant.until_condition(kind, name, "Ready", "True")
    until_steady(tenant)
    reasons = [reason for _, reason, _ in tenant.events("apple")]
    once = ("TokenPaused", "EcosystemPaused")
    assert [reasons.count(reason) for reason in once] == [1, 1]
    assert reasons.count("Recovered") == 2


def test_a_token_account_that_is_gone(tenant: Tenant) -> None:
    key = tenant.token("apple")["status"]["addresses"]["tokenAccount"]
    was = tenant.chain.rpc.call("getAccountInfo", key, {"encoding": "base64"})["value"]
    tenant.operator.send(signal.SIGTERM)
    tenant.operator.end()
    tenant.chain.set_account(key, lamports=0)
    tenant.operator.start()
    gone = tenant.until_condition("DATToken", "apple", "TokenAccountsExist", "False")
    assert (gone["reason"], key in gone["message"]) == ("TokenAccountNotFound", True)
    tenant.until_condition("DATToken", "apple", "Ready", "False")
    data = base64.b64decode(was["data"][0])
    tenant.chain.set_account(key, lamports=was["lamports"], data=data, owner=was["owner"])
    tenant.until_condition("DATToken", "apple", "TokenAccountsExist", "True")
    tenant.until_condition("DATToken", "apple", "Ready", "True")
