"""DATEcosystem: one root token, its secondaries, their wallets, endpoints and policy."""

from typing import Annotated, Literal

from pydantic import Field

from dat_operator.api.fields import (
    MAX_LAMPORTS,
    BreakerStatus,
    Conditions,
    Lamports,
    NextScheduleTime,
    PublicKey,
    Resource,
    RootShareBps,
    immutable,
    public_key,
)
from dat_operator.api.resources import Resources
from dat_operator.domain.config import Commitment, Network


class SecretRef(Resource):
    """A key of a Secret in the resource's namespace."""

    # The API server takes any name in a Job; its pod would wait for ever.
    name: Annotated[
        str,
        Field(max_length=253, pattern="^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", description="Name of the Secret."),
    ]
    key: Annotated[
        str,
        Field(
            max_length=253,
            pattern="^[-._a-zA-Z0-9]+$",
            description="Its key that holds the keypair (JSON array of 64 bytes).",
        ),
    ] = "keypair.json"


class AdminWallet(Resource):
    """The wallet that sets the ecosystem up, and pays the rents of it."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="Its address. Part of the address of the on-chain state.",
            json_schema_extra=public_key(
                "solana-keygen pubkey FILE prints it",
                immutable("wallets.admin.publicKey is part of the on-chain address; make a new DATEcosystem"),
            ),
        ),
    ]
    secret_ref: Annotated[
        SecretRef | None,
        Field(description="Where its key is. Without it, run `dat setup` yourself, with the key offline."),
    ] = None


class OperatorWallet(Resource):
    """The wallet that runs cycles, and can do nothing else."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="Its address.",
            json_schema_extra=public_key("solana-keygen pubkey FILE prints it"),
        ),
    ]
    secret_ref: Annotated[SecretRef, Field(description="Where its key is; mounted into cycle Jobs only.")]


