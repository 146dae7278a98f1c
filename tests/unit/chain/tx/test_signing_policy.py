"""Audit T1: no configuration and no endpoint can make a bound wallet sign a theft."""

import struct
from collections.abc import Sequence

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.pump import fees as gather
from dat_operator.chain.pump import launch, trade
from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.tx import lookup_tables
from dat_operator.chain.tx.message import compile_message
from dat_operator.chain.tx.signing_policy import MAX_TRANSFER_LAMPORTS, SigningPolicy
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.binding import Binding
from dat_operator.domain.errors import Refused
from dat_operator.domain.money import MAX_PRIORITY_FEE_LAMPORTS
from tests.support.chain_state import (
    ADMIN,
    PARAMETERS,
    PROGRAM,
    RENT,
    SHARED,
    SOL,
    STATE,
    TREASURY,
    key,
    keypair,
)

MINT, EVIL = key("mint"), key("evil")
PAIR = keypair("admin")
OURS = Ecosystem(PROGRAM, STATE)
NO_TABLES: Sequence[AddressLookupTableAccount] = ()
Appoints = dict[str, list[str]]


def guard(role: str = "admin", *, by_hand: bool = False, appoints: Appoints | None = None) -> SigningPolicy:
    binding = Binding.model_validate(
        {
            "network": "localnet",
            "program": str(PROGRAM),
            "admin": str(ADMIN),
            "ecosystem": "fruit",
            "role": role,
            **(appoints or {}),
        }
    )
    return SigningPolicy.of(binding, [str(MINT)], by_hand=by_hand)


def sign(
    *instructions: Instruction,
    by: SigningPolicy | None = None,
    tables: Sequence[AddressLookupTableAccount] = NO_TABLES,
    price: int = 0,
) -> None:
    message = compile_message(ADMIN, instructions, tables, Hash.default(), price=price)
    Wallet(PAIR, by or guard()).sign(message, tables)


def refusal(
    *instructions: Instruction,
    by: SigningPolicy | None = None,
    tables: Sequence[AddressLookupTableAccount] = NO_TABLES,
    price: int = 0,
) -> str:
    with pytest.raises(Refused, match="nothing was signed") as caught:
        sign(*instructions, by=by, tables=tables, price=price)
    assert caught.value.reason == "InstructionNotAllowed"
    return str(caught.value)


def of(program: Pubkey, data: bytes, *keys: Pubkey) -> Instruction:
    """Any instruction that the wallet signs."""
    metas = [AccountMeta(k, is_signer=k == ADMIN, is_writable=True) for k in (ADMIN, *keys)]
    return Instruction(program, data, metas)


AUTHORITY = OURS.authority(MINT)


@pytest.mark.parametrize(
    "to",
    [
        AUTHORITY,
        SHARED,
        TREASURY,
        at.creator_vault(AUTHORITY),
        at.creator_vault(SHARED),
        at.creator_vault(at.sharing_config(MINT)),
    ],
)
def test_rents_of_the_ecosystem_s_accounts_are_paid(to: Pubkey) -> None:
    sign(accounts.transfer(ADMIN, to, RENT))


@pytest.mark.parametrize(
    "by", [guard(), guard("operator"), guard(by_hand=True), guard("creator", by_hand=True)]
)
def test_nothing_is_transferred_elsewhere(by: SigningPolicy) -> None:
    said = refusal(accounts.transfer(ADMIN, EVIL, 1), by=by)
    assert f"a transfer to {EVIL}, which is no account of the ecosystem" in said


def test_nor_more_than_a_rent() -> None:
    """A lying endpoint says that so much is missing."""
    sign(accounts.transfer(ADMIN, AUTHORITY, MAX_TRANSFER_LAMPORTS))
    assert "0.0020 SOL; only rents" in refusal(accounts.transfer(ADMIN, AUTHORITY, MAX_TRANSFER_LAMPORTS + 1))


def test_nor_to_what_an_endpoint_says_a_lookup_table_holds() -> None:
    """On chain the table has the attacker's account in that place."""
    table = AddressLookupTableAccount(key("table"), [AUTHORITY])
    for by in (guard("operator"), guard(by_hand=True)):
        assert refusal(accounts.transfer(ADMIN, AUTHORITY, RENT), by=by, tables=[table])


