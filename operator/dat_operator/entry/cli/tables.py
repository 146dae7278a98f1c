"""Tables on a terminal or in a file. Cells hold text of strangers, so no cell is read as markup."""

from collections.abc import Collection, Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

NARROWEST_TEXT = 24
"""Characters. A column of sentences is wrapped down to this width."""
WIDEST = 1_000_000
"""Characters. No cell is wider."""


def table(
    headers: Sequence[str], rows: Iterable[Sequence[str]] = (), *, sentences: Collection[str] = ()
) -> Table:
    """A table without lines. ``sentences``: headers of the columns whose cells may be wrapped."""
    made = Table(box=None, pad_edge=False)
    cells = list(rows)
    for index, header in enumerate(headers):
        if header in sentences:
            made.add_column(header, min_width=NARROWEST_TEXT)
        else:
            width = max(map(cell_len, [header, *(row[index] for row in cells if index < len(row))]))
            made.add_column(header, no_wrap=True, min_width=width)
    for row in cells:
        made.add_row(*row)
    return made


def show(*tables: Table, stderr: bool = False) -> None:
    """Print tables, no wider than the terminal, with an empty line between two tables.

    A table that does not fit is shown as records: one line for each cell. Without a terminal a table is as
    wide as its cells, so that each row is one line.
    """
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    for number, one in enumerate(tables):
        if number:
            console.print()
        width = Measurement.get(console, console.options.update(max_width=WIDEST), one)
        if not console.is_terminal:
            console.width = width.maximum
        fits = width.minimum <= console.width
        console.print(one if fits else _records(one))


def _records(wide: Table) -> Table:
    """Each row as lines of header and cell, with an empty line between two rows. Empty cells are left out."""
    headers = [str(column.header) for column in wide.columns]
    made = Table(box=None, pad_edge=False, show_header=False)
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for row in zip(*(column.cells for column in wide.columns), strict=True):
        if made.row_count:
            made.add_row()
        for header, cell in zip(headers, row, strict=True):
            if cell:
                made.add_row(header, cell)
    return made
