"""JSON documents with camelCase keys, which the operator and its Jobs exchange."""

from pydantic import BaseModel, ConfigDict


def camel(name: str) -> str:
    """``min_fees_lamports`` as ``minFeesLamports``; initialisms stay upper case."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class Frozen(BaseModel):
    """A document that does not change. An unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=camel,
        validate_by_name=True,
        validate_by_alias=True,
        # A URL may hold a credential.
        hide_input_in_errors=True,
    )