def test_the_admin_uses_no_lookup_table() -> None:
    table = AddressLookupTableAccount(key("table"), [STATE])
    admin_job = OURS.administer("set_active", ADMIN, {"active": True})
    sign(admin_job)
    assert "a lookup table" in refusal(admin_job, tables=[table])


SYSTEM_THEFTS = {
    "create_account": struct.pack("<IQQ", 0, SOL, 0) + bytes(32),
    "assign": struct.pack("<I", 1) + bytes(PROGRAM),
    "create_with_seed": struct.pack("<I", 3) + bytes(32),
    "transfer_with_seed": struct.pack("<IQ", 11, SOL) + bytes(32),
    "advance_nonce": struct.pack("<I", 4),
    "withdraw_nonce": struct.pack("<IQ", 5, SOL),
    "nothing": b"",
}


@pytest.mark.parametrize("data", SYSTEM_THEFTS.values(), ids=SYSTEM_THEFTS.keys())
def test_the_system_program_only_transfers(data: bytes) -> None:
    assert "that is no transfer" in refusal(of(at.SYSTEM, data, AUTHORITY))


@pytest.mark.parametrize("program", [key("evil program"), at.TOKEN, at.TOKEN_2022, at.MAYHEM])
@pytest.mark.parametrize("by", [guard(), guard("operator"), guard(by_hand=True)])
def test_no_other_program_gets_a_signature(program: Pubkey, by: SigningPolicy) -> None:
    assert f"an instruction of the program {program}" in refusal(of(program, b"x", STATE), by=by)


@pytest.mark.parametrize("by", [guard(), guard("operator"), guard(by_hand=True)])
def test_another_ecosystem_of_our_program_gets_none(by: SigningPolicy) -> None:
    foreign = Ecosystem.of(PROGRAM, EVIL, "fruit").administer("set_active", ADMIN, {"active": True})
    assert f"another ecosystem than {STATE}" in refusal(foreign, by=by)


@pytest.mark.parametrize(
    "name", ["propose_withdraw_address", "accept_withdraw_address", "cancel_admin_transfer"]
)
def test_a_job_of_the_admin_s_neither_withdraws_nor_hands_over(name: str) -> None:
    args = {"address": EVIL} if name == "propose_withdraw_address" else None
    instruction = OURS.administer(name, ADMIN, args)
    assert "which no Job of the admin sends" in refusal(instruction)
    sign(instruction, by=guard(by_hand=True))


FRIEND, GUARDIAN = key("operator"), key("guardian")
NAMED = {"operators": [str(FRIEND)], "emergencyAdmins": [str(GUARDIAN)]}
ROLES = ("operator", "emergency")


def appointment(role: str, whom: Pubkey | None) -> Instruction:
    name, field = ("set_operator", "operator") if role == "operator" else EMERGENCY
    return OURS.administer(name, ADMIN, {field: whom})


EMERGENCY = ("set_emergency_admin", "emergency_admin")


def founding(operator: Pubkey = FRIEND, emergency: Pubkey | None = GUARDIAN) -> Instruction:
    return OURS.initialize(ADMIN, ADMIN, "fruit", operator, emergency, 4480, PARAMETERS)


def not_named(instruction: Instruction, by: SigningPolicy) -> str:
    with pytest.raises(Refused, match="nothing was signed") as caught:
        sign(instruction, by=by)
    assert caught.value.reason == "WalletNotBound"
    return str(caught.value)


@pytest.mark.parametrize(("role", "whom"), [("operator", FRIEND), ("emergency", GUARDIAN)])
def test_a_job_of_the_admin_s_appoints_whom_the_owner_has_named(role: str, whom: Pubkey) -> None:
    by = guard(appoints=NAMED)
    sign(appointment(role, whom), by=by)
    sign(founding(), by=by)
    said = not_named(appointment(role, EVIL), by)
    assert f"spec.wallets.{role}.publicKey: {EVIL}, but binding.json of the admin's wallet" in said
    assert f"names {whom} as {role}" in said
    assert f"`dat wallet appoint DIRECTORY --ecosystem fruit --{role} {EVIL}`" in said
    not_named(founding(**{role: EVIL}), by)


