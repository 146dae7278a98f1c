"""A wallet without an owner's binding, for tests of what happens once something is signed."""

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain.tx.message import Tables
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.binding import Binding, WalletRole


class _Anything(SigningPolicy):
    def check(self, message: object, tables: Tables) -> None:
        pass


def free_wallet(pair: Keypair) -> Wallet:
    """Signs any message."""
    nowhere = Pubkey.default()
    binding = Binding(network="localnet", program="", admin="", ecosystem="", role=WalletRole.OPERATOR)
    return Wallet(pair, _Anything(nowhere, nowhere, binding, (), by_hand=True))
