"""What every Job works with: the ecosystem, the chain, a signer."""

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
    """An ecosystem and its chain, for those who sign nothing."""

    config: EcosystemConfig
    rpc: RpcClient

    @property
    def program(self) -> Pubkey:
        """Our program's address."""
        return Pubkey.from_string(self.config.program_id)

    @property
    def ecosystem(self) -> Ecosystem:
        """Makes the instructions of this ecosystem."""
        return Ecosystem.of(self.program, Pubkey.from_string(self.config.admin_seed), self.config.name)

    def history(self) -> History:
        """What its cycles did. Remembers what it has read: one for each run."""
        return History(self.rpc, self.config.program_id, str(self.ecosystem.state))

    async def read(self) -> ChainState:
        """The ecosystem as the chain has it now."""
        return await read_chain(self.rpc, keys_of(self.config))


@dataclass(frozen=True, slots=True)
class Session(Reading):
    """One Job's tools: what it reads, and the key that it signs with."""

    signer: Wallet

    @property
    def sender(self) -> Sender:
        """Lands transactions signed by this Job's key, until they are confirmed."""
        return Sender(self.rpc, self.signer, self.config.priority_fee)


def keys_of(config: EcosystemConfig) -> EcosystemKeys:
    """What to read for an ecosystem."""
    return EcosystemKeys(
        program_id=config.program_id,
        admin=config.admin_seed,
        payer=config.admin,
        name=config.name,
        operator=config.operator,
        mints=tuple(token.mint for token in config.tokens),
    )
