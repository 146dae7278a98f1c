"""The watches of kopf. ``paged_lists.py`` puts the lists before the watches into the store."""

import itertools
from collections.abc import Mapping
from typing import Any

import kopf

from dat_operator.api import GROUP, VERSION
from dat_operator.controller.manager import Manager
from dat_operator.entry.operator.kopf_login import Login
from dat_operator.entry.operator.paged_lists import API_RETRY_SECONDS

KINDS = {
    "DATEcosystem": (GROUP, VERSION, "datecosystems"),
    "DATToken": (GROUP, VERSION, "dattokens"),
    "DATCycle": (GROUP, VERSION, "datcycles"),
    "ConfigMap": ("", "v1", "configmaps"),
    "CronJob": ("batch", "v1", "cronjobs"),
    "Job": ("batch", "v1", "jobs"),
    "Pod": ("", "v1", "pods"),
}


def register(registry: kopf.OperatorRegistry, manager: Manager) -> None:
    """Watch every kind that a plan reads."""
    for kind, resource in KINDS.items():
        _watch(registry, manager, kind, resource)

    login = Login(manager, {plural: kind for kind, (_, _, plural) in KINDS.items()})

    @kopf.on.login(registry=registry)
    async def logged_in(**kwargs: Any) -> kopf.AiohttpSession | None:
        return await login(**kwargs)

    @kopf.on.startup(registry=registry)
    async def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
        settings.posting.enabled = False  # Plans make Events, not log lines.
        settings.scanning.disabled = (
            True  # Namespace and kinds are known, so the operator needs no right to list them.
        )
        # An idle worker of kopf keeps its object in memory. Zero would never take an event from the queue.
        settings.queueing.idle_timeout = 0.01
        # Without an end: otherwise an API server that refuses for a minute ends the operator.
        settings.networking.error_backoffs = itertools.repeat(API_RETRY_SECONDS)
        settings.watching.server_timeout = 300
        settings.watching.client_timeout = 330
        settings.watching.connect_timeout = 20


def _watch(
    registry: kopf.OperatorRegistry, manager: Manager, kind: str, resource: tuple[str, str, str]
) -> None:
    @kopf.on.event(*resource, id=f"event-{kind}", registry=registry)
    async def seen(event: Mapping[str, Any], **_: Any) -> None:
        manager.store.put(kind, event["object"], deleted=event["type"] == "DELETED")
