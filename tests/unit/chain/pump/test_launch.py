"""Launching, adopting and trading coins, by pump.fun's IDLs and by vectors of its SDK."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from dat_operator.chain.pump import launch, trade
from dat_operator.chain.pump.fees import sweep_curve, sweep_pool
from hack.pump import addresses as known
from hack.pump.coin import Coin
from hack.pump.instructions import ata, find
from tests.support.chain_state import key
from tests.support.vectors.pump_idl import (
    BUYBACK_RECIPIENT,
    CREATOR,
    MINT,
    PUMP,
    USER,
    by_idl,
    idl,
    shown,
    vector,
)

WSOL = Pubkey.from_string(known.WSOL_MINT)
SPL = Pubkey.from_string(known.TOKEN_PROGRAM)
TOKEN_2022 = Pubkey.from_string(known.TOKEN_2022_PROGRAM)
FEES = Pubkey.from_string(known.PUMP_FEES)
AUTHORITY = key("authority")
CONFIG = find(known.PUMP_FEES, b"sharing-config", bytes(MINT))
POOL_CREATOR = find(known.PUMP, b"pool-authority", bytes(MINT))
POOL = find(known.PUMP_AMM, b"pool", b"\0\0", bytes(POOL_CREATOR), bytes(MINT), bytes(WSOL))


def test_launching_is_the_sdks() -> None:
    data, accounts = vector(PUMP, "create_v2_sol")
    made = launch.create(USER, MINT, CREATOR, "Name", "SYM", "https://x.test/a.json")
    assert made.data == data
    assert shown(made.accounts) == accounts


@given(st.text(max_size=32), st.text(max_size=10), st.text(max_size=200))
def test_a_coin_may_have_any_name(name: str, symbol: str, uri: str) -> None:
    """Lengths are those of the bytes, not of the letters."""
    theirs = Coin.token_2022(MINT, CREATOR).create(USER, name, symbol, uri)
    ours = launch.create(USER, MINT, CREATOR, name, symbol, uri)
    assert ours.data == theirs.data
    assert shown(ours.accounts) == shown(theirs.accounts)


@pytest.mark.parametrize("graduated", [False, True])
def test_what_adopting_takes(graduated: bool) -> None:
    """Buckets must be empty first: the old creator's fees stay its own."""
    *sweeps, create, update = launch.adopt(CREATOR, MINT, AUTHORITY, graduated=graduated)
    expected = [sweep_curve(CREATOR, MINT, CREATOR), sweep_pool(CREATOR, MINT, CREATOR)]
    assert sweeps == expected[: 1 + graduated]
    pool = {} if graduated else dict.fromkeys(("pump_amm_program", "pump_amm_event_authority"), FEES)
    theirs = by_idl(
        "pump_fees",
        "create_fee_sharing_config",
        {"payer": CREATOR, "mint": MINT, "pool": POOL if graduated else FEES, **pool},
    )
    accounts = list(theirs.accounts)
    if not graduated:
        # Anchor takes the program's own address for an account that is not there; it is not written then.
        accounts[10] = AccountMeta(FEES, is_signer=False, is_writable=False)
    assert create.data == theirs.data
    assert shown(create.accounts) == shown(accounts)
    assert update.program_id == FEES


@pytest.mark.parametrize("graduated", [False, True])
def test_all_of_the_fees_go_to_the_authority_for_ever(graduated: bool) -> None:
    """docs/pump-fun.md: behind the IDL's accounts the shareholders so far, and a graduated coin's pool."""
    update = launch.adopt(CREATOR, MINT, AUTHORITY, graduated=graduated)[-1]
    vault = find(known.PUMP_AMM, b"creator_vault", bytes(CONFIG))
    theirs = by_idl(
        "pump_fees",
        "update_fee_shares",
        {"authority": CREATOR, "mint": MINT, "coin_creator_vault_ata": ata(vault, WSOL, SPL)},
        {"shareholders": [{"address": AUTHORITY, "share_bps": 10_000}]},
        [
            AccountMeta(CREATOR, is_signer=False, is_writable=True),
            *([AccountMeta(POOL, is_signer=False, is_writable=False)] if graduated else []),
        ],
    )
    assert update.data == theirs.data
    assert shown(update.accounts) == shown(theirs.accounts)


COINS = [Coin.spl(MINT, CREATOR), Coin.token_2022(MINT, CREATOR)]


@pytest.mark.parametrize("coin", COINS, ids=["spl", "token-2022"])
def test_anybodys_trades(coin: Coin) -> None:
    """But for the quote account, which a coin quoted in SOL does not use: there stands the user."""
    recipient = Pubkey.from_string(known.BUYBACK_FEE_RECIPIENTS[0])
    assert recipient == BUYBACK_RECIPIENT
    pairs = (
        (trade.buy(USER, MINT, coin.token_program, recipient, 5), coin.buy(USER, 5)),
        (trade.sell(USER, MINT, coin.token_program, recipient, 7), coin.sell(USER, 7, 0)),
    )
    names = [a["name"] for a in idl("pump").instructions["sell_v3"]["accounts"]]
    for ours, theirs in pairs:
        assert ours.data == theirs.data
        wanted = list(theirs.accounts)
        wanted[names.index("associated_quote_user")] = AccountMeta(USER, is_signer=True, is_writable=True)
        assert shown(ours.accounts) == shown(wanted)


def test_the_least_a_trade_accepts() -> None:
    """A buy must accept at least one unit (docs/pump-fun.md: 0 is always refused), a sale anything."""
    made = trade.buy(USER, MINT, SPL, BUYBACK_RECIPIENT, 5), trade.sell(USER, MINT, SPL, BUYBACK_RECIPIENT, 7)
    assert [bytes(i.data[8:24]) for i in made] == [struct.pack("<QQ", 5, 1), struct.pack("<QQ", 7, 0)]
