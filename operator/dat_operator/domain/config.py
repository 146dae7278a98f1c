"""What the operator tells a Job: one JSON document, rendered into a ConfigMap, one per ecosystem."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dat_operator.domain.chain_state import Role

Network = Literal["mainnet-beta", "devnet", "testnet", "localnet"]


class Frozen(BaseModel):
    """A document with camelCase keys, in which an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: camel(name),
        validate_by_name=True,
        validate_by_alias=True,
    )


def camel(name: str) -> str:
    """``min_fees_lamports`` as ``minFeesLamports``; initialisms stay upper case."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class TokenConfig(Frozen):
    """One token that Jobs may touch: it has passed every check of the operator."""

    name: str
    mint: str
    role: Role
    root_share_bps: int | None = None


class LimitsConfig(Frozen):
    """What the program is initialized with. Lamports, basis points, seconds."""

    root_share_bps: int
    min_fees_root_lamports: int
    min_fees_secondary_lamports: int
    max_fees_per_cycle_lamports: int
    min_interval_seconds: int
    max_price_impact_bps: int


class PriorityFeeConfig(Frozen):
    """How much a transaction offers for its place in a block."""

    percentile: Annotated[int, Field(ge=0, le=100)]
    max_lamports: Annotated[int, Field(ge=0)]


class EcosystemConfig(Frozen):
    """An ecosystem as its Jobs see it."""

    name: str
    network: Network
    program_id: str
    rpc_urls: list[str]
    admin: str
    operator: str
    limits: LimitsConfig
    slippage_bps: int
    priority_fee: PriorityFeeConfig
    tokens: list[TokenConfig]
