"""How a story is told: sections of sentences and tables, and numbers in words."""

import math
from typing import NamedTuple

import numpy as np

Cell = float | int | str
NEGLIGIBLE = 1e-6
"""What is closer to nothing is told as nothing."""


class Section(NamedTuple):
    """A part of a story: sentences, and a table of rows that share their keys."""

    title: str
    sentences: list[str]
    rows: list[dict[str, Cell]] = []  # noqa: RUF012


class Story(NamedTuple):
    """What is told of one month: a headline, and sections."""

    headline: str
    sections: list[Section]


def capacity(h100e: float) -> str:
    """Return a capacity in words, in few digits."""
    if abs(h100e) >= 1e6:
        return f"{h100e / 1e6:.3g} M H100e"
    if abs(h100e) >= 1e3:
        return f"{h100e / 1e3:.3g} k H100e"
    return f"{h100e if abs(h100e) >= NEGLIGIBLE else 0.0:.3g} H100e"


def usd(price: float) -> str:
    """Return a price per H100e-hour in words."""
    return f"{price:.2f} USD" if math.isfinite(price) else "no price"


def share(part: float) -> str:
    """Return a share in percent."""
    return f"{100.0 * part if abs(part) >= NEGLIGIBLE else 0.0:.3g}%"


def per_year(growth_per_month: float) -> str:
    """Return a growth rate in ln a month as a factor a year."""
    return f"{math.exp(12.0 * growth_per_month):.3g}x a year"


def calendar_month(start: str, month: int) -> str:
    """Return a month with its place in the calendar, such as month 14 (2027-02)."""
    return f"month {month} ({np.datetime64(start, 'M') + np.timedelta64(month, 'M')})"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, noun: str) -> str:
    """Return a number of things in words, such as 1 lab and 2 labs."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def signed(amount: float) -> str:
    """Return an amount of USD with its sign."""
    return f"{round(amount, 2) + 0.0:+.2f}"
