"""The last upgrade of pump.fun's programs on a cluster."""

import math
import time
from dataclasses import replace

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import data_of, read_accounts
from dat_operator.chain.layout import U64, Field, Layout
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import RpcRefused, RpcUnavailable
from dat_operator.domain.upgrade import SHORTEST_SLOT_SECONDS, Upgrade

LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
PROGRAMS = {"pump": at.PUMP, "pump_amm": at.PUMP_AMM, "pump_fees": at.PUMP_FEES}
PROGRAM_DATA = Layout("the code of a program", bytes([3, 0, 0, 0]), (Field("slot", 4, U64),), minimum=12)
"""UpgradeableLoaderState::ProgramData. Behind the slot of the last upgrade lies a megabyte of code."""
UPGRADE_CHECK_SECONDS = 60
"""Between two checks, by the clock of this process."""


class Upgrades:
    """Keeps the result of the last check, for one chain."""

    def __init__(self) -> None:
        self._found: Upgrade | None = None
        self._checked_at = -math.inf

    async def with_last_upgrade(self, rpc: RpcClient, chain: ChainState) -> ChainState:
        """The chain, with ``upgrade``. Raises RpcUnavailable or RpcRefused."""
        if time.monotonic() - self._checked_at > UPGRADE_CHECK_SECONDS:
            self._found = _earlier(self._found, await last_upgrade(rpc, chain.slot, chain.time))
            self._checked_at = time.monotonic()
        return replace(chain, upgrade=self._found)


async def last_upgrade(rpc: RpcClient, slot: int, now: int) -> Upgrade | None:
    """The newest upgrade; None without pump.fun. ``slot`` and ``now`` (Unix seconds) are the chain's."""
    keys = [at.pda(LOADER, bytes(program)) for program in PROGRAMS.values()]
    _, accounts = await read_accounts(rpc, keys, head=PROGRAM_DATA.minimum)
    found = []
    for name, account in zip(PROGRAMS, accounts, strict=True):
        data = data_of(account, LOADER)
        if data and PROGRAM_DATA.fits(data):
            found.append((int(PROGRAM_DATA.decode(data)["slot"]), name))
    if not found:
        return None
    at_slot, name = max(found)
    return Upgrade(name, at_slot, await _time_of(rpc, at_slot, slot, now))


async def _time_of(rpc: RpcClient, slot: int, newest: int, now: int) -> int:
    """The time of a slot, Unix seconds. An estimate is too late, never too early.

    A time that is too early would count cycles before the upgrade as cycles after it.
    """
    try:
        time = await rpc.call("getBlockTime", slot)
    except (RpcRefused, RpcUnavailable):
        time = None  # Most endpoints keep blocks of a few days only.
    latest = now - math.floor((newest - slot) * SHORTEST_SLOT_SECONDS)
    return latest if time is None else int(time)


def _earlier(known: Upgrade | None, found: Upgrade | None) -> Upgrade | None:
    """The earlier of two estimates for the same upgrade: none of them is too early."""
    if known and found and (known.program, known.slot) == (found.program, found.slot):
        return min(known, found, key=lambda upgrade: upgrade.time)
    return found
