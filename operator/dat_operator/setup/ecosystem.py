"""Sets up an ecosystem on chain: its state, its tokens' stats, and the accounts that buys need.

A set-up can be repeated: it skips existing accounts. If two set-ups run at once, each step succeeds once.
"""

import asyncio

import structlog
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.session import Session
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.decision import account_refusal
from dat_operator.domain.errors import DatError, ProgramError
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.onchain_changes import admin_refusal, differences
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.report import Outcome, Report, TokenReport, worst
from dat_operator.domain.token_state import FeeSource
from dat_operator.setup.lookup_tables import ensure_lookup_tables
from dat_operator.setup.unused_lookup_tables import reclaim_unused_tables

log = structlog.get_logger()


async def set_up(session: Session, run_id: bytes) -> Report:
    """Bring the chain to the configuration. ``run_id``: 16 bytes, for the report.

    Raises ProgramError or another DatError if the ecosystem itself cannot be set up. A token that cannot
    be set up is Failed in the report; the other tokens are set up.
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
    await _pay_shared_rents(session, chain)
    tokens = [await _admit(session, chain, token) for token in session.config.tokens if not token.deactivate]
    await _apply_settings(session)
    await ensure_lookup_tables(session)
    await reclaim_unused_tables(session)
    await _wait_for_commitment(session)
    outcome = worst([token.outcome for token in tokens])
    return Report(run_id=run_id.hex(), outcome=outcome, tokens=tuple(tokens))


async def _pay_shared_rents(session: Session, chain: ChainState) -> None:
    if chain.shared:
        admin, creator = session.signer.pubkey(), session.ecosystem.shared_authority
        if rents := accounts.missing_rents(admin, creator, chain.shared):
            await session.sender.land(rents)


async def _wait_for_commitment(session: Session) -> None:
    """Wait until all changes have the commitment with which the operator reads the chain.

    Otherwise the operator would start another set-up. One wait covers all transactions.
    """
    done = await session.rpc.call("getSlot", {"commitment": "confirmed"})
    while True:
        if await session.rpc.call("getSlot", {"commitment": session.config.commitment}) >= done:
            return
        await asyncio.sleep(1)


async def _apply_settings(session: Session) -> None:
    """Change roles, limits and root shares on chain as far as the timelock permits now."""
    for change in differences(await session.read(), session.config).now:
        args = {name: Pubkey.from_string(v) if isinstance(v, str) else v for name, v in change.args.items()}
        mint = Pubkey.from_string(change.mint) if change.mint else None
        instruction = session.ecosystem.administer(
            change.instruction, session.signer.pubkey(), args, mint=mint
        )
        signature = await session.sender.land([instruction])
        log.info("settings changed", change=change.description, signature=signature)


def initialize(session: Session, chain: ChainState) -> Instruction:
    """The instruction that creates the configured ecosystem on chain, or opens it again if it was closed.

    A closed ecosystem keeps its root share: the program refuses another one.
    """
    config = session.config
    emergency = Pubkey.from_string(config.emergency) if config.emergency else None
    share = chain.state.root_share.at(chain.time) if chain.state else config.limits.root_share_bps
    return session.ecosystem.initialize(
        admin=session.signer.pubkey(),
        base_admin=Pubkey.from_string(config.admin_seed),
        name=config.name,
        operator=Pubkey.from_string(config.operator),
        emergency_admin=emergency,
        root_share_bps=share,
        parameters=config.limits.parameters,
    )


async def _open_ecosystem(session: Session, chain: ChainState) -> None:
    try:
        signature = await session.sender.land([initialize(session, chain)])
    except ProgramError:
        now = (await session.read()).state
        if now is None or now.closed:
            raise
        return  # Another set-up was faster.
    log.info("ecosystem initialized", signature=signature)


async def _admit(session: Session, chain: ChainState, token: TokenConfig) -> TokenReport:
    if refusal := _refusal(chain, token):
        return _failed(token, refusal.reason, refusal.message)
    needed = _missing(session, chain, token)
    if not needed:
        return _already(token)
    try:
        signature = await session.sender.land(needed)
    except ProgramError as error:
        now = (await session.read()).tokens[token.mint]
        if now.stats is not None and not now.missing:
            return _already(token)  # Another set-up was faster.
        return _failed(token, error.reason, str(error))
    log.info("token set up", token=token.name, signature=signature)
    return TokenReport(
        name=token.name, outcome=Outcome.COMPLETED, reason="TokenInitialized", signature=signature
    )


def _refusal(chain: ChainState, token: TokenConfig) -> Refusal | None:
    state = chain.tokens[token.mint]
    assert chain.state is not None  # set_up() has created it
    if found := account_refusal(state):
        return found
    if state.mint_account is None or state.curve is None:
        return Refusal("CurveNotFound", "the mint or its bonding curve does not exist")
    return coin_refusal(state, token.role, chain.state.shared_authority)


def _missing(session: Session, chain: ChainState, token: TokenConfig) -> list[Instruction]:
    """The instructions that create a token's missing accounts."""
    state = chain.tokens[token.mint]
    assert chain.state is not None  # set_up() has created it
    assert state.mint_account is not None  # _refusal() has checked it
    admin, source = session.signer.pubkey(), state.fee_source(chain.state.shared_authority)
    needed = accounts.missing(admin, state, fees_are_ours=source is not FeeSource.FOREIGN)
    if state.stats is None or state.stats.closed:
        # A closed token keeps its root share; a token of a shared creator starts at the ecosystem's share.
        # The program refuses another share, so _apply_settings() changes it later.
        share = None if state.stats or source is FeeSource.SHARED else token.root_share_bps
        admit = session.ecosystem.admit(
            admin=admin,
            mint=Pubkey.from_string(token.mint),
            token_program=Pubkey.from_string(state.mint_account.token_program),
            role=token.role,
            root_share_bps=share,
        )
        needed.append(admit)
    return needed


def _already(token: TokenConfig) -> TokenReport:
    return TokenReport(name=token.name, outcome=Outcome.SKIPPED, reason="AlreadyInitialized")


def _failed(token: TokenConfig, reason: str, message: str) -> TokenReport:
    return TokenReport(name=token.name, outcome=Outcome.FAILED, reason=reason, message=message[:300])
