"""What brings fees, what set-up makes, and what creators sign: every instruction, byte by byte.

Where @pump-fun/pump-sdk 2.0.0 and @pump-fun/pump-swap-sdk 1.20.0 are another thing than what we do:

| instruction | difference | reason |
|---|---|---|
| ``sweep_creator_fee`` (both) | not in the SDK | built by the SDK's Anchor from the published IDL of the deployed programs |
| ``create_fee_sharing_config``, on the curve | the SDK names pump_amm and its event authority, we nobody | no pool, so nothing of pump_amm is used; ours was measured (docs/pump-fun.md) |
| ``update_fee_shares``, graduated | the pool stands last, which the SDK does not know | the deployed program refuses it without (docs/pump-fun.md) |
"""  # noqa: E501 (a table)

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import fees as gather
from dat_operator.chain.pump import launch
from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.pump.layouts import CURVE_LENGTH, POOL_LENGTH
from tests.support.chain_state import curve, graduated, token
from tests.support.conformance.comparison import same
from tests.support.conformance.official_sdks import Call, Sdk, call
from tests.support.conformance.random_inputs import KEYS, RANDOM, U64, distinct

OFFLINE = "pump.PUMP_SDK."
POOLS = "amm.PUMP_AMM_SDK."


@RANDOM
@given(KEYS)
def test_collecting(sdk: Sdk, creator: Pubkey) -> None:
    """As the SDK's ``collectCoinCreatorFeeInstructions`` has it."""
    theirs = sdk.instruction("anchor.instruction", "sdk pump", "collectCreatorFee", [], {"creator": creator})
    same(gather.collect(creator), theirs)


@RANDOM
@given(KEYS)
def test_transferring(sdk: Sdk, creator: Pubkey) -> None:
    """As the SDK's ``buildDistributeCreatorFeesInstructions`` has it."""
    named = {"wsolMint": at.WSOL, "tokenProgram": at.TOKEN, "coinCreator": creator}
    theirs = sdk.instruction("anchor.instruction", "sdk pump_amm", "transferCreatorFeesToPump", [], named)
    same(gather.transfer_to_pump(creator), theirs)


@RANDOM
@given(KEYS, st.lists(KEYS, max_size=10, unique=True))
def test_distributing(sdk: Sdk, mint: Pubkey, holders: list[Pubkey]) -> None:
    config = {"shareholders": [{"address": holder} for holder in holders]}
    named = {
        "mint": mint,
        "sharingConfig": config,
        "sharingConfigAddress": call("pump.feeSharingConfigPda", mint),
    }
    same(gather.distribute(mint, holders), sdk.instruction(f"{OFFLINE}distributeCreatorFees", named))


@RANDOM
@given(distinct(3))
def test_sweeping_a_curve(sdk: Sdk, keys: list[Pubkey]) -> None:
    operator, mint, creator = keys
    named = {
        "payer": operator,
        "baseMint": mint,
        "quoteMint": at.WSOL,
        "quoteTokenProgram": at.TOKEN,
        "recipient": call("pump.creatorVaultPda", creator),
    }
    theirs = sdk.instruction("anchor.instruction", "pump", "sweepCreatorFee", [], named)
    same(gather.sweep_curve(operator, mint, creator), theirs)


@RANDOM
@given(distinct(3))
def test_sweeping_a_pool(sdk: Sdk, keys: list[Pubkey]) -> None:
    operator, mint, creator = keys
    pool = call("amm.canonicalPumpPoolPda", mint)
    named = {
        "payer": operator,
        "globalConfig": call("amm.GLOBAL_CONFIG_PDA"),
        "pool": pool,
        "quoteMint": at.WSOL,
        "quoteTokenProgram": at.TOKEN,
        "poolQuoteTokenAccount": call("spl.getAssociatedTokenAddressSync", at.WSOL, pool, True, at.TOKEN),
        "recipient": call("amm.coinCreatorVaultAuthorityPda", creator),
    }
    theirs = sdk.instruction("anchor.instruction", "pump_amm", "sweepCreatorFee", [], named)
    same(gather.sweep_pool(operator, mint, creator), theirs)


