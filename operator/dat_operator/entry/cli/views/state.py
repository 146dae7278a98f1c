"""``dat check-state``: the ecosystem's account and the accounts of its tokens."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field
from rich.table import Table

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import DatState, Parameters, Role, TokenStats
from dat_operator.domain.document import Frozen
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.money import BPS, sol, tokens
from dat_operator.entry.cli.tables import table
from dat_operator.manual.action import state_of

Status = Literal["Active", "Inactive", "Paused"]
HEADERS = ("TOKEN", "ROLE", "CYCLES", "STATUS", "FAILURES", "BURNED", "SPENT", "TO ROOT", "LOOKUP TABLE")


class TokenAccount(Frozen):
    """The account of one token."""

    role: Annotated[Role, Field(description="Root or Secondary.")]
    status: Annotated[Status, Field(description="Active, Inactive or Paused.")]
    cycles: Annotated[int, Field(description="Number of cycles.")]
    consecutive_failures: Annotated[int, Field(description="Failed cycles since the last good cycle.")]
    failed_cycles: Annotated[int, Field(description="Failed cycles in all.")]
    burned: Annotated[int, Field(description="Burned tokens, base units.")]
    spent_lamports: Annotated[int, Field(description="Lamports spent on buys.")]
    to_root_lamports: Annotated[int, Field(description="Lamports sent to the root.")]
    lookup_table: Annotated[str | None, Field(description="Address lookup table.")]

    @classmethod
    def of(cls, stats: TokenStats) -> "TokenAccount":
        """The account as the chain has it."""
        return cls(
            role=stats.role,
            status=_status(stats),
            cycles=stats.cycle_count,
            consecutive_failures=stats.consecutive_failures,
            failed_cycles=stats.failed_cycles,
            burned=stats.total_burned,
            spent_lamports=stats.total_spent_lamports,
            to_root_lamports=stats.total_to_root_lamports,
            lookup_table=stats.lookup_table,
        )

    def cells(self) -> list[str]:
        """The cells of a row of the table, without the name."""
        return [
            self.role,
            str(self.cycles),
            self.status,
            f"{self.consecutive_failures} in a row, {self.failed_cycles} in all",
            tokens(self.burned),
            sol(self.spent_lamports),
            sol(self.to_root_lamports),
            self.lookup_table or "none",
        ]


class TokenEntry(Frozen):
    """One token of the configuration."""

    name: Annotated[str, Field(description="Name of the DATToken.")]
    mint: Annotated[str, Field(description="Address of the mint.")]
    account: Annotated[TokenAccount | None, Field(description="Null before set-up.")]

    @classmethod
    def of(cls, token: TokenConfig, stats: TokenStats | None) -> "TokenEntry":
        """The entry of a token."""
        return cls(name=token.name, mint=token.mint, account=TokenAccount.of(stats) if stats else None)

    def row(self) -> list[str]:
        """A row of the table."""
        return [self.name, *(self.account.cells() if self.account else ["", "", "NotSetUp"])]


class CycleLimitsView(Frozen):
    """The limits of cycles that the program holds."""

    min_fees_root_lamports: Annotated[int, Field(description="Smallest fees of a cycle of the root.")]
    min_fees_secondary_lamports: Annotated[int, Field(description="Smallest fees of a secondary's cycle.")]
    max_fees_per_cycle_lamports: Annotated[int, Field(description="Largest fees of one cycle.")]
    min_interval_seconds: Annotated[int, Field(description="Seconds between two cycles of a token.")]
    max_price_impact_bps: Annotated[int, Field(description="Largest price impact of a buy.")]
    max_price_rise_bps: Annotated[int, Field(description="Largest rise over the observed price.")]

    @classmethod
    def of(cls, parameters: Parameters) -> "CycleLimitsView":
        """The limits as the chain has them."""
        return cls.model_validate({name: getattr(parameters, name) for name in cls.model_fields})


class StateView(Frozen):
    """The ecosystem and its tokens on chain."""

    name: Annotated[str, Field(description="Name of the DATEcosystem.")]
    slot: Annotated[int, Field(description="Slot of the read.")]
    state: Annotated[str, Field(description="Address of the ecosystem's account.")]
    admin: Annotated[str, Field(description="Address of the admin.")]
    pending_admin: Annotated[str | None, Field(description="Address that may accept the admin role.")]
    operator: Annotated[str, Field(description="Address that may run cycles.")]
    emergency_admin: Annotated[str | None, Field(description="Address that may pause cycles.")]
    withdraw_address: Annotated[str | None, Field(description="Address that withdrawals go to.")]
    status: Annotated[Status, Field(description="Active, Inactive or Paused.")]
    root_share_bps: Annotated[int, Field(description="Share of the root, basis points.")]
    treasury_lamports: Annotated[int, Field(description="Lamports of the treasury, above rent.")]
    operator_lamports: Annotated[int, Field(description="Lamports of the operator's wallet.")]
    limits: Annotated[CycleLimitsView, Field(description="The limits of cycles.")]
    tokens: Annotated[list[TokenEntry], Field(description="One entry for each configured token.")]

    @classmethod
    def of(cls, ecosystem: EcosystemConfig, chain: ChainState) -> "StateView":
        """The view of a read. Raises DatError if the ecosystem is not on chain."""
        state = state_of(chain)
        return cls(
            name=ecosystem.name,
            slot=chain.slot,
            state=chain.state_address,
            admin=state.admin,
            pending_admin=state.pending_admin,
            operator=state.operator,
            emergency_admin=state.emergency_admin.at(chain.time),
            withdraw_address=state.withdraw_address,
            status=_status(state),
            root_share_bps=state.root_share.at(chain.time),
            treasury_lamports=chain.treasury_lamports,
            operator_lamports=chain.operator_lamports,
            limits=CycleLimitsView.of(state.parameters),
            tokens=[TokenEntry.of(token, chain.tokens[token.mint].stats) for token in ecosystem.tokens],
        )

    def tables(self) -> list[Table]:
        """The view for a person."""
        facts = table(("ECOSYSTEM", self.name), self._facts(), sentences=(self.name,))
        return [facts, table(HEADERS, [token.row() for token in self.tokens])]

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield "state", self.state
        yield "admin", self.admin
        yield "next admin", self.pending_admin or "none"
        yield "operator", self.operator
        yield "emergency admin", self.emergency_admin or "none"
        yield "withdrawals to", self.withdraw_address or "none"
        yield "status", self.status
        yield "root share", f"{self.root_share_bps / BPS:.2%}"
        yield "treasury", f"{sol(self.treasury_lamports)} SOL"
        yield "operator wallet", f"{sol(self.operator_lamports)} SOL"
        yield from ((name, str(value)) for name, value in self.limits)


def _status(account: DatState | TokenStats) -> Status:
    if account.paused:
        return "Paused"
    return "Active" if account.active else "Inactive"
