"""The accounts of pump.fun's buys, form by form: by its IDLs, and by vectors of its SDKs."""

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.buy import Buy
from dat_operator.domain.market import BuyForm
from hack.pump import addresses as known
from hack.pump.instructions import ata, find
from tests.support.chain_state import key
from tests.support.vectors.pump_idl import (
    AMM,
    BUYBACK_RECIPIENT,
    CREATOR,
    FEE_RECIPIENT,
    MINT,
    PUMP,
    USER,
    by_idl,
    shown,
    unsigned,
    vector,
)

WSOL = Pubkey.from_string(known.WSOL_MINT)
SPL = Pubkey.from_string(known.TOKEN_PROGRAM)
TOKEN_2022 = Pubkey.from_string(known.TOKEN_2022_PROGRAM)
AMOUNTS = {"spendable_quote_in": 1, "min_tokens_out": 1}
POOL_AMOUNTS = {"spendable_quote_in": 1, "min_base_amount_out": 1}


def buy(token_program: Pubkey, *, cashback: bool = False) -> Buy:
    return Buy(USER, MINT, token_program, CREATOR, FEE_RECIPIENT, BUYBACK_RECIPIENT, cashback)


def read_only(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, is_signer=False, is_writable=False)


def written(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, is_signer=False, is_writable=True)


def curve_v3(token_program: Pubkey) -> Instruction:
    accounts = {
        "base_mint": MINT,
        "quote_mint": WSOL,
        "base_token_program": token_program,
        "quote_token_program": SPL,
        "user": USER,
        "associated_base_user": ata(USER, MINT, token_program),
        # Not used for a coin quoted in SOL: the user itself saves an account (docs/pump-fun.md, account 10).
        "associated_quote_user": USER,
        "buyback_fee_recipient": BUYBACK_RECIPIENT,
    }
    return by_idl("pump", "buy_exact_quote_in_v3", accounts, {**AMOUNTS, "partial_fill": {"0": False}})


def curve_legacy(token_program: Pubkey) -> Instruction:
    accounts = {
        "fee_recipient": FEE_RECIPIENT,
        "mint": MINT,
        "associated_user": ata(USER, MINT, token_program),
        "user": USER,
        "token_program": token_program,
        "creator_vault": find(known.PUMP, b"creator-vault", bytes(CREATOR)),
    }
    args = {"spendable_sol_in": 1, "min_tokens_out": 1, "track_volume": [0], "partial_fill": [0]}
    remaining = [read_only(find(known.PUMP, b"bonding-curve-v2", bytes(MINT))), written(BUYBACK_RECIPIENT)]
    return by_idl("pump", "buy_exact_sol_in", accounts, args, remaining)


def curve_v2(token_program: Pubkey) -> Instruction:
    accounts = {
        "base_mint": MINT,
        "quote_mint": WSOL,
        "base_token_program": token_program,
        "quote_token_program": SPL,
        "fee_recipient": FEE_RECIPIENT,
        "buyback_fee_recipient": BUYBACK_RECIPIENT,
        "user": USER,
        "associated_base_user": ata(USER, MINT, token_program),
        "associated_quote_user": ata(USER, WSOL, SPL),
        "creator_vault": find(known.PUMP, b"creator-vault", bytes(CREATOR)),
    }
    return by_idl("pump", "buy_exact_quote_in_v2", accounts, {**AMOUNTS, "partial_fill": [0]})


def trade(token_program: Pubkey) -> dict[str, Pubkey]:
    creator = find(known.PUMP, b"pool-authority", bytes(MINT))
    pool = find(known.PUMP_AMM, b"pool", b"\0\0", bytes(creator), bytes(MINT), bytes(WSOL))
    return {
        "pool": pool,
        "user": USER,
        "global_config": find(known.PUMP_AMM, b"global_config"),
        "base_mint": MINT,
        "quote_mint": WSOL,
        "user_base_token_account": ata(USER, MINT, token_program),
        "user_quote_token_account": ata(USER, WSOL, SPL),
        "pool_base_token_account": ata(pool, MINT, token_program),
        "pool_quote_token_account": ata(pool, WSOL, SPL),
        "base_token_program": token_program,
        "quote_token_program": SPL,
    }


