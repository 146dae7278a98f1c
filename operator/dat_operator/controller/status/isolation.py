"""If one object causes an error, its own status says so, and the others are reconciled."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from dat_operator.controller.objects.observed import Body
from dat_operator.controller.status.conditions import ConditionSet
from dat_operator.controller.status.readiness import Obstacle, set_readiness

log = structlog.get_logger()


def isolated(body: Body, now: datetime.datetime, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the status that ``make`` builds; if ``make`` raises, a status with the reason OperatorError."""
    try:
        return make()
    except Exception as error:
        name = body["metadata"]["name"]
        log.exception("an object cannot be reconciled", kind=body["kind"], name=name)
        message = f"the operator cannot reconcile this object: {type(error).__name__}: {error}"
        return _stalled(body, "OperatorError", f"{message}; report it with the operator's log", now)


def status_refused(body: Body, message: str, now: datetime.datetime) -> dict[str, Any]:
    """Return the old status with the reason why the API server rejected the new one."""
    text = f"the API server rejected the new status: {message}; apply the CRDs of this release"
    return _stalled(body, "StatusRejected", text, now)


def spec_invalid(body: Body, error: ValidationError, now: datetime.datetime) -> dict[str, Any]:
    """Return the status of an object whose spec does not fit the models of this release."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(["spec", *(str(part) for part in first["loc"])])
    message = f"{field}: {first['msg']}; correct the field, or apply the CRDs of this release"
    return _stalled(body, "SpecInvalid", message, now)


def _stalled(body: Body, reason: str, message: str, now: datetime.datetime) -> dict[str, Any]:
    conditions = ConditionSet(body, now)
    conditions.keep_all()
    set_readiness(conditions, Obstacle(reason, message, stuck=True), "")
    return {**body.get("status", {}), "conditions": conditions.all()}
