"""Sets an ecosystem up on chain: its state, the stats of each token that has none, and what their buys need.

Repeatable: what is there already is left alone, and what two runs try at once succeeds once.
"""

import asyncio

import structlog
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.session import Session
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.decision import unreadable
from dat_operator.domain.errors import DatError, ProgramError
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.onchain_changes import admin_refusal, differences
from dat_operator.domain.report import Outcome, Report, TokenReport, worst
from dat_operator.domain.token_state import FeeSource
from dat_operator.setup.old_tables import take_back_tables
from dat_operator.setup.token_tables import keep_tables

log = structlog.get_logger()


async def set_up(session: Session, run_id: bytes) -> Report:
    """Bring the chain to what the configuration says.

    Raises ProgramError or another DatError if the ecosystem itself cannot be set up; a token that
    cannot be is Failed in the report, and costs that token only.
    """
    chain = await session.read()
    if not chain.program_deployed:
        raise DatError(
            f"spec.programId: {session.config.program_id} is not deployed on {session.config.network}; "
            "deploy the program or correct the address"
        )
    signer = str(session.signer.pubkey())
    if refusal := admin_refusal(chain.state, signer, session.config.admin_seed):
        raise DatError(refusal.message)
    if chain.state is None or chain.state.closed:
        await _open_ecosystem(session, chain)
        chain = await session.read()
    if chain.shared:
        admin, creator = session.signer.pubkey(), session.ecosystem.shared_authority
        if rents := accounts.missing_rents(admin, creator, chain.shared):
            await session.sender.land(rents)
    tokens = [await _admit(session, chain, token) for token in session.config.tokens if not token.deactivate]
    await _apply_settings(session)
    await keep_tables(session)
    await take_back_tables(session)
    await _until_seen(session)
    outcome = worst([token.outcome for token in tokens])
    return Report(cycle_id=run_id.hex(), outcome=outcome, tokens=tuple(tokens))


async def _until_seen(session: Session) -> None:
    """Wait until what was done is of the commitment by which the operator looks for it.

    It would set up again what it does not see, and that waits once for all of it, not for each transaction.
    """
    done = await session.rpc.call("getSlot", {"commitment": "confirmed"})
    while True:
        if await session.rpc.call("getSlot", {"commitment": session.config.commitment}) >= done:
            return
        await asyncio.sleep(1)


async def _apply_settings(session: Session) -> None:
    """Bring roles, limits and root shares on chain to the configuration, as far as they may go now."""
    for change in differences(await session.read(), session.config).now:
        args = {name: Pubkey.from_string(v) if isinstance(v, str) else v for name, v in change.args.items()}
        mint = Pubkey.from_string(change.mint) if change.mint else None
        instruction = session.ecosystem.administer(
            change.instruction, session.signer.pubkey(), args, mint=mint
        )
        signature = await session.sender.land([instruction])
        log.info("settings changed", change=change.description, signature=signature)


def initialize(session: Session, chain: ChainState) -> Instruction:
    """Creates the ecosystem on chain as the configuration says, or opens it again if it was closed.

    A closed one comes back at the root share that it had: the program refuses any other.
    """
    config = session.config
    emergency = Pubkey.from_string(config.emergency) if config.emergency else None
    share = chain.state.root_share.at(chain.time) if chain.state else config.limits.root_share_bps
    return session.ecosystem.initialize(
        session.signer.pubkey(),
        Pubkey.from_string(config.admin_seed),
        config.name,
        Pubkey.from_string(config.operator),
        emergency,
        share,
        config.limits.parameters,
    )


async def _open_ecosystem(session: Session, chain: ChainState) -> None:
    try:
        signature = await session.sender.land([initialize(session, chain)])
    except ProgramError:
        now = (await session.read()).state
        if now is None or now.closed:
            raise
        return  # Another run was faster.
    log.info("ecosystem initialized", signature=signature)


async def _admit(session: Session, chain: ChainState, token: TokenConfig) -> TokenReport:
    state = chain.tokens[token.mint]
    assert chain.state is not None  # set_up() has made it
    if found := unreadable(state):
        return _failed(token, found.reason, found.message)
    if state.mint_account is None or state.curve is None:
        return _failed(token, "CurveNotFound", "the mint or its bonding curve does not exist")
    if refusal := coin_refusal(state, token.role, chain.state.shared_authority):
        return _failed(token, refusal.reason, refusal.message)
    admin, source = session.signer.pubkey(), state.fee_source(chain.state.shared_authority)
    needed = accounts.missing(admin, state, fees_are_ours=source is not FeeSource.FOREIGN)
    if state.stats is not None and not state.stats.closed and not needed:
        return _already(token)
    if state.stats is None or state.stats.closed:
        mint, token_program = (
            Pubkey.from_string(token.mint),
            Pubkey.from_string(state.mint_account.token_program),
        )
        # One that was closed comes back at the share that it had, one of a shared creator begins at the
        # ecosystem's: the program refuses any other, and _apply_settings() goes on from there.
        share = None if state.stats or source is FeeSource.SHARED else token.root_share_bps
        needed.append(session.ecosystem.admit(admin, mint, token_program, token.role, share))
    try:
        signature = await session.sender.land(needed)
    except ProgramError as error:
        now = (await session.read()).tokens[token.mint]
        if now.stats is not None and not now.missing:
            return _already(token)  # Another run was faster.
        return _failed(token, error.reason, str(error))
    log.info("token set up", token=token.name, signature=signature)
    return TokenReport(
        name=token.name, outcome=Outcome.COMPLETED, reason="TokenInitialized", signature=signature
    )


def _already(token: TokenConfig) -> TokenReport:
    return TokenReport(name=token.name, outcome=Outcome.SKIPPED, reason="AlreadyInitialized")


def _failed(token: TokenConfig, reason: str, message: str) -> TokenReport:
    return TokenReport(name=token.name, outcome=Outcome.FAILED, reason=reason, message=message[:300])
