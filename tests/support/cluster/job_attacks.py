"""Changes to a Job's manifest by which a holder of the operator's token would reach a wallet or the node."""

from tests.support.cluster.api_server import Body


def pod_of(job: Body) -> Body:
    return dict(job["spec"]["template"]["spec"])


def a_script_in_place_of_our_program(job: Body) -> None:
    """The audit's T2: a ConfigMap of the attacker's, by subPath, over the entry point."""
    pod_of(job)["volumes"].append({"name": "own", "configMap": {"name": "own", "defaultMode": 0o755}})
    mount = {"name": "own", "mountPath": "/opt/dat/bin/dat", "subPath": "dat"}
    pod_of(job)["containers"][0]["volumeMounts"].append(mount)


def the_wallet_as_an_rpc_key(job: Body) -> None:
    """T3: the URL then has the wallet's file in it."""
    pod_of(job)["containers"][0]["env"].append({"name": "DAT_RPC_KEYS", "value": "/etc/dat/wallet"})


def the_wallet_over_the_keys(job: Body) -> None:
    pod_of(job)["containers"][0]["volumeMounts"][1]["mountPath"] = "/etc/dat/rpc"
    pod_of(job)["containers"][0]["volumeMounts"][2]["mountPath"] = "/etc/dat/wallet"


def another_secret_as_keys(job: Body) -> None:
    pod_of(job)["volumes"][2]["secret"]["secretName"] = "fruit-admin"


def the_other_role_s_wallet(job: Body) -> None:
    secret = pod_of(job)["volumes"][1]["secret"]
    secret["secretName"] = {"fruit-admin": "fruit-operator"}.get(secret["secretName"], "fruit-admin")


def privileged_on_the_host(job: Body) -> None:
    """T7."""
    job["spec"]["template"]["spec"] |= {"hostNetwork": True, "hostPID": True}
    context = {"privileged": True, "allowPrivilegeEscalation": True}
    pod_of(job)["containers"][0]["securityContext"] |= context


def projected(job: Body) -> None:
    pod_of(job)["volumes"][1] = {"name": "wallet", "projected": {"sources": [{"secret": {"name": "other"}}]}}


def a_second_container(job: Body) -> None:
    pod_of(job)["containers"].append({**pod_of(job)["containers"][0], "name": "second"})


def another_ecosystems_configuration(job: Body) -> None:
    job["spec"]["template"]["metadata"]["labels"]["dat.asdf.io/ecosystem"] = "other"


def no_labels(job: Body) -> None:
    """The NetworkPolicy would not find its pods."""
    del job["spec"]["template"]["metadata"]["labels"]


def annotated(job: Body) -> None:
    job["spec"]["template"]["metadata"]["annotations"] = {
        "cluster-autoscaler.kubernetes.io/safe-to-evict": "x"
    }


def unconfined(job: Body) -> None:
    pod_of(job)["securityContext"]["seccompProfile"] = {"type": "Unconfined"}


def owned_by_another(job: Body) -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "uid-x"}
    job["metadata"]["ownerReferences"] = [owner]


def no_limits(job: Body) -> None:
    del pod_of(job)["containers"][0]["resources"]["limits"]


def too_much_memory(job: Body) -> None:
    pod_of(job)["containers"][0]["resources"]["limits"]["memory"] = "900Ti"


def a_device(job: Body) -> None:
    for part in pod_of(job)["containers"][0]["resources"].values():
        part["nvidia.com/gpu"] = "1"


def unlisted_wallet(job: Body) -> None:
    pod_of(job)["volumes"][1]["secret"]["secretName"] = "other"
