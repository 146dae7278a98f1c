"""Turns what was decided for a token into instructions."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.pump import fees as gather
from dat_operator.chain.pump.buy import Buy
from dat_operator.domain.chain_state import ChainState, PumpGlobal
from dat_operator.domain.decision import CyclePlan
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.market import BuyForm, market_of
from dat_operator.domain.money import BPS
from dat_operator.domain.split import Split
from dat_operator.domain.token_state import FeeSource, TokenState

TRACE = {
    BuyForm.CURVE_V3: 4,
    BuyForm.CURVE_LEGACY: 8,
    BuyForm.CURVE_V2: 8,
    BuyForm.POOL_V2: 5 + 2,
    BuyForm.POOL: 9 + 2,
}
"""Instructions that a buy runs, itself and wrapping included (docs/pump-fun.md)."""
CYCLE_TRACE = 4
"""What a cycle runs besides: itself, a transfer from or to the treasury, the burn, the event."""
SWEEP_CURVE_TRACE, SWEEP_POOL_TRACE, TRANSFER_TRACE, COLLECT_TRACE, DISTRIBUTE_TRACE = 2, 3, 8, 3, 4
CASHBACK_TRACE, POOL_CASHBACK_TRACE, CREDIT_TRACE, UNWRAP_TRACE = 2, 3, 3, 8


Traced = tuple[Instruction, int]
"""An instruction, and how many it runs, itself included."""


@dataclass(frozen=True, slots=True)
class TokenCycle:
    """One token's part of a transaction."""

    token: TokenConfig
    plan: CyclePlan
    form: BuyForm
    gather: tuple[Instruction, ...]
    """Brings its fees."""
    gather_trace: int
    cycle: Instruction
    cycle_trace: int
    lookup_table: str | None


