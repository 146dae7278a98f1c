"""Instructions of pump.fun that move the fees of a token to its authority. Anybody may send them."""

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.tx.account_metas import payer, read, write

SWEEP_CREATOR_FEE = bytes([32, 246, 191, 52, 8, 201, 73, 186])
"""Discriminator of the instruction in pump and in pump_amm."""
CLAIM_CASHBACK = bytes([37, 58, 35, 126, 190, 53, 228, 197])
"""Discriminator of the instruction in both programs."""
COLLECT_CREATOR_FEE = bytes([20, 22, 86, 123, 198, 28, 219, 132])
TRANSFER_CREATOR_FEES_TO_PUMP = bytes([139, 52, 134, 85, 228, 229, 108, 241])
DISTRIBUTE_CREATOR_FEES = bytes([165, 114, 103, 0, 121, 206, 247, 81])


def sweep_curve(operator: Pubkey, mint: Pubkey, creator: Pubkey) -> Instruction:
    """Moves the fees in a curve to the vault of the creator. ``operator`` signs and pays nothing."""
    curve, vault = at.bonding_curve(mint), at.creator_vault(creator)
    accounts = [
        payer(operator),
        read(at.PUMP_GLOBAL),
        read(mint),
        read(at.WSOL),
        read(at.TOKEN),
        read(at.ASSOCIATED_TOKEN),
        read(at.SYSTEM),
        write(curve),
        write(at.wrapped_sol(curve)),
        write(vault),
        write(at.wrapped_sol(vault)),
        read(at.event_authority(at.PUMP)),
        read(at.PUMP),
    ]
    return Instruction(at.PUMP, SWEEP_CREATOR_FEE, accounts)


def sweep_pool(operator: Pubkey, mint: Pubkey, creator: Pubkey) -> Instruction:
    """Moves the fees in a pool to the vault of the creator on PumpSwap. ``operator`` signs."""
    pool, vault = at.pool(mint), at.amm_creator_vault(creator)
    accounts = [
        payer(operator),
        read(at.AMM_GLOBAL),
        write(pool),
        read(at.WSOL),
        read(at.TOKEN),
        write(at.wrapped_sol(pool)),
        read(vault),
        write(at.wrapped_sol(vault)),
        read(at.SYSTEM),
        read(at.ASSOCIATED_TOKEN),
        read(at.event_authority(at.PUMP_AMM)),
        read(at.PUMP_AMM),
    ]
    return Instruction(at.PUMP_AMM, SWEEP_CREATOR_FEE, accounts)


def transfer_to_pump(creator: Pubkey) -> Instruction:
    """Unwraps the fees in the vault on PumpSwap and moves them to the vault on pump.fun."""
    vault = at.amm_creator_vault(creator)
    accounts = [
        read(at.WSOL),
        read(at.TOKEN),
        read(at.SYSTEM),
        read(at.ASSOCIATED_TOKEN),
        read(creator),
        write(vault),
        write(at.wrapped_sol(vault)),
        write(at.creator_vault(creator)),
        read(at.event_authority(at.PUMP_AMM)),
        read(at.PUMP_AMM),
    ]
    return Instruction(at.PUMP_AMM, TRANSFER_CREATOR_FEES_TO_PUMP, accounts)


def claim_cashback(user: Pubkey) -> Instruction:
    """Pays a trader the cashback of trades on curves."""
    accounts = [
        write(user),
        write(at.user_volume_accumulator(user)),
        read(at.SYSTEM),
        read(at.event_authority(at.PUMP)),
        read(at.PUMP),
    ]
    return Instruction(at.PUMP, CLAIM_CASHBACK, accounts)


def claim_pool_cashback(user: Pubkey) -> Instruction:
    """Pays a trader the cashback of trades on PumpSwap, into its account of wrapped SOL."""
    volume = at.user_volume_accumulator(user, at.PUMP_AMM)
    accounts = [
        write(user),
        write(volume),
        read(at.WSOL),
        read(at.TOKEN),
        write(at.wrapped_sol(volume)),
        write(at.wrapped_sol(user)),
        read(at.SYSTEM),
        read(at.event_authority(at.PUMP_AMM)),
        read(at.PUMP_AMM),
    ]
    return Instruction(at.PUMP_AMM, CLAIM_CASHBACK, accounts)


def collect(creator: Pubkey) -> Instruction:
    """Pays the vault of a creator out to the creator, except for the rent of the vault."""
    accounts = [
        write(creator),
        write(at.creator_vault(creator)),
        read(at.SYSTEM),
        read(at.event_authority(at.PUMP)),
        read(at.PUMP),
    ]
    return Instruction(at.PUMP, COLLECT_CREATOR_FEE, accounts)


def distribute(mint: Pubkey, shareholders: Sequence[Pubkey]) -> Instruction:
    """Pays the vault of a sharing config out to its shareholders, in the order of the config."""
    config = at.sharing_config(mint)
    accounts = [
        read(mint),
        read(at.bonding_curve(mint)),
        read(config),
        write(at.creator_vault(config)),
        read(at.SYSTEM),
        read(at.event_authority(at.PUMP)),
        read(at.PUMP),
        *(write(holder) for holder in shareholders),
    ]
    return Instruction(at.PUMP, DISTRIBUTE_CREATOR_FEES, accounts)
