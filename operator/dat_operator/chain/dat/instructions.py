"""The instructions of the dat program, for one ecosystem."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.codec import instruction, variant
from dat_operator.chain.tx.account_metas import read
from dat_operator.domain.dat_accounts import Parameters, Role
from dat_operator.domain.market import BuyForm


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """The addresses of an ecosystem, and its instructions."""

    program: Pubkey
    state: Pubkey

    @classmethod
    def of(cls, program: Pubkey, admin: Pubkey, name: str) -> "Ecosystem":
        """The ecosystem with this name that ``admin`` created."""
        return cls(program, at.state_address(program, admin, name))

    def initialize(
        self,
        admin: Pubkey,
        base_admin: Pubkey,
        name: str,
        operator: Pubkey,
        emergency_admin: Pubkey | None,
        root_share_bps: int,
        parameters: Parameters,
    ) -> Instruction:
        """Creates the ecosystem, or reopens a closed one. ``admin`` signs and pays.

        The address of the ecosystem derives from ``base_admin``.
        """
        accounts = {
            "admin": admin,
            "base_admin": base_admin,
            "state": self.state,
            "treasury": self.treasury,
            "shared_authority": self.shared_authority,
        }
        args = {
            "name": name,
            "roles": {"operator": operator, "emergency_admin": emergency_admin},
            "root_share_bps": root_share_bps,
            "parameters": asdict(parameters),
        }
        return instruction(self.program, "initialize_dat_state", accounts, args)

    def admit(
        self, admin: Pubkey, mint: Pubkey, token_program: Pubkey, role: Role, root_share_bps: int | None
    ) -> Instruction:
        """Admits a token to the ecosystem; ``admin`` signs and pays."""
        authority = self.authority(mint)
        accounts = {
            **self._token(mint, token_program),
            "admin": admin,
            "bonding_curve": at.bonding_curve(mint),
            "user_volume_accumulator": at.user_volume_accumulator(authority),
        }
        args = {"role": variant("Role", role), "root_share_bps": root_share_bps}
        return instruction(self.program, "initialize_token_stats", accounts, args)

    def run_cycle(
        self,
        operator: Pubkey,
        mint: Pubkey,
        token_program: Pubkey,
        form: BuyForm,
        buy: Sequence[AccountMeta],
        *,
        expected_cycle: int,
        run_id: bytes,
        min_tokens_out: int,
        planned_lamports: int,
    ) -> Instruction:
        """One cycle of one token; ``buy``: the accounts of its form of buy. ``operator`` signs."""
        args = {
            "form": variant("BuyForm", form),
            "expected_cycle": expected_cycle,
            "cycle_id": list(run_id),
            "min_tokens_out": min_tokens_out,
            "planned_lamports": planned_lamports,
        }
        accounts = {**self._token(mint, token_program), "operator": operator}
        return instruction(self.program, "run_cycle", accounts, args, forwarded=buy)

    def collect_fees(self, operator: Pubkey, mint: Pubkey, token_program: Pubkey) -> Instruction:
        """The first step of a cycle alone: collects the fees and splits them; ``operator`` signs."""
        return instruction(
            self.program, "collect_fees", {**self._token(mint, token_program), "operator": operator}
        )

    def observe(self, operator: Pubkey, mint: Pubkey, token_program: Pubkey, *, in_pool: bool) -> Instruction:
        """Records the price of a token, which the next buy needs; ``operator`` signs."""
        pool = at.pool(mint)
        accounts = {
            "operator": operator,
            "state": self.state,
            "stats": self.stats(mint),
            "mint": mint,
            "market": pool if in_pool else at.bonding_curve(mint),
        }
        vaults = [read(at.associated_token(pool, mint, token_program)), read(at.wrapped_sol(pool))]
        return instruction(self.program, "observe", accounts, forwarded=vaults if in_pool else ())

    def unwrap(self, wrapped: Pubkey, mint: Pubkey | None = None) -> Instruction:
        """Unwraps wrapped SOL of the authority of ``mint``, or of the shared authority without ``mint``."""
        accounts = {
            "state": self.state,
            "stats": self.stats(mint) if mint else None,
            "owner": self.authority(mint) if mint else self.shared_authority,
            "wrapped": wrapped,
            "token_program": at.TOKEN,
        }
        return instruction(self.program, "unwrap", accounts)

    def credit_fees(self, operator: Pubkey, mint: Pubkey, total_before: int, lamports: int) -> Instruction:
        """Credits a token with its part of the fees at the shared authority; ``operator`` signs."""
        accounts = {
            "operator": operator,
            "state": self.state,
            "stats": self.stats(mint),
            "shared_authority": self.shared_authority,
            "authority": self.authority(mint),
        }
        args = {"total_before": total_before, "lamports": lamports}
        return instruction(self.program, "credit_fees", accounts, args)

    def record_failure(self, operator: Pubkey, mint: Pubkey, run_id: bytes, error_code: int) -> Instruction:
        """Records a failed run of a token; ``operator`` signs."""
        accounts = {"operator": operator, "state": self.state, "stats": self.stats(mint)}
        args = {"cycle_id": list(run_id), "error_code": error_code}
        return instruction(self.program, "record_failure", accounts, args)

    def administer(
        self,
        name: str,
        signer: Pubkey,
        args: Mapping[str, Any] | None = None,
        *,
        mint: Pubkey | None = None,
        previous: Pubkey | None = None,
    ) -> Instruction:
        """An instruction of one admin, about the token ``mint`` if it is about a token.

        ``signer`` is the admin, the emergency admin, or the key that accepts a role.
        """
        accounts = {
            "admin": signer,
            "signer": signer,
            "named": signer,
            "state": self.state,
            "stats": self.stats(mint) if mint else None,
            "previous": self.stats(previous) if previous else None,
        }
        return instruction(self.program, name, accounts, args)

    @property
    def treasury(self) -> Pubkey:
        """The account that keeps root shares."""
        return at.treasury_address(self.program, self.state)

    @property
    def shared_authority(self) -> Pubkey:
        """The creator of the tokens that share one."""
        return at.shared_authority_address(self.program, self.state)

    def stats(self, mint: Pubkey) -> Pubkey:
        """The address of a token's stats."""
        return at.stats_address(self.program, self.state, mint)

    def authority(self, mint: Pubkey) -> Pubkey:
        """The address of a token's authority."""
        return at.authority_address(self.program, self.state, mint)

    def _token(self, mint: Pubkey, token_program: Pubkey) -> dict[str, Pubkey]:
        authority = self.authority(mint)
        return {
            "state": self.state,
            "stats": self.stats(mint),
            "mint": mint,
            "authority": authority,
            "token_account": at.associated_token(authority, mint, token_program),
            "treasury": self.treasury,
            "token_program": token_program,
        }
