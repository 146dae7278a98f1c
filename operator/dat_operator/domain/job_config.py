"""The configuration of an ecosystem's Jobs: one JSON document, which the operator writes into a ConfigMap."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.document import Frozen, camel
from dat_operator.domain.errors import DatError
from dat_operator.domain.policy import (
    CycleLimits,
    PaceConfig,
    PriorityFeeConfig,
    RetryConfig,
    RootShareBps,
    SlippageBps,
)

Network = Literal["mainnet-beta", "devnet", "testnet", "localnet"]
Commitment = Literal["confirmed", "finalized"]
"""How final a block must be."""
MAX_JITTER_SECONDS = 900
"""The upper bound of the random delay before a run."""
JitterSeconds = Annotated[int, Field(ge=0, le=MAX_JITTER_SECONDS)]
PoolName = Literal["Auto", "BondingCurve", "PumpSwap"]
"""Where a token must trade for its cycles to run. Auto: at either place."""


class EndpointConfig(Frozen):
    """A JSON-RPC endpoint. Its URLs may hold ``${KEY}``, which stands for a key of a Secret."""

    url: str
    websocket_url: str | None = None
    """None: derived from ``url``."""
    priority: Annotated[int, Field(ge=0)] = 0
    """Endpoints of a lower number are used first."""
    requests_per_second: Annotated[int | None, Field(ge=1)] = None
    """None: no limit."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in serialize(self).items() if value not in (0, None)}


class SkipConfig(Frozen):
    """Why runs skip a token: a CamelCase reason and a message."""

    reason: str
    message: str


class TokenConfig(Frozen):
    """A token that Jobs may touch: it has passed every check of the operator."""

    name: str
    mint: str
    role: Role
    root_share_bps: int | None = None
    pool: Annotated[PoolName, Field(exclude_if=lambda pool: pool == "Auto")] = "Auto"
    skip: SkipConfig | None = None
    """If set, only a run that names the token includes it."""
    deactivate: bool | None = None
    """Whether the setup Job deactivates the token on chain instead of setting it up."""


class RootShareConfig(Frozen):
    """The share of a secondary's fees that goes to the root."""

    root_share_bps: RootShareBps


# The fields of the last base class come first in the document.
class LimitsConfig(CycleLimits, RootShareConfig):
    """The root share and the limits that set-up writes to the chain. None of them has a default here."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if missing := type(self).model_fields.keys() - self.model_fields_set:
            raise ValueError(f"missing: {', '.join(sorted(map(camel, missing)))}")
        return self


class EcosystemConfig(Frozen):
    """An ecosystem as its Jobs see it."""

    name: str
    network: Network
    program_id: str
    rpc: list[EndpointConfig]
    private_rpc: Annotated[bool, Field(exclude_if=lambda allowed: not allowed)] = False
    """Whether endpoints may lie in private networks. On ``localnet`` they always may."""
    commitment: Commitment = "confirmed"
    """The commitment at which a cycle counts and the operator reads. Runs plan on confirmed blocks."""
    admin: str
    admin_base: str | None = None
    """The admin that initialized the ecosystem, if the admin has changed since."""
    operator: str
    emergency: str | None = None
    limits: LimitsConfig
    slippage_bps: SlippageBps
    pace: PaceConfig = PaceConfig()
    priority_fee: PriorityFeeConfig
    retry: RetryConfig = RetryConfig()
    jitter_seconds: JitterSeconds = 0
    """The longest random delay before a run."""
    tokens: list[TokenConfig]

    @property
    def admin_seed(self) -> str:
        """The key from which the address of the on-chain state is derived."""
        return self.admin_base or self.admin

    def token_named(self, name: str) -> TokenConfig:
        """A token by name or mint. Raises DatError if there is none."""
        for token in self.tokens:
            if name in (token.name, token.mint):
                return token
        known = ", ".join(token.name for token in self.tokens) or "none"
        raise DatError(f"--token: {name} is not a token of {self.name}; its tokens: {known}")

    def only(self, names: Sequence[str]) -> "EcosystemConfig":
        """The same ecosystem with these tokens only, by name or mint. Without names: with all tokens."""
        found = [self.token_named(name) for name in dict.fromkeys(names)]
        wanted = [token.model_copy(update={"skip": None}) for token in found]
        return self.model_copy(update={"tokens": wanted}) if wanted else self

    def token_of_mint(self, mint: str) -> TokenConfig:
        """The token of a mint. A mint that is not configured gives a secondary of that name."""
        found = (token for token in self.tokens if token.mint == mint)
        return next(found, TokenConfig(name=mint, mint=mint, role=Role.SECONDARY))
