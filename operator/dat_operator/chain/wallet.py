"""Keys, read from mounted files, only by the commands that sign."""

import json
from pathlib import Path

from solders.keypair import Keypair

from dat_operator.domain.errors import DatError


def load_wallet(path: Path, expected: str, field: str) -> Keypair:
    """The keypair in a file, which must be that of ``expected``.

    Raises DatError, without a word of the content, if the file is missing, malformed or holds another
    key; ``field`` names where the resource says which key it should be.
    """
    pair = read_keypair(path, field)
    if str(pair.pubkey()) != expected:
        raise DatError(
            f"{field}: {path} holds the key {pair.pubkey()}, but publicKey says {expected}; "
            "correct the Secret or the resource"
        )
    return pair


def read_keypair(path: Path, field: str) -> Keypair:
    """The keypair in a file of the Solana CLI's form (a JSON array of 64 bytes). Raises DatError."""
    try:
        values = json.loads(path.read_text())
        if not isinstance(values, list):
            raise ValueError("no list")
        return Keypair.from_bytes(bytes(values))
    except OSError as error:
        raise DatError(f"{field}: cannot read {path} ({error.strerror}); mount the wallet's Secret") from None
    except (ValueError, TypeError):
        raise DatError(f"{field}: {path} is no keypair file (a JSON array of 64 bytes)") from None
