"""Wallets by role, and where their keys are."""

from typing import Annotated

from pydantic import ConfigDict, Field

from dat_operator.api.fields import PublicKey, Resource, public_key, rules


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


SEED, OLD_SEED = (f"(has({obj}.base) ? {obj}.base : {obj}.publicKey)" for obj in ("self", "oldSelf"))


class AdminWallet(Resource):
    """The wallet that sets the ecosystem up, and pays the rents of it."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="Its address. It changes with the admin on chain (docs/setup.md).",
            json_schema_extra=public_key("solana-keygen pubkey FILE prints it"),
        ),
    ]
    base: Annotated[
        PublicKey | None,
        Field(
            description="The admin that initialized the ecosystem, if it has another one now: its address is "
            "part of the address of the on-chain state. Set it when the admin was transferred.",
            json_schema_extra=public_key("the publicKey that was here before the transfer"),
        ),
    ] = None
    secret_ref: Annotated[
        SecretRef | None,
        Field(description="Where its key is. Without it, run `dat setup` yourself, with the key offline."),
    ] = None

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                f"{SEED} == {OLD_SEED}",
                "wallets.admin: the on-chain address is made of base, or else publicKey, and cannot change; "
                "after an admin transfer set base to the first admin's key, else make a new DATEcosystem",
            )
        )
    )

    @property
    def seed(self) -> str:
        """The key that the state's address is made of."""
        return self.base or self.public_key


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
