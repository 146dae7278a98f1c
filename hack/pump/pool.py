"""A coin's graduation to PumpSwap, and trades there."""

import struct
from dataclasses import dataclass
from functools import cache

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from hack.pump.addresses import (
    BUYBACK_FEE_RECIPIENTS,
    PUMP,
    PUMP_AMM,
    PUMP_FEES,
    SYSTEM_PROGRAM,
    TOKEN_PROGRAM,
)
from hack.pump.artifacts import pump_idls
from hack.pump.borsh import Idl
from hack.pump.coin import SOL_QUOTE, Coin, pump_idl
from hack.pump.instructions import ata, build, create_ata, find, key


@cache
def amm_idl() -> Idl:
    """Return the IDL of pump_amm, read once."""
    return Idl(pump_idls() / "pump_amm.json")


@dataclass(frozen=True)
class Pool:
    """The market of a graduated coin."""

    coin: Coin

    @property
    def address(self) -> Pubkey:
        """The canonical pool."""
        mint = bytes(self.coin.mint)
        creator = find(PUMP, b"pool-authority", mint)
        return find(PUMP_AMM, b"pool", bytes(2), bytes(creator), mint, bytes(SOL_QUOTE))

    def migrate(self, user: Pubkey, withdraw_authority: Pubkey) -> Instruction:
        """Graduate a complete curve (``migrate_v2``). Anyone may. Needs more than 200,000 compute units."""
        accounts = {
            "withdraw_authority": withdraw_authority,
            "base_mint": self.coin.mint,
            "quote_mint": SOL_QUOTE,
            "user": user,
            "base_token_program": self.coin.token_program,
            "quote_token_program": key(TOKEN_PROGRAM),
            "pump_amm_event_authority": find(PUMP_AMM, b"__event_authority"),
        }
        return build(pump_idl(), "migrate_v2", accounts)

    def buy(self, user: Pubkey, lamports: int) -> list[Instruction]:
        """Wrap lamports and spend them, for any number of tokens."""
        wrapped = ata(user, SOL_QUOTE, key(TOKEN_PROGRAM))
        metas = [AccountMeta(user, True, True), AccountMeta(wrapped, False, True)]
        transfer = Instruction(key(SYSTEM_PROGRAM), struct.pack("<IQ", 2, lamports), metas)
        sync = Instruction(key(TOKEN_PROGRAM), bytes([17]), [AccountMeta(wrapped, False, True)])
        args = {"spendable_quote_in": lamports, "min_base_amount_out": 1}
        trade = build(amm_idl(), "buy_exact_quote_in_v2", self._trade(user), args)
        return [
            create_ata(user, user, SOL_QUOTE, key(TOKEN_PROGRAM)),
            self.coin.create_ata(user, user),
            transfer,
            sync,
            trade,
        ]

    def sweep(self, payer: Pubkey) -> Instruction:
        """Move the fees from the pool to the creator's vault (``sweep_creator_fee``). Anyone may."""
        wsol, vault = key(TOKEN_PROGRAM), self._vault
        accounts = {
            "payer": payer,
            "global_config": find(PUMP_AMM, b"global_config"),
            "pool": self.address,
            "quote_mint": SOL_QUOTE,
            "quote_token_program": wsol,
            "pool_quote_token_account": ata(self.address, SOL_QUOTE, wsol),
            "recipient": vault,
            "recipient_token_account": ata(vault, SOL_QUOTE, wsol),
        }
        return build(amm_idl(), "sweep_creator_fee", accounts)

    def collect_wrapped(self, into: Pubkey) -> Instruction:
        """Pay the vault as wrapped SOL to any account of the creator. Anyone may."""
        accounts = {
            "quote_mint": SOL_QUOTE,
            "quote_token_program": key(TOKEN_PROGRAM),
            "coin_creator": self.coin.creator,
            "coin_creator_token_account": into,
        }
        return build(amm_idl(), "collect_coin_creator_fee", accounts)

    @property
    def _vault(self) -> Pubkey:
        return find(PUMP_AMM, b"creator_vault", bytes(self.coin.creator))

    def _trade(self, user: Pubkey) -> dict[str, Pubkey]:
        wsol, recipient = key(TOKEN_PROGRAM), key(BUYBACK_FEE_RECIPIENTS[0])
        return {
            "pool": self.address,
            "user": user,
            "global_config": find(PUMP_AMM, b"global_config"),
            "base_mint": self.coin.mint,
            "quote_mint": SOL_QUOTE,
            "user_base_token_account": self.coin.ata(user),
            "user_quote_token_account": ata(user, SOL_QUOTE, wsol),
            "pool_base_token_account": self.coin.ata(self.address),
            "pool_quote_token_account": ata(self.address, SOL_QUOTE, wsol),
            "base_token_program": self.coin.token_program,
            "quote_token_program": wsol,
            "fee_config": find(PUMP_FEES, b"fee_config", bytes(key(PUMP_AMM))),
            "buyback_fee_recipient": ata(recipient, SOL_QUOTE, wsol),
        }
