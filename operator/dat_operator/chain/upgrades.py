"""Which upgrade of pump.fun's programs a cluster runs."""

import struct

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.reader import read_accounts
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.upgrade import SLOT_SECONDS, Upgrade

LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
PROGRAMS = {"pump": at.PUMP, "pump_amm": at.PUMP_AMM, "pump_fees": at.PUMP_FEES}
PROGRAM_DATA = 3
"""The kind of an account that holds a program's code (UpgradeableLoaderState)."""
HEAD = 12
"""Bytes that say kind and slot; the code behind them is a megabyte."""


async def last_upgrade(rpc: RpcClient, slot: int, time: int) -> Upgrade | None:
    """The newest one; None where pump.fun is not deployed. ``slot`` and ``time`` are the chain's now."""
    keys = [at.pda(LOADER, bytes(program)) for program in PROGRAMS.values()]
    _, accounts = await read_accounts(rpc, keys, head=HEAD)
    found = []
    for name, account in zip(PROGRAMS, accounts, strict=True):
        if account and account.owner == str(LOADER) and len(account.data) == HEAD:
            kind, upgraded = struct.unpack("<IQ", account.data)
            if kind == PROGRAM_DATA:
                found.append(Upgrade(name, upgraded, time - round((slot - upgraded) * SLOT_SECONDS)))
    return max(found, key=lambda upgrade: upgrade.slot, default=None)