class Assembler:
    """Makes the instructions of one run. ``cycle_id`` (16 bytes) names a run that sends them."""

    def __init__(
        self,
        ecosystem: Ecosystem,
        operator: Pubkey,
        chain: ChainState,
        cycle_id: bytes = bytes(16),
    ) -> None:
        if chain.pump_global is None:
            raise DatError("pump.fun's Global account does not exist: spec.network has no pump.fun")
        self._ecosystem = ecosystem
        self._on_curve = _Recipients.of(chain.pump_global)
        self._on_pool = _Recipients.of(chain.pool_global or chain.pump_global)
        self._operator = operator
        self._cycle_id = cycle_id

    def token_cycle(
        self, chain: ChainState, token: TokenConfig, plan: CyclePlan, form: BuyForm
    ) -> TokenCycle:
        """A token's instructions, by one form of buy."""
        state = chain.tokens[token.mint]
        assert state.stats is not None  # decide() refuses a token without one
        brought, trace = self._gather(chain, state)
        return TokenCycle(
            token=token,
            plan=plan,
            form=form,
            gather=tuple(brought),
            gather_trace=trace,
            cycle=self._cycle(chain, state, plan, form),
            cycle_trace=CYCLE_TRACE + TRACE[form],
            lookup_table=state.stats.lookup_table,
        )

    def look(self, state: TokenState) -> Instruction:
        """A look at a token's price, which its cycle needs."""
        mint, token_program = _keys(state)
        return self._ecosystem.observe(self._operator, mint, token_program, in_pool=state.pool is not None)

    def without_buy(self, chain: ChainState, cycle: TokenCycle) -> TokenCycle:
        """The same without what needs a look at the price: fees are brought, taken in and split."""
        mint, token_program = _keys(chain.tokens[cycle.token.mint])
        return replace(cycle, cycle=self._ecosystem.collect_fees(self._operator, mint, token_program))

    def lookups(self, chain: ChainState, state: TokenState) -> list[Pubkey]:
        """The accounts of a token's cycles, whatever fees wait and whoever gets pump.fun's part.

        Whoever signs and programs that are called stand in a transaction itself.
        """
        market = market_of(chain, state)
        if market is None:
            return []
        full = replace(
            state,
            curve=replace(state.curve, creator_fee=BPS) if state.curve else None,
            pool=replace(state.pool, creator_fees=BPS) if state.pool else None,
            cashback_lamports=int(market.cashback),
            amm_cashback_lamports=int(market.cashback and state.pool is not None),
            credit_lamports=1,
            wrapped=((str(at.wrapped_sol(Pubkey.from_string(state.addresses.authority))), 1),)
            if state.pool
            else (),
        )
        nothing = CyclePlan(0, market.forms, Split(0, 0, 0), 0, 0, 0, 1)
        instructions = [*self._gather(chain, full)[0], self._cycle(chain, state, nothing, market.forms[0])]
        keys = [meta.pubkey for i in instructions for meta in i.accounts]
        recipients = (self._on_pool if state.pool else self._on_curve).all_buyback
        keys += [at.wrapped_sol(key) if state.pool else key for key in recipients]
        inline = {self._operator, *(i.program_id for i in instructions)}
        return [key for key in dict.fromkeys(keys) if key not in inline]

    def _cycle(self, chain: ChainState, state: TokenState, plan: CyclePlan, form: BuyForm) -> Instruction:
        assert state.creator is not None
        mint, token_program = _keys(state)
        market = state.pool or state.curve
        assert market is not None
        recipients = self._on_pool if state.pool else self._on_curve
        trading = market_of(chain, state)
        buy = Buy(
            user=self._ecosystem.authority(mint),
            mint=mint,
            token_program=token_program,
            creator=Pubkey.from_string(state.creator),
            fee_recipient=recipients.reserved if market.is_mayhem_mode else recipients.fee,
            buyback_fee_recipient=recipients.buyback,
            cashback=market.is_cashback_coin,
            creator_is_paid=bool(trading and trading.fees.creator_bps),
        )
        return self._ecosystem.run_cycle(
            self._operator,
            mint,
            token_program,
            form,
            buy.accounts(form),
            expected_cycle=plan.expected_cycle,
            cycle_id=self._cycle_id,
            min_tokens_out=plan.min_tokens_out,
            planned_lamports=plan.spend,
        )

    def _gather(self, chain: ChainState, state: TokenState) -> tuple[list[Instruction], int]:
        """What brings all that waits at pump.fun, and how many instructions that runs."""
        found = [*self._cashback(state), *self._creator_fees(chain, state), *self._unwraps(state)]
        return [instruction for instruction, _ in found], sum(trace for _, trace in found)

    def _cashback(self, state: TokenState) -> list[Traced]:
        authority = Pubkey.from_string(state.addresses.authority)
        found = []
        if state.cashback_lamports:
            found.append((gather.claim_cashback(authority), CASHBACK_TRACE))
        if state.amm_cashback_lamports:
            found.append((gather.claim_pool_cashback(authority), POOL_CASHBACK_TRACE))
        return found

    def _unwraps(self, state: TokenState) -> list[Traced]:
        accounts = [Pubkey.from_string(address) for address, _ in state.wrapped]
        mine = at.wrapped_sol(Pubkey.from_string(state.addresses.authority))
        if state.amm_cashback_lamports and mine not in accounts:
            # The cashback has just been paid there.
            accounts.append(mine)
        mint = Pubkey.from_string(state.mint)
        return [(self._ecosystem.unwrap(account, mint), UNWRAP_TRACE) for account in accounts]

    def _creator_fees(self, chain: ChainState, state: TokenState) -> list[Traced]:
        source = state.fee_source(chain.state.shared_authority if chain.state else None)
        if source is FeeSource.FOREIGN or not state.creator_fees_lamports:
            return []
        assert state.creator is not None
        mint, creator = Pubkey.from_string(state.mint), Pubkey.from_string(state.creator)
        found: list[Traced] = []
        if state.pool and state.pool.creator_fees:
            found.append((gather.sweep_pool(self._operator, mint, creator), SWEEP_POOL_TRACE))
        wrapped = chain.shared.amm_vault_lamports if chain.shared and source is FeeSource.SHARED else 0
        if wrapped or (state.pool and state.pool.creator_fees + state.amm_vault_lamports):
            found.append((gather.transfer_to_pump(creator), TRANSFER_TRACE))
        # Distributing is refused while the bucket holds anything: a trade may come before we land.
        if state.curve and (state.curve.creator_fee or source is FeeSource.SHARING):
            found.append((gather.sweep_curve(self._operator, mint, creator), SWEEP_CURVE_TRACE))
        if source is FeeSource.SHARING and state.sharing:
            holders = [Pubkey.from_string(holder) for holder, _ in state.sharing.shareholders]
            found.append((gather.distribute(mint, holders), DISTRIBUTE_TRACE + len(holders)))
        else:
            found.append((gather.collect(creator), COLLECT_TRACE))
        if source is FeeSource.SHARED and state.stats:
            before, lamports = state.stats.total_credited_lamports, state.credit_lamports
            credit = self._ecosystem.credit_fees(self._operator, mint, before, lamports)
            found.append((credit, CREDIT_TRACE))
        return found


def _keys(state: TokenState) -> tuple[Pubkey, Pubkey]:
    """A token's mint, and its token program."""
    assert state.mint_account is not None  # market_of() needs one
    return Pubkey.from_string(state.mint), Pubkey.from_string(state.mint_account.token_program)


@dataclass(frozen=True, slots=True)
class _Recipients:
    """Who gets pump.fun's part: one of each for a whole run, as another one is another account to lock."""

    fee: Pubkey
    reserved: Pubkey
    buyback: Pubkey
    all_buyback: tuple[Pubkey, ...]

    @classmethod
    def of(cls, known: PumpGlobal) -> "_Recipients":
        return cls(
            fee=_any_of(known.fee_recipients),
            reserved=_any_of(known.reserved_fee_recipients),
            buyback=_any_of(known.buyback_fee_recipients),
            all_buyback=tuple(map(Pubkey.from_string, known.buyback_fee_recipients)),
        )


def _any_of(recipients: Sequence[str]) -> Pubkey:
    """One of several equal recipients, at random: spreads the write locks, as pump.fun asks for."""
    return Pubkey.from_string(random.choice(recipients))  # noqa: S311 (nothing secret about it)
