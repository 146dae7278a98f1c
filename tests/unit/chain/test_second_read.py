"""What graduated and shared coins have besides: read only for them, and in batches too."""

from collections.abc import Mapping
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import BATCH
from dat_operator.domain.token_state import FeeSource, SharedFees, Sharing
from hack.pump import fees as published
from tests.support.chain_state import PROGRAM, RENT, SHARED, STATE, key
from tests.support.fakes.accounts import Accounts, account, mint_account, token_account
from tests.support.vectors.dat_bytes import MINT, state_bytes, stats_bytes, u32
from tests.support.vectors.pump_bytes import curve_bytes, pool_bytes, sharing_bytes, volume_bytes

AUTHORITY = at.authority_address(PROGRAM, STATE, MINT)
CONFIG, STRANGER = at.sharing_config(MINT), key("stranger")
MISSING = ("wrapped SOL account", "PumpSwap volume accumulator")


def on_curve(mint: Pubkey = MINT, *, creator: Pubkey, complete: bool = False) -> dict[Pubkey, Any]:
    data = curve_bytes(creator=creator, complete=complete, creator_fee=10, is_cashback_coin=False)
    return {mint: mint_account(10**15), at.bonding_curve(mint): account(owner=at.PUMP, data=data)}


def in_pool(mint: Pubkey = MINT, *, creator: Pubkey, token_program: Pubkey = at.TOKEN) -> dict[Pubkey, Any]:
    """A graduated coin with 20 in its pool's bucket, 500 base, 600 quote; fees 7 and 8 in the vaults."""
    pool = at.pool(mint)
    data = pool_bytes(coin_creator=creator, creator_fees=20, virtual_quote_reserves=-20)
    return {
        **on_curve(mint, creator=creator, complete=True),
        mint: mint_account(10**15, token_program),
        pool: account(owner=at.PUMP_AMM, data=data),
        at.associated_token(pool, mint, token_program): token_account(500, token_program),
        at.wrapped_sol(pool): token_account(600),
        at.creator_vault(creator): account(RENT + 7),
        at.wrapped_sol(at.amm_creator_vault(creator)): token_account(8),
    }


def bought_with(mint: Pubkey = MINT) -> dict[Pubkey, Any]:
    """What set-up makes for buys on PumpSwap."""
    authority = at.authority_address(PROGRAM, STATE, mint)
    return {
        at.wrapped_sol(authority): token_account(0),
        at.user_volume_accumulator(authority, at.PUMP_AMM): account(
            owner=at.PUMP_AMM, data=volume_bytes(0, 0)
        ),
    }


async def read(table: Mapping[Pubkey, Any]) -> Any:
    return (await Accounts(dict(table)).read(MINT)).tokens[str(MINT)]


async def test_a_graduated_coin() -> None:
    accounts = Accounts({**in_pool(creator=AUTHORITY), **bought_with()})
    chain = await accounts.read(MINT)
    token = chain.tokens[str(MINT)]
    assert token.pool is not None
    assert (token.pool.base_amount, token.pool.quote_amount, token.pool.quote_reserves) == (500, 600, 580)
    assert token.pool.coin_creator == token.creator == str(AUTHORITY)
    assert (token.vault_lamports, token.amm_vault_lamports, token.missing) == (7, 8, ())
    assert token.uncollected_lamports == 10 + 20 + 7 + 8
    assert len(chain.pool_tiers) == 1 + len(published.AMM_TIERS)
    assert len(accounts.batches) == 2
    assert chain.slot == 101, "of the first reading, which is the older one"


async def test_a_graduated_coin_of_token_2022() -> None:
    """Its pool keeps the coin with that program, and SOL with the other."""
    token = await read(in_pool(creator=AUTHORITY, token_program=at.TOKEN_2022))
    assert (token.pool.base_amount, token.pool.quote_amount) == (500, 600)


async def test_what_set_up_has_yet_to_make() -> None:
    table = in_pool(creator=AUTHORITY)
    assert (await read(table)).missing == MISSING
    (first, _), (second, made) = bought_with().items()
    assert (await read({**table, first: token_account(0)})).missing == MISSING[1:]
    assert (await read({**table, second: made})).missing == MISSING[:1]


async def test_a_cashback_coin_has_an_account_for_it() -> None:
    table = {**in_pool(creator=AUTHORITY), **bought_with()}
    data = curve_bytes(creator=AUTHORITY, complete=True, is_cashback_coin=True)
    table[at.bonding_curve(MINT)] = account(owner=at.PUMP, data=data)
    assert (await read(table)).missing == ("PumpSwap cashback account",)
    kept = at.wrapped_sol(at.user_volume_accumulator(AUTHORITY, at.PUMP_AMM))
    assert (await read({**table, kept: token_account(0)})).missing == ()


async def test_a_complete_curve_whose_pool_is_not_there_yet() -> None:
    token = await read(on_curve(creator=AUTHORITY, complete=True))
    assert token.curve.complete
    assert (token.pool, token.missing, token.amm_vault_lamports) == (None, (), 0)
    assert token.uncollected_lamports == 10


async def test_somebody_elses_account_at_a_pools_address_is_no_pool() -> None:
    table = {**in_pool(creator=AUTHORITY), at.pool(MINT): account(owner=at.SYSTEM)}
    assert (await read(table)).pool is None


async def test_the_fees_of_a_strange_root_are_not_ours() -> None:
    token = await read(in_pool(creator=STRANGER))
    assert token.fee_source(str(SHARED)) is FeeSource.FOREIGN
    assert token.uncollected_lamports == 0
    assert token.missing == MISSING, "but it is bought all the same"


HOLDERS = [(STRANGER, 7_500), (AUTHORITY, 2_500)]


