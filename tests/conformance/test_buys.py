"""The five forms of a buy: accounts of ours (chain/pump/buy.py), data of the program (programs/dat/src/pump/forms.rs).

Where @pump-fun/pump-sdk 2.0.0 and @pump-fun/pump-swap-sdk 1.20.0 are another thing than what we do:

| form | difference | reason |
|---|---|---|
| all | ``user`` signs in the SDK, not in our metas | it is a program-derived address: our program signs |
| curve legacy, v2; pool | the SDK builds ``buy`` (exact out) | the exact-in form of the same generation takes the same accounts, by the SDK's IDL too; its data is the SDK's coder's |
| curve legacy, v2 | one byte more in our data: ``partial_fill`` | newer than the SDK; the published IDL of the deployed program has it |
| pool | ``track_volume``: the SDK says true, we false | a choice; both are legal |
| pool | the SDK leaves ``pool-v2`` out without a coin creator, we also at a creator's rate of 0 | what the deployed program wants (programs/tests) |
| curve v3, pool v2 | not in the SDK | built by the SDK's Anchor from the published IDL of the deployed programs |
| curve v3 | ``associated_quote_user`` is the user itself | not used for a coin quoted in SOL: an account lock less (docs/pump-fun.md) |
| pool v2 | ``buyback_fee_recipient`` is its account of wrapped SOL | what the deployed program wants (docs/pump-fun.md), despite its name |
"""  # noqa: E501 (a table)

import re
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import trade
from dat_operator.chain.pump.buy import Buy
from dat_operator.domain.market import BuyForm
from hack.common.paths import REPO
from tests.support.conformance.comparison import same, same_accounts, without_signature
from tests.support.conformance.official_sdks import Call, Sdk, call
from tests.support.conformance.random_inputs import RANDOM, TOKEN_PROGRAMS, U64, buys, distinct

FORM = re.compile(
    r"const (?P<name>\w+): Form = Form \{\s+program: (?P<program>\w+),\s+"
    r"discriminator: \[(?P<discriminator>[\d, ]+)\],\s+flags: &(?P<flags>\[.*?\]|\w+),"
    r".*?\s+accounts: (?P<accounts>\d+),",
    re.DOTALL,
)
NAMES = {
    BuyForm.CURVE_V3: "CURVE_V3",
    BuyForm.CURVE_LEGACY: "CURVE_LEGACY",
    BuyForm.CURVE_V2: "CURVE_V2",
    BuyForm.POOL_V2: "POOL_V2",
    BuyForm.POOL: "POOL",
}
YES, NOT = {"0": True}, {"0": False}
"""OptionBool is a struct of one byte."""


def table() -> dict[str, dict[str, str]]:
    """The program's table of forms."""
    source = (REPO / "programs/dat/src/pump/forms.rs").read_text()
    assert "const PARTIAL_FILL: [u8; 1] = [1];" in source
    return {m["name"]: m.groupdict() for m in FORM.finditer(source)}


TABLE = table()


def program(form: BuyForm) -> Pubkey:
    """Whom the program calls."""
    return {"PUMP": at.PUMP, "PUMP_AMM": at.PUMP_AMM}[TABLE[NAMES[form]]["program"]]


def data(form: BuyForm, lamports: int, least: int) -> bytes:
    """What the program sends."""
    row = TABLE[NAMES[form]]
    flags = "1" if row["flags"] == "PARTIAL_FILL" else row["flags"].strip("[]")
    discriminator, rest = (bytes(map(int, re.findall(r"\d+", x))) for x in (row["discriminator"], flags))
    return discriminator + struct.pack("<QQ", lamports, least) + rest


def token_account(owner: Pubkey | Call, mint: Pubkey, token_program: Pubkey) -> Call:
    """By the SDK's own derivation."""
    return call("spl.getAssociatedTokenAddressSync", mint, owner, True, token_program)


@RANDOM
@given(buys(), U64, U64)
def test_curve_legacy(sdk: Sdk, buy: Buy, lamports: int, least: int) -> None:
    theirs = sdk.instruction(
        "pump.PUMP_SDK.getBuyInstructionRaw",
        {
            "user": buy.user,
            "mint": buy.mint,
            "creator": buy.creator,
            "amount": least,
            "solAmount": lamports,
            "feeRecipient": buy.fee_recipient,
            "tokenProgram": buy.token_program,
            "buybackFeeRecipient": buy.buyback_fee_recipient,
        },
    )
    assert theirs.program_id == program(BuyForm.CURVE_LEGACY)
    same_accounts(buy.accounts(BuyForm.CURVE_LEGACY), without_signature(theirs, buy.user))
    args = {"spendableSolIn": lamports, "minTokensOut": least, "trackVolume": NOT}
    ours = data(BuyForm.CURVE_LEGACY, lamports, least)
    assert ours[:-1] == sdk.data("sdk pump", "buyExactSolIn", args)
    assert ours == sdk.data("pump", "buyExactSolIn", {**args, "partialFill": YES})


