"""Trades of any user on a bonding curve (v3), for test networks."""

import struct

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.buy import Buy
from dat_operator.domain.market import BuyForm

BUY_EXACT_QUOTE_IN_V3 = bytes([225, 247, 80, 30, 213, 179, 132, 136])
SELL_V3 = bytes([28, 146, 222, 119, 38, 196, 105, 213])


def buy(user: Pubkey, mint: Pubkey, token_program: Pubkey, recipient: Pubkey, lamports: int) -> Instruction:
    """Buys for ``lamports`` at any price."""
    data = BUY_EXACT_QUOTE_IN_V3 + struct.pack("<QQ?", lamports, 1, False)
    return Instruction(at.PUMP, data, _accounts(user, mint, token_program, recipient))


def sell(user: Pubkey, mint: Pubkey, token_program: Pubkey, recipient: Pubkey, amount: int) -> Instruction:
    """Sells ``amount`` base units at any price."""
    data = SELL_V3 + struct.pack("<QQ", amount, 0)
    return Instruction(at.PUMP, data, _accounts(user, mint, token_program, recipient))


def _accounts(user: Pubkey, mint: Pubkey, token_program: Pubkey, recipient: Pubkey) -> list[AccountMeta]:
    trade = Buy(
        user=user,
        mint=mint,
        token_program=token_program,
        creator=user,
        fee_recipient=recipient,
        buyback_fee_recipient=recipient,
    )
    metas = trade.accounts(BuyForm.CURVE_V3)
    return [AccountMeta(m.pubkey, m.pubkey == user, m.is_writable) for m in metas]
