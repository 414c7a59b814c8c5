"""Tables of a few rows."""

import html
from collections.abc import Sequence
from typing import Any

import solara

FEW_LETTERS = 25
"""Texts of a column that need no more may break into short rows."""


@solara.component
def PlainTable(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Draw a table as one piece of HTML, in which every text is escaped."""
    solara.HTML(tag="div", unsafe_innerHTML=table_html(names, rows), classes=["bazaar-table"])


def table_html(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table; a column of words stands left, and is wide where they are many, one of numbers right."""
    words = [any(is_word(row[place]) for row in rows) or not rows for place in range(len(names))]
    long = [any(len(str(row[place])) > FEW_LETTERS for row in rows) for place in range(len(names))]
    marks = [f' class="words{" many" * many}"' if word else "" for word, many in zip(words, long, strict=True)]
    head = "".join(f"<th{mark}>{html.escape(name)}</th>" for name, mark in zip(names, marks, strict=True))
    body = "".join(f"<tr>{_cells(row, marks)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Sequence[Any], marks: Sequence[str]) -> str:
    return "".join(f"<td{mark}>{html.escape(str(cell))}</td>" for cell, mark in zip(row, marks, strict=True))


def is_word(cell: object) -> bool:
    """Tell whether a cell begins with a letter."""
    return str(cell)[:1].isalpha()
