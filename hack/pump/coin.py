"""A pump.fun coin on the bonding curve: the instructions of its creator and its traders.

Independent of the operator's own instructions, which the tests compare with these.
"""

from dataclasses import dataclass
from functools import cache

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from hack.pump.addresses import (
    BUYBACK_FEE_RECIPIENTS,
    MAYHEM,
    PUMP,
    PUMP_FEES,
    TOKEN_2022_PROGRAM,
    TOKEN_PROGRAM,
    WSOL_MINT,
)
from hack.pump.artifacts import pump_idls
from hack.pump.borsh import Idl
from hack.pump.instructions import ata, build, create_ata, find, key

SOL_QUOTE = key(WSOL_MINT)


@cache
def pump_idl() -> Idl:
    """Return the IDL of pump, read once."""
    return Idl(pump_idls() / "pump.json")


@dataclass(frozen=True)
class Coin:
    """A SOL coin: ``create`` makes it under SPL Token, ``create_v2`` under Token-2022."""

    mint: Pubkey
    creator: Pubkey
    token_program: Pubkey

    @classmethod
    def spl(cls, mint: Pubkey, creator: Pubkey) -> "Coin":
        """Return a coin of the older ``create``."""
        return cls(mint, creator, key(TOKEN_PROGRAM))

    @classmethod
    def token_2022(cls, mint: Pubkey, creator: Pubkey) -> "Coin":
        """Return a coin of ``create_v2``, the form of pump.fun today."""
        return cls(mint, creator, key(TOKEN_2022_PROGRAM))

    @property
    def curve(self) -> Pubkey:
        """The bonding curve. It also keeps the fees of v3 trades until a sweep."""
        return find(PUMP, b"bonding-curve", bytes(self.mint))

    @property
    def creator_vault(self) -> Pubkey:
        """The vault of creator fees for ``collect_creator_fee``. All coins of a creator share it."""
        return find(PUMP, b"creator-vault", bytes(self.creator))

    def ata(self, owner: Pubkey) -> Pubkey:
        """Return the token account of ``owner`` for this coin."""
        return ata(owner, self.mint, self.token_program)

    def create_ata(self, payer: Pubkey, owner: Pubkey) -> Instruction:
        """Create the trader's token account if it is missing. A trade does not create it."""
        return create_ata(payer, owner, self.mint, self.token_program)

    def create(self, user: Pubkey, name: str, symbol: str, uri: str) -> Instruction:
        """Create the coin. ``user`` pays and signs together with the key of the mint."""
        args = {"name": name, "symbol": symbol, "uri": uri, "creator": str(self.creator)}
        accounts = {"mint": self.mint, "user": user}
        if self.token_program == key(TOKEN_PROGRAM):
            return build(pump_idl(), "create", accounts, args)
        off = {"is_mayhem_mode": False, "is_cashback_enabled": False}
        rest = {"creator_fee_bps": 0, "is_holder_reward": False}
        vault = find(MAYHEM, b"sol-vault")
        accounts["mayhem_token_vault"] = ata(vault, self.mint, self.token_program)
        return build(pump_idl(), "create_v2", accounts, {**args, **off, **rest})

    def buy(
        self, user: Pubkey, lamports: int, min_tokens: int = 1, *, partial_fill: bool = False
    ) -> Instruction:
        """Spend up to ``lamports``, fees included (``buy_exact_quote_in_v3``)."""
        args = {
            "spendable_quote_in": lamports,
            "min_tokens_out": min_tokens,
            "partial_fill": partial_fill,
        }
        return build(pump_idl(), "buy_exact_quote_in_v3", self._trade_v3(user), args)

    def sell(self, user: Pubkey, tokens: int, min_lamports: int = 1) -> Instruction:
        """Sell tokens (``sell_v3``)."""
        args = {"amount": tokens, "min_sol_output": min_lamports}
        return build(pump_idl(), "sell_v3", self._trade_v3(user), args)

    def _trade_v3(self, user: Pubkey) -> dict[str, Pubkey]:
        return {
            "base_mint": self.mint,
            "quote_mint": SOL_QUOTE,
            "base_token_program": self.token_program,
            "quote_token_program": key(TOKEN_PROGRAM),
            "user": user,
            "associated_base_user": self.ata(user),
            "associated_quote_user": ata(user, SOL_QUOTE, key(TOKEN_PROGRAM)),
            "fee_config": find(PUMP_FEES, b"fee_config", bytes(key(PUMP))),
            "buyback_fee_recipient": key(BUYBACK_FEE_RECIPIENTS[0]),
        }

    def sweep(self, payer: Pubkey) -> Instruction:
        """Move the creator fees of v3 trades from the curve to the creator's vault."""
        accounts = {
            "payer": payer,
            "base_mint": self.mint,
            "quote_mint": SOL_QUOTE,
            "quote_token_program": key(TOKEN_PROGRAM),
            "recipient": self.creator_vault,
        }
        return build(pump_idl(), "sweep_creator_fee", accounts)

    def collect(self) -> Instruction:
        """Pay the creator's vault to the creator. Anyone may send this."""
        return build(pump_idl(), "collect_creator_fee", {"creator": self.creator})


def init_user_volume_accumulator(payer: Pubkey, user: Pubkey) -> Instruction:
    """Create the account that older trades of ``user`` need; ``payer`` pays its rent."""
    accounts = {"payer": payer, "user": user}
    return build(pump_idl(), "init_user_volume_accumulator", accounts)
