"""The writes that a pass decides on. Planning makes them, ``controller/apply.py`` carries them out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Self

from dat_operator.controller.objects.observed import Body
from dat_operator.kube.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The writes for some objects; empty if everything is as it should be."""

    apply: list[Body] = field(default_factory=list)
    """Objects that are missing, or differ from their manifests."""
    create: list[Body] = field(default_factory=list)
    """Objects that are made once and then left alone."""
    delete: list[Body] = field(default_factory=list)
    finalizers: list[tuple[Body, Sequence[str]]] = field(default_factory=list)
    """Objects, each with all of its finalizers."""
    statuses: list[tuple[Body, dict[str, Any]]] = field(default_factory=list)
    """Objects, each with its whole status."""
    events: list[Event] = field(default_factory=list)

    @classmethod
    def merge(cls, plans: Iterable[Self]) -> Self:
        """All writes of several plans, in their order."""
        parts = list(plans)
        return cls(
            apply=list(chain.from_iterable(plan.apply for plan in parts)),
            create=list(chain.from_iterable(plan.create for plan in parts)),
            delete=list(chain.from_iterable(plan.delete for plan in parts)),
            finalizers=list(chain.from_iterable(plan.finalizers for plan in parts)),
            statuses=list(chain.from_iterable(plan.statuses for plan in parts)),
            events=list(chain.from_iterable(plan.events for plan in parts)),
        )

    @classmethod
    def of_status(cls, body: Body, status: Mapping[str, Any], events: Iterable[Event] = ()) -> Self:
        """A status, unless the object has it already, and the Events about its changes."""
        statuses = [(body, dict(status))] if status != body.get("status", {}) else []
        return cls(statuses=statuses, events=list(events))
