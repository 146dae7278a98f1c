"""Waits until the operator has written everything down."""

import time

from tests.support.tenant import Tenant
from tests.support.waiting import until


def versions(tenant: Tenant) -> dict[str, str]:
    """Every object of the namespace with its resourceVersion."""
    kinds = ("DATEcosystem", "DATToken", "ConfigMap", "CronJob", "Job", "Pod", "Event")
    return {
        f"{kind} {body['metadata']['name']}": body["metadata"]["resourceVersion"]
        for kind in kinds
        for body in tenant.namespace.list(kind)
    }


def until_steady(tenant: Tenant) -> dict[str, str]:
    """Wait until what has been done is written down everywhere."""
    last: dict[str, str] = {}

    def unchanged() -> bool:
        nonlocal last
        before, last = last, versions(tenant)
        time.sleep(1)  # Two polls; there is no condition for "nothing more comes".
        return before == last == versions(tenant)

    until(unchanged, "an end of writes", look_at=tenant.look)
    return last
