"""Tables of cycles, read from the chain."""

from rich.console import Console
from rich.table import Table

from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.history_walk import Walk
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.money import tokens
from hack.demo.environment import PROGRAM_ID

Ledger = dict[str, list[Landed]]
"""The cycles of each token, oldest first."""

WIDTH = 150


async def read_ledger(url: str, state: str, mints: dict[str, str]) -> Ledger:
    """Read all cycles of some tokens of an ecosystem, by the names of the tokens."""
    async with RpcClient([url]) as rpc:
        cycles = await all_cycles(rpc, state)
    return {name: [one for one in cycles if one.event.mint == mint] for name, mint in mints.items()}


async def all_cycles(rpc: RpcClient, state: str) -> list[Landed]:
    """Read all cycles of an ecosystem, oldest first."""
    walk = Walk(History(rpc, PROGRAM_ID, state))
    found = [landed async for landed in walk.cycles(most=100_000)]
    assert walk.done
    return found[::-1]


def show_run(ledger: Ledger, run: bytes) -> None:
    """Print a table of the cycles of a run, in the order of their slots. Amounts in lamports."""
    table = Table(
        "TOKEN", "CYCLE", "CARRIED IN", "COLLECTED", "FROM TREASURY", "TO ROOT", "SPENT", "KEPT",
        "BURNED", "SUPPLY BEFORE", "SUPPLY AFTER", box=None, padding=(0, 2, 0, 0),
    )  # fmt: skip
    rows = [(name, c) for name, cycles in ledger.items() for c in cycles if c.event.cycle_id == run]
    rows.sort(key=lambda row: row[1].slot)
    for name, cycle in rows:
        e = cycle.event
        lamports = (e.carried_in, e.inflow, e.treasury_in, e.to_root, e.spent, e.carried_out)
        units = (e.tokens_burned, e.supply_before, e.supply_after)
        table.add_row(name, str(e.cycle), *(f"{x:,}" for x in lamports), *(tokens(x) for x in units))
    console = Console(width=WIDTH)
    console.print(table)
    for name, cycle in rows:
        console.print(f"  {name:<6} {cycle.signature}")


def proof(ledger: Ledger) -> str:
    """Prove in one line that every token's income equals its outgo, to the lamport; else AssertionError."""
    parts = []
    for name, cycles in ledger.items():
        came = sum(c.event.inflow + c.event.treasury_in for c in cycles)
        to_root, spent = sum(c.event.to_root for c in cycles), sum(c.event.spent for c in cycles)
        kept = cycles[-1].event.carried_out if cycles else 0
        if came != to_root + spent + kept or not all(c.event.conserved for c in cycles):
            raise AssertionError(f"{name}: {came} in, {to_root} + {spent} + {kept} out: {cycles}")
        parts.append(f"{name} {came:,} = {to_root:,} + {spent:,} + {kept:,}")
    return "collected = to root + spent + kept (lamports):  " + ";  ".join(parts)
