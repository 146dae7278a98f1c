"""Why something is not done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason (CamelCase, the program's name where it has one) and a message that says what to do."""

    reason: str
    message: str
