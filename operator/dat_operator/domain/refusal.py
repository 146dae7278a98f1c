"""The reason why the operator or a run does not do something."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason (CamelCase; the program's own name of the error if it has one) and a message with a remedy."""

    reason: str
    message: str