@RANDOM
@given(buys(), U64, U64)
def test_curve_v2(sdk: Sdk, buy: Buy, lamports: int, least: int) -> None:
    theirs = sdk.instruction(
        "pump.PUMP_SDK.getBuyV2InstructionRaw",
        {
            "user": buy.user,
            "mint": buy.mint,
            "creator": buy.creator,
            "amount": least,
            "quoteAmount": lamports,
            "feeRecipient": buy.fee_recipient,
            "buybackFeeRecipient": buy.buyback_fee_recipient,
            "tokenProgram": buy.token_program,
        },
    )
    assert theirs.program_id == program(BuyForm.CURVE_V2)
    same_accounts(buy.accounts(BuyForm.CURVE_V2), without_signature(theirs, buy.user))
    args = {"spendableQuoteIn": lamports, "minTokensOut": least}
    ours = data(BuyForm.CURVE_V2, lamports, least)
    assert ours[:-1] == sdk.data("sdk pump", "buyExactQuoteInV2", args)
    assert ours == sdk.data("pump", "buyExactQuoteInV2", {**args, "partialFill": YES})


def pool_buy(sdk: Sdk, buy: Buy, mayhem: bool) -> Instruction:
    """PumpSwap's ``buy`` among what the SDK builds around it: wrapping, and accounts if missing."""
    pool = call("amm.canonicalPumpPoolPda", buy.mint)
    state = {
        "globalConfig": {
            "protocolFeeRecipients": [] if mayhem else [buy.fee_recipient],
            "reservedFeeRecipient": buy.fee_recipient,
            "reservedFeeRecipients": [],
            "buybackFeeRecipients": [buy.buyback_fee_recipient],
        },
        "poolKey": pool,
        "poolAccountInfo": None,
        "pool": {
            "baseMint": buy.mint,
            "quoteMint": at.WSOL,
            "coinCreator": buy.creator,
            "isMayhemMode": mayhem,
            "isCashbackCoin": buy.cashback,
            "poolBaseTokenAccount": token_account(pool, buy.mint, buy.token_program),
            "poolQuoteTokenAccount": token_account(pool, at.WSOL, at.TOKEN),
        },
        "baseTokenProgram": buy.token_program,
        "quoteTokenProgram": at.TOKEN,
        "baseMint": buy.mint,
        "user": buy.user,
        "userBaseTokenAccount": token_account(buy.user, buy.mint, buy.token_program),
        "userQuoteTokenAccount": token_account(buy.user, at.WSOL, at.TOKEN),
        "userBaseAccountInfo": None,
        "userQuoteAccountInfo": None,
    }
    made = sdk("amm.PUMP_AMM_SDK.buyInstructionsNoPool", state, 1, 2**40)
    (found,) = [i for i in made if i.program_id == program(BuyForm.POOL)]
    assert isinstance(found, Instruction)
    return found


@RANDOM
@given(buys(), st.booleans())
def test_pool(sdk: Sdk, buy: Buy, mayhem: bool) -> None:
    ours = buy.accounts(BuyForm.POOL)
    assert len(ours) == (27 if buy.cashback else 26)
    same_accounts(ours, without_signature(pool_buy(sdk, buy, mayhem), buy.user))


@RANDOM
@given(U64, U64)
def test_data_of_pool(sdk: Sdk, lamports: int, least: int) -> None:
    args = {"spendableQuoteIn": lamports, "minBaseAmountOut": least, "trackVolume": NOT}
    for idl in ("sdk pump_amm", "pump_amm"):
        assert data(BuyForm.POOL, lamports, least) == sdk.data(idl, "buyExactQuoteIn", args)


@RANDOM
@given(buys())
def test_a_pool_without_creator(sdk: Sdk, buy: Buy) -> None:
    """Of before creators had fees: the one account that the SDK leaves out there."""
    old = replace(buy, creator=at.SYSTEM, cashback=False)
    ours = old.accounts(BuyForm.POOL)
    assert ours[23].pubkey == sdk("amm.poolV2Pda", buy.mint)
    same_accounts(ours[:23] + ours[24:], without_signature(pool_buy(sdk, old, False), buy.user))


