"""Anybody can send lamports to any address, and programs change: that costs one token at most."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import accounts as account_module
from dat_operator.chain import addresses as at
from dat_operator.chain.pump.upgrades import LOADER, PROGRAMS, last_upgrade
from dat_operator.chain.spl.token_accounts import TokenAccounts
from dat_operator.chain.tx.lookup_tables import read_tables
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.decision import decide
from dat_operator.domain.errors import DatError
from dat_operator.domain.refusal import Refusal
from tests.support.chain_state import PROGRAM, RENT, SHARED, STATE, chain, key, token
from tests.support.fakes.accounts import Accounts, account, mint_account
from tests.support.vectors.dat_bytes import MINT, state_bytes, stats_bytes
from tests.support.vectors.pump_bytes import curve_bytes
from tests.unit.chain.test_second_read import AUTHORITY, CONFIG, in_pool, on_curve

RENT_ALONE = account(RENT)
APPLE = key("apple")
STATS = at.stats_address(PROGRAM, STATE, MINT)
WHOSE = [AUTHORITY, CONFIG, SHARED]
"""Creators, by which a reading asks for other accounts."""


def cashback_in_pool(creator: Pubkey) -> dict[Pubkey, Any]:
    """A coin for which everything is asked that can be."""
    data = curve_bytes(creator=creator, complete=True, is_cashback_coin=True)
    return {**in_pool(creator=creator), at.bonding_curve(MINT): account(owner=at.PUMP, data=data)}


def without_lamports(read: ChainState) -> Mapping[str, Any]:
    """What does not follow from balances: those of bare accounts anybody may raise."""
    token = read.tokens[str(MINT)]
    return {
        "token": [token.curve, token.pool, token.sharing, token.stats, token.mint_account, token.missing],
        "unreadable": token.unreadable,
        "wrapped": [token.amm_vault_lamports, token.amm_cashback_lamports, token.cashback_lamports],
        "state": [read.state, read.pump_global, read.pool_global, read.curve_tiers, read.pool_tiers],
        "shared": read.shared.amm_vault_lamports if read.shared else None,
    }


@pytest.mark.parametrize("creator", WHOSE)
@pytest.mark.parametrize("present", ["", "curve", "pool"])
async def test_rent_at_the_address_of_an_account_that_is_not_made_yet_changes_nothing(
    creator: Pubkey, present: str
) -> None:
    """At each address that a reading asks for and that has no account."""
    table = {"curve": on_curve(creator=creator), "pool": cashback_in_pool(creator)}.get(present, {})
    accounts = Accounts(dict(table))
    before = await accounts.read(MINT)
    absent = {key for batch in accounts.batches for key in batch} - accounts.table.keys()
    assert len(absent) > 4
    for address in absent:
        again = await Accounts({**table, Pubkey.from_string(address): RENT_ALONE}).read(MINT)
        assert without_lamports(again) == without_lamports(before), address


async def test_rent_at_all_of_them_at_once_costs_no_other_token() -> None:
    table = {**cashback_in_pool(AUTHORITY), **on_curve(APPLE, creator=SHARED)}
    accounts = Accounts(dict(table))
    before = await accounts.read(MINT, APPLE)
    absent = {key for batch in accounts.batches for key in batch} - accounts.table.keys()
    funded = {Pubkey.from_string(address): RENT_ALONE for address in absent}
    again = await Accounts({**table, **funded}).read(MINT, APPLE)
    assert without_lamports(again) == without_lamports(before)
    assert again.tokens[str(APPLE)].curve == before.tokens[str(APPLE)].curve


NONSENSE = b"\7" * 400


@pytest.mark.parametrize(
    ("address", "owner", "what"),
    [
        (at.bonding_curve(MINT), at.PUMP, "the bonding curve"),
        (at.pool(MINT), at.PUMP_AMM, "the pool"),
        (CONFIG, at.PUMP_FEES, "the sharing config"),
        (STATS, PROGRAM, "the token's stats"),
        (at.user_volume_accumulator(AUTHORITY), at.PUMP, "the volume accumulator"),
        (at.AMM_GLOBAL, at.PUMP_AMM, "PumpSwap's GlobalConfig"),
        (at.AMM_FEE_CONFIG, at.PUMP_FEES, "PumpSwap's fees"),
    ],
)
@pytest.mark.parametrize("data", [NONSENSE, b"", stats_bytes()[:40]])
async def test_what_cannot_be_decoded_costs_one_token_and_says_so(
    address: Pubkey, owner: Pubkey, what: str, data: bytes
) -> None:
    creator = CONFIG if address == CONFIG else AUTHORITY
    table = {
        **cashback_in_pool(creator),
        **on_curve(APPLE, creator=at.authority_address(PROGRAM, STATE, APPLE)),
        STATE: account(owner=PROGRAM, data=state_bytes()),
        address: account(owner=owner, data=data),
    }
    read = await Accounts(table).read(MINT, APPLE)
    unreadable = read.tokens[str(MINT)].unreadable
    assert unreadable is not None
    assert what in unreadable
    assert "look for a newer dat-operator" in unreadable
    assert read.tokens[str(APPLE)].unreadable is None
    decided = decide(read, str(MINT), 500)
    assert isinstance(decided, Refusal)
    assert (decided.reason, decided.message) == ("AccountUnreadable", unreadable)


def test_an_accounts_data_is_reached_by_its_owner_only() -> None:
    """Of the modules that read accounts, one looks at bytes: it asks for the owner first."""
    package = Path(account_module.__file__).parents[1]
    found = {
        path.name
        for folder in ("chain", "cycle", "setup", "manual")
        for path in (package / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "data" and isinstance(node.value, ast.Name)
        # What instructions and events hold is no account's.
        if node.value.id not in ("call", "compiled", "event", "instruction")
    }
    assert found == {"accounts.py"}


@pytest.mark.parametrize(
    ("address", "owner"), [(STATE, PROGRAM), (at.PUMP_GLOBAL, at.PUMP), (at.FEE_CONFIG, at.PUMP_FEES)]
)
async def test_what_all_tokens_need_is_named(address: Pubkey, owner: Pubkey) -> None:
    with pytest.raises(DatError, match=r"cannot be read .* look for a newer dat-operator"):
        await Accounts({address: account(owner=owner, data=NONSENSE)}).read(MINT)


async def test_rent_at_the_tokens_own_account_is_no_token_account() -> None:
    """It would hide that the account is gone."""
    apple = token(MINT)
    address = apple.addresses.token_account
    assert address is not None
    async with Accounts({Pubkey.from_string(address): RENT_ALONE}).client() as rpc:
        checked = await TokenAccounts().with_token_accounts(rpc, chain(apple))
    assert not checked.tokens[str(MINT)].has_token_account


@pytest.mark.parametrize("found", [RENT_ALONE, account(owner=at.LOOKUP_TABLES), mint_account(1)])
async def test_an_address_that_is_no_lookup_table_is_none(found: Any) -> None:
    async with Accounts({APPLE: found}).client() as rpc:
        assert await read_tables(rpc, [str(APPLE)]) == {}


@pytest.mark.parametrize("found", [RENT_ALONE, account(owner=LOADER, data=b"\3")])
async def test_an_address_that_holds_no_program_has_no_upgrade(found: Any) -> None:
    held = {at.pda(LOADER, bytes(program)): found for program in PROGRAMS.values()}
    async with Accounts(held).client() as rpc:
        assert await last_upgrade(rpc, 1, 1) is None
