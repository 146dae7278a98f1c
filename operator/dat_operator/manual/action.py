"""Actions that a person signs by hand: planned from the chain, simulated, and landed after a confirmation."""

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
class Action:
    """Instructions that a person confirms and signs."""

    description: str
    """One sentence, which the person reads before the confirmation."""
    instructions: Sequence[Instruction]
    signers: Sequence[Keypair] = ()
    """Further signers, besides the wallet."""
    irrevocable: str | None = None
    """The text to type as confirmation of an action that cannot be undone; None for other actions."""


PlanAction = Callable[[Session, ChainState], Awaitable[Action]]


async def simulate(session: Session, action: Action) -> int:
    """The compute units that the action would use. Raises ProgramError if it would be refused."""
    simulation = await Simulator(session.rpc, session.signer.pubkey()).run(action.instructions)
    if simulation.refusal:
        raise simulation.refusal
    return simulation.units


async def land(session: Session, action: Action) -> str:
    """Land the action; its signature. Raises ProgramError or TransactionExpired."""
    return await session.sender.land(action.instructions, *action.signers)


def state_of(chain: ChainState) -> DatState:
    """The ecosystem's state. Raises DatError if the ecosystem is not on chain yet."""
    if chain.state is None:
        raise DatError("the ecosystem is not on chain yet; run `dat setup` first")
    return chain.state


def key_of(text: str, option: str) -> Pubkey:
    """The public key in an option's text. Raises DatError if the text is not a public key."""
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise DatError(f"{option}: {text} is not a public key (base58, 32 bytes)") from None