class EmergencyWallet(Resource):
    """The wallet that can pause cycles on chain, and do nothing else. It signs `dat admin pause`."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="Its address.",
            json_schema_extra=public_key("solana-keygen pubkey FILE prints it"),
        ),
    ]


class Wallets(Resource):
    """Wallets by role."""

    admin: AdminWallet
    operator: OperatorWallet
    emergency: EmergencyWallet | None = None


class Endpoint(Resource):
    """A JSON-RPC endpoint."""

    url: Annotated[
        str,
        Field(
            max_length=512,
            pattern="^https?://",
            description="Its URL. `${KEY}` is filled in from that key of the Secret `dat-rpc`.",
        ),
    ]
    websocket_url: Annotated[
        str | None,
        Field(
            max_length=512,
            pattern="^wss?://",
            description="Where it takes subscriptions, filled in like `url`. Without it that is `url` by ws "
            "or wss, at the next port if `url` names one.",
        ),
    ] = None
    priority: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="Lower numbers are asked first; others serve while none of these is healthy.",
        ),
    ] = 0
    requests_per_second: Annotated[
        int | None,
        Field(
            ge=1,
            le=10_000,
            description="The most calls a second that each process makes to it; further ones wait. "
            "Without it there is no limit.",
        ),
    ] = None


class Rpc(Resource):
    """How the chain is reached."""

    endpoints: Annotated[
        list[Endpoint],
        Field(
            min_length=1,
            max_length=8,
            description="A pool: of the lowest priority, the one that does best is asked.",
        ),
    ]
    commitment: Annotated[
        Commitment,
        Field(
            description="What the status shows, and what a cycle waits for until it counts: blocks that two "
            "thirds of the stake have voted for (confirmed, within a second), or that 31 more were built on "
            "(finalized, 13 seconds later). processed is not offered: such a block may be rolled back."
        ),
    ] = "confirmed"


class PriorityFee(Resource):
    """What a transaction offers for its place in a block."""

    percentile: Annotated[
        int, Field(ge=0, le=100, description="Of the fees recently paid for the accounts it locks.")
    ] = 75
    max_lamports: Annotated[
        int, Field(ge=0, le=1_000_000_000, description="The most one transaction offers, lamports.")
    ] = 1_000_000


class Retry(Resource):
    """How a run tries again what has failed and may pass: a price that moved, a transaction that expired."""

    limit: Annotated[
        int, Field(ge=0, le=5, description="The most further tries of a token's cycle in one run.")
    ] = 3
    backoff_seconds: Annotated[
        int, Field(ge=1, le=20, description="Before the first of them, seconds; it doubles each time.")
    ] = 2


class CircuitBreaker(Resource):
    """When cycles stop by themselves, for a token or for all."""

    failures: Annotated[
        int,
        Field(ge=1, le=5, description="Failed cycles in a row that open it. Five pause a token on chain."),
    ] = 3
    open_seconds: Annotated[
        int,
        Field(ge=10, le=86_400, description="Time after the last failure until one cycle is tried, seconds."),
    ] = 60


class History(Resource):
    """How long DATCycles are kept."""

    limit: Annotated[int, Field(ge=1, le=1000, description="The most of them; the oldest go first.")] = 50
    max_age_days: Annotated[int, Field(ge=1, le=3650, description="Their age, days.")] = 30


class CyclePolicy(Resource):
    """When cycles run, and the limits they keep to."""

    mode: Annotated[
        Literal["Ecosystem", "PerToken"],
        Field(
            description="One CronJob runs all tokens, several in a transaction, secondaries first "
            "(Ecosystem), or each token has a CronJob of its own (PerToken)."
        ),
    ] = "Ecosystem"
    schedule: Annotated[str, Field(max_length=64, description="Cron expression.")] = "0 */6 * * *"
    time_zone: Annotated[
        str, Field(max_length=64, description="IANA name of the time zone of the schedule.")
    ] = "Etc/UTC"
    min_fees_root_lamports: Annotated[
        Lamports,
        Field(
            description="What the root, its treasury included, must have at hand for a cycle, lamports.",
        ),
    ] = 2_000_000
    min_fees_secondary_lamports: Annotated[
        int,
        Field(
            ge=5_500_000,
            le=MAX_LAMPORTS,
            description="What a secondary must have at hand for a cycle, lamports.",
        ),
    ] = 5_690_000
    max_fees_per_cycle_lamports: Annotated[
        Lamports,
        Field(
            description="The most one token's cycle spends on its buy, lamports; the rest is carried.",
        ),
    ] = 1_000_000_000
    min_interval_seconds: Annotated[
        int,
        Field(
            ge=1,
            le=604_800,
            description="Time between two cycles of one token, kept by the program, seconds.",
        ),
    ] = 60
    max_price_impact_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most a buy spends of the curve's quote reserves, basis points. "
            "80 % of pump.fun's fee bounds it further, so that no sandwich pays.",
        ),
    ] = 100
    slippage_bps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="How much worse than planned a buy may be when it lands, basis points.",
        ),
    ] = 500
    cooldown_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=604_800,
            description="Time between two cycles of one token, kept by its Jobs, seconds; where it is "
            "longer than minIntervalSeconds.",
        ),
    ] = 300
    max_cycles_per_hour: Annotated[int, Field(ge=1, le=999, description="Of one token.")] = 10
    max_cycles_per_day: Annotated[int, Field(ge=1, le=999, description="Of one token.")] = 100
    trigger_above_lamports: Annotated[
        Lamports | None,
        Field(
            description="A token's cycle runs at once when so much is pending, lamports; at most once for "
            "each of its cycles, and within all limits. Without it only the schedule counts."
        ),
    ] = None
    priority_fee: PriorityFee = PriorityFee()
    retry: Retry = Retry()
    history: History = History()
    resources: Annotated[
        Resources, Field(description="CPU and memory of each pod of cycles and set-up, from its next Job on.")
    ] = Resources()


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
