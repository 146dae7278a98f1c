"""Every address that we derive, by the SDKs' own functions.

Difference: ``AMM_GLOBAL_PDA`` of @pump-fun/pump-sdk is derived from ``amm_global``, under which nothing lies;
the account is @pump-fun/pump-swap-sdk's ``GLOBAL_CONFIG_PDA``.
"""

import json

import pytest
from hypothesis import given
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from tests.support.conformance.official_sdks import SDK, Sdk, call
from tests.support.conformance.random_inputs import KEYS, RANDOM, TOKEN_PROGRAMS, distinct


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("pump.PUMP_PROGRAM_ID", at.PUMP),
        ("pump.PUMP_AMM_PROGRAM_ID", at.PUMP_AMM),
        ("pump.PUMP_FEE_PROGRAM_ID", at.PUMP_FEES),
        ("pump.MAYHEM_PROGRAM_ID", at.MAYHEM),
        ("pump.GLOBAL_PDA", at.PUMP_GLOBAL),
        ("pump.GLOBAL_VOLUME_ACCUMULATOR_PDA", at.PUMP_VOLUME),
        ("pump.PUMP_FEE_CONFIG_PDA", at.FEE_CONFIG),
        ("pump.PUMP_EVENT_AUTHORITY_PDA", at.event_authority(at.PUMP)),
        ("pump.PUMP_AMM_EVENT_AUTHORITY_PDA", at.event_authority(at.PUMP_AMM)),
        ("pump.PUMP_FEE_EVENT_AUTHORITY_PDA", at.event_authority(at.PUMP_FEES)),
        ("pump.getGlobalParamsPda", at.pda(at.MAYHEM, b"global-params")),
        ("pump.getSolVaultPda", at.pda(at.MAYHEM, b"sol-vault")),
        ("amm.GLOBAL_CONFIG_PDA", at.AMM_GLOBAL),
        ("amm.GLOBAL_VOLUME_ACCUMULATOR_PDA", at.AMM_VOLUME),
        ("pump.AMM_GLOBAL_VOLUME_ACCUMULATOR_PDA", at.AMM_VOLUME),
        ("amm.PUMP_AMM_FEE_CONFIG_PDA", at.AMM_FEE_CONFIG),
        ("amm.PUMP_AMM_EVENT_AUTHORITY_PDA", at.event_authority(at.PUMP_AMM)),
        ("spl.NATIVE_MINT", at.WSOL),
        ("spl.TOKEN_PROGRAM_ID", at.TOKEN),
        ("spl.TOKEN_2022_PROGRAM_ID", at.TOKEN_2022),
        ("spl.ASSOCIATED_TOKEN_PROGRAM_ID", at.ASSOCIATED_TOKEN),
        ("web3.SystemProgram.programId", at.SYSTEM),
    ],
)
def test_what_never_changes(sdk: Sdk, name: str, ours: Pubkey) -> None:
    assert sdk(name) == ours


@RANDOM
@given(KEYS)
def test_what_follows_from_a_mint(sdk: Sdk, mint: Pubkey) -> None:
    vault = at.associated_token(at.pda(at.MAYHEM, b"sol-vault"), mint, at.TOKEN_2022)
    pairs = [
        (call("pump.bondingCurvePda", mint), at.bonding_curve(mint)),
        (call("pump.bondingCurveV2Pda", mint), at.pda(at.PUMP, b"bonding-curve-v2", bytes(mint))),
        (call("pump.feeSharingConfigPda", mint), at.sharing_config(mint)),
        (call("amm.feeSharingConfigPda", mint), at.sharing_config(mint)),
        (call("pump.canonicalPumpPoolPda", mint), at.pool(mint)),
        # A curve says by the zero key that it is quoted in SOL.
        (call("amm.canonicalPumpPoolPda", mint, at.SYSTEM), at.pool(mint)),
        (call("amm.poolV2Pda", mint), at.pda(at.PUMP_AMM, b"pool-v2", bytes(mint))),
        (call("pump.getMayhemStatePda", mint), at.pda(at.MAYHEM, b"mayhem-state", bytes(mint))),
        (call("pump.getTokenVaultPda", mint), vault),
    ]
    assert sdk.each(*(theirs for theirs, _ in pairs)) == [ours for _, ours in pairs]


@RANDOM
@given(KEYS)
def test_what_follows_from_a_wallet(sdk: Sdk, owner: Pubkey) -> None:
    vault, volume = at.amm_creator_vault(owner), at.user_volume_accumulator(owner, at.PUMP_AMM)
    pairs = [
        (call("pump.creatorVaultPda", owner), at.creator_vault(owner)),
        (call("pump.ammCreatorVaultPda", owner), vault),
        (call("amm.coinCreatorVaultAuthorityPda", owner), vault),
        (call("amm.coinCreatorVaultAtaPda", vault, at.WSOL, at.TOKEN), at.wrapped_sol(vault)),
        (call("pump.userVolumeAccumulatorPda", owner), at.user_volume_accumulator(owner)),
        (call("pump.userVolumeAccumulatorPda", owner, at.PUMP_AMM), volume),
        (call("amm.userVolumeAccumulatorPda", owner), volume),
    ]
    assert sdk.each(*(theirs for theirs, _ in pairs)) == [ours for _, ours in pairs]


@RANDOM
@given(distinct(2), TOKEN_PROGRAMS)
def test_token_accounts(sdk: Sdk, keys: list[Pubkey], token_program: Pubkey) -> None:
    owner, mint = keys
    theirs = sdk.each(
        call("spl.getAssociatedTokenAddressSync", mint, owner, True, token_program),
        call("pump.quoteAta", owner, at.WSOL, at.TOKEN),
    )
    assert theirs == [at.associated_token(owner, mint, token_program), at.wrapped_sol(owner)]


def test_the_lock_file_names_no_registry() -> None:
    """npm takes the one that it is configured for, and every package's digest must be the lock file's."""
    packages = json.loads((SDK / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert not [name for name, package in installed.items() if "resolved" in package]
    assert not [name for name, package in installed.items() if "integrity" not in package]
