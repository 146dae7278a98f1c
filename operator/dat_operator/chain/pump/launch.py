"""Instructions that the creator of a coin signs: launch and adoption."""

import struct
from collections.abc import Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.fees import sweep_curve, sweep_pool
from dat_operator.chain.tx.account_metas import payer, read, write

CREATE_V2 = bytes([214, 144, 76, 236, 95, 139, 49, 180])
CREATE_FEE_SHARING_CONFIG = bytes([195, 78, 86, 76, 111, 52, 251, 213])
UPDATE_FEE_SHARES = bytes([189, 13, 136, 99, 187, 164, 237, 35])
WHOLE_BPS = 10_000


def create(user: Pubkey, mint: Pubkey, creator: Pubkey, name: str, symbol: str, uri: str) -> Instruction:
    """Launches a coin (``create_v2``, Token-2022). ``user`` pays, ``user`` and ``mint`` sign."""
    data = CREATE_V2
    for text in (name, symbol, uri):
        data += struct.pack("<I", len(text.encode())) + text.encode()
    # Without mayhem mode, cashback, creator fee of the coin's own and holder rewards.
    data += bytes(creator) + bytes(2) + struct.pack("<Q", 0) + bytes(1)
    curve, sol_vault = at.bonding_curve(mint), at.pda(at.MAYHEM, b"sol-vault")
    accounts = [
        payer(mint),
        read(at.pda(at.PUMP, b"mint-authority")),
        write(curve),
        write(at.associated_token(curve, mint, at.TOKEN_2022)),
        read(at.PUMP_GLOBAL),
        payer(user),
        read(at.SYSTEM),
        read(at.TOKEN_2022),
        read(at.ASSOCIATED_TOKEN),
        write(at.MAYHEM),
        read(at.pda(at.MAYHEM, b"global-params")),
        write(sol_vault),
        write(at.pda(at.MAYHEM, b"mayhem-state", bytes(mint))),
        write(at.associated_token(sol_vault, mint, at.TOKEN_2022)),
        read(at.event_authority(at.PUMP)),
        read(at.PUMP),
    ]
    return Instruction(at.PUMP, data, accounts)


def adopt(creator: Pubkey, mint: Pubkey, authority: Pubkey, *, graduated: bool) -> list[Instruction]:
    """Gives all future fees of a coin to ``authority``. The present ``creator`` signs and pays.

    This is final: pump.fun allows one update of the shares.
    """
    sweeps = [sweep_curve(creator, mint, creator)]
    if graduated:
        sweeps.append(sweep_pool(creator, mint, creator))
    return [
        *sweeps,
        _create_sharing_config(creator, mint, graduated=graduated),
        _update_shares(creator, mint, [(authority, WHOLE_BPS)], graduated=graduated),
    ]


def _create_sharing_config(creator: Pubkey, mint: Pubkey, *, graduated: bool) -> Instruction:
    absent = read(at.PUMP_FEES)
    pool = [write(at.pool(mint)), read(at.PUMP_AMM), read(at.event_authority(at.PUMP_AMM))]
    accounts = [
        read(at.event_authority(at.PUMP_FEES)),
        read(at.PUMP_FEES),
        payer(creator),
        read(at.PUMP_GLOBAL),
        read(mint),
        write(at.sharing_config(mint)),
        read(at.SYSTEM),
        write(at.bonding_curve(mint)),
        read(at.PUMP),
        read(at.event_authority(at.PUMP)),
        *(pool if graduated else [absent] * 3),
    ]
    return Instruction(at.PUMP_FEES, CREATE_FEE_SHARING_CONFIG, accounts)


def _update_shares(
    creator: Pubkey, mint: Pubkey, shares: Sequence[tuple[Pubkey, int]], *, graduated: bool
) -> Instruction:
    config = at.sharing_config(mint)
    vault = at.amm_creator_vault(config)
    accounts = [
        read(at.event_authority(at.PUMP_FEES)),
        read(at.PUMP_FEES),
        AccountMeta(creator, is_signer=True, is_writable=False),
        read(at.PUMP_GLOBAL),
        read(mint),
        write(config),
        read(at.bonding_curve(mint)),
        write(at.creator_vault(config)),
        read(at.SYSTEM),
        read(at.PUMP),
        read(at.event_authority(at.PUMP)),
        read(at.PUMP_AMM),
        read(at.event_authority(at.PUMP_AMM)),
        read(at.WSOL),
        read(at.TOKEN),
        read(at.ASSOCIATED_TOKEN),
        write(vault),
        write(at.wrapped_sol(vault)),
        write(creator),  # The shareholder before the update.
        *([read(at.pool(mint))] if graduated else []),
    ]
    data = UPDATE_FEE_SHARES + struct.pack("<I", len(shares))
    data += b"".join(bytes(key) + struct.pack("<H", bps) for key, bps in shares)
    return Instruction(at.PUMP_FEES, data, accounts)
