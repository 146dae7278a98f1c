"""Wallets by role, and where their keys are."""

from typing import Annotated

from pydantic import Field

from dat_operator.api.fields import PublicKey, Resource, immutable, public_key


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
