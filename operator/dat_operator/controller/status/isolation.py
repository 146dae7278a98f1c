"""An object that cannot be dealt with says so itself, and holds no other up."""

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
    """The status that ``make`` makes of an object; if it cannot, one that says so."""
    try:
        return make()
    except Exception as error:
        name = body["metadata"]["name"]
        log.exception("an object cannot be dealt with", kind=body["kind"], name=name)
        said = f"the operator cannot deal with this object: {type(error).__name__}: {error}"
        return _stalled(body, "OperatorError", f"{said}; its log says where; please report it", now)


def status_refused(body: Body, message: str, now: datetime.datetime) -> dict[str, Any]:
    """The status of an object whose new status the API server refuses: the old one, and what was said."""
    said = f"its new status was refused by the API server: {message}"
    said += "; apply the definitions (CRDs) of this release"
    return _stalled(body, "StatusRefused", said, now)


def spec_invalid(body: Body, error: ValidationError, now: datetime.datetime) -> dict[str, Any]:
    """The status of an object whose spec another release of the operator would understand."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(["spec", *(str(part) for part in first["loc"])])
    said = f"{field}: {first['msg']}; correct it, or apply the definitions (CRDs) of this release"
    return _stalled(body, "SpecInvalid", said, now)


def _stalled(body: Body, reason: str, message: str, now: datetime.datetime) -> dict[str, Any]:
    conditions = ConditionSet(body, now)
    conditions.keep_all()
    set_readiness(conditions, Obstacle(reason, message, stuck=True), "")
    return {**body.get("status", {}), "conditions": conditions.all()}
