"""Kinds of fields that several resources share, with the rules that the API server enforces."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.domain.document import camel

KEY_REGEX = "^[1-9A-HJ-NP-Za-km-z]{32,44}$"


class Resource(BaseModel):
    """A part of a resource: camelCase in YAML; an unknown field is dropped, as the API server does."""

    model_config = ConfigDict(
        alias_generator=camel,
        validate_by_name=True,
        validate_by_alias=True,
        frozen=True,
        # Explicit: some resources extend models of the domain, which forbid extra keys.
        extra="ignore",
        # A URL may hold a credential.
        hide_input_in_errors=True,
    )


def rules(*pairs: tuple[str, str]) -> dict[str, Any]:
    """CEL rules with their messages, for a field's ``json_schema_extra``."""
    return {"x-kubernetes-validations": [{"rule": rule, "message": text} for rule, text in pairs]}


def immutable(why: str) -> dict[str, Any]:
    """The rule of a field that cannot change; ``why`` ends with what to do instead."""
    return rules(("self == oldSelf", why))


def public_key(example: str, *more: dict[str, Any]) -> dict[str, Any]:
    """The rule of a public key, and further ones; ``example`` says where such a key is found."""
    key = {
        "rule": f"self.matches('{KEY_REGEX}')",
        "messageExpression": f'"\'" + self + "\' is not a Solana public key '
        f'(32 to 44 base58 characters): {example}"',
        "message": f"not a Solana public key (32 to 44 base58 characters): {example}",
    }
    return {"x-kubernetes-validations": [key, *(r for m in more for r in m["x-kubernetes-validations"])]}


PublicKey = Annotated[str, Field(max_length=64)]


class BreakerStatus(Resource):
    """The circuit breaker."""

    state: Annotated[str, Field(description="Closed, Open (no cycle runs) or HalfOpen (one is tried).")]
    failures: Annotated[int, Field(description="Failed cycles in a row.")]
    until: Annotated[
        str | None,
        Field(json_schema_extra={"format": "date-time"}, description="When one cycle is tried."),
    ] = None


NextScheduleTime = Annotated[
    str | None,
    Field(
        json_schema_extra={"format": "date-time"},
        description="When the schedule starts the next cycle. Not there while it starts none (suspended, a "
        "breaker that is not closed), nor for `@every`, which counts from the CronJob's last Job.",
    ),
]


class Condition(Resource):
    """A condition, as the Kubernetes API conventions have it."""

    type: Annotated[str, Field(max_length=64, description="What it is about.")]
    status: Annotated[str, Field(max_length=16, description="True, False or Unknown.")]
    reason: Annotated[str, Field(max_length=128, description="One CamelCase word.")]
    message: Annotated[str, Field(max_length=1024, description="What is so, and what to do about it.")]
    observed_generation: Annotated[int, Field(description="The generation this was true of.")]
    last_transition_time: Annotated[
        str,
        Field(json_schema_extra={"format": "date-time"}, description="When the status last changed."),
    ]


Conditions = Annotated[
    list[Condition],
    Field(
        default_factory=list,
        max_length=16,
        description="Ready, Reconciling and Stalled as kstatus has them, and what they are made of.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
    ),
]


def schedule_rule(schedule: str, field: str) -> tuple[str, str]:
    """The CEL rule that a cron expression starts runs five minutes apart or more, and its message.

    ``schedule`` is the expression's place in CEL. Lists of minutes are bounded by their number, 12 an hour.
    What is no cron expression passes: the CronJob's own validation says what is wrong.
    """
    minutes = f"{schedule}.matches('{_MANY_MINUTES}') || {schedule}.matches('{_LONG_LIST}')"
    interval = f"{schedule}.matches('{_EVERY}') && duration({schedule}.substring(7)) >= duration('5m')"
    return (
        f"{schedule}.startsWith('@every') ? {interval} : !({minutes})",
        f"{field}: runs would start less than five minutes apart; write */5 or @every 5m, or more",
    )


_MANY_MINUTES = r"^\\s*([^,\\s]+,)*([*?]|[0-9]+-[0-9]+|[^,/\\s]+/0*[0-4])(,[^,\\s]+)*\\s"
"""Minutes with a part that is all of them, a range without a step, or one with a step below five."""
_LONG_LIST = r"^\\s*([^,\\s]+,){12}"
_EVERY = "^@every ([0-9]+[hms])+$"
