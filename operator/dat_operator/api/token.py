"""DATToken: a token whose creator fees buy and burn the token."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from dat_operator.api.fields import (
    PublicKey,
    Resource,
    immutable,
    public_key,
    rules,
    schedule_rule,
)
from dat_operator.api.token_status import TokenStatus
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import PoolName
from dat_operator.domain.policy import Lamports, RootShareBps

NEW_TOKEN = "delete this DATToken and create a new one"


class EcosystemRef(Resource):
    """A DATEcosystem in the same namespace."""

    name: Annotated[str, Field(min_length=1, max_length=32, description="The name of the DATEcosystem.")]


class TokenSpec(Resource):
    """The desired state of a token."""

    ecosystem_ref: Annotated[
        EcosystemRef,
        Field(
            description="The ecosystem of the token.",
            json_schema_extra=immutable(f"ecosystemRef cannot change; {NEW_TOKEN}"),
        ),
    ]
    mint: Annotated[
        PublicKey,
        Field(
            description="The mint address of the token, base58.",
            json_schema_extra=public_key(
                "copy the mint address from pump.fun", immutable(f"mint cannot change; {NEW_TOKEN}")
            ),
        ),
    ]
    role: Annotated[
        Role,
        Field(
            description="The role of the token. The Root receives the root shares of the Secondaries; an "
            "ecosystem has exactly one Root.",
            json_schema_extra=immutable("role cannot change: set-up writes it to the chain once"),
        ),
    ]
    root_share_bps: Annotated[
        RootShareBps | None,
        Field(
            description="Overrides the ecosystem's rootShareBps, basis points. A root has none. A coin of "
            "the shared creator begins with the ecosystem's share and reaches this value in steps."
        ),
    ] = None
    pool: Annotated[
        PoolName,
        Field(
            description="The market where the token's cycles run. Auto: the market where the token trades. "
            "With another value, runs skip the token while it trades elsewhere. A token graduates from its "
            "BondingCurve to PumpSwap for good."
        ),
    ] = "Auto"
    token_program: Annotated[
        Literal["Auto", "Token", "Token2022"],
        Field(
            description="The token program of the mint: SPL Token or Token-2022. Auto: either. The operator "
            "refuses a mint of the other program and sets up nothing for it."
        ),
    ] = "Auto"
    schedule: Annotated[
        str | None,
        Field(
            max_length=64,
            description="Cron expression that overrides the ecosystem's cycle.schedule; only with cycle.mode "
            "PerToken. Starts are at least five minutes apart.",
            json_schema_extra=rules(schedule_rule("self", "schedule")),
        ),
    ] = None
    trigger_above_lamports: Annotated[
        Lamports | None, Field(description="Overrides the ecosystem's cycle.triggerAboveLamports.")
    ] = None
    suspend: Annotated[
        bool, Field(description="While true, runs skip this token unless a DATCycle names it.")
    ] = False

    deletion_policy: Annotated[
        Literal["Retain", "Deactivate"],
        Field(
            description="The effect of a deletion on chain. Retain: none. Deactivate: a Job with the admin's "
            "key first switches the token's cycles off."
        ),
    ] = "Retain"

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "self.role != 'Root' || !has(self.rootShareBps)",
                "rootShareBps: a root keeps all of its fees; remove the field or set role: Secondary",
            ),
            (
                "!has(oldSelf.rootShareBps) || has(self.rootShareBps)",
                "rootShareBps: the share stays on chain, so the field cannot be removed; set the value you "
                "want",
            ),
        )
    )


class DATToken(Resource):
    """A token whose creator fees buy and burn the token."""

    spec: TokenSpec
    status: TokenStatus | None = None
