"""What brings a token's fees, by pump.fun's IDLs and by vectors of its SDKs."""

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain.pump import fees as gather
from hack.pump import addresses as known
from hack.pump.instructions import ata, find
from tests.support.chain_state import key
from tests.support.vectors.pump_idl import AMM, CREATOR, MINT, PUMP, by_idl, shown, vector

PAYER = key("payer")
WSOL = Pubkey.from_string(known.WSOL_MINT)
SPL = Pubkey.from_string(known.TOKEN_PROGRAM)
POOL_CREATOR = find(known.PUMP, b"pool-authority", bytes(MINT))
POOL = find(known.PUMP_AMM, b"pool", b"\0\0", bytes(POOL_CREATOR), bytes(MINT), bytes(WSOL))
CONFIG = find(known.PUMP_FEES, b"sharing-config", bytes(MINT))
VAULT = find(known.PUMP, b"creator-vault", bytes(CREATOR))
HOLDERS = [key("first"), key("second")]

SWEEP_CURVE = by_idl(
    "pump",
    "sweep_creator_fee",
    {
        "payer": PAYER,
        "base_mint": MINT,
        "quote_mint": WSOL,
        "quote_token_program": SPL,
        "recipient": VAULT,
    },
)
SWEEP_POOL = by_idl(
    "pump_amm",
    "sweep_creator_fee",
    {
        "payer": PAYER,
        "global_config": find(known.PUMP_AMM, b"global_config"),
        "pool": POOL,
        "quote_mint": WSOL,
        "quote_token_program": SPL,
        "pool_quote_token_account": ata(POOL, WSOL, SPL),
        "recipient": find(known.PUMP_AMM, b"creator_vault", bytes(CREATOR)),
    },
)
TRANSFER = by_idl(
    "pump_amm",
    "transfer_creator_fees_to_pump",
    {"wsol_mint": WSOL, "token_program": SPL, "coin_creator": CREATOR},
)
DISTRIBUTE = by_idl(
    "pump",
    "distribute_creator_fees",
    {"mint": MINT, "creator_vault": find(known.PUMP, b"creator-vault", bytes(CONFIG))},
    remaining=[AccountMeta(holder, is_signer=False, is_writable=True) for holder in HOLDERS],
)
VOLUME = find(known.PUMP_AMM, b"user_volume_accumulator", bytes(PAYER))
CLAIM_POOL = by_idl(
    "pump_amm",
    "claim_cashback",
    {
        "user": PAYER,
        "quote_mint": WSOL,
        "quote_token_program": SPL,
        "user_volume_accumulator_wsol_token_account": ata(VOLUME, WSOL, SPL),
        "user_wsol_token_account": ata(PAYER, WSOL, SPL),
    },
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (gather.sweep_curve(PAYER, MINT, CREATOR), SWEEP_CURVE),
        (gather.sweep_pool(PAYER, MINT, CREATOR), SWEEP_POOL),
        (gather.transfer_to_pump(CREATOR), TRANSFER),
        (gather.collect(CREATOR), by_idl("pump", "collect_creator_fee", {"creator": CREATOR})),
        (gather.distribute(MINT, HOLDERS), DISTRIBUTE),
        (gather.claim_cashback(PAYER), by_idl("pump", "claim_cashback", {"user": PAYER})),
        (gather.claim_pool_cashback(PAYER), CLAIM_POOL),
    ],
    ids=["sweep_curve", "sweep_pool", "transfer_to_pump", "collect", "distribute", "claim", "claim_pool"],
)
def test_an_instruction_is_the_idls(ours: Instruction, theirs: Instruction) -> None:
    assert ours.program_id == theirs.program_id
    assert ours.data == theirs.data
    assert shown(ours.accounts) == shown(theirs.accounts)


def test_collecting_is_the_sdks() -> None:
    data, accounts = vector(PUMP, "collect_creator_fee")
    assert gather.collect(CREATOR).data == data
    assert shown(gather.collect(CREATOR).accounts) == accounts


def test_transferring_is_the_sdks_but_for_who_pays() -> None:
    """The vector is of the second version, which a payer signs and which takes coins quoted in tokens."""
    _, accounts = vector(AMM, "transfer_v2")
    _payer, *rest = accounts
    del rest[8]  # the vault's token account
    assert shown(gather.transfer_to_pump(CREATOR).accounts) == rest


def test_all_but_sweeps_are_open_to_anybody() -> None:
    claims = gather.claim_cashback(PAYER), gather.claim_pool_cashback(PAYER)
    for instruction in (gather.transfer_to_pump(CREATOR), gather.collect(CREATOR), DISTRIBUTE, *claims):
        assert not any(meta.is_signer for meta in instruction.accounts)


def test_nobody_may_share() -> None:
    assert len(gather.distribute(MINT, []).accounts) == len(DISTRIBUTE.accounts) - len(HOLDERS)