def pool_v2(token_program: Pubkey) -> Instruction:
    # docs/pump-fun.md: the recipient's WSOL account, not its wallet.
    accounts = {**trade(token_program), "buyback_fee_recipient": ata(BUYBACK_RECIPIENT, WSOL, SPL)}
    return by_idl("pump_amm", "buy_exact_quote_in_v2", accounts, POOL_AMOUNTS)


def pool(token_program: Pubkey, *, cashback: bool = False) -> Instruction:
    volume = find(known.PUMP_AMM, b"user_volume_accumulator", bytes(USER))
    accounts = {
        **trade(token_program),
        "protocol_fee_recipient": FEE_RECIPIENT,
        "coin_creator_vault_authority": find(known.PUMP_AMM, b"creator_vault", bytes(CREATOR)),
    }
    remaining = [
        *([written(ata(volume, WSOL, SPL))] if cashback else []),
        read_only(find(known.PUMP_AMM, b"pool-v2", bytes(MINT))),
        read_only(BUYBACK_RECIPIENT),
        written(ata(BUYBACK_RECIPIENT, WSOL, SPL)),
    ]
    args = {**POOL_AMOUNTS, "track_volume": [0]}
    return by_idl("pump_amm", "buy_exact_quote_in", accounts, args, remaining)


THEIRS = {
    BuyForm.CURVE_V3: (curve_v3, 17),
    BuyForm.CURVE_LEGACY: (curve_legacy, 18),
    BuyForm.CURVE_V2: (curve_v2, 27),
    BuyForm.POOL_V2: (pool_v2, 17),
    BuyForm.POOL: (pool, 26),
}


@pytest.mark.parametrize("form", BuyForm)
@pytest.mark.parametrize("token_program", [SPL, TOKEN_2022], ids=["spl", "token-2022"])
def test_accounts_are_the_idls(form: BuyForm, token_program: Pubkey) -> None:
    made, count = THEIRS[form]
    ours = buy(token_program).accounts(form)
    assert shown(ours) == shown(made(token_program).accounts, signers=False)
    assert len(ours) == count, "what the program counts on (programs/dat/src/pump/forms.rs)"


def test_a_cashback_pool_takes_one_account_more() -> None:
    ours = buy(SPL, cashback=True).accounts(BuyForm.POOL)
    assert shown(ours) == shown(pool(SPL, cashback=True).accounts, signers=False)
    assert len(ours) == 27


@pytest.mark.parametrize("form", [form for form in BuyForm if form is not BuyForm.POOL])
def test_elsewhere_a_cashback_coins_accounts_are_the_same(form: BuyForm) -> None:
    assert buy(SPL, cashback=True).accounts(form) == buy(SPL).accounts(form)


@pytest.mark.parametrize("form", BuyForm)
def test_nobody_signs_for_the_buyer_but_its_program(form: BuyForm) -> None:
    assert not any(meta.is_signer for meta in buy(SPL).accounts(form))


@pytest.mark.parametrize(
    ("form", "token_program", "vector"),
    [
        (BuyForm.CURVE_LEGACY, TOKEN_2022, vector(PUMP, "buy_exact_sol_in_2022")),
        (BuyForm.CURVE_LEGACY, TOKEN_2022, vector(PUMP, "buy_legacy_token2022")),
        (BuyForm.CURVE_LEGACY, SPL, vector(PUMP, "buy_legacy_spl")),
        (BuyForm.CURVE_V2, TOKEN_2022, vector(PUMP, "buy_v2_sol_token2022")),
        (BuyForm.POOL, TOKEN_2022, vector(AMM, "buy", 2)),
    ],
)
def test_accounts_are_the_sdks(form: BuyForm, token_program: Pubkey, vector: tuple[bytes, list[str]]) -> None:
    """``buy`` names the same accounts in the same order as ``buy_exact_…_in`` of its generation."""
    assert shown(buy(token_program).accounts(form)) == unsigned(vector[1])


@pytest.mark.parametrize("form", BuyForm)
def test_everything_follows_from_mint_and_buyer(form: BuyForm) -> None:
    """Another coin's buy by another authority has its own accounts wherever they could be mixed up."""
    other = Buy(key("user"), key("other"), SPL, CREATOR, FEE_RECIPIENT, BUYBACK_RECIPIENT)
    mine, its = ({meta.pubkey for meta in b.accounts(form)} for b in (buy(SPL), other))
    assert {USER, MINT, at.associated_token(USER, MINT, SPL)} <= mine - its
