"""Pictures measured in inches, with words of one size, and lists of bars with words above them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from experiments.view.panel import WIDTH_INCHES, Look
from experiments.view.series import figure_height, scale_of

SIZE, MOST_LETTERS = 10.5, 19
"""Points of words, letters of a name."""
MOST_BAR_INCHES, BAR_REACH = 0.56, 3.6


class Row(NamedTuple):
    """A bar with words above it and at its end."""

    above: str
    value: float
    end: str
    colour: str
    hatched: bool


def canvas(axes: Axes) -> float:
    """Let the axes fill the picture and be measured in inches; return the height."""
    height = figure_height(axes)
    axes.set_axis_off()
    axes.set_in_layout(False)
    axes.set_position((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, WIDTH_INCHES)
    axes.set_ylim(0.0, height)
    return height


def round_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten, so that scales change seldom."""
    power = 10.0 ** np.floor(np.log10(max(value, 1.0)))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if value <= step * power * (1.0 + 1e-9))


def write(axes: Axes, x: float, y: float, words: str, colour: str, **style: Any) -> None:
    """Write words, level with `y`."""
    axes.text(x, y, words, color=colour, fontsize=SIZE, va="center", parse_math=False, **style)


def shortened(name: str) -> str:
    """Return a name short enough for a picture: without what is in brackets, and cut where that is not enough."""
    name = name.partition(" (")[0]
    if name.startswith("Entrant ") and len(name) > MOST_LETTERS:
        name = f"Entrant {name.rpartition(' ')[2]}"
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"


def said(value: float) -> str:
    """Return a capacity in words, such as 5 million H100e."""
    scale = scale_of([value])
    return f"{value / scale.unit:,.0f} {scale.word}H100e"


def draw_list(axes: Axes, rows: Sequence[Row], look: Look, head: str, tail: str) -> None:
    """Draw bars below one another, each with its name above and its numbers at its end."""
    height, longest = canvas(axes), max((row.value for row in rows), default=0.0) or 1.0
    step = min(MOST_BAR_INCHES, (height - 0.68) / max(1, len(rows)))
    write(axes, 0.15, height - 0.22, head, look.soft)
    for place, row in enumerate(rows):
        level = height - 0.52 - step * place
        length = max(0.03, BAR_REACH * row.value / longest)
        style: dict[str, Any] = {"facecolor": row.colour, "edgecolor": look.paper, "linewidth": 0.0}
        axes.barh([level - 0.19], [length], height=0.15, left=0.15, hatch="////" if row.hatched else None, **style)
        write(axes, 0.15, level, row.above, look.ink)
        write(axes, 0.25 + length, level - 0.19, row.end, look.ink)
    write(axes, 0.15, height - 0.52 - step * len(rows), tail, look.soft)
