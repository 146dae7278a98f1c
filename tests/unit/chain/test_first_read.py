"""One batch of accounts as an ecosystem: order, rent, owners, and batches of a hundred."""

import pytest

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import BATCH
from dat_operator.chain.coin_accounts import CoinKeys
from dat_operator.chain.incremental import ACCOUNTS_PER_COIN
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.errors import DatError
from dat_operator.domain.fees import FeeTier
from dat_operator.domain.token_state import FeeSource, Mint
from hack.pump import addresses as known
from tests.support.chain_state import (
    CURVE_FEES,
    OPERATOR,
    PROGRAM,
    RENT,
    SHARED,
    STATE,
    TREASURY,
    dat_state,
    key,
    stats,
)
from tests.support.fakes.accounts import TIME, Accounts, account, mint_account
from tests.support.vectors.dat_bytes import MINT, OBSERVATION, state_bytes, stats_bytes, u64
from tests.support.vectors.pump_bytes import curve_bytes

AUTHORITY = at.authority_address(PROGRAM, STATE, MINT)
CURVE, VAULT = at.bonding_curve(MINT), at.creator_vault(AUTHORITY)
STATS = at.stats_address(PROGRAM, STATE, MINT)


async def test_an_empty_chain() -> None:
    chain = await Accounts().read(MINT)
    assert (chain.state, chain.treasury_lamports, chain.operator_lamports) == (None, 0, 7)
    assert chain.program_deployed
    assert (chain.time, chain.rent_lamports) == (TIME, RENT)
    token = chain.tokens[str(MINT)]
    assert (token.mint_account, token.curve, token.stats, token.pool) == (None, None, None, None)
    assert (token.pending_lamports, token.missing, token.creator) == (0, (), None)
    assert (token.vault_missing_lamports, token.authority_missing_lamports) == (RENT, RENT)


async def test_what_is_common_to_all() -> None:
    table = {STATE: account(owner=PROGRAM, data=state_bytes()), TREASURY: account(RENT + 3)}
    chain = await Accounts(table).read()
    assert chain.state == dat_state()
    assert (chain.state_address, chain.treasury_address) == (str(STATE), str(TREASURY))
    assert chain.treasury_lamports == 3
    assert chain.curve_tiers == (FeeTier(0, CURVE_FEES),)
    assert chain.pool_tiers == (), "not before a token has graduated"
    assert chain.pump_global is not None
    assert chain.pump_global.buyback_fee_recipients == known.BUYBACK_FEE_RECIPIENTS


async def test_a_chain_without_pump_fun() -> None:
    accounts = Accounts()
    del accounts.table[str(at.PUMP_GLOBAL)], accounts.table[str(at.FEE_CONFIG)]
    del accounts.table[str(OPERATOR)], accounts.table[str(PROGRAM)]
    chain = await accounts.read(MINT)
    assert (chain.pump_global, chain.curve_tiers) == (None, ())
    assert (chain.program_deployed, chain.operator_lamports) == (False, 0)


async def test_balances_are_above_rent() -> None:
    table = {
        MINT: mint_account(55, at.TOKEN_2022),
        CURVE: account(owner=at.PUMP, data=curve_bytes(creator=AUTHORITY, complete=False)),
        STATS: account(owner=PROGRAM, data=stats_bytes(carried_lamports=u64(1))),
        AUTHORITY: account(RENT + 5),
        VAULT: account(RENT - 1),
    }
    token = (await Accounts(table).read(MINT)).tokens[str(MINT)]
    assert (token.authority_lamports, token.vault_lamports, token.vault_missing_lamports) == (5, 0, 1)
    assert token.mint_account == Mint(str(at.TOKEN_2022), 55, 6)
    assert token.stats == stats(MINT, Role.SECONDARY, carried_lamports=1, observation=OBSERVATION)
    assert token.addresses.token_account == str(at.associated_token(AUTHORITY, MINT, at.TOKEN_2022))
    assert token.uncollected_lamports == 6, "the curve's bucket"
    assert token.pending_lamports == 6 + 5 - 1, "with the authority's, less what was carried"


async def test_an_account_of_another_owner_is_not_taken_for_ours() -> None:
    table = {
        MINT: mint_account(1, at.SYSTEM),
        CURVE: account(owner=PROGRAM, data=curve_bytes()),
        STATS: account(owner=at.PUMP, data=stats_bytes()),
        STATE: account(owner=at.PUMP, data=state_bytes()),
    }
    chain = await Accounts(table).read(MINT)
    token = chain.tokens[str(MINT)]
    assert (token.mint_account, token.curve, token.stats, chain.state) == (None, None, None, None)


async def test_one_reading_is_enough_for_coins_on_their_curves() -> None:
    """A vault of its own is in the first; a strange one is nobody's business here."""
    for creator in (AUTHORITY, key("stranger")):
        data = curve_bytes(creator=creator, complete=False, is_cashback_coin=False)
        accounts = Accounts({MINT: mint_account(1), CURVE: account(owner=at.PUMP, data=data)})
        token = (await accounts.read(MINT)).tokens[str(MINT)]
        assert token.fee_source(str(SHARED)) is not FeeSource.SHARING
        assert len(accounts.batches) == 1


async def test_a_tokens_accounts_are_of_one_slot() -> None:
    """Batches are of a hundred keys, and none of them cuts a token in two."""
    accounts = Accounts()
    mints = [key(f"mint {n}") for n in range(40)]
    chain = await accounts.read(*mints)
    assert max(map(len, accounts.batches)) <= BATCH
    assert len(accounts.batches) == 3
    assert chain.slot == 101, "the lowest of them: nothing is newer than it says"
    for mint in mints:
        token = chain.tokens[str(mint)]
        (at_once,) = [batch for batch in accounts.batches if str(mint) in batch]
        addresses = token.addresses
        assert {addresses.creator_vault, addresses.bonding_curve, addresses.stats} <= set(at_once)
        assert addresses.authority in at_once


def test_a_batch_holds_whole_coins() -> None:
    assert len(CoinKeys.of(PROGRAM, STATE, MINT).first) == ACCOUNTS_PER_COIN
    assert BATCH % ACCOUNTS_PER_COIN == 0, "a batch cuts a coin in two"


async def test_what_is_no_solana_is_said_so() -> None:
    accounts = Accounts()
    accounts.table.clear()
    with pytest.raises(DatError, match="is this a Solana RPC endpoint"):
        await accounts.read()


@pytest.mark.parametrize("absent", ["mint", "curve"])
async def test_half_a_coin_costs_no_healthy_one_its_reading(absent: str) -> None:
    """A mint that is no coin of pump.fun's, or a curve whose mint is none, beside a graduated coin."""
    ill, well = key("ill"), MINT
    data = curve_bytes(creator=AUTHORITY, complete=True, is_cashback_coin=False)
    table = {
        ill: mint_account(1),
        at.bonding_curve(ill): account(owner=at.PUMP, data=data),
        well: mint_account(1),
        CURVE: account(owner=at.PUMP, data=data),
    }
    del table[ill if absent == "mint" else at.bonding_curve(ill)]
    accounts = Accounts(table)
    chain = await accounts.read(ill, well)
    assert chain.tokens[str(well)].curve is not None
    _, more = accounts.batches
    assert str(at.pool(well)) in more
    assert str(at.pool(ill)) not in more
