"""DATToken: a token whose creator fees buy it back and burn it."""

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
from dat_operator.domain.chain_state import Role
from dat_operator.domain.job_config import PoolName
from dat_operator.domain.policy import Lamports, RootShareBps

NEW_TOKEN = "delete this DATToken and make a new one"


class EcosystemRef(Resource):
    """A DATEcosystem in the same namespace."""

    name: Annotated[str, Field(min_length=1, max_length=32, description="Its name.")]


class TokenSpec(Resource):
    """What a token should be."""

    ecosystem_ref: Annotated[
        EcosystemRef,
        Field(
            description="The ecosystem it belongs to.",
            json_schema_extra=immutable(f"ecosystemRef cannot change; {NEW_TOKEN}"),
        ),
    ]
    mint: Annotated[
        PublicKey,
        Field(
            description="Its mint, base58.",
            json_schema_extra=public_key(
                "copy the mint address from pump.fun", immutable(f"mint cannot change; {NEW_TOKEN}")
            ),
        ),
    ]
    role: Annotated[
        Role,
        Field(
            description="Root takes in the others' root shares; an ecosystem has exactly one.",
            json_schema_extra=immutable("role is written to the chain once, at set-up"),
        ),
    ]
    root_share_bps: Annotated[
        RootShareBps | None,
        Field(
            description="Instead of the ecosystem's rootShareBps, basis points. Not for a root. A coin of "
            "the shared creator begins at the ecosystem's share and moves to this one by steps."
        ),
    ] = None
    pool: Annotated[
        PoolName,
        Field(
            description="Where it must trade for its cycles to run. Auto: wherever it does; it graduates to "
            "PumpSwap, for good, once its curve is complete. With another value runs leave it out elsewhere."
        ),
    ] = "Auto"
    token_program: Annotated[
        Literal["Auto", "Token", "Token2022"],
        Field(
            description="The token program that its mint must be of: SPL Token or Token-2022. Auto: either. "
            "A mint of the other one is refused before anything is set up for it."
        ),
    ] = "Auto"
    schedule: Annotated[
        str | None,
        Field(
            max_length=64,
            description="Cron expression, instead of the ecosystem's cycle.schedule; "
            "only with cycle.mode PerToken. Starts are five minutes apart or more.",
            json_schema_extra=rules(schedule_rule("self", "schedule")),
        ),
    ] = None
    trigger_above_lamports: Annotated[
        Lamports | None, Field(description="Instead of the ecosystem's cycle.triggerAboveLamports.")
    ] = None
    suspend: Annotated[
        bool, Field(description="While true, runs skip this token unless a DATCycle names it.")
    ] = False

    deletion_policy: Annotated[
        Literal["Retain", "Deactivate"],
        Field(
            description="What deleting this DATToken does on chain: nothing (Retain), or its cycles are "
            "switched off first, by a Job with the admin's key (Deactivate)."
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
                "rootShareBps: a share of its own stays on chain; set the value that it should have",
            ),
        )
    )


class DATToken(Resource):
    """A token whose creator fees buy it back and burn it."""

    spec: TokenSpec
    status: TokenStatus | None = None
