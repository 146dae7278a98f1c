"""What is signed by hand: planned from the chain, simulated, and landed once somebody has agreed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain.session import Session
from dat_operator.chain.tx.simulator import Simulator
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import DatState
from dat_operator.domain.errors import DatError


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is to be signed."""

    what: str
    """As one sentence, which is shown and asked about."""
    instructions: Sequence[Instruction]
    signers: Sequence[Keypair] = ()
    """Besides the wallet."""
    irrevocable: str | None = None
    """What has to be typed in, because it cannot be taken back."""


Plan = Callable[[Session, ChainState], Awaitable[Deed]]


async def rehearse(session: Session, deed: Deed) -> int:
    """The compute units it would take. Raises ProgramError if it would be refused."""
    simulation = await Simulator(session.rpc, session.signer.pubkey()).run(deed.instructions)
    if simulation.refusal:
        raise simulation.refusal
    return simulation.units


async def commit(session: Session, deed: Deed) -> str:
    """Land it; its signature."""
    return await session.sender.land(deed.instructions, *deed.signers)


def state_of(chain: ChainState) -> DatState:
    """The ecosystem's state. Raises DatError if it is not on chain yet."""
    if chain.state is None:
        raise DatError("the ecosystem is not on chain yet; run `dat setup` first")
    return chain.state


def key_of(text: str, option: str) -> Pubkey:
    """A public key. Raises DatError if it is none."""
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise DatError(f"{option}: {text} is no public key (base58, 32 bytes)") from None
