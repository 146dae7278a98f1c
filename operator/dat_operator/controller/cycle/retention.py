"""How long the records of cycles are kept."""

import datetime
from collections.abc import Iterable

from dat_operator.controller.cycle.breakers import evidence
from dat_operator.controller.cycle.requests import request_names
from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.objects.lifecycle import has_ended
from dat_operator.controller.objects.observed import Body


def expired_records(context: EcosystemContext, cycles: Iterable[Body]) -> list[Body]:
    """The ended DATCycles that are too many or too old, the oldest first.

    Two kinds of records stay: those that decide a breaker, and those that the operator would create again.
    """
    history = context.spec.cycle.history
    records = sorted((cycle for cycle in cycles if has_ended(cycle)), key=_ended_last)
    oldest = context.now - datetime.timedelta(days=history.max_age_days)
    kept = {c["metadata"]["name"] for c in records[-history.limit :] if _ended_at(c) >= oldest}
    kept |= evidence(context.breakers) | request_names(context)
    # The oldest go first: a failure must not outlive a later cycle that closed its breaker.
    return [cycle for cycle in records if cycle["metadata"]["name"] not in kept]


def _ended_last(cycle: Body) -> tuple[str, str]:
    return cycle["status"]["completionTime"], cycle["metadata"]["name"]


def _ended_at(cycle: Body) -> datetime.datetime:
    return datetime.datetime.fromisoformat(cycle["status"]["completionTime"])
