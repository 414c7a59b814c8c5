"""Columns out of recorded rows: each number is read once, where it lies."""

from typing import Any

from agents.compiling import rule


@rule
def rows_with(cells: Any, place: int, value: int, rows: Any) -> int:
    """Write the numbers of the rows whose cell at `place` holds a value; return how many there are.

    `cells` has eight bytes a cell, shape (rows of the table, cells of a row); `rows` has room for all of them.
    """
    count = 0
    for row in range(len(cells)):
        if cells[row, place] == value:
            rows[count] = row
            count += 1
    return count


@rule
def gather(cells: Any, rows: Any, places: Any, columns: Any) -> None:
    """Copy the cells at `places` of some rows into columns, shape (places, rows)."""
    for number in range(len(rows)):
        row = rows[number]
        for column in range(len(places)):
            columns[column, number] = cells[row, places[column]]
