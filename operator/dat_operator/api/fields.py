"""Field types that several resources share, with the rules that the API server enforces."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.domain.document import camel

KEY_REGEX = "^[1-9A-HJ-NP-Za-km-z]{32,44}$"


class Resource(BaseModel):
    """A part of a resource: camelCase in YAML. Like the API server, it drops unknown fields."""

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
    """Return CEL rules with their messages, for a field's ``json_schema_extra``."""
    return {"x-kubernetes-validations": [{"rule": rule, "message": text} for rule, text in pairs]}


def immutable(why: str) -> dict[str, Any]:
    """Return the rule of a field that cannot change; ``why`` ends with the remedy."""
    return rules(("self == oldSelf", why))


def public_key(example: str, *more: dict[str, Any]) -> dict[str, Any]:
    """Return the rule of a public key, and further rules; ``example`` says where to find such a key."""
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

    state: Annotated[str, Field(description="Closed, Open (no cycle runs) or HalfOpen (one trial runs).")]
    failures: Annotated[int, Field(description="The number of failed cycles in a row.")]
    until: Annotated[
        str | None,
        Field(json_schema_extra={"format": "date-time"}, description="The time of the next trial."),
    ] = None


NextScheduleTime = Annotated[
    str | None,
    Field(
        json_schema_extra={"format": "date-time"},
        description="The time when the schedule starts the next cycle. Absent while the schedule starts "
        "none (it is suspended, or a breaker is not closed), and for `@every`, which counts from the "
        "CronJob's last Job.",
    ),
]


class Condition(Resource):
    """A condition as the Kubernetes API conventions define it."""

    type: Annotated[str, Field(max_length=64, description="The type of the condition.")]
    status: Annotated[str, Field(max_length=16, description="True, False or Unknown.")]
    reason: Annotated[
        str,
        Field(
            max_length=128, description="The reason of the status, one CamelCase word (docs/conditions.md)."
        ),
    ]
    message: Annotated[str, Field(max_length=1024, description="The cause, and the remedy if there is one.")]
    observed_generation: Annotated[
        int, Field(description="The generation of the spec that this condition describes.")
    ]
    last_transition_time: Annotated[
        str,
        Field(
            json_schema_extra={"format": "date-time"}, description="The time when the status last changed."
        ),
    ]


Conditions = Annotated[
    list[Condition],
    Field(
        default_factory=list,
        max_length=16,
        description="Ready, Reconciling and Stalled as kstatus defines them, and the conditions behind them.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]},
    ),
]


def schedule_rule(schedule: str, field: str) -> tuple[str, str]:
    """Return the CEL rule that a cron expression starts runs at least five minutes apart, and its message.

    ``schedule`` is the expression's path in CEL. A list of minutes may have 12 entries. An invalid cron
    expression passes: the validation of the CronJob explains the error better.
    """
    minutes = f"{schedule}.matches('{_MANY_MINUTES}') || {schedule}.matches('{_LONG_LIST}')"
    interval = f"{schedule}.matches('{_EVERY}') && duration({schedule}.substring(7)) >= duration('5m')"
    return (
        f"{schedule}.startsWith('@every') ? {interval} : !({minutes})",
        f"{field}: runs would start less than five minutes apart; write */5 or @every 5m, or more",
    )


_MANY_MINUTES = r"^\\s*([^,\\s]+,)*([*?]|[0-9]+-[0-9]+|[^,/\\s]+/0*[0-4])(,[^,\\s]+)*\\s"
"""Minutes with `*`, with a range without a step, or with a step below five."""
_LONG_LIST = r"^\\s*([^,\\s]+,){12}"
_EVERY = "^@every ([0-9]+[hms])+$"
