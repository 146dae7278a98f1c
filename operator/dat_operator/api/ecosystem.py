"""DATEcosystem: one root token, its secondaries, their wallets, endpoints and policy."""

from typing import Annotated

from pydantic import ConfigDict, Field

from dat_operator.api.fields import (
    BreakerStatus,
    Conditions,
    NextScheduleTime,
    PublicKey,
    Resource,
    immutable,
    public_key,
    rules,
    schedule_rule,
)
from dat_operator.api.policy import CircuitBreaker, CyclePolicy
from dat_operator.api.rpc_endpoints import Rpc
from dat_operator.api.wallets import Wallets
from dat_operator.domain.job_config import Network
from dat_operator.domain.policy import RootShareBps

_RULE, _TEXT = schedule_rule("self.cycle.schedule", "cycle.schedule")
_SCHEDULE = (f"self.network == 'localnet' || ({_RULE})", _TEXT)


class EcosystemSpec(Resource):
    """What an ecosystem should be."""

    network: Annotated[
        Network,
        Field(
            description="The Solana cluster; endpoints of another one are refused.",
            json_schema_extra=immutable("network cannot change; make a new DATEcosystem"),
        ),
    ]
    program_id: Annotated[
        PublicKey,
        Field(
            description="Where the dat program is deployed.",
            json_schema_extra=public_key(
                "solana program show lists your programs",
                immutable("programId cannot change; make a new DATEcosystem"),
            ),
        ),
    ]
    rpc: Rpc
    wallets: Wallets
    root_share_bps: Annotated[
        RootShareBps,
        Field(
            description="The part of a secondary's fees that goes to the root, basis points (4480 = 44.8 %). "
            "A change goes by steps of 500, an hour each.",
        ),
    ] = 4480
    cycle: CyclePolicy = CyclePolicy()
    circuit_breaker: CircuitBreaker = CircuitBreaker()
    suspend: Annotated[bool, Field(description="Starts no further cycles while true.")] = False

    model_config = ConfigDict(json_schema_extra=rules(_SCHEDULE))


class EcosystemAddresses(Resource):
    """Accounts of the ecosystem."""

    state: Annotated[str, Field(description="Its DatState, of which all others follow.")]
    treasury: Annotated[str, Field(description="Holds root shares until the root's next cycle.")]


class EcosystemDisplay(Resource):
    """Amounts as people read them."""

    treasury: Annotated[str, Field(description="SOL.")]
    operator: Annotated[str, Field(description="SOL.")]


class EcosystemStatus(Resource):
    """What an ecosystem is."""

    observed_generation: Annotated[
        int | None, Field(description="The generation of the spec that this was made of.")
    ] = None
    conditions: Conditions
    addresses: EcosystemAddresses | None = None
    tokens: Annotated[int | None, Field(description="DATTokens that refer to it.")] = None
    treasury_lamports: Annotated[
        int | None,
        Field(description="Root shares that wait for the root's next cycle, above rent."),
    ] = None
    operator_lamports: Annotated[int | None, Field(description="Balance of the operator wallet.")] = None
    breaker: BreakerStatus | None = None
    next_schedule_time: NextScheduleTime = None
    display: EcosystemDisplay | None = None


class DATEcosystem(Resource):
    """One root token, its secondaries, and how their fees buy them back and burn them."""

    spec: EcosystemSpec
    status: EcosystemStatus | None = None
