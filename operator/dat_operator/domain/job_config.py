"""What the operator tells a Job: one JSON document, rendered into a ConfigMap, one per ecosystem."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from dat_operator.domain.chain_state import Parameters, Role
from dat_operator.domain.errors import DatError
from dat_operator.domain.money import MAX_PRIORITY_FEE_LAMPORTS

Network = Literal["mainnet-beta", "devnet", "testnet", "localnet"]
Commitment = Literal["confirmed", "finalized"]
"""How sure it must be that a block stays."""


class Frozen(BaseModel):
    """A document with camelCase keys, in which an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: camel(name),
        validate_by_name=True,
        validate_by_alias=True,
        # A URL may hold a credential.
        hide_input_in_errors=True,
    )


def camel(name: str) -> str:
    """``min_fees_lamports`` as ``minFeesLamports``; initialisms stay upper case."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


MAX_JITTER_SECONDS = 900
"""Of the random delay before a run."""

PoolName = Literal["Auto", "BondingCurve", "PumpSwap"]
"""Where a token must trade for its cycles to run; Auto: wherever it does."""


class EndpointConfig(Frozen):
    """A JSON-RPC endpoint; its URLs may have a ``${KEY}`` to be filled in."""

    url: str
    websocket_url: str | None = None
    """None: it follows from ``url``."""
    priority: Annotated[int, Field(ge=0)] = 0
    """Lower ones first."""
    requests_per_second: Annotated[int | None, Field(ge=1)] = None
    """None: as many as there are."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in serialize(self).items() if value not in (0, None)}


class SkipConfig(Frozen):
    """A reason, CamelCase, and what it means."""

    reason: str
    message: str


class TokenConfig(Frozen):
    """One token that Jobs may touch: it has passed every check of the operator."""

    name: str
    mint: str
    role: Role
    root_share_bps: int | None = None
    pool: Annotated[PoolName, Field(exclude_if=lambda pool: pool == "Auto")] = "Auto"
    skip: SkipConfig | None = None
    """Why only a run that names it takes it."""
    deactivate: bool | None = None
    """Whether set-up switches its cycles off instead of setting it up."""


class LimitsConfig(Frozen):
    """What the program is initialized with. Lamports, basis points, seconds."""

    root_share_bps: int
    min_fees_root_lamports: int
    min_fees_secondary_lamports: int
    max_fees_per_cycle_lamports: int
    min_interval_seconds: int
    max_price_impact_bps: int
    max_price_rise_bps: int

    @property
    def parameters(self) -> Parameters:
        """What the program keeps as parameters: all but the root share."""
        return Parameters(**self.model_dump(exclude={"root_share_bps"}))


class PriorityFeeConfig(Frozen):
    """How much a transaction offers for its place in a block."""

    percentile: Annotated[int, Field(ge=0, le=100)]
    max_lamports: Annotated[int, Field(ge=0, le=MAX_PRIORITY_FEE_LAMPORTS)]


class PaceConfig(Frozen):
    """How often one token may cycle, beyond what the program demands."""

    cooldown_seconds: Annotated[int, Field(ge=0)] = 300
    max_per_hour: Annotated[int, Field(ge=1, le=999)] = 10
    """Cycles in an hour of the clock, UTC."""
    max_per_day: Annotated[int, Field(ge=1, le=999)] = 100
    """Cycles in a day, UTC."""


class RetryConfig(Frozen):
    """How often a run tries a token's cycle again that has failed and may pass."""

    limit: Annotated[int, Field(ge=0)] = 3
    backoff_seconds: Annotated[int, Field(ge=1)] = 2

    @property
    def pauses(self) -> tuple[int, ...]:
        """Seconds before each further try."""
        return tuple(self.backoff_seconds * 2**number for number in range(self.limit))


class EcosystemConfig(Frozen):
    """An ecosystem as its Jobs see it."""

    name: str
    network: Network
    program_id: str
    rpc: list[EndpointConfig]
    private_rpc: Annotated[bool, Field(exclude_if=lambda allowed: not allowed)] = False
    """Whether endpoints may lie in private networks; of ``localnet`` they always may."""
    commitment: Commitment = "confirmed"
    """Of a cycle that counts, and of what the operator reads; plans are made of what is confirmed."""
    admin: str
    admin_base: str | None = None
    """The admin that initialized the ecosystem, if it is another one by now."""
    operator: str
    emergency: str | None = None
    limits: LimitsConfig
    slippage_bps: int
    pace: PaceConfig = PaceConfig()
    priority_fee: PriorityFeeConfig
    retry: RetryConfig = RetryConfig()
    jitter_seconds: Annotated[int, Field(ge=0, le=MAX_JITTER_SECONDS)] = 0
    """The longest random delay before a run."""
    tokens: list[TokenConfig]

    @property
    def admin_seed(self) -> str:
        """The key that the state's address is made of."""
        return self.admin_base or self.admin

    def token_named(self, name: str) -> TokenConfig:
        """A token by name or mint. Raises DatError if there is none."""
        for token in self.tokens:
            if name in (token.name, token.mint):
                return token
        known = ", ".join(token.name for token in self.tokens) or "none"
        raise DatError(f"--token: {name} is no token of {self.name}; it has: {known}")

    def only(self, names: Sequence[str]) -> "EcosystemConfig":
        """The same ecosystem with these tokens alone, by name or mint; with no names, all of it."""
        found = [self.token_named(name) for name in dict.fromkeys(names)]
        wanted = [token.model_copy(update={"skip": None}) for token in found]
        return self.model_copy(update={"tokens": wanted}) if wanted else self

    def token_of_mint(self, mint: str) -> TokenConfig:
        """The token of a mint; a secondary by that name if it is none of the configured."""
        found = (token for token in self.tokens if token.mint == mint)
        return next(found, TokenConfig(name=mint, mint=mint, role=Role.SECONDARY))
