"""An ecosystem's cycle: every token once, secondaries first, the root with their treasury last.

Exactly once: each cycle names the count it expects and the run it belongs to. A run that was killed and
starts again reads from the chain which of its cycles have landed; a transaction of the killed run
that is still on its way either counts or is refused by the program.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import structlog
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.pump.upgrades import last_upgrade
from dat_operator.chain.session import Session
from dat_operator.chain.spl.wrapped_sol import as_found, with_wrapped
from dat_operator.chain.tx import message as tx
from dat_operator.chain.tx.sender import Ready, Sender
from dat_operator.chain.tx.simulator import Simulator, is_about_form
from dat_operator.cycle.assemble import Assembler, TokenCycle
from dat_operator.cycle.batches import Batches, Decided, Tables, tables_of
from dat_operator.cycle.failures import record_failures
from dat_operator.cycle.landed_cycles import OwnCycles
from dat_operator.cycle.observations import Looks, late_looks, until_slot
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.errors import (
    NOT_FAILURES,
    RETRYABLE,
    ProgramError,
    PumpDrift,
    TransactionExpired,
)
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.packing import Packing
from dat_operator.domain.report import Outcome, Report, TokenReport, worst
from dat_operator.domain.token_state import TokenState
from dat_operator.domain.upgrade import Upgrade

log = structlog.get_logger()

LATE_JITTER_SECONDS = 60
"""At most so long waits what is tried at the end of a run, on top."""


class CycleRun:
    """One run over an ecosystem; ``cycle_id`` (16 bytes) is the same for every pod of one Job."""

    def __init__(self, session: Session, cycle_id: bytes) -> None:
        self._session = session
        self._cycle_id = cycle_id
        self._operator = session.signer.pubkey()
        config = session.config
        self._own = OwnCycles(session.history(), cycle_id, config.commitment, config.jitter_seconds)
        self._sender = Sender(session.rpc, session.signer, config.priority_fee, config.commitment)
        self._reports: dict[str, TokenReport] = {}
        self._failures: dict[str, ProgramError | TransactionExpired] = {}
        self._late: dict[str, int] = {}
        """Tokens that can be looked at again from a slot on."""

    async def run(self) -> Report:
        """Run every token's cycle; one token's failure costs that token only.

        What cannot have landed and may pass is tried again here, and only here.

        Raises RpcUnavailable if the chain cannot be read at all.
        """
        # Before the delay: anybody can make it send something, which must not tell when prices are looked at.
        await self._bring_in()
        # The schedule is public; when the price is looked at must not be.
        await self._delay(self._session.config.jitter_seconds)
        tokens = in_order(self._session.config.tokens)
        waiting = tokens
        for wait in (*self._session.config.retry.pauses, None):
            await self._attempt(waiting, alone=waiting is not tokens)
            waiting = [t for t in tokens if self._worth_another_try(t.mint)]
            if not waiting or wait is None:
                break
            log.info("trying again", tokens=[token.name for token in waiting], after_seconds=wait)
            await asyncio.sleep(wait)
        await self._attempt_late(tokens)
        await self._name_drift()
        for token in tokens:
            if token.mint not in self._reports:
                self._fail(token, self._failures[token.mint])
        failed = {m: e for m, e in self._failures.items() if self._reports[m].outcome is Outcome.FAILED}
        await record_failures(self._session, self._session.sender, self._cycle_id, failed)
        reports = tuple(self._reports[token.mint] for token in tokens)
        outcome = worst([report.outcome for report in reports])
        return Report(cycle_id=self._cycle_id.hex(), outcome=outcome, tokens=reports, total=len(tokens))

    async def _attempt(self, tokens: Sequence[TokenConfig], *, alone: bool) -> None:
        """Try tokens: what comes of it is in the reports and failures."""
        found = chain = await with_wrapped(self._session.rpc, await self._session.read())
        for mint, landed in (await self._own.hidden(chain, [token.mint for token in tokens])).items():
            self._complete(self._session.config.token_of_mint(mint), landed.event.cycle, landed.signature)
        assembler = Assembler(self._session.ecosystem, self._operator, chain, self._cycle_id)
        batches = Batches(self._session.rpc, self._operator, assembler, self._session.config)
        cycles = await self._decide(batches, chain, tokens)
        if not cycles:
            return
        late = late_looks(batches, chain, cycles)
        self._late |= late
        self._failures |= {mint: self._outdated() for mint in late}
        cycles = [cycle for cycle in cycles if cycle.token.mint not in late]
        if not cycles:
            return
        tables = await batches.tables(cycles)
        looks = Looks(self._session, batches, tables)
        chain = as_found(await looks.take(chain, cycles), found)
        cycles = self._renewed(batches, chain, self._steady(looks, chain, cycles))
        if not cycles:
            return
        packing = batches.pack(cycles, tables, alone=alone)
        await self._bring_fees(packing, tables)
        *first, last = packing.cycles
        laid = [[_laid(slot.token, slot.light) for slot in batch] for batch in first]
        await self._send(batches, chain, laid, tables)
        if first:
            # The root is in the last one: it spends what the others have sent by now.
            brought = [cycle.token.mint for ahead in packing.ahead for cycle in ahead]
            cycles = [slot.token for slot in last]
            chain = as_found(await looks.again(await self._session.read(), cycles), found, brought)
            lights = {slot.token.token.mint for slot in last if slot.light}
            renewed = self._renewed(batches, chain, self._steady(looks, chain, cycles))
            cycles = [_laid(cycle, cycle.token.mint in lights) for cycle in renewed]
        else:
            cycles = [_laid(slot.token, slot.light) for slot in last]
        await self._send(batches, chain, [cycles] if cycles else [], tables)

    async def _attempt_late(self, tokens: Sequence[TokenConfig]) -> None:
        """Try those once more that an unused look has kept from being looked at; nobody waits for them."""
        late = [token for token in tokens if token.mint in self._late]
        if late:
            await until_slot(self._session, max(self._late.values()))
            # When an unused look ends is public.
            await self._delay(min(self._session.config.jitter_seconds, LATE_JITTER_SECONDS))
            self._late.clear()
            await self._attempt(late, alone=True)

    def _steady(self, looks: Looks, chain: ChainState, cycles: Sequence[TokenCycle]) -> list[TokenCycle]:
        """Those whose price has not fallen since it was looked at, however often."""
        fallen = {cycle.token.mint: cycle.token for cycle in looks.fallen(chain, cycles)}
        for token in fallen.values():
            self._report(
                token, "PriceTooHigh", "the price falls behind each look at it; the next run looks again"
            )
        return [cycle for cycle in cycles if cycle.token.mint not in fallen]

    def _outdated(self) -> ProgramError:
        said = "an unused look is too old or too low; the token is tried once that look has ended"
        return ProgramError(self._session.config.program_id, "PriceTooHigh", said)

    async def _decide(
        self, batches: Batches, chain: ChainState, tokens: Sequence[TokenConfig]
    ) -> list[TokenCycle]:
        """Plan the cycles of the tokens that this run has not cycled yet."""
        waiting = [token for token in tokens if token.mint not in self._reports]
        found = [(token, chain.tokens[token.mint].stats) for token in waiting]
        done = [(token, stats) for token, stats in found if stats and stats.last_cycle_id == self._cycle_id]
        landed = await self._own.last([stats for _, stats in done])
        for token, stats in done:
            one = landed.get(token.mint)
            count, signature = (one.event.cycle, one.signature) if one else (stats.cycle_count, None)
            self._complete(token, count, signature)
        waiting = [token for token in waiting if token.mint not in self._reports]
        return self._taken(batches.decide(chain, waiting, looked=False))

    def _renewed(self, batches: Batches, chain: ChainState, cycles: Sequence[TokenCycle]) -> list[TokenCycle]:
        """The same tokens' cycles, planned anew by a later reading."""
        return self._taken(batches.decide(chain, [cycle.token for cycle in cycles]))

    def _taken(self, decided: Decided) -> list[TokenCycle]:
        for token, refusal in decided.refused:
            self._report(token, refusal.reason, refusal.message)
        for cycle in decided.cycles:
            plan = cycle.plan
            log.info(
                "plan",
                token=cycle.token.name,
                expected_cycle=plan.expected_cycle,
                spend=plan.spend,
                to_root=plan.split.to_root,
            )
        return list(decided.cycles)

    async def _bring_in(self) -> None:
        """Unwrap the shared authority's wrapped SOL, wherever somebody has put it."""
        session = self._session
        chain = await with_wrapped(session.rpc, await session.read())
        accounts = chain.shared.wrapped if chain.shared else ()
        if accounts:
            unwraps = (session.ecosystem.unwrap(Pubkey.from_string(address)) for address, _ in accounts)
            ready = await self._ready(tuple(unwraps), [], "wrapped SOL could not be brought in")
            await session.sender.land_all(ready)

    @staticmethod
    async def _delay(seconds: float) -> None:
        """Wait for at most so long, nobody knows how long."""
        await asyncio.sleep(random.SystemRandom().uniform(0, seconds))

    async def _bring_fees(self, packing: Packing[TokenCycle], tables: Tables) -> None:
        """Land what goes ahead. Whatever fails here is brought by nobody, and its cycle says so."""
        ready = []
        for cycles in packing.ahead:
            instructions = tuple(i for c in cycles for i in c.gather)
            ready += await self._ready(instructions, tables_of(cycles, tables), "fees could not be brought")
        await self._sender.land_all(ready)

    async def _ready(
        self, instructions: tuple[Instruction, ...], tables: tx.Tables, otherwise: str
    ) -> list[Ready]:
        """The transaction if its simulation goes through, else nothing but a warning."""
        simulation = await Simulator(self._session.rpc, self._operator).run(instructions, tables)
        if simulation.refusal:
            log.warning(otherwise, error=str(simulation.refusal))
            return []
        return [Ready(instructions, tables, simulation.units)]

    async def _send(
        self,
        batches: Batches,
        chain: ChainState,
        laid: Sequence[Sequence[TokenCycle]],
        tables: Tables,
    ) -> None:
        """Simulate and land transactions, all at once."""
        simulated = await batches.simulate_all(chain, laid, tables)
        for batch in simulated:
            self._failures.update({token.mint: error for token, error in batch.dropped})
        going = [batch for batch in simulated if batch.ready]
        sent = await self._sender.land_all([batch.ready for batch in going if batch.ready])
        for batch, landed in zip(going, sent, strict=True):
            if isinstance(landed.error, ProgramError):
                failures = batch.failures(landed.error, landed.instruction)
                self._failures.update({token.mint: error for token, error in failures})
                continue
            for cycle in batch.cycles:
                if landed.error:
                    self._failures[cycle.token.mint] = landed.error
                else:
                    self._complete(cycle.token, cycle.plan.expected_cycle + 1, landed.signature)

    def _worth_another_try(self, mint: str) -> bool:
        if mint in self._reports or mint in self._late:
            return False
        error = self._failures[mint]
        return isinstance(error, TransactionExpired) or error.unnamed or error.reason in RETRYABLE

    async def _name_drift(self) -> None:
        """If pump.fun rejects the instruction format for every token, report PumpDrift.

        Only if it rejects several tokens, or one that had cycled before the last upgrade.
        """
        failed = {m: e for m, e in self._failures.items() if m not in self._reports}
        refused = {m: e for m, e in failed.items() if isinstance(e, ProgramError) and is_about_form(e)}
        done = any(report.outcome is Outcome.COMPLETED for report in self._reports.values())
        if done or not refused or len(refused) < len(failed):
            return
        chain = await self._session.read()
        upgrade = await last_upgrade(self._session.rpc, chain.slot, chain.time)
        if len(refused) > 1 or any(_cycled_before(upgrade, chain.tokens[mint]) for mint in refused):
            self._failures |= {m: PumpDrift.of(e, upgrade) for m, e in refused.items()}

    def _complete(self, token: TokenConfig, cycle: int, signature: str | None) -> None:
        self._add(
            TokenReport(
                name=token.name,
                outcome=Outcome.COMPLETED,
                reason="CycleCompleted",
                cycle=cycle,
                signature=signature,
            ),
            token,
        )

    def _fail(self, token: TokenConfig, error: ProgramError | TransactionExpired) -> None:
        reason = error.reason if isinstance(error, ProgramError) else type(error).__name__
        self._report(token, reason, str(error))

    def _report(self, token: TokenConfig, reason: str, message: str) -> None:
        outcome = Outcome.SKIPPED if reason in NOT_FAILURES else Outcome.FAILED
        self._add(TokenReport(name=token.name, outcome=outcome, reason=reason, message=message[:300]), token)

    def _add(self, report: TokenReport, token: TokenConfig) -> None:
        self._reports[token.mint] = report
        shown = report.model_dump(exclude={"name"}, exclude_none=True)
        log.info("token done", token=token.name, mint=token.mint, **shown)


def in_order(tokens: Sequence[TokenConfig]) -> list[TokenConfig]:
    """Secondaries first, the root last."""
    return sorted(tokens, key=lambda token: token.role is Role.ROOT)


def _cycled_before(upgrade: Upgrade | None, token: TokenState) -> bool:
    """Whether a token's cycles went well until pump.fun was upgraded, and none has run since."""
    stats = token.stats
    return bool(upgrade and stats and stats.cycle_count and stats.last_cycle_at < upgrade.time)


def _laid(cycle: TokenCycle, light: bool) -> TokenCycle:
    """A token as its transaction takes it: a light one's fees have been brought ahead."""
    return replace(cycle, gather=()) if light else cycle
