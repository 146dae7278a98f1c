"""The last look at a transaction before a wallet signs it.

What a Job does follows from a configuration that others may edit, and from endpoints that may lie. So the
instructions are judged as they are in the message, by the wallet's binding alone.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solders.instruction import CompiledInstruction
from solders.message import MessageV0
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import fees as gather
from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.tx import appointments
from dat_operator.chain.tx.message import MAX_UNITS, MICRO_LAMPORTS, Tables
from dat_operator.domain.binding import FILE, Binding, WalletRole
from dat_operator.domain.errors import Refused
from dat_operator.domain.money import MAX_PRIORITY_FEE_LAMPORTS, sol

MAX_TRANSFER_LAMPORTS = 2_000_000
"""Of one transfer: twice the rent of an account without data, which is all that is ever topped up."""
PUMP_PROGRAMS = (at.PUMP, at.PUMP_AMM, at.PUMP_FEES)
BY_JOBS = frozenset(
    {
        gather.SWEEP_CREATOR_FEE,
        gather.CLAIM_CASHBACK,
        gather.COLLECT_CREATOR_FEE,
        gather.TRANSFER_CREATOR_FEES_TO_PUMP,
        gather.DISTRIBUTE_CREATOR_FEES,
        accounts.EXTEND_ACCOUNT,
        accounts.INIT_USER_VOLUME_ACCUMULATOR,
    }
)
"""What Jobs ask of pump.fun in their own name. A cycle's buy is the program's, with the authority's money."""
BY_THE_ADMIN_S_JOB = (
    "initialize_dat_state",
    "initialize_token_stats",
    "set_active",
    "set_emergency_admin",
    "set_lookup_table",
    "set_operator",
    "update_parameters",
    "update_root_share",
)
"""Neither withdrawals nor another admin: these are signed by hand only."""
TRANSFER, CREATE_TABLE, EXTEND_TABLE, DEACTIVATE_TABLE, CLOSE_TABLE = 2, 0, 2, 3, 4
SET_UNIT_LIMIT, SET_UNIT_PRICE = 2, 3
CREATE, CREATE_IDEMPOTENT = b"\0", b"\1"


@dataclass(frozen=True, slots=True)
class _Call:
    """An instruction of a message. An account that stands in a lookup table is as an endpoint says it is."""

    program: Pubkey
    data: bytes
    accounts: tuple[Pubkey, ...]
    sure: tuple[bool, ...]
    """Whether each account stands in the message itself."""

    def surely(self, number: int) -> Pubkey | None:
        """An account, if it is there and no endpoint's word."""
        return self.accounts[number] if number < len(self.accounts) and self.sure[number] else None


