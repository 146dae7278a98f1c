"""Sets an ecosystem up on chain: its state, and the stats of every token that has none yet.

Repeatable: what is there already is left alone, and what two runs try at once succeeds once.
"""

import structlog
from solders.pubkey import Pubkey

from dat_operator.chain import program as dat
from dat_operator.cycle.session import Session
from dat_operator.domain.chain_state import ChainState, Parameters
from dat_operator.domain.config import TokenConfig
from dat_operator.domain.decision import curve_refusal
from dat_operator.domain.errors import DatError, ProgramError
from dat_operator.domain.report import Outcome, Report, TokenReport, worst

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
    if chain.state is None:
        await _create_ecosystem(session)
    tokens = [await _admit(session, chain, token) for token in session.config.tokens]
    outcome = worst([token.outcome for token in tokens])
    return Report(cycle_id=run_id.hex(), outcome=outcome, tokens=tuple(tokens))


async def _create_ecosystem(session: Session) -> None:
    limits = session.config.limits
    parameters = Parameters(operator=session.config.operator, **limits.model_dump())
    admin = session.signer.pubkey()
    instruction = dat.initialize_dat_state(session.program, admin, session.config.name, parameters)
    try:
        signature = await session.sender.land([instruction])
    except ProgramError:
        if (await session.read()).state is None:
            raise
        return  # Another run was faster.
    log.info("ecosystem initialized", signature=signature)


async def _admit(session: Session, chain: ChainState, token: TokenConfig) -> TokenReport:
    state = chain.tokens[token.mint]
    if state.stats is not None:
        return _already(token)
    if state.mint_account is None or state.curve is None:
        return _failed(token, "CurveNotFound", "the mint or its bonding curve does not exist")
    if refusal := curve_refusal(state.curve, state.addresses.authority):
        return _failed(token, refusal.reason, refusal.message)
    instruction = dat.initialize_token_stats(
        session.program,
        session.signer.pubkey(),
        Pubkey.from_string(chain.state_address),
        Pubkey.from_string(token.mint),
        Pubkey.from_string(state.mint_account.token_program),
        token.role,
        token.root_share_bps,
    )
    try:
        signature = await session.sender.land([instruction])
    except ProgramError as error:
        if (await session.read()).tokens[token.mint].stats is not None:
            return _already(token)  # Another run was faster.
        return _failed(token, error.reason, str(error))
    log.info("token initialized", token=token.name, signature=signature)
    return TokenReport(
        name=token.name, outcome=Outcome.COMPLETED, reason="TokenInitialized", signature=signature
    )


def _already(token: TokenConfig) -> TokenReport:
    return TokenReport(name=token.name, outcome=Outcome.SKIPPED, reason="AlreadyInitialized")


def _failed(token: TokenConfig, reason: str, message: str) -> TokenReport:
    return TokenReport(name=token.name, outcome=Outcome.FAILED, reason=reason, message=message[:300])
