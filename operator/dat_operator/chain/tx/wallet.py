"""Keys, read from mounted files, only by the commands that sign."""

import json
from collections.abc import Sequence
from pathlib import Path

from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from dat_operator.chain.tx import message as tx
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.domain import binding
from dat_operator.domain.binding import Binding
from dat_operator.domain.errors import DatError, Refused


class Wallet:
    """A key that signs nothing but what its owner has bound it to."""

    def __init__(self, pair: Keypair, policy: SigningPolicy) -> None:
        self._pair = pair
        self._policy = policy

    def pubkey(self) -> Pubkey:
        """Its address."""
        return self._pair.pubkey()

    def sign(
        self, message: MessageV0, tables: tx.Tables = (), others: Sequence[Keypair] = ()
    ) -> VersionedTransaction:
        """A message that this wallet pays for, signed by ``others`` too. Raises Refused."""
        self._policy.check(message, tables)
        return tx.signed(message, [self._pair, *others])


def read_bindings(wallet: Path) -> list[Binding]:
    """What the owner of the wallet in a file has bound it to, by the file beside it. Raises Refused."""
    file = wallet.with_name(binding.FILE)
    try:
        text = file.read_bytes()
    except OSError as error:
        said = f"the wallet is bound to nothing: cannot read {file} ({error.strerror})"
        raise Refused("WalletNotBound", f"{said}; {binding.REMEDY}") from None
    return binding.parse(text, str(file))


def new_keypair() -> tuple[str, str]:
    """The address of a new key, and the file that holds it, as the Solana CLI has it."""
    pair = Keypair()
    return str(pair.pubkey()), json.dumps(list(bytes(pair)))


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
