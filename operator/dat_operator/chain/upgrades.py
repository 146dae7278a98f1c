"""Which upgrade of pump.fun's programs a cluster runs."""

import math
import struct
import time
from dataclasses import replace

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.account import data_of
from dat_operator.chain.reader import read_accounts
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.upgrade import SLOT_SECONDS, Upgrade

LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
PROGRAMS = {"pump": at.PUMP, "pump_amm": at.PUMP_AMM, "pump_fees": at.PUMP_FEES}
PROGRAM_DATA = 3
"""The kind of an account that holds a program's code (UpgradeableLoaderState)."""
HEAD = 12
"""Bytes that say kind and slot; the code behind them is a megabyte."""


LOOK_SECONDS = 60
"""Between two looks, by this process's clock."""


class Upgrades:
    """Remembers what the last look has found; for one chain."""

    def __init__(self) -> None:
        self._found: Upgrade | None = None
        self._looked_at = -math.inf

    async def look(self, rpc: RpcClient, chain: ChainState) -> ChainState:
        """The chain, with ``upgrade``. Raises what ``rpc`` raises."""
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._found = await last_upgrade(rpc, chain.slot, chain.time)
            self._looked_at = time.monotonic()
        return replace(chain, upgrade=self._found)


async def last_upgrade(rpc: RpcClient, slot: int, now: int) -> Upgrade | None:
    """The newest one; None where pump.fun is not deployed. ``slot`` and ``now`` are the chain's."""
    keys = [at.pda(LOADER, bytes(program)) for program in PROGRAMS.values()]
    _, accounts = await read_accounts(rpc, keys, head=HEAD)
    found = []
    for name, account in zip(PROGRAMS, accounts, strict=True):
        if data := data_of(account, LOADER, least=HEAD):
            kind, upgraded = struct.unpack_from("<IQ", data)
            if kind == PROGRAM_DATA:
                found.append(Upgrade(name, upgraded, now - round((slot - upgraded) * SLOT_SECONDS)))
    return max(found, key=lambda upgrade: upgrade.slot, default=None)
