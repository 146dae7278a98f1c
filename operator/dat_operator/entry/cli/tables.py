"""Shows tables. Their cells are text that others have written: nothing in it is markup."""

from rich.console import Console
from rich.table import Table


def show(*tables: Table, width: int = 200, stderr: bool = False) -> None:
    """Print tables one below the other; ``[...]`` and ``:...:`` in a cell stay as they are."""
    console = Console(width=width, stderr=stderr, markup=False, emoji=False)
    for table in tables:
        console.print(table)
