"""Wallets by role, and the Secrets with their keys."""

from typing import Annotated

from pydantic import ConfigDict, Field

from dat_operator.api.fields import PublicKey, Resource, public_key, rules


class SecretRef(Resource):
    """A key of a Secret in the resource's namespace."""

    # The API server accepts any name in a Job, but the pod would wait forever.
    name: Annotated[
        str,
        Field(
            max_length=253, pattern="^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", description="The name of the Secret."
        ),
    ]
    key: Annotated[
        str,
        Field(
            max_length=253,
            pattern="^[-._a-zA-Z0-9]+$",
            description="The key of the Secret that holds the keypair (JSON array of 64 bytes).",
        ),
    ] = "keypair.json"


SEED, OLD_SEED = (f"(has({obj}.base) ? {obj}.base : {obj}.publicKey)" for obj in ("self", "oldSelf"))


class AdminWallet(Resource):
    """The wallet that sets the ecosystem up and pays the rents."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="The address of the wallet. It changes with the admin on chain (docs/setup.md).",
            json_schema_extra=public_key("solana-keygen pubkey FILE prints it"),
        ),
    ]
    base: Annotated[
        PublicKey | None,
        Field(
            description="The first admin of the ecosystem, if the ecosystem now has another admin. The "
            "address of the on-chain state derives from the first admin. Set the field after a transfer of "
            "the admin.",
            json_schema_extra=public_key("the publicKey that was here before the transfer"),
        ),
    ] = None
    secret_ref: Annotated[
        SecretRef | None,
        Field(
            description="The Secret with the wallet's key. Without the field, run `dat setup` yourself with "
            "the key offline."
        ),
    ] = None

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                f"{SEED} == {OLD_SEED}",
                "wallets.admin: the on-chain address derives from base, or from publicKey if base is "
                "absent, and cannot change; after an admin transfer set base to the first admin's key; for "
                "another address create a new DATEcosystem",
            )
        )
    )

    @property
    def seed(self) -> str:
        """The key from which the state's address derives."""
        return self.base or self.public_key


class OperatorWallet(Resource):
    """The wallet that runs cycles and can do nothing else."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="The address of the wallet.",
            json_schema_extra=public_key("solana-keygen pubkey FILE prints it"),
        ),
    ]
    secret_ref: Annotated[
        SecretRef, Field(description="The Secret with the wallet's key. Only cycle Jobs mount it.")
    ]


class EmergencyWallet(Resource):
    """The wallet that can pause cycles and refuse withdrawals on chain, and do nothing else."""

    public_key: Annotated[
        PublicKey,
        Field(
            description="The address of the wallet.",
            json_schema_extra=public_key("solana-keygen pubkey FILE prints it"),
        ),
    ]


class Wallets(Resource):
    """Wallets by role."""

    admin: AdminWallet
    operator: OperatorWallet
    emergency: EmergencyWallet | None = None
