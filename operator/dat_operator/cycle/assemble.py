"""Turns the plan of a token's cycle into instructions."""

from dataclasses import dataclass, replace

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.pump.buy import Buy
from dat_operator.cycle.fee_instructions import FeeInstructions
from dat_operator.cycle.recipients import Recipients
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.decision import CyclePlan
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.market import BuyForm, market_of
from dat_operator.domain.money import BPS
from dat_operator.domain.split import Split
from dat_operator.domain.token_state import TokenState

BUY_TRACE = {
    BuyForm.CURVE_V3: 4,
    BuyForm.CURVE_LEGACY: 8,
    BuyForm.CURVE_V2: 8,
    BuyForm.POOL_V2: 5 + 2,
    BuyForm.POOL: 9 + 2,
}
"""Instructions that a buy runs, itself and the wrapping of SOL included (docs/pump-fun.md)."""
CYCLE_TRACE = 4
"""Instructions that a cycle runs besides its buy: itself, a transfer from or to the treasury, the burn, the
event."""


@dataclass(frozen=True, slots=True)
class TokenCycle:
    """One token's instructions in a transaction."""

    token: TokenConfig
    plan: CyclePlan
    form: BuyForm
    fee_instructions: tuple[Instruction, ...]
    """They bring the token's fees."""
    fee_trace: int
    """Instructions that ``fee_instructions`` run."""
    cycle: Instruction
    cycle_trace: int
    """Instructions that ``cycle`` runs."""
    lookup_table: str | None


class Assembler:
    """Makes the instructions of one run. ``run_id`` (16 bytes) identifies the run on chain."""

    def __init__(
        self,
        ecosystem: Ecosystem,
        operator: Pubkey,
        chain: ChainState,
        run_id: bytes = bytes(16),
    ) -> None:
        if chain.pump_global is None:
            raise DatError("pump.fun's Global account does not exist: spec.network has no pump.fun")
        self._ecosystem = ecosystem
        self._on_curve = Recipients.of(chain.pump_global)
        self._on_pool = Recipients.of(chain.pool_global or chain.pump_global)
        self._operator = operator
        self._run_id = run_id
        self._fees = FeeInstructions(ecosystem, operator)

    def token_cycle(
        self, chain: ChainState, token: TokenConfig, plan: CyclePlan, form: BuyForm
    ) -> TokenCycle:
        """A token's instructions, with one form of buy."""
        state = chain.tokens[token.mint]
        assert state.stats is not None  # decide() refuses a token without stats
        fees, trace = self._fees.of(chain, state)
        return TokenCycle(
            token=token,
            plan=plan,
            form=form,
            fee_instructions=tuple(fees),
            fee_trace=trace,
            cycle=self._cycle(chain, state, plan, form),
            cycle_trace=CYCLE_TRACE + BUY_TRACE[form],
            lookup_table=state.stats.lookup_table,
        )

    def observe(self, state: TokenState) -> Instruction:
        """The instruction that observes a token's price. The token's cycle needs an observation."""
        mint, token_program = _keys(state)
        return self._ecosystem.observe(self._operator, mint, token_program, in_pool=state.pool is not None)

    def without_buy(self, chain: ChainState, cycle: TokenCycle) -> TokenCycle:
        """The same cycle up to its buy, which needs an observation: fees are collected and split."""
        mint, token_program = _keys(chain.tokens[cycle.token.mint])
        return replace(cycle, cycle=self._ecosystem.collect_fees(self._operator, mint, token_program))

    def lookup_table_accounts(self, chain: ChainState, state: TokenState) -> list[Pubkey]:
        """The accounts that any cycle of a token can name, for its lookup table.

        They include all sources of fees and all recipients of pump.fun's fees. They exclude signers and the
        called programs, which a transaction must name itself.
        """
        market = market_of(chain, state)
        if market is None:
            return []
        full = _with_every_fee(state, cashback=market.cashback)
        plan = CyclePlan(
            expected_cycle=0,
            forms=market.forms,
            split=Split(0, 0, 0),
            treasury_in=0,
            spend=0,
            tokens_out=0,
            min_tokens_out=1,
        )
        instructions = [*self._fees.of(chain, full)[0], self._cycle(chain, state, plan, market.forms[0])]
        keys = [meta.pubkey for i in instructions for meta in i.accounts]
        recipients = (self._on_pool if state.pool else self._on_curve).all_buyback
        keys += [at.wrapped_sol(key) if state.pool else key for key in recipients]
        inline = {self._operator, *(i.program_id for i in instructions)}
        return [key for key in dict.fromkeys(keys) if key not in inline]

    def _cycle(self, chain: ChainState, state: TokenState, plan: CyclePlan, form: BuyForm) -> Instruction:
        mint, token_program = _keys(state)
        return self._ecosystem.run_cycle(
            self._operator,
            mint,
            token_program,
            form=form,
            buy=self._buy(chain, state).accounts(form),
            expected_cycle=plan.expected_cycle,
            run_id=self._run_id,
            min_tokens_out=plan.min_tokens_out,
            planned_lamports=plan.spend,
        )

    def _buy(self, chain: ChainState, state: TokenState) -> Buy:
        assert state.creator is not None
        mint, token_program = _keys(state)
        account = state.pool or state.curve
        assert account is not None
        recipients = self._on_pool if state.pool else self._on_curve
        market = market_of(chain, state)
        return Buy(
            user=self._ecosystem.authority(mint),
            mint=mint,
            token_program=token_program,
            creator=Pubkey.from_string(state.creator),
            fee_recipient=recipients.reserved if account.is_mayhem_mode else recipients.fee,
            buyback_fee_recipient=recipients.buyback,
            cashback=account.is_cashback_coin,
            creator_is_paid=bool(market and market.fees.creator_bps),
        )


def _with_every_fee(state: TokenState, *, cashback: bool) -> TokenState:
    """A token with fees in every place where its fees can be."""
    own = at.wrapped_sol(Pubkey.from_string(state.addresses.authority))
    return replace(
        state,
        curve=replace(state.curve, creator_fee=BPS) if state.curve else None,
        pool=replace(state.pool, creator_fees=BPS) if state.pool else None,
        cashback_lamports=int(cashback),
        amm_cashback_lamports=int(cashback and state.pool is not None),
        credit_lamports=1,
        wrapped=((str(own), 1),) if state.pool else (),
    )


def _keys(state: TokenState) -> tuple[Pubkey, Pubkey]:
    """A token's mint and its token program."""
    assert state.mint_account is not None  # market_of() needs one
    return Pubkey.from_string(state.mint), Pubkey.from_string(state.mint_account.token_program)
