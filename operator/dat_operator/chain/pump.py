"""pump.fun's accounts and instructions, as far as cycles need them.

Accounts have grown several times and old ones stay short: a field beyond the end reads as zero.
"""

import random
import struct
from dataclasses import dataclass

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain import metas
from dat_operator.domain.curve import BondingCurve, Fees, FeeTier
from dat_operator.domain.errors import DatError

CURVE_DISCRIMINATOR = bytes([23, 183, 248, 55, 96, 216, 172, 96])
CURVE_LENGTH = 166
FEE_CONFIG_DISCRIMINATOR = bytes([143, 52, 146, 187, 219, 123, 76, 155])
GLOBAL_DISCRIMINATOR = bytes([167, 232, 232, 177, 200, 108, 114, 127])
BUYBACK_RECIPIENTS_OFFSET = 741
BUYBACK_RECIPIENTS = 8


@dataclass(frozen=True, slots=True)
class PumpGlobal:
    """What a trade needs from pump.fun's Global account."""

    buyback_fee_recipients: tuple[Pubkey, ...]


def decode_curve(data: bytes) -> BondingCurve:
    """A bonding curve of any length. Raises DatError for anything else."""
    if data[:8] != CURVE_DISCRIMINATOR:
        raise DatError("the bonding curve's account does not hold a bonding curve")
    d = data.ljust(CURVE_LENGTH, b"\0")
    vt, vq, rt, rq, supply = struct.unpack_from("<5Q", d, 8)
    return BondingCurve(
        virtual_token_reserves=vt,
        virtual_quote_reserves=vq,
        real_token_reserves=rt,
        real_quote_reserves=rq,
        token_total_supply=supply,
        complete=bool(d[48]),
        creator=str(Pubkey(d[49:81])),
        is_mayhem_mode=bool(d[81]),
        is_cashback_coin=bool(d[82]),
        quote_mint=str(Pubkey(d[83:115])),
        is_holder_reward=bool(d[124]),
        creator_fee=struct.unpack_from("<Q", d, 125)[0],
    )


def decode_fee_tiers(data: bytes) -> tuple[FeeTier, ...]:
    """The tiers of pump.fun's FeeConfig, in their order. Raises DatError if it is no FeeConfig."""
    if data[:8] != FEE_CONFIG_DISCRIMINATOR or len(data) < 69:
        raise DatError("pump.fun's fee configuration cannot be read")
    (count,) = struct.unpack_from("<I", data, 65)
    tiers = []
    for i in range(count):
        low, high, _lp, protocol, creator = struct.unpack_from("<5Q", data, 69 + 40 * i)
        tiers.append(FeeTier(low | high << 64, Fees(protocol, creator)))
    return tuple(tiers)


def decode_global(data: bytes) -> PumpGlobal:
    """pump.fun's Global account. Raises DatError if it is something else."""
    end = BUYBACK_RECIPIENTS_OFFSET + 32 * BUYBACK_RECIPIENTS
    if data[:8] != GLOBAL_DISCRIMINATOR or len(data) < end:
        raise DatError("pump.fun's Global account cannot be read")
    offsets = range(BUYBACK_RECIPIENTS_OFFSET, end, 32)
    return PumpGlobal(tuple(Pubkey(data[o : o + 32]) for o in offsets))


def sweep_accounts(payer: Pubkey, mint: Pubkey, creator: Pubkey) -> list[AccountMeta]:
    """The 13 accounts of ``sweep_creator_fee`` for a coin quoted in SOL."""
    curve, vault = at.bonding_curve(mint), at.creator_vault(creator)
    return [
        metas.payer(payer),
        metas.read(at.PUMP_GLOBAL),
        metas.read(mint),
        metas.read(at.WSOL),
        metas.read(at.TOKEN),
        metas.read(at.ASSOCIATED_TOKEN),
        metas.read(at.SYSTEM),
        metas.write(curve),
        metas.write(at.associated_token(curve, at.WSOL, at.TOKEN)),
        metas.write(vault),
        metas.write(at.associated_token(vault, at.WSOL, at.TOKEN)),
        metas.read(at.PUMP_EVENT_AUTHORITY),
        metas.read(at.PUMP),
    ]


def buy_v3_accounts(
    user: Pubkey, mint: Pubkey, token_program: Pubkey, buyback_fee_recipient: Pubkey
) -> list[AccountMeta]:
    """The 17 accounts of ``buy_exact_quote_in_v3`` for a coin quoted in SOL.

    ``user`` signs through its program. Its quote account is not used for such a coin: the user itself
    stands there, which saves an account lock.
    """
    curve = at.bonding_curve(mint)
    return [
        metas.read(at.PUMP_GLOBAL),
        metas.read(mint),
        metas.read(at.WSOL),
        metas.read(token_program),
        metas.read(at.TOKEN),
        metas.write(curve),
        metas.write(at.associated_token(curve, mint, token_program)),
        metas.write(at.associated_token(curve, at.WSOL, at.TOKEN)),
        metas.write(user),
        metas.write(at.associated_token(user, mint, token_program)),
        metas.write(user),
        metas.write(at.user_volume_accumulator(user)),
        metas.read(at.FEE_CONFIG),
        metas.write(buyback_fee_recipient),
        metas.read(at.SYSTEM),
        metas.read(at.PUMP_EVENT_AUTHORITY),
        metas.read(at.PUMP),
    ]


def any_recipient(recipients: tuple[Pubkey, ...]) -> Pubkey:
    """One of several equal recipients, at random: spreads the write locks, as pump.fun asks for."""
    return random.choice(recipients)  # noqa: S311 (nothing secret about it)