async def test_a_sharing_coin() -> None:
    table = {
        **on_curve(creator=CONFIG),
        CONFIG: account(owner=at.PUMP_FEES, data=sharing_bytes(HOLDERS)),
        at.creator_vault(CONFIG): account(RENT + 30),
        at.creator_vault(AUTHORITY): account(RENT + 999),
    }
    accounts = Accounts(table)
    token = (await accounts.read(MINT)).tokens[str(MINT)]
    assert token.sharing == Sharing(((str(STRANGER), 7_500), (str(AUTHORITY), 2_500)), admin_revoked=True)
    assert token.fee_source(str(SHARED)) is FeeSource.SHARING
    assert (token.vault_lamports, token.vault_missing_lamports) == (30, 0), "the config's, not its own"
    assert token.uncollected_lamports == (10 + 30) * 2_500 // 10_000
    assert accounts.batches[1] == [str(CONFIG), str(at.creator_vault(CONFIG))]


async def test_a_sharing_coins_vault_may_lack_its_rent() -> None:
    table = {
        **on_curve(creator=CONFIG),
        CONFIG: account(owner=at.PUMP_FEES, data=sharing_bytes(HOLDERS)),
        at.creator_vault(AUTHORITY): account(RENT),
    }
    assert (await read(table)).vault_missing_lamports == RENT


async def test_a_graduated_sharing_coin() -> None:
    table = {
        **in_pool(creator=CONFIG),
        CONFIG: account(owner=at.PUMP_FEES, data=sharing_bytes(HOLDERS)),
    }
    token = await read(table)
    assert token.fee_source(str(SHARED)) is FeeSource.SHARING
    assert token.uncollected_lamports == (10 + 20 + 7 + 8) * 2_500 // 10_000


def shared(vault: int, amm_vault: int, authority: int) -> dict[Pubkey, Any]:
    """What lies with the shared creator, above its rents."""
    return {
        SHARED: account(RENT + authority),
        at.creator_vault(SHARED): account(RENT + vault),
        at.wrapped_sol(at.amm_creator_vault(SHARED)): token_account(amm_vault),
    }


def settled(*mints: Pubkey, tokens: int) -> dict[Pubkey, Any]:
    """The state of an ecosystem with so many tokens, and the stats of these."""
    state = state_bytes(token_count=u32(tokens))
    return {
        STATE: account(owner=PROGRAM, data=state),
        **{at.stats_address(PROGRAM, STATE, m): account(owner=PROGRAM, data=stats_bytes(m)) for m in mints},
    }


async def test_what_a_shared_creator_has_is_divided_by_what_waits() -> None:
    own, other = MINT, key("another coin")
    table = {
        **on_curve(own, creator=SHARED),
        **in_pool(other, creator=SHARED),
        **settled(own, other, tokens=2),
        **shared(vault=30, amm_vault=20, authority=50),
    }
    accounts = Accounts(table)
    chain = await accounts.read(own, other)
    assert chain.shared == SharedFees(50, 30, 20, 0, 0)
    # 10 wait in the one's bucket, 10 + 20 in the other's: of the 100, a quarter and three.
    assert [token.uncollected_lamports for token in chain.tokens.values()] == [10 + 25, 30 + 75]
    assert len(set(accounts.batches[1])) == len(accounts.batches[1])


async def test_a_part_of_the_tokens_does_not_divide_what_is_everybodys() -> None:
    table = {**on_curve(creator=SHARED), **settled(MINT, tokens=2), **shared(30, 20, 50)}
    assert (await read(table)).uncollected_lamports == 10


async def test_what_a_shared_creator_lacks_of_its_rents() -> None:
    chain = await Accounts(on_curve(creator=SHARED)).read(MINT)
    assert chain.shared == SharedFees(0, 0, 0, RENT, RENT)


async def test_what_a_cashback_coin_owes_its_buyer() -> None:
    """Counted up for ever, what was claimed beside it; on PumpSwap it lies there, wrapped."""
    data = curve_bytes(creator=STRANGER, complete=True, is_cashback_coin=True)
    pump, amm = (at.user_volume_accumulator(AUTHORITY, program) for program in (at.PUMP, at.PUMP_AMM))
    table = {
        **in_pool(creator=STRANGER),
        at.bonding_curve(MINT): account(owner=at.PUMP, data=data),
        pump: account(owner=at.PUMP, data=volume_bytes(earned=100, claimed=60)),
        at.wrapped_sol(amm): token_account(70),
    }
    token = await read(table)
    assert (token.cashback_lamports, token.amm_cashback_lamports) == (40, 70)
    assert token.uncollected_lamports == 40 + 70, "the other comes back wrapped, and is unwrapped"


async def test_a_second_reading_comes_in_batches_of_a_hundred() -> None:
    mints = [key(f"mint {n}") for n in range(30)]
    table: dict[Pubkey, Any] = {}
    for mint in mints:
        table |= in_pool(mint, creator=at.authority_address(PROGRAM, STATE, mint)) | bought_with(mint)
    accounts = Accounts(table)
    chain = await accounts.read(*mints)
    assert max(map(len, accounts.batches)) <= BATCH
    asked = [key for batch in accounts.batches[2:] for key in batch]
    assert len(asked) == len(set(asked)) == 30 * 6 + 2, "and what they have in common once"
    for token in chain.tokens.values():
        assert token.pool is not None
        assert (token.uncollected_lamports, token.missing) == (45, ())


async def test_only_those_that_need_it_are_read_again() -> None:
    plain = key("plain")
    table = {**in_pool(creator=AUTHORITY), **on_curve(plain, creator=STRANGER)}
    accounts = Accounts(table)
    await accounts.read(plain, MINT)
    assert len(accounts.batches[1]) == 8
    assert str(at.pool(plain)) not in accounts.batches[1]