@pytest.mark.parametrize("role", ROLES)
def test_a_binding_that_names_nobody_appoints_nobody(role: str) -> None:
    """Those from before the owner could name anybody."""
    assert f"names nobody as {role}" in not_named(appointment(role, FRIEND), guard())
    assert "names nobody as operator" in not_named(founding(), guard())


def test_nobody_takes_the_emergency_admin_away_but_by_the_owner_s_word() -> None:
    """The holders' veto."""
    for by in (guard(appoints=NAMED), guard(appoints={"operators": [str(FRIEND)]})):
        assert "spec.wallets.emergency.publicKey: none" in not_named(appointment("emergency", None), by)
    sign(appointment("emergency", None), by=guard(appoints={"emergencyAdmins": ["none"]}))
    not_named(founding(emergency=None), guard(appoints=NAMED))
    silent = {"operators": [str(FRIEND)]}
    said = not_named(founding(emergency=None), guard(appoints=silent))
    assert "does not allow an ecosystem without emergency admin" in said, "a closed one had a guard, perhaps"
    sign(founding(emergency=None), by=guard(appoints={**silent, "emergencyAdmins": ["none"]}))


def test_by_hand_a_person_appoints_whom_he_types_but_an_editor_founds_nothing() -> None:
    by = guard(by_hand=True, appoints=NAMED)
    sign(appointment("operator", EVIL), appointment("emergency", None), by=by)
    assert "spec.wallets.operator.publicKey" in not_named(founding(operator=EVIL), by)


def test_an_appointment_that_cannot_be_read_is_none() -> None:
    whole = appointment("operator", FRIEND)
    cut = Instruction(whole.program_id, whole.data[:20], whole.accounts)
    assert "set_operator with arguments that cannot be read" in refusal(cut, by=guard(appoints=NAMED))


def test_what_jobs_ask_of_pump_fun() -> None:
    for one in (
        gather.sweep_curve(ADMIN, MINT, AUTHORITY),
        gather.sweep_pool(ADMIN, MINT, AUTHORITY),
        gather.collect(AUTHORITY),
        gather.distribute(MINT, [AUTHORITY]),
        gather.claim_cashback(AUTHORITY),
        gather.transfer_to_pump(AUTHORITY),
    ):
        sign(one, by=guard("operator"))


def test_a_job_never_trades_for_itself_nor_gives_a_coin_away() -> None:
    bought = trade.buy(ADMIN, MINT, at.TOKEN, key("recipient"), SOL)
    handed = launch.adopt(ADMIN, MINT, AUTHORITY, graduated=False)[-1]
    for one in (bought, handed):
        for by in (guard(), guard("operator")):
            assert f"of {one.program_id}" in refusal(one, by=by)
        sign(one, by=guard("creator", by_hand=True))


def test_token_accounts_are_made_for_addresses_without_a_key() -> None:
    sign(accounts.create_token_account(ADMIN, AUTHORITY, at.WSOL, at.TOKEN))
    sign(accounts.create_token_account(ADMIN, ADMIN, at.WSOL, at.TOKEN))
    assert "a token account of another owner" in refusal(
        accounts.create_token_account(ADMIN, EVIL, at.WSOL, at.TOKEN)
    )


def test_lookup_tables_are_the_wallet_s_own() -> None:
    made, table = lookup_tables.create(ADMIN, 7)
    sign(made, lookup_tables.extend(ADMIN, table, [STATE]))
    other = of(at.LOOKUP_TABLES, struct.pack("<I", 4), ADMIN, EVIL)
    assert "a lookup table of another authority" in refusal(other)


def test_a_priority_fee_has_a_ceiling() -> None:
    """A configuration allows it, and an endpoint says that everybody pays so."""
    work = accounts.transfer(ADMIN, AUTHORITY, 1)
    price = MAX_PRIORITY_FEE_LAMPORTS * 1_000_000 // 1_400_000
    sign(work, price=price)
    assert "a priority fee of" in refusal(work, price=price + 1)


def test_a_binding_with_a_key_that_is_none() -> None:
    binding = Binding.model_validate(
        {
            "network": "localnet",
            "program": "1" * 40,
            "admin": str(ADMIN),
            "ecosystem": "fruit",
            "role": "admin",
        }
    )
    with pytest.raises(Refused, match="not 32 bytes long"):
        SigningPolicy.of(binding, [], by_hand=False)
