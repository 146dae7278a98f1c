"""``dat check-vault``: the places where the fees of each token lie."""

from typing import Annotated

from pydantic import Field
from rich.table import Table

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.document import Frozen
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.money import sol
from dat_operator.domain.token_state import FeeSource, TokenState
from dat_operator.entry.cli.tables import table

AMOUNTS = {
    "CURVE": "curve_lamports",
    "POOL": "pool_lamports",
    "VAULT": "vault_lamports",
    "AMM VAULT": "amm_vault_lamports",
    "CREDIT": "credit_lamports",
    "CASHBACK": "cashback_lamports",
    "AUTHORITY": "authority_lamports",
    "CARRIED": "carried_lamports",
    "PENDING": "pending_lamports",
}
"""Columns of the table, in SOL, and their fields."""


class TokenFees(Frozen):
    """The fees of one token, in lamports."""

    name: Annotated[str, Field(description="Name of the DATToken.")]
    mint: Annotated[str, Field(description="Address of the mint.")]
    fee_source: Annotated[
        FeeSource, Field(description="Owner of the creator's fees: Own, Shared, Sharing or Foreign.")
    ]
    curve_lamports: Annotated[int, Field(description="In the bonding curve, before a sweep.")]
    pool_lamports: Annotated[int, Field(description="In the PumpSwap pool, before a sweep.")]
    vault_lamports: Annotated[int, Field(description="In the creator vault of pump.fun.")]
    amm_vault_lamports: Annotated[int, Field(description="In the creator vault of PumpSwap.")]
    credit_lamports: Annotated[int, Field(description="The token's part of the fees of a shared creator.")]
    cashback_lamports: Annotated[int, Field(description="Cashback of the token's own buys.")]
    authority_lamports: Annotated[int, Field(description="With the token's authority.")]
    carried_lamports: Annotated[int, Field(description="Kept from earlier cycles, with the authority.")]
    pending_lamports: Annotated[int, Field(description="New fees since the last cycle, in all places.")]

    @classmethod
    def of(cls, config: TokenConfig, token: TokenState, shared_authority: str | None) -> "TokenFees":
        """The fees of a token as the chain has them."""
        return cls(
            name=config.name,
            mint=config.mint,
            fee_source=token.fee_source(shared_authority),
            curve_lamports=token.curve.creator_fee if token.curve else 0,
            pool_lamports=token.pool.creator_fees if token.pool else 0,
            vault_lamports=token.vault_lamports,
            amm_vault_lamports=token.amm_vault_lamports,
            credit_lamports=token.credit_lamports,
            cashback_lamports=token.cashback_lamports + token.amm_cashback_lamports,
            authority_lamports=token.authority_lamports,
            carried_lamports=token.stats.carried_lamports if token.stats else 0,
            pending_lamports=token.pending_lamports,
        )

    def row(self) -> list[str]:
        """A row of the table."""
        return [self.name, self.fee_source, *(sol(getattr(self, field)) for field in AMOUNTS.values())]


class VaultView(Frozen):
    """The fees of all tokens."""

    slot: Annotated[int, Field(description="Slot of the read.")]
    tokens: Annotated[list[TokenFees], Field(description="One entry for each configured token.")]
    shared_lamports: Annotated[
        int | None,
        Field(description="Undivided fees of a creator that tokens share. Null without such a creator."),
    ]

    @classmethod
    def of(cls, ecosystem: EcosystemConfig, chain: ChainState) -> "VaultView":
        """The view of a read."""
        shared = chain.state.shared_authority if chain.state else None
        fees = [TokenFees.of(token, chain.tokens[token.mint], shared) for token in ecosystem.tokens]
        undivided = chain.shared.lamports if chain.shared else None
        return cls(slot=chain.slot, tokens=fees, shared_lamports=undivided)

    def tables(self) -> list[Table]:
        """The view for a person. Amounts in SOL."""
        found = [table(("TOKEN", "FEE SOURCE", *AMOUNTS), [token.row() for token in self.tokens])]
        if self.shared_lamports is not None:
            row = [sol(self.shared_lamports)]
            found.append(table(("UNDIVIDED FEES OF THE SHARED CREATOR",), [row]))
        return found