@pytest.mark.parametrize(
    ("idl", "one", "other"),
    [
        ("sdk pump", "buy", "buyExactSolIn"),
        ("sdk pump", "buyV2", "buyExactQuoteInV2"),
        ("sdk pump_amm", "buy", "buyExactQuoteIn"),
    ],
)
def test_exact_in_takes_what_exact_out_takes(sdk: Sdk, idl: str, one: str, other: str) -> None:
    """The SDKs build the one and describe both; so do the programs that are deployed now."""
    wanted = sdk("anchor.accounts", idl, one)
    assert sdk("anchor.accounts", idl, other) == wanted
    assert sdk("anchor.accounts", idl.removeprefix("sdk "), other) == wanted


def v3(buy: Buy) -> dict[str, Pubkey]:
    return {
        "baseMint": buy.mint,
        "quoteMint": at.WSOL,
        "baseTokenProgram": buy.token_program,
        "quoteTokenProgram": at.TOKEN,
        "user": buy.user,
        "associatedQuoteUser": buy.user,
        "buybackFeeRecipient": buy.buyback_fee_recipient,
    }


@RANDOM
@given(buys(), U64, U64)
def test_curve_v3(sdk: Sdk, buy: Buy, lamports: int, least: int) -> None:
    own = token_account(buy.user, buy.mint, buy.token_program)
    theirs = sdk.instruction(
        "anchor.instruction",
        "pump",
        "buyExactQuoteInV3",
        [lamports, least, YES],
        {**v3(buy), "associatedBaseUser": own},
    )
    assert theirs.program_id == program(BuyForm.CURVE_V3)
    same_accounts(buy.accounts(BuyForm.CURVE_V3), without_signature(theirs, buy.user))
    assert data(BuyForm.CURVE_V3, lamports, least) == theirs.data


@RANDOM
@given(distinct(3), TOKEN_PROGRAMS, U64)
def test_trades_of_anybody(sdk: Sdk, keys: list[Pubkey], token_program: Pubkey, amount: int) -> None:
    """Test networks' own: a wallet buys and sells, and signs; wherever it stands, it signs."""
    user, mint, recipient = keys
    own = token_account(user, mint, token_program)
    accounts = {**v3(Buy(user, mint, token_program, user, recipient, recipient)), "associatedBaseUser": own}
    pairs = (
        (trade.buy, "buyExactQuoteInV3", [amount, 1, NOT]),
        (trade.sell, "sellV3", [amount, 0]),
    )
    for ours, name, args in pairs:
        theirs = sdk.instruction("anchor.instruction", "pump", name, args, accounts)
        # The user once more, in the place of its quote account.
        signed = [AccountMeta(m.pubkey, m.pubkey == user, m.is_writable) for m in theirs.accounts]
        made = ours(user, mint, token_program, recipient, amount)
        same(made, Instruction(theirs.program_id, theirs.data, signed))


@RANDOM
@given(buys(), U64, U64)
def test_pool_v2(sdk: Sdk, buy: Buy, lamports: int, least: int) -> None:
    pool = call("amm.canonicalPumpPoolPda", buy.mint)
    theirs = sdk.instruction(
        "anchor.instruction",
        "pump_amm",
        "buyExactQuoteInV2",
        [lamports, least],
        {
            "pool": pool,
            "user": buy.user,
            "globalConfig": call("amm.GLOBAL_CONFIG_PDA"),
            "baseMint": buy.mint,
            "quoteMint": at.WSOL,
            "userBaseTokenAccount": token_account(buy.user, buy.mint, buy.token_program),
            "userQuoteTokenAccount": token_account(buy.user, at.WSOL, at.TOKEN),
            "poolBaseTokenAccount": token_account(pool, buy.mint, buy.token_program),
            "poolQuoteTokenAccount": token_account(pool, at.WSOL, at.TOKEN),
            "baseTokenProgram": buy.token_program,
            "quoteTokenProgram": at.TOKEN,
            "buybackFeeRecipient": token_account(buy.buyback_fee_recipient, at.WSOL, at.TOKEN),
        },
    )
    assert theirs.program_id == program(BuyForm.POOL_V2)
    same_accounts(buy.accounts(BuyForm.POOL_V2), without_signature(theirs, buy.user))
    assert data(BuyForm.POOL_V2, lamports, least) == theirs.data


@pytest.mark.parametrize("form", BuyForm)
def test_the_program_counts_on_as_many_accounts(form: BuyForm) -> None:
    user = at.SYSTEM
    ours = Buy(user, user, at.TOKEN, user, user, user, creator_is_paid=False).accounts(form)
    assert len(ours) == int(TABLE[NAMES[form]]["accounts"])
