"""The keys of the wallets. Only commands that sign read them, from mounted files."""

import json
from collections.abc import Sequence
from pathlib import Path

from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from dat_operator.chain.tx.message import Tables, signed
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.domain import binding
from dat_operator.domain.binding import Binding
from dat_operator.domain.errors import DatError, Refused


class Wallet:
    """A key that signs only the transactions that its binding allows."""

    def __init__(self, pair: Keypair, policy: SigningPolicy) -> None:
        self._pair = pair
        self._policy = policy

    def pubkey(self) -> Pubkey:
        """The address of the wallet."""
        return self._pair.pubkey()

    def sign(
        self, message: MessageV0, tables: Tables = (), others: Sequence[Keypair] = ()
    ) -> VersionedTransaction:
        """Sign a message that this wallet pays for, with ``others`` as further signers. Raises Refused."""
        self._policy.check(message, tables)
        return signed(message, [self._pair, *others])


def read_bindings(wallet: Path) -> list[Binding]:
    """The bindings of a wallet, from the file beside the wallet. Raises Refused."""
    file = wallet.with_name(binding.FILE)
    try:
        text = file.read_bytes()
    except OSError as error:
        said = f"the wallet is bound to nothing: cannot read {file} ({error.strerror})"
        raise Refused("WalletNotBound", f"{said}; {binding.BINDING_REMEDY}") from None
    return binding.parse(text, str(file))


def new_keypair() -> tuple[str, str]:
    """The address of a new key, and the text of its keypair file as the Solana CLI writes it."""
    pair = Keypair()
    return str(pair.pubkey()), json.dumps(list(bytes(pair)))


def load_wallet(path: Path, expected: str, field: str) -> Keypair:
    """The keypair in a file. Its address must be ``expected``.

    Raises DatError if the file is missing, malformed or holds another key. The message shows nothing of the
    private key; ``field`` is the field of the resource that names the key.
    """
    pair = read_keypair(path, field)
    if str(pair.pubkey()) != expected:
        raise DatError(
            f"{field}: {path} holds the key {pair.pubkey()}, but publicKey says {expected}; "
            "correct the Secret or the resource"
        )
    return pair


def read_keypair(path: Path, field: str) -> Keypair:
    """The keypair in a file of the Solana CLI (a JSON array of 64 bytes). Raises DatError."""
    try:
        values = json.loads(path.read_text())
        if not isinstance(values, list):
            raise ValueError("no list")
        return Keypair.from_bytes(bytes(values))
    except OSError as error:
        raise DatError(f"{field}: cannot read {path} ({error.strerror}); mount the wallet's Secret") from None
    except (ValueError, TypeError):
        raise DatError(f"{field}: {path} is no keypair file (a JSON array of 64 bytes)") from None
