"""A tuple of tables by pointer: compiled rules read and write the very arrays, and refuse what is none of them."""

from typing import Any, NamedTuple

import numpy as np
import pytest

from agents.compiling import inner, stage
from agents.pointers import by_pointer

pytestmark = pytest.mark.all

ROWS = np.dtype([("id", np.int64), ("cash", np.float64)])


@by_pointer
class Tables(NamedTuple):
    """A table of each number of axes."""

    line: Any
    plane: Any
    space: Any


@inner
def move(tables: Tables, i: int) -> float:
    """Write to every table by way of another function."""
    tables.line[i]["cash"] += 1.0
    tables.plane[i, 1]["cash"] += tables.line[i]["cash"]
    tables.space[i, 1, 2]["id"] = len(tables.line) * 100 + tables.plane.shape[1] * 10 + tables.space.shape[2]
    return float(tables.plane[i, 1]["cash"])


@stage
def move_all(tables: Tables) -> float:
    """Move in every row, and read what the other function wrote."""
    total = 0.0
    for i in range(len(tables.line)):
        total += move(tables, i) + tables.line[i]["cash"]
    return total


def tables(rows: int) -> Tables:
    return Tables(np.zeros(rows, ROWS), np.zeros((rows, 2), ROWS), np.zeros((rows, 2, 3), ROWS))


def test_rules_read_and_write_the_arrays():
    for rows in (4, 2, 7):
        compiled, plain = tables(rows), tables(rows)
        assert move_all(compiled) == move_all.py_func(plain) == 2.0 * rows
        assert [table.tobytes() for table in compiled] == [table.tobytes() for table in plain]
        assert compiled.space["id"][rows - 1, 1, 2] == rows * 100 + 23


def test_what_is_not_a_row_after_the_other_is_refused():
    whole = tables(4)
    with pytest.raises(TypeError, match="plane is not an array"):
        move_all.entry(whole._replace(plane=whole.plane[:, ::2]))


def test_another_tuple_is_refused_even_where_types_are_not_looked_up():
    whole = tables(3)
    move_all(whole)
    for other in (tuple(whole[:2]), whole._replace(plane=np.zeros(3)), whole._replace(line="text")):
        with pytest.raises(TypeError, match="these are not the arrays of Tables"):
            move_all(other)
