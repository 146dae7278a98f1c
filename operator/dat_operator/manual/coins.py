"""Coins for an ecosystem: launches new ones, and adopts those that their creators hand over."""

import json
from pathlib import Path

from solders.keypair import Keypair

from dat_operator.chain.pump import launch
from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.session import Reading, Session
from dat_operator.domain.errors import DatError
from dat_operator.domain.token_state import FeeSource
from dat_operator.manual.action import Action, key_of


def create(session: Session, mint: Keypair, name: str, symbol: str, uri: str) -> Action:
    """Launch a coin whose creator is its authority. The wallet pays."""
    creator = session.ecosystem.authority(mint.pubkey())
    instruction = launch.create(
        session.signer.pubkey(), mint.pubkey(), creator, name=name, symbol=symbol, uri=uri
    )
    description = f"Launch {name} ({symbol}) as {mint.pubkey()}, whose fees go to {creator}"
    return Action(description, [instruction], [mint])


async def adopt(session: Session, mint: str) -> Action:
    """Hand a coin's future fees to its authority. Raises DatError if the coin cannot be adopted."""
    key, signer = key_of(mint, "MINT"), session.signer.pubkey()
    config = session.config.model_copy(update={"tokens": [session.config.token_of_mint(mint)]})
    chain = await Reading(config, session.rpc).read()
    token = chain.tokens[mint]
    if token.curve is None:
        raise DatError(f"MINT: {mint} has no bonding curve; only coins of pump.fun can be adopted")
    source = token.fee_source(chain.state.shared_authority if chain.state else None)
    if source is not FeeSource.FOREIGN:
        raise DatError(f"MINT: the fees of {mint} go to this ecosystem already ({source})")
    if token.curve.is_holder_reward or token.curve.is_cashback_coin:
        raise DatError(f"MINT: {mint} is a holder-reward or cashback coin; it has no fees to hand over")
    if token.creator != str(signer):
        raise DatError(f"--wallet: {signer} is not the creator of {mint}; the creator is {token.creator}")
    authority = session.ecosystem.authority(key)
    # While a shareholder is below its rent, pump.fun distributes nothing and reports no error.
    needed = [accounts.transfer(signer, authority, chain.rent_lamports)] if token.stats is None else []
    handed = launch.adopt(signer, key, authority, graduated=token.pool is not None)
    return Action(f"Hand all future fees of {mint} to {authority}", [*needed, *handed], irrevocable=mint)


def mint_in(path: Path, *, keep: bool) -> Keypair:
    """The keypair in a file. Without a file: a new keypair, written there if ``keep``. Raises DatError."""
    try:
        if path.exists():
            return Keypair.from_bytes(bytes(json.loads(path.read_text())))
        pair = Keypair()
        if keep:
            path.touch(mode=0o600)
            path.write_text(json.dumps(list(bytes(pair))))
    except (OSError, ValueError) as error:
        raise DatError(f"--mint: {path}: {error}") from None
    return pair
