"""A run of cycles: every token once, the secondaries first, the root last.

Exactly once: each cycle names the cycle count that it expects, and its run. A run that was killed and starts
again reads from the chain which of its cycles have landed. A transaction of the killed run that is still on
its way either counts as this run's, or the program refuses it.
"""

import asyncio
import random
from collections.abc import Sequence

import structlog

from dat_operator.chain.session import Session
from dat_operator.chain.spl.wrapped_sol import with_wrapped
from dat_operator.chain.tx.sender import Sender
from dat_operator.cycle.assemble import Assembler
from dat_operator.cycle.attempt import Attempt
from dat_operator.cycle.batches import Batches
from dat_operator.cycle.failures import record_failures
from dat_operator.cycle.landed_cycles import LandedCycles
from dat_operator.cycle.observations import wait_for_slot
from dat_operator.cycle.prepayment import unwrap_shared_fees
from dat_operator.cycle.pump_drift import name_drift
from dat_operator.cycle.results import Results
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.report import Report

log = structlog.get_logger()

MAX_STALE_JITTER_SECONDS = 60
"""The longest further delay of tokens that wait for a stale observation to expire."""


class CycleRun:
    """One run over an ecosystem. ``run_id`` (16 bytes) is the same for every pod of one Job."""

    def __init__(self, session: Session, run_id: bytes) -> None:
        self._session = session
        self._run_id = run_id
        config = session.config
        self._landed = LandedCycles(session.history(), run_id, config.commitment, config.jitter_seconds)
        self._sender = Sender(session.rpc, session.signer, config.priority_fee, config.commitment)
        self._results = Results()

    async def run(self) -> Report:
        """Run each token's cycle. One token's failure does not fail the others.

        Raises RpcUnavailable if no endpoint answers, DatError if a landed cycle does not add up.
        """
        # Before the delay: a stranger can cause this transaction, and it must not reveal the observations.
        await unwrap_shared_fees(self._session)
        # The schedule is public. The moment of the observations must not be.
        await self._delay(self._session.config.jitter_seconds)
        tokens = in_order(self._session.config.tokens)
        await self._attempt_with_retries(tokens)
        await self._attempt_postponed(tokens)
        await name_drift(self._session, self._results)
        failed = self._results.report_failures(tokens)
        await record_failures(self._session, self._session.sender, self._run_id, failed)
        return self._results.report(self._run_id, tokens)

    async def _attempt_with_retries(self, tokens: Sequence[TokenConfig]) -> None:
        """Try all tokens, then those that may succeed again, each in a transaction of its own."""
        await self._attempt(tokens, alone=False)
        for pause in self._session.config.retry.pauses:
            waiting = self._results.to_retry(tokens)
            if not waiting:
                return
            log.info("trying again", tokens=[token.name for token in waiting], after_seconds=pause)
            await asyncio.sleep(pause)
            await self._attempt(waiting, alone=True)

    async def _attempt_postponed(self, tokens: Sequence[TokenConfig]) -> None:
        """Try the tokens whose stale observation has expired meanwhile; no other token waits for them."""
        postponed, slot = self._results.take_postponed(tokens)
        if postponed:
            await wait_for_slot(self._session, slot)
            # The chain shows when an observation expires.
            await self._delay(min(self._session.config.jitter_seconds, MAX_STALE_JITTER_SECONDS))
            await self._attempt(postponed, alone=True)

    async def _attempt(self, tokens: Sequence[TokenConfig], *, alone: bool) -> None:
        """Try each token once. The results are in ``self._results``."""
        chain = await self._read_and_settle(tokens)
        batches = self._batches(chain)
        attempt = Attempt(self._session, batches, chain, sender=self._sender, results=self._results)
        attempt.decide(self._results.unreported(tokens))
        await attempt.observe_prices()
        attempt.assemble_and_pack(alone=alone)
        await attempt.prepay_fees()
        await attempt.send()

    async def _read_and_settle(self, tokens: Sequence[TokenConfig]) -> ChainState:
        """Read the chain, and report the cycles of this run that have landed already."""
        chain = await with_wrapped(self._session.rpc, await self._session.read())
        hidden = await self._landed.hidden(chain, [token.mint for token in tokens])
        for mint, landed in hidden.items():
            token = self._session.config.token_of_mint(mint)
            self._results.complete(token, landed.event.cycle, landed.signature)
        await self._settle_last_cycles(chain, self._results.unreported(tokens))
        return chain

    async def _settle_last_cycles(self, chain: ChainState, tokens: Sequence[TokenConfig]) -> None:
        """Report the tokens whose last cycle is this run's."""
        found = [(token, chain.tokens[token.mint].stats) for token in tokens]
        own = [(token, stats) for token, stats in found if stats and stats.last_cycle_id == self._run_id]
        landed = await self._landed.last([stats for _, stats in own])
        for token, stats in own:
            one = landed.get(token.mint)
            cycle, signature = (one.event.cycle, one.signature) if one else (stats.cycle_count, None)
            self._results.complete(token, cycle, signature)

    def _batches(self, chain: ChainState) -> Batches:
        session, operator = self._session, self._session.signer.pubkey()
        assembler = Assembler(session.ecosystem, operator, chain, self._run_id)
        return Batches(session.rpc, operator, assembler, session.config)

    @staticmethod
    async def _delay(max_seconds: float) -> None:
        """Wait for a random time, from zero to ``max_seconds``."""
        await asyncio.sleep(random.SystemRandom().uniform(0, max_seconds))


def in_order(tokens: Sequence[TokenConfig]) -> list[TokenConfig]:
    """The secondaries in their order, then the root."""
    return sorted(tokens, key=lambda token: token.role is Role.ROOT)
