"""Waits until the operator has written everything down."""

import time

from tests.support.team import Stage
from tests.support.waiting import until


def versions(stage: Stage) -> dict[str, str]:
    """Every object of the namespace with its resourceVersion."""
    kinds = ("DATEcosystem", "DATToken", "ConfigMap", "CronJob", "Job", "Pod", "Event")
    return {
        f"{kind} {body['metadata']['name']}": body["metadata"]["resourceVersion"]
        for kind in kinds
        for body in stage.namespace.list(kind)
    }


def until_steady(stage: Stage) -> dict[str, str]:
    """Wait until what has been done is written down everywhere."""
    last: dict[str, str] = {}

    def unchanged() -> bool:
        nonlocal last
        before, last = last, versions(stage)
        time.sleep(1)  # Two polls; there is no condition for "nothing more comes".
        return before == last == versions(stage)

    until(unchanged, "an end of writes", look_at=stage.look)
    return last
