"""The tools of every Job: the ecosystem, the chain, a signer."""

from dataclasses import dataclass

from solders.pubkey import Pubkey

from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.ecosystem_accounts import EcosystemKeys
from dat_operator.chain.incremental import read_chain
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.tx.sender import Sender
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.job_config import EcosystemConfig


@dataclass(frozen=True, slots=True)
class Reading:
    """An ecosystem and its chain, without a key."""

    config: EcosystemConfig
    rpc: RpcClient

    @property
    def program(self) -> Pubkey:
        """The address of our program."""
        return Pubkey.from_string(self.config.program_id)

    @property
    def ecosystem(self) -> Ecosystem:
        """Makes the instructions of this ecosystem."""
        return Ecosystem.of(self.program, Pubkey.from_string(self.config.admin_seed), self.config.name)

    def history(self) -> History:
        """The cycles of the ecosystem. A history remembers transactions: make one for each run."""
        return History(self.rpc, self.config.program_id, str(self.ecosystem.state))

    async def read(self) -> ChainState:
        """Read the ecosystem from the chain. Raises as ``read_chain`` does."""
        return await read_chain(self.rpc, keys_of(self.config))


@dataclass(frozen=True, slots=True)
class Session(Reading):
    """The tools of one Job, with the key that signs its transactions."""

    signer: Wallet

    @property
    def sender(self) -> Sender:
        """Signs transactions with the key of this Job and sends them until they are confirmed."""
        return Sender(self.rpc, self.signer, self.config.priority_fee)


def keys_of(config: EcosystemConfig) -> EcosystemKeys:
    """The public keys of the ecosystem in a configuration."""
    return EcosystemKeys(
        program_id=config.program_id,
        admin=config.admin_seed,
        payer=config.admin,
        name=config.name,
        operator=config.operator,
        mints=tuple(token.mint for token in config.tokens),
    )
