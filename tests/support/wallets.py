"""What the owners of this ring's wallets bind them to."""

import json
from pathlib import Path

from solders.keypair import Keypair

from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole
from dat_operator.domain.job_config import EcosystemConfig


def binding(config: EcosystemConfig, role: str) -> Binding:
    """To an ecosystem as it is meant to be, in the roles that it is to have."""
    appoints = {"operators": (config.operator,), "emergency_admins": (config.emergency or NOBODY,)}
    return Binding(
        network=config.network,
        program=config.program_id,
        admin=config.admin_seed,
        ecosystem=config.name,
        role=WalletRole(role),
        **(appoints if role == WalletRole.ADMIN else {}),
    )


def bound(config: EcosystemConfig, pair: Keypair, role: str) -> Wallet:
    """A wallet as a Job has it."""
    mints = [token.mint for token in config.tokens]
    return Wallet(pair, SigningPolicy.of(binding(config, role), mints, by_hand=False))


def text(*bindings: Binding) -> str:
    """The file of some bindings."""
    return json.dumps([one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in bindings])


def write_wallet(folder: Path, config: EcosystemConfig, pair: Keypair, *roles: str) -> Path:
    """A wallet's directory as its Secret is mounted; its keypair file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "keypair.json"
    file.write_text(json.dumps(list(bytes(pair))))
    (folder / FILE).write_text(text(*(binding(config, role) for role in roles)))
    return file
