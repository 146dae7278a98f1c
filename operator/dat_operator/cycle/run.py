"""An ecosystem's cycle: every token once, secondaries first, the root with their treasury last.

Exactly once: each transaction names the cycle it expects and the run it belongs to. A run that was
killed and starts again reads from the token's stats whether its own cycle has landed; a transaction
of the killed run that is still on its way either counts or is refused by the program.
"""

import structlog
from solders.pubkey import Pubkey
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from dat_operator.chain import program as dat
from dat_operator.chain.history import cycles_in, cycles_of
from dat_operator.chain.pump import PumpGlobal, any_recipient
from dat_operator.chain.reader import read_pump_global
from dat_operator.cycle.session import Session
from dat_operator.domain.chain_state import ChainState, Role
from dat_operator.domain.config import TokenConfig
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.decision import CyclePlan, Refusal, decide
from dat_operator.domain.errors import NOT_FAILURES, DatError, ProgramError, TransactionExpired
from dat_operator.domain.report import Outcome, Report, TokenReport, worst

log = structlog.get_logger()

ATTEMPTS = 3
"""Tries of one token's transaction; only what cannot have landed is tried again."""


class CycleRun:
    """One run over an ecosystem; ``cycle_id`` (16 bytes) is the same for every pod of one Job."""

    def __init__(self, session: Session, cycle_id: bytes) -> None:
        self._session = session
        self._cycle_id = cycle_id

    async def run(self) -> Report:
        """Run every token's cycle; one token's failure costs that token only.

        Raises RpcUnavailable if the chain cannot be read at all.
        """
        pump_global = await read_pump_global(self._session.rpc)
        tokens = sorted(self._session.config.tokens, key=lambda token: token.role is Role.ROOT)
        reports = [await self._token(token, pump_global) for token in tokens]
        return Report(
            cycle_id=self._cycle_id.hex(),
            outcome=worst([report.outcome for report in reports]),
            tokens=tuple(reports),
        )

    async def _token(self, token: TokenConfig, pump_global: PumpGlobal) -> TokenReport:
        with structlog.contextvars.bound_contextvars(token=token.name, mint=token.mint):
            try:
                report = await self._attempts(token, pump_global)
            except ProgramError as error:
                report = _refused(token, error.reason, str(error))
            except DatError as error:
                report = _refused(token, type(error).__name__, str(error))
            log.info("token done", **report.model_dump(exclude={"name"}, exclude_none=True))
            return report

    async def _attempts(self, token: TokenConfig, pump_global: PumpGlobal) -> TokenReport:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((TransactionExpired, _LostRace)),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=2, max=8),
            reraise=True,
        ):
            with attempt:
                return await self._once(token, pump_global)
        raise AssertionError("unreachable: the last attempt raises")

    async def _once(self, token: TokenConfig, pump_global: PumpGlobal) -> TokenReport:
        """Settle what an earlier pod of this run has done, else run the cycle."""
        chain = await self._session.read()
        if settled := await self._settled(token, chain):
            return _completed(token, settled)
        plan = decide(chain, token.mint, self._session.config.slippage_bps)
        if isinstance(plan, Refusal):
            return _refused(token, plan.reason, plan.message)
        log.info("plan", expected_cycle=plan.expected_cycle, spend=plan.spend, to_root=plan.split.to_root)
        try:
            signature = await self._land(token, chain, plan, pump_global)
        except ProgramError as error:
            if error.reason == "CycleMismatch":
                raise _LostRace("CycleMismatch", str(error)) from error
            raise
        for landed in await cycles_in(self._session.rpc, self._session.config.program_id, signature):
            if landed.event.mint == token.mint:
                return _completed(token, landed)
        raise DatError(f"{signature} is confirmed, but no endpoint shows its events")

    async def _settled(self, token: TokenConfig, chain: ChainState) -> Landed | None:
        """The cycle of this very run, if it has landed already."""
        state = chain.tokens[token.mint]
        if state.stats is None or state.stats.last_cycle_id != self._cycle_id:
            return None
        rpc, program_id = self._session.rpc, self._session.config.program_id
        async for landed in cycles_of(rpc, program_id, state.addresses.stats, token.mint):
            if landed.event.cycle_id == self._cycle_id:
                return landed
        raise DatError("this run's cycle has landed, but no endpoint shows its transaction")

    async def _land(
        self, token: TokenConfig, chain: ChainState, plan: CyclePlan, pump_global: PumpGlobal
    ) -> str:
        mint_account = chain.tokens[token.mint].mint_account
        assert mint_account is not None  # decide() refuses a token without one
        instruction = dat.run_cycle(
            self._session.program,
            self._session.signer.pubkey(),
            Pubkey.from_string(chain.state_address),
            Pubkey.from_string(token.mint),
            Pubkey.from_string(mint_account.token_program),
            any_recipient(pump_global.buyback_fee_recipients),
            expected_cycle=plan.expected_cycle,
            cycle_id=self._cycle_id,
            min_tokens_out=plan.min_tokens_out,
        )
        return await self._session.sender.land([instruction])


class _LostRace(ProgramError):
    """Another transaction was first: read the chain again before doing anything else."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__("dat", reason, message)


def _completed(token: TokenConfig, landed: Landed) -> TokenReport:
    event = landed.event
    if not event.conserved:
        raise DatError(f"cycle {event.cycle} ({landed.signature}) does not add up: stop and look at it")
    return TokenReport(
        name=token.name,
        outcome=Outcome.COMPLETED,
        reason="CycleCompleted",
        cycle=event.cycle,
        signature=landed.signature,
    )


def _refused(token: TokenConfig, reason: str, message: str) -> TokenReport:
    outcome = Outcome.SKIPPED if reason in NOT_FAILURES else Outcome.FAILED
    return TokenReport(name=token.name, outcome=outcome, reason=reason, message=message[:300])
