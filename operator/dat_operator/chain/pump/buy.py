"""The accounts of each form of buy of pump.fun. A cycle forwards them to the dat program."""

from dataclasses import dataclass

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.account_metas import read, write
from dat_operator.domain.market import BuyForm


@dataclass(frozen=True, slots=True)
class Buy:
    """One buy. The program of ``user`` signs for it."""

    user: Pubkey
    mint: Pubkey
    token_program: Pubkey
    creator: Pubkey
    fee_recipient: Pubkey
    buyback_fee_recipient: Pubkey
    cashback: bool = False
    creator_is_paid: bool = True
    """Whether a trade on PumpSwap pays the creator a fee."""

    def accounts(self, form: BuyForm) -> list[AccountMeta]:
        """The accounts of one form, in the order of its instruction."""
        match form:
            case BuyForm.CURVE_V3:
                return self._curve_v3()
            case BuyForm.CURVE_LEGACY:
                return self._curve_legacy()
            case BuyForm.CURVE_V2:
                return self._curve_v2()
            case BuyForm.POOL_V2:
                return self._pool_v2()
            case BuyForm.POOL:
                return self._pool()

    def _curve_v3(self) -> list[AccountMeta]:
        """``buy_exact_quote_in_v3`` of a coin quoted in SOL.

        pump.fun does not use the quote account of the user for such a coin. The user takes its place, which
        saves an account lock.
        """
        curve = at.bonding_curve(self.mint)
        return [
            read(at.PUMP_GLOBAL),
            read(self.mint),
            read(at.WSOL),
            read(self.token_program),
            read(at.TOKEN),
            write(curve),
            write(self._token_account(curve)),
            write(at.wrapped_sol(curve)),
            write(self.user),
            write(self._token_account(self.user)),
            write(self.user),
            write(at.user_volume_accumulator(self.user)),
            read(at.FEE_CONFIG),
            write(self.buyback_fee_recipient),
            read(at.SYSTEM),
            read(at.event_authority(at.PUMP)),
            read(at.PUMP),
        ]

    def _curve_legacy(self) -> list[AccountMeta]:
        """``buy_exact_sol_in``."""
        curve = at.bonding_curve(self.mint)
        return [
            read(at.PUMP_GLOBAL),
            write(self.fee_recipient),
            read(self.mint),
            write(curve),
            write(self._token_account(curve)),
            write(self._token_account(self.user)),
            write(self.user),
            read(at.SYSTEM),
            read(self.token_program),
            write(at.creator_vault(self.creator)),
            read(at.event_authority(at.PUMP)),
            read(at.PUMP),
            read(at.PUMP_VOLUME),
            write(at.user_volume_accumulator(self.user)),
            read(at.FEE_CONFIG),
            read(at.PUMP_FEES),
            read(at.pda(at.PUMP, b"bonding-curve-v2", bytes(self.mint))),
            write(self.buyback_fee_recipient),
        ]

    def _curve_v2(self) -> list[AccountMeta]:
        """``buy_exact_quote_in_v2`` of a coin quoted in SOL."""
        curve, vault = at.bonding_curve(self.mint), at.creator_vault(self.creator)
        volume = at.user_volume_accumulator(self.user)
        return [
            read(at.PUMP_GLOBAL),
            read(self.mint),
            read(at.WSOL),
            read(self.token_program),
            read(at.TOKEN),
            read(at.ASSOCIATED_TOKEN),
            write(self.fee_recipient),
            write(at.wrapped_sol(self.fee_recipient)),
            write(self.buyback_fee_recipient),
            write(at.wrapped_sol(self.buyback_fee_recipient)),
            write(curve),
            write(self._token_account(curve)),
            write(at.wrapped_sol(curve)),
            write(self.user),
            write(self._token_account(self.user)),
            write(at.wrapped_sol(self.user)),
            write(vault),
            write(at.wrapped_sol(vault)),
            read(at.sharing_config(self.mint)),
            read(at.PUMP_VOLUME),
            write(volume),
            write(at.wrapped_sol(volume)),
            read(at.FEE_CONFIG),
            read(at.PUMP_FEES),
            read(at.SYSTEM),
            read(at.event_authority(at.PUMP)),
            read(at.PUMP),
        ]

    def _pool_v2(self) -> list[AccountMeta]:
        """PumpSwap's ``buy_exact_quote_in_v2``."""
        return [
            *self._pool_trade(),
            read(self.token_program),
            read(at.TOKEN),
            read(at.SYSTEM),
            write(at.user_volume_accumulator(self.user, at.PUMP_AMM)),
            read(at.AMM_FEE_CONFIG),
            write(at.wrapped_sol(self.buyback_fee_recipient)),
            read(at.event_authority(at.PUMP_AMM)),
            read(at.PUMP_AMM),
        ]

    def _pool(self) -> list[AccountMeta]:
        """PumpSwap's ``buy_exact_quote_in``."""
        vault = at.amm_creator_vault(self.creator)
        volume = at.user_volume_accumulator(self.user, at.PUMP_AMM)
        return [
            *self._pool_trade(),
            read(self.fee_recipient),
            write(at.wrapped_sol(self.fee_recipient)),
            read(self.token_program),
            read(at.TOKEN),
            read(at.SYSTEM),
            read(at.ASSOCIATED_TOKEN),
            read(at.event_authority(at.PUMP_AMM)),
            read(at.PUMP_AMM),
            write(at.wrapped_sol(vault)),
            read(vault),
            read(at.AMM_VOLUME),
            write(volume),
            read(at.AMM_FEE_CONFIG),
            read(at.PUMP_FEES),
            *([write(at.wrapped_sol(volume))] if self.cashback else []),
            *([read(at.pda(at.PUMP_AMM, b"pool-v2", bytes(self.mint)))] if self.creator_is_paid else []),
            read(self.buyback_fee_recipient),
            write(at.wrapped_sol(self.buyback_fee_recipient)),
        ]

    def _pool_trade(self) -> list[AccountMeta]:
        pool = at.pool(self.mint)
        return [
            write(pool),
            write(self.user),
            read(at.AMM_GLOBAL),
            read(self.mint),
            read(at.WSOL),
            write(self._token_account(self.user)),
            write(at.wrapped_sol(self.user)),
            write(self._token_account(pool)),
            write(at.wrapped_sol(pool)),
        ]

    def _token_account(self, owner: Pubkey) -> Pubkey:
        return at.associated_token(owner, self.mint, self.token_program)
