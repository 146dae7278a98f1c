"""What cycles did, read back from the chain, as tables."""

from rich.console import Console
from rich.table import Table

from dat_operator.chain.history import cycles_of
from dat_operator.chain.rpc import RpcClient
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.money import tokens
from hack.demo.stage import PROGRAM_ID

Ledger = dict[str, list[Landed]]
"""The cycles of each token, oldest first."""

WIDTH = 150


async def read_ledger(url: str, stats: dict[str, tuple[str, str]]) -> Ledger:
    """All cycles of some tokens; ``stats`` gives the stats account and the mint of each name."""
    async with RpcClient([url]) as rpc:
        return {
            name: [landed async for landed in cycles_of(rpc, PROGRAM_ID, account, mint)][::-1]
            for name, (account, mint) in stats.items()
        }


def show_run(ledger: Ledger, run: bytes) -> None:
    """A table of one run's cycles, in the order they landed. Lamports."""
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
    """One line: for every token, what came equals what went, to the lamport; else an AssertionError."""
    parts = []
    for name, cycles in ledger.items():
        came = sum(c.event.inflow + c.event.treasury_in for c in cycles)
        to_root, spent = sum(c.event.to_root for c in cycles), sum(c.event.spent for c in cycles)
        kept = cycles[-1].event.carried_out if cycles else 0
        if came != to_root + spent + kept or not all(c.event.conserved for c in cycles):
            raise AssertionError(f"{name}: {came} came, {to_root} + {spent} + {kept} went: {cycles}")
        parts.append(f"{name} {came:,} = {to_root:,} + {spent:,} + {kept:,}")
    return "collected = to root + spent + kept (lamports):  " + ";  ".join(parts)