@dataclass(frozen=True, slots=True)
class SigningPolicy:
    """What one wallet may sign. ``by_hand``: somebody has seen what it is, and agreed."""

    program: Pubkey
    state: Pubkey
    binding: Binding
    mints: tuple[Pubkey, ...]
    by_hand: bool

    @classmethod
    def of(cls, binding: Binding, mints: Iterable[str], *, by_hand: bool) -> "SigningPolicy":
        """As a binding allows; ``mints``: the tokens whose accounts may be topped up. Raises Refused."""
        try:
            program, admin = Pubkey.from_string(binding.program), Pubkey.from_string(binding.admin)
            tokens = tuple(map(Pubkey.from_string, mints))
        except ValueError:
            said = "program, admin or a token's mint is base58, but not 32 bytes long"
            raise Refused("WalletNotBound", f"{said}; correct {FILE} or the DATToken") from None
        return cls(program, at.state_address(program, admin, binding.ecosystem), binding, tokens, by_hand)

    def check(self, message: MessageV0, tables: Tables) -> None:
        """Raise Refused if the payer of a message must not sign it."""
        if message.address_table_lookups and self.binding.role is WalletRole.ADMIN:
            raise _refused("a lookup table, which only runs of cycles use")
        wallet, calls = message.account_keys[0], list(_calls(message, tables))
        for call in calls:
            if why := self._objection(wallet, call, message.account_keys):
                raise _refused(why)
        if (fee := _priority_fee(calls)) > MAX_PRIORITY_FEE_LAMPORTS:
            most = sol(MAX_PRIORITY_FEE_LAMPORTS)
            raise _refused(f"a priority fee of {sol(fee)} SOL; at most {most} SOL is offered")

    def _objection(self, wallet: Pubkey, call: _Call, keys: Sequence[Pubkey]) -> str | None:
        """Why an instruction must not be signed, if it must not."""
        if call.program == self.program:
            return self._ours(wallet, call)
        if call.program in PUMP_PROGRAMS:
            known = self.by_hand or call.data[:8] in BY_JOBS
            return None if known else f"instruction {call.data[:8].hex()} of {call.program}"
        if call.program == at.SYSTEM:
            return self._system(call, (*self.mints, *keys))
        if call.program == at.ASSOCIATED_TOKEN:
            return _token_account(wallet, call)
        if call.program == at.LOOKUP_TABLES:
            return _table(wallet, call)
        return None if call.program == at.COMPUTE_BUDGET else f"an instruction of the program {call.program}"

    def _ours(self, wallet: Pubkey, call: _Call) -> str | None:
        if wallet in call.accounts and self.state not in call.accounts:
            return f"an instruction about another ecosystem than {self.state}"
        is_admin_s_job = self.binding.role is WalletRole.ADMIN and not self.by_hand
        if is_admin_s_job and call.data[:8] not in _named():
            return f"instruction {call.data[:8].hex()} of the dat program, which no Job of the admin's sends"
        appointments.check(self.binding, call.data, by_hand=self.by_hand)
        return None

    def _system(self, call: _Call, mints: Iterable[Pubkey]) -> str | None:
        kind, *rest = struct.unpack_from("<IQ", call.data) if len(call.data) == 12 else (None,)
        to = call.surely(1)
        if kind != TRANSFER or to is None:
            return "an instruction of the System program that is no transfer to a named account"
        if rest[0] > MAX_TRANSFER_LAMPORTS:
            return f"a transfer of {sol(rest[0])} SOL; only rents are topped up"
        return (
            None if self._is_ours(to, mints) else f"a transfer to {to}, which is no account of the ecosystem"
        )

    def _is_ours(self, key: Pubkey, mints: Iterable[Pubkey]) -> bool:
        shared = at.shared_authority_address(self.program, self.state)
        if key in (shared, at.creator_vault(shared), at.treasury_address(self.program, self.state)):
            return True
        for mint in dict.fromkeys(mints):
            authority = at.authority_address(self.program, self.state, mint)
            if key in (authority, at.creator_vault(authority), at.creator_vault(at.sharing_config(mint))):
                return True
        return False


def _refused(what: str) -> Refused:
    said = "nothing was signed; a wallet signs for its own ecosystem only"
    return Refused("InstructionNotAllowed", f"the transaction has {what}: {said} (SECURITY.md)")


def _calls(message: MessageV0, tables: Tables) -> Iterator[_Call]:
    static = message.account_keys
    known = {table.key: table.addresses for table in tables}
    lookups = message.address_table_lookups
    named = [known[lookup.account_key][i] for lookup in lookups for i in lookup.writable_indexes]
    named += [known[lookup.account_key][i] for lookup in lookups for i in lookup.readonly_indexes]
    keys = [*static, *named]

    def call(compiled: CompiledInstruction) -> _Call:
        indexes = bytes(compiled.accounts)
        return _Call(
            static[compiled.program_id_index],
            bytes(compiled.data),
            tuple(keys[i] for i in indexes),
            tuple(i < len(static) for i in indexes),
        )

    return map(call, message.instructions)


def _priority_fee(calls: Iterable[_Call]) -> int:
    units, price = MAX_UNITS, 0
    for call in calls:
        if call.program == at.COMPUTE_BUDGET and call.data[0] == SET_UNIT_LIMIT:
            (units,) = struct.unpack_from("<I", call.data, 1)
        elif call.program == at.COMPUTE_BUDGET and call.data[0] == SET_UNIT_PRICE:
            (price,) = struct.unpack_from("<Q", call.data, 1)
    return int(-(-units * price // MICRO_LAMPORTS))


def _token_account(wallet: Pubkey, call: _Call) -> str | None:
    """Its rent goes to whoever owns it: to an address that no key signs for, or to the wallet itself."""
    owner = call.surely(2)
    if (
        call.data in (b"", CREATE, CREATE_IDEMPOTENT)
        and owner
        and (owner == wallet or not owner.is_on_curve())
    ):
        return None
    return "a token account of somebody else's"


def _table(wallet: Pubkey, call: _Call) -> str | None:
    (kind,) = struct.unpack_from("<I", call.data)
    if kind in (CREATE_TABLE, EXTEND_TABLE, CLOSE_TABLE) and call.accounts[1:3] == (wallet, wallet):
        return None
    if kind == DEACTIVATE_TABLE and call.accounts[1] == wallet:
        return None
    return "a lookup table of somebody else's"


def _named() -> frozenset[bytes]:
    return frozenset(hashlib.sha256(f"global:{name}".encode()).digest()[:8] for name in BY_THE_ADMIN_S_JOB)
