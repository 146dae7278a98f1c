"""The instructions that bring a token's fees to its authority before a cycle."""

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.pump import fees as pump_fees
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.token_state import FeeSource, TokenState

SWEEP_CURVE_TRACE, SWEEP_POOL_TRACE, TRANSFER_TRACE, COLLECT_TRACE, DISTRIBUTE_TRACE = 2, 3, 8, 3, 4
CASHBACK_TRACE, POOL_CASHBACK_TRACE, CREDIT_TRACE, UNWRAP_TRACE = 2, 3, 3, 8
"""Instructions that each of them runs, itself included (docs/pump-fun.md)."""

Traced = tuple[Instruction, int]
"""An instruction, and the number of instructions that it runs, itself included."""


@dataclass(frozen=True, slots=True)
class FeeInstructions:
    """Makes the instructions for one ecosystem. ``operator`` signs them."""

    ecosystem: Ecosystem
    operator: Pubkey

    def of(self, chain: ChainState, state: TokenState) -> tuple[list[Instruction], int]:
        """The instructions that bring all of a token's fees, and the number of instructions they run."""
        found = [*self._cashback(state), *self._creator_fees(chain, state), *self._unwraps(state)]
        return [instruction for instruction, _ in found], sum(trace for _, trace in found)

    def _cashback(self, state: TokenState) -> list[Traced]:
        authority = Pubkey.from_string(state.addresses.authority)
        found = []
        if state.cashback_lamports:
            found.append((pump_fees.claim_cashback(authority), CASHBACK_TRACE))
        if state.amm_cashback_lamports:
            found.append((pump_fees.claim_pool_cashback(authority), POOL_CASHBACK_TRACE))
        return found

    def _unwraps(self, state: TokenState) -> list[Traced]:
        accounts = [Pubkey.from_string(address) for address, _ in state.wrapped]
        own = at.wrapped_sol(Pubkey.from_string(state.addresses.authority))
        if state.amm_cashback_lamports and own not in accounts:
            # The claim of the cashback has just paid into this account.
            accounts.append(own)
        mint = Pubkey.from_string(state.mint)
        return [(self.ecosystem.unwrap(account, mint), UNWRAP_TRACE) for account in accounts]

    def _creator_fees(self, chain: ChainState, state: TokenState) -> list[Traced]:
        source = state.fee_source(chain.state.shared_authority if chain.state else None)
        if source is FeeSource.FOREIGN or not state.creator_fees_lamports:
            return []
        assert state.creator is not None
        mint, creator = Pubkey.from_string(state.mint), Pubkey.from_string(state.creator)
        found = [*self._from_pool(chain, state, source, creator)]
        # Distributing is refused while the bucket holds fees. A trade before we land may fill the bucket.
        if state.curve and (state.curve.creator_fee or source is FeeSource.SHARING):
            found.append((pump_fees.sweep_curve(self.operator, mint, creator), SWEEP_CURVE_TRACE))
        found.append(self._from_vault(state, source, creator))
        if source is FeeSource.SHARED and state.stats:
            before, lamports = state.stats.total_credited_lamports, state.credit_lamports
            credit = self.ecosystem.credit_fees(self.operator, mint, before, lamports)
            found.append((credit, CREDIT_TRACE))
        return found

    def _from_pool(
        self, chain: ChainState, state: TokenState, source: FeeSource, creator: Pubkey
    ) -> list[Traced]:
        """Sweep the pool's bucket, and move the fees of PumpSwap's vault to pump.fun's."""
        found: list[Traced] = []
        if state.pool and state.pool.creator_fees:
            sweep = pump_fees.sweep_pool(self.operator, Pubkey.from_string(state.mint), creator)
            found.append((sweep, SWEEP_POOL_TRACE))
        shared = chain.shared.amm_vault_lamports if chain.shared and source is FeeSource.SHARED else 0
        if shared or (state.pool and state.pool.creator_fees + state.amm_vault_lamports):
            found.append((pump_fees.transfer_to_pump(creator), TRANSFER_TRACE))
        return found

    @staticmethod
    def _from_vault(state: TokenState, source: FeeSource, creator: Pubkey) -> Traced:
        if source is FeeSource.SHARING and state.sharing:
            holders = [Pubkey.from_string(holder) for holder, _ in state.sharing.shareholders]
            distribute = pump_fees.distribute(Pubkey.from_string(state.mint), holders)
            return distribute, DISTRIBUTE_TRACE + len(holders)
        return pump_fees.collect(creator), COLLECT_TRACE
