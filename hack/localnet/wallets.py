"""The wallets of a local chain: Solana keypair files, readable by their owner only."""

import json
from dataclasses import dataclass
from pathlib import Path

from hack.pump.base58 import b58encode

SOL = 10**9

# Lamports of the wallets at the start of a chain. A trader has enough to complete a curve.
FUNDS = {"admin": 1_000 * SOL, "operator": 10 * SOL, "emergency": SOL}
TRADER_FUNDS = 1_000 * SOL


@dataclass(frozen=True)
class Wallet:
    """A named keypair file."""

    name: str
    path: Path

    @property
    def secret(self) -> bytes:
        """The 64 bytes of the keypair: seed, then public key."""
        return bytes(json.loads(self.path.read_text()))

    @property
    def address(self) -> str:
        """The public key in base58."""
        return b58encode(self.secret[32:])


def funds(traders: int) -> dict[str, int]:
    """Return name → lamports of every wallet: admin, operator, emergency, trader-1 and so on."""
    return FUNDS | {f"trader-{number}": TRADER_FUNDS for number in range(1, traders + 1)}