@RANDOM
@given(distinct(2))
def test_a_short_curve_grows(sdk: Sdk, keys: list[Pubkey]) -> None:
    payer, mint = keys
    state = token(mint, curve=curve(length=CURVE_LENGTH - 1))
    (ours,) = accounts.missing(payer, state, fees_are_ours=True)
    named = {"account": call("pump.bondingCurvePda", mint), "user": payer}
    same(ours, sdk.instruction(f"{OFFLINE}extendAccountInstruction", named))


@RANDOM
@given(distinct(3))
def test_what_a_pool_needs(sdk: Sdk, keys: list[Pubkey]) -> None:
    """The pool grows; the authority gets wrapped SOL and a volume account, the creator a vault."""
    payer, mint, creator = keys
    pool = {"length": POOL_LENGTH - 1, "coin_creator": str(creator)}
    state = graduated(mint, pool=pool, missing=("all",))
    authority = Pubkey.from_string(state.addresses.authority)
    vault = call("amm.coinCreatorVaultAuthorityPda", creator)

    def wrapped(owner: Pubkey | Call) -> Instruction:
        account = call("spl.getAssociatedTokenAddressSync", at.WSOL, owner, True, at.TOKEN)
        name = "spl.createAssociatedTokenAccountIdempotentInstruction"
        return sdk.instruction(name, payer, account, owner, at.WSOL, at.TOKEN)

    extend, own, vaults, volume = accounts.missing(payer, state, fees_are_ours=True)
    pool_account = call("amm.canonicalPumpPoolPda", mint)
    same(extend, sdk.instruction(f"{POOLS}extendAccount", pool_account, payer))
    same(own, wrapped(authority))
    same(vaults, wrapped(vault))
    named = {"payer": payer, "user": authority}
    same(volume, sdk.instruction(f"{POOLS}initUserVolumeAccumulator", named))


@RANDOM
@given(distinct(2), U64)
def test_sending_lamports(sdk: Sdk, keys: list[Pubkey], lamports: int) -> None:
    payer, to = keys
    # A number there: above 2**53 it would be another one.
    amount = lamports >> 11
    named = {"fromPubkey": payer, "toPubkey": to, "lamports": float(amount)}
    same(accounts.transfer(payer, to, amount), sdk.instruction("web3.SystemProgram.transfer", named))


@RANDOM
@given(distinct(3), st.text(max_size=32), st.text(max_size=13), st.text(max_size=200))
def test_launching(sdk: Sdk, keys: list[Pubkey], name: str, symbol: str, uri: str) -> None:
    user, mint, creator = keys
    coin = {"mint": mint, "name": name, "symbol": symbol, "uri": uri, "creator": creator, "user": user}
    theirs = sdk.instruction(f"{OFFLINE}createV2Instruction", {**coin, "mayhemMode": False})
    same(launch.create(user, mint, creator, name, symbol, uri), theirs)


@RANDOM
@given(distinct(3))
@pytest.mark.parametrize("graduated", [False, True])
def test_adopting(sdk: Sdk, graduated: bool, keys: list[Pubkey]) -> None:
    creator, mint, authority = keys
    *_, create, update = launch.adopt(creator, mint, authority, graduated=graduated)
    pool = call("amm.canonicalPumpPoolPda", mint) if graduated else None
    theirs = sdk.instruction(
        f"{OFFLINE}createFeeSharingConfig", {"creator": creator, "mint": mint, "pool": pool}
    )
    if not graduated:
        listed = [m.pubkey for m in theirs.accounts[10:]]
        assert listed == [at.PUMP_FEES, at.PUMP_AMM, at.event_authority(at.PUMP_AMM)]
        nobody = AccountMeta(at.PUMP_FEES, is_signer=False, is_writable=False)
        theirs = replaced(theirs, [*theirs.accounts[:10], nobody, nobody, nobody])
    same(create, theirs)

    named = {
        "authority": creator,
        "mint": mint,
        "currentShareholders": [creator],
        "newShareholders": [{"address": authority, "shareBps": 10_000.0}],
    }
    theirs = sdk.instruction(f"{OFFLINE}updateFeeShares", named)
    if graduated:
        last = AccountMeta(at.pool(mint), is_signer=False, is_writable=False)
        theirs = replaced(theirs, [*theirs.accounts, last])
    same(update, theirs)


def replaced(instruction: Instruction, metas: list[AccountMeta]) -> Instruction:
    return Instruction(instruction.program_id, instruction.data, metas)
