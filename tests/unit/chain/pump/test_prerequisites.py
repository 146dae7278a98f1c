"""What set-up makes so that no cycle is charged for it."""

from dataclasses import replace
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import TransferParams
from solders.system_program import transfer as system_transfer

from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.pump.layouts import CURVE_LENGTH, POOL_LENGTH
from dat_operator.domain.token_state import TokenState
from hack.pump import addresses as known
from hack.pump.instructions import create_ata, find
from tests.support.chain_state import RENT, SHARED, curve, graduated, key, token
from tests.support.vectors.pump_idl import MINT as SDK_MINT
from tests.support.vectors.pump_idl import PUMP, USER, by_idl, shown, vector

PAYER, MINT = key("payer"), key("mint")
ADDRESSES = token(MINT).addresses
AUTHORITY = Pubkey.from_string(ADDRESSES.authority)
WSOL = Pubkey.from_string(known.WSOL_MINT)
SPL = Pubkey.from_string(known.TOKEN_PROGRAM)
MISSING = ("wrapped SOL account", "PumpSwap volume accumulator")


def made(state: TokenState, *, ours: bool = True) -> list[Instruction]:
    return accounts.missing(PAYER, state, fees_are_ours=ours)


def same(ours: Instruction, theirs: Instruction) -> None:
    assert ours.program_id == theirs.program_id
    assert bytes(ours.data) == bytes(theirs.data)
    assert shown(ours.accounts) == shown(theirs.accounts)


def fill_vault(creator: Pubkey, lamports: int) -> Instruction:
    vault = find(known.PUMP, b"creator-vault", bytes(creator))
    return system_transfer(TransferParams(from_pubkey=PAYER, to_pubkey=vault, lamports=lamports))


@pytest.mark.parametrize("state", [token(MINT), graduated(MINT), token(MINT, curve=None)])
def test_nothing_is_missing(state: TokenState) -> None:
    assert made(state) == []


def test_an_empty_vault_gets_its_rent() -> None:
    """Else the first 890,880 lamports of fees stay there for good."""
    (transfer,) = made(token(MINT, vault_missing_lamports=RENT))
    same(transfer, fill_vault(AUTHORITY, RENT))


def test_the_vault_of_a_sharing_config_gets_its_rent() -> None:
    config = Pubkey.from_string(ADDRESSES.sharing_config)
    (transfer,) = made(token(MINT, curve=curve(creator=str(config)), vault_missing_lamports=5))
    same(transfer, fill_vault(config, 5))


def test_a_strangers_vault_is_his() -> None:
    foreign = token(MINT, curve=curve(creator=str(key("stranger"))), vault_missing_lamports=RENT)
    assert made(foreign, ours=False) == []


def test_a_shared_vault_is_not_what_was_looked_at() -> None:
    """Otherwise each set-up would send the missing rent of the token's own vault to the shared vault."""
    shared = token(MINT, curve=curve(creator=str(SHARED)), vault_missing_lamports=RENT)
    assert made(shared) == []


@pytest.mark.parametrize("length", [81, 151, CURVE_LENGTH - 1])
def test_a_short_curve_grows(length: int) -> None:
    account = find(known.PUMP, b"bonding-curve", bytes(MINT))
    (extend,) = made(token(MINT, curve=curve(creator=str(AUTHORITY), length=length)))
    same(extend, by_idl("pump", "extend_account", {"account": account, "user": PAYER}))


@pytest.mark.parametrize("length", [211, 279, POOL_LENGTH - 1])
def test_a_short_pool_grows(length: int) -> None:
    account = Pubkey.from_string(ADDRESSES.pool)
    (extend,) = made(graduated(MINT, pool={"length": length}))
    same(extend, by_idl("pump_amm", "extend_account", {"account": account, "user": PAYER}))


@pytest.mark.parametrize("longer", [0, 1, 14])
def test_longer_ones_are_left_alone(longer: int) -> None:
    assert made(token(MINT, curve=curve(creator=str(AUTHORITY), length=CURVE_LENGTH + longer))) == []
    assert made(graduated(MINT, pool={"length": POOL_LENGTH + longer})) == []


def test_a_completed_curve_need_not_grow() -> None:
    state = graduated(MINT)
    assert state.curve is not None
    assert made(replace(state, curve=replace(state.curve, length=81))) == []


def test_extending_is_the_sdks() -> None:
    short = token(SDK_MINT, curve=curve(length=81))
    (extend,) = accounts.missing(USER, short, fees_are_ours=True)
    data, listed = vector(PUMP, "extend_account")
    assert extend.data == data
    assert shown(extend.accounts) == listed


def test_a_graduated_coin_needs_three_accounts_on_pumpswap() -> None:
    own, vaults, volume = made(graduated(MINT, missing=MISSING))
    same(own, create_ata(PAYER, AUTHORITY, WSOL, SPL))
    vault = find(known.PUMP_AMM, b"creator_vault", bytes(AUTHORITY))
    same(vaults, create_ata(PAYER, vault, WSOL, SPL))
    same(volume, by_idl("pump_amm", "init_user_volume_accumulator", {"payer": PAYER, "user": AUTHORITY}))


def test_any_of_them_is_reason_enough() -> None:
    """All three do nothing where the account is there already."""
    for name in MISSING:
        assert len(made(graduated(MINT, missing=(name,)))) == 3


def test_a_cashback_coin_needs_one_more() -> None:
    """docs/pump-fun.md: else its first buy pays for it, which the program refuses."""
    cashback = curve(creator=str(AUTHORITY), complete=True, is_cashback_coin=True)
    *_, last = found = made(graduated(MINT, curve=cashback, missing=("PumpSwap cashback account",)))
    volume = find(known.PUMP_AMM, b"user_volume_accumulator", bytes(AUTHORITY))
    same(last, create_ata(PAYER, volume, WSOL, SPL))
    assert len(found) == 4


def test_the_vault_on_pumpswap_is_the_creators() -> None:
    stranger = key("stranger")
    _, vaults, _ = made(graduated(MINT, pool={"coin_creator": str(stranger)}, missing=MISSING), ours=False)
    vault = find(known.PUMP_AMM, b"creator_vault", bytes(stranger))
    same(vaults, create_ata(PAYER, vault, WSOL, SPL))


def test_all_at_once() -> None:
    everything: dict[str, Any] = {"missing": MISSING, "vault_missing_lamports": 7}
    found = made(graduated(MINT, pool={"length": 211}, **everything))
    assert [str(i.program_id) for i in found] == [
        known.SYSTEM_PROGRAM,
        known.PUMP_AMM,
        known.ATA_PROGRAM,
        known.ATA_PROGRAM,
        known.PUMP_AMM,
    ]
    assert all(i.accounts[0].is_signer or i.accounts[1].is_signer for i in found), "the payer signs"
