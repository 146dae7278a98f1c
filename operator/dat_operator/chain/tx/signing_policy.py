"""The last check of a transaction before a wallet signs it.

A Job acts on a configuration that others may edit, and on answers of endpoints that may lie. So this check
reads the instructions in the message itself, and trusts the binding of the wallet alone.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solders.instruction import CompiledInstruction
from solders.message import MessageV0
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import fees, prerequisites
from dat_operator.chain.tx import appointments
from dat_operator.chain.tx.message import MAX_UNITS, MICRO_LAMPORTS, Tables
from dat_operator.domain.binding import FILE, Binding, WalletRole
from dat_operator.domain.errors import Refused
from dat_operator.domain.money import MAX_PRIORITY_FEE_LAMPORTS, sol

MAX_TRANSFER_LAMPORTS = 2_000_000
"""Of one transfer: twice the rent of an account without data. Transfers only pay such rents."""
PUMP_PROGRAMS = (at.PUMP, at.PUMP_AMM, at.PUMP_FEES)
BY_JOBS = frozenset(
    {
        fees.SWEEP_CREATOR_FEE,
        fees.CLAIM_CASHBACK,
        fees.COLLECT_CREATOR_FEE,
        fees.TRANSFER_CREATOR_FEES_TO_PUMP,
        fees.DISTRIBUTE_CREATOR_FEES,
        prerequisites.EXTEND_ACCOUNT,
        prerequisites.INIT_USER_VOLUME_ACCUMULATOR,
    }
)
"""Instructions of pump.fun in transactions of Jobs. The buy is not among them: the dat program calls it."""
BY_ADMIN_JOBS = (
    "initialize_dat_state",
    "initialize_token_stats",
    "set_active",
    "set_emergency_admin",
    "set_lookup_table",
    "set_operator",
    "update_parameters",
    "update_root_share",
)
"""Instructions of the dat program in Jobs of the admin. A person signs withdrawals and a change of admin."""
TRANSFER, CREATE_TABLE, EXTEND_TABLE, DEACTIVATE_TABLE, CLOSE_TABLE = 2, 0, 2, 3, 4
SET_UNIT_LIMIT, SET_UNIT_PRICE = 2, 3
CREATE, CREATE_IDEMPOTENT = b"\0", b"\1"


@dataclass(frozen=True, slots=True)
class _Call:
    """An instruction of a message. An endpoint may lie about the accounts of a lookup table."""

    program: Pubkey
    data: bytes
    accounts: tuple[Pubkey, ...]
    in_message: tuple[bool, ...]
    """Whether each account is in the message itself."""

    def trusted(self, number: int) -> Pubkey | None:
        """An account that is in the message itself; None for any other."""
        return self.accounts[number] if number < len(self.accounts) and self.in_message[number] else None


@dataclass(frozen=True, slots=True)
class SigningPolicy:
    """The transactions that a wallet may sign. ``by_hand``: a person has seen the transaction and agreed."""

    program: Pubkey
    state: Pubkey
    binding: Binding
    mints: tuple[Pubkey, ...]
    by_hand: bool

    @classmethod
    def of(cls, binding: Binding, mints: Iterable[str], *, by_hand: bool) -> "SigningPolicy":
        """The policy of a binding. Accounts of ``mints`` may get their rent. Raises Refused."""
        try:
            program, admin = Pubkey.from_string(binding.program), Pubkey.from_string(binding.admin)
            tokens = tuple(map(Pubkey.from_string, mints))
        except ValueError:
            said = "program, admin or a token's mint is base58, but not 32 bytes long"
            raise Refused("WalletNotBound", f"{said}; correct {FILE} or the DATToken") from None
        state = at.state_address(program, admin, binding.ecosystem)
        return cls(program, state, binding, mints=tokens, by_hand=by_hand)

    def check(self, message: MessageV0, tables: Tables) -> None:
        """Raise Refused if the wallet, which pays for the message, must not sign it."""
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
        """The reason not to sign an instruction; None if there is none."""
        if call.program == self.program:
            return self._dat_instruction(wallet, call)
        if call.program in PUMP_PROGRAMS:
            known = self.by_hand or call.data[:8] in BY_JOBS
            return None if known else f"instruction {call.data[:8].hex()} of {call.program}"
        if call.program == at.SYSTEM:
            return self._system_instruction(call, (*self.mints, *keys))
        if call.program == at.ASSOCIATED_TOKEN:
            return _token_account(wallet, call)
        if call.program == at.LOOKUP_TABLES:
            return _table(wallet, call)
        return None if call.program == at.COMPUTE_BUDGET else f"an instruction of the program {call.program}"

    def _dat_instruction(self, wallet: Pubkey, call: _Call) -> str | None:
        if wallet in call.accounts and self.state not in call.accounts:
            return f"an instruction about another ecosystem than {self.state}"
        is_admin_job = self.binding.role is WalletRole.ADMIN and not self.by_hand
        if is_admin_job and call.data[:8] not in _discriminators():
            return f"instruction {call.data[:8].hex()} of the dat program, which no Job of the admin sends"
        appointments.check(self.binding, call.data, by_hand=self.by_hand)
        return None

    def _system_instruction(self, call: _Call, mints: Iterable[Pubkey]) -> str | None:
        kind, *rest = struct.unpack_from("<IQ", call.data) if len(call.data) == 12 else (None,)
        to = call.trusted(1)
        if kind != TRANSFER or to is None:
            return "an instruction of the System program that is no transfer to a named account"
        if rest[0] > MAX_TRANSFER_LAMPORTS:
            return f"a transfer of {sol(rest[0])} SOL; only rents are topped up"
        return (
            None
            if self._is_of_ecosystem(to, mints)
            else f"a transfer to {to}, which is no account of the ecosystem"
        )

    def _is_of_ecosystem(self, key: Pubkey, mints: Iterable[Pubkey]) -> bool:
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
    """The owner of a token account gets its rent: an address without a private key, or the wallet itself."""
    owner = call.trusted(2)
    if (
        call.data in (b"", CREATE, CREATE_IDEMPOTENT)
        and owner
        and (owner == wallet or not owner.is_on_curve())
    ):
        return None
    return "a token account of another owner"


def _table(wallet: Pubkey, call: _Call) -> str | None:
    (kind,) = struct.unpack_from("<I", call.data)
    if kind in (CREATE_TABLE, EXTEND_TABLE, CLOSE_TABLE) and call.accounts[1:3] == (wallet, wallet):
        return None
    if kind == DEACTIVATE_TABLE and call.accounts[1] == wallet:
        return None
    return "a lookup table of another authority"


def _discriminators() -> frozenset[bytes]:
    return frozenset(hashlib.sha256(f"global:{name}".encode()).digest()[:8] for name in BY_ADMIN_JOBS)
