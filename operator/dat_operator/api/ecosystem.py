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
    """The desired state of an ecosystem."""

    network: Annotated[
        Network,
        Field(
            description="The Solana cluster. The operator refuses endpoints of another cluster.",
            json_schema_extra=immutable("network cannot change; create a new DATEcosystem"),
        ),
    ]
    program_id: Annotated[
        PublicKey,
        Field(
            description="The address of the dat program.",
            json_schema_extra=public_key(
                "solana program show lists your programs",
                immutable("programId cannot change; create a new DATEcosystem"),
            ),
        ),
    ]
    rpc: Rpc
    wallets: Wallets
    root_share_bps: Annotated[
        RootShareBps,
        Field(
            description="The part of a secondary's fees that goes to the root, basis points (4480 = 44.8 %). "
            "The chain changes it by at most 500 basis points an hour.",
        ),
    ] = 4480
    cycle: CyclePolicy = CyclePolicy()
    circuit_breaker: CircuitBreaker = CircuitBreaker()
    suspend: Annotated[
        bool,
        Field(
            description="While true, neither the schedule nor the operator starts a run. A DATCycle still "
            "does."
        ),
    ] = False

    model_config = ConfigDict(json_schema_extra=rules(_SCHEDULE))


class EcosystemAddresses(Resource):
    """Addresses of the ecosystem's accounts."""

    state: Annotated[
        str, Field(description="The DatState account. All other addresses derive from its address.")
    ]
    treasury: Annotated[
        str, Field(description="The account that holds root shares until the root's next cycle.")
    ]


class EcosystemDisplay(Resource):
    """Amounts for people; `kubectl get` prints them."""

    treasury: Annotated[str, Field(description="The treasury's balance, SOL.")]
    operator: Annotated[str, Field(description="The operator wallet's balance, SOL.")]


class EcosystemStatus(Resource):
    """The observed state of an ecosystem."""

    observed_generation: Annotated[
        int | None, Field(description="The generation of the spec that this status describes.")
    ] = None
    conditions: Conditions
    addresses: EcosystemAddresses | None = None
    tokens: Annotated[
        int | None, Field(description="The number of DATTokens that refer to the ecosystem.")
    ] = None
    treasury_lamports: Annotated[
        int | None,
        Field(description="Root shares that wait for the root's next cycle, without the rent."),
    ] = None
    operator_lamports: Annotated[int | None, Field(description="The balance of the operator wallet.")] = None
    breaker: BreakerStatus | None = None
    next_schedule_time: NextScheduleTime = None
    display: EcosystemDisplay | None = None


class DATEcosystem(Resource):
    """One root token, its secondaries, and the rules by which their fees buy and burn them."""

    spec: EcosystemSpec
    status: EcosystemStatus | None = None
