"""What a panel is: the data behind it as a table, and how that table is drawn in a light or a dark look."""

import io
import threading
import warnings
from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

import experiments
from experiments.view.moment import Moment

WIDTH_INCHES = 6.4
with as_file(files(experiments) / "bazaar.mplstyle") as _style:
    HOUSE: dict[Any, Any] = {**mpl.rc_params_from_file(_style, use_default_template=False)}
"""The style of every picture; read here, since Solara's server reads numbers as texts."""
_drawing = threading.Lock()
"""Styles are settings of the whole process: one picture at a time."""
LINES = ("-", "--", "-.", ":")
"""Lines differ in kind as well as in colour."""


class Look(NamedTuple):
    """Colours of a picture: `ink` for words, `soft` for axes and notes, `grid`, `paper` behind it, `colours` for data.

    The colours of data are Okabe and Ito's, which the colour-blind tell apart, lighter on dark paper.
    """

    name: str
    ink: str
    soft: str
    grid: str
    paper: str
    colours: tuple[str, ...]


LIGHT = Look(
    "light",
    "#222222",
    "#555555",
    "#E4E4E4",
    "#FFFFFF",
    ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B87A00", "#56B4E9", "#7A5C00", "#8C8C8C"),
)
DARK = Look(
    "dark",
    "#F0F0F0",
    "#B8B8B8",
    "#3A3A3A",
    "#1E1E1E",
    ("#56B4E9", "#FF8B3D", "#2BC79A", "#E8A0C8", "#F0C040", "#9AD0F5", "#C8A860", "#A8A8A8"),
)


class Panel(NamedTuple):
    """One picture of a tab: `data` is what it shows at a moment, `draw` shows it; `caption` helps to read it.

    `data` gives a table that stands on its own, with units in the names of its columns; `draw` takes nothing else.
    """

    name: str
    title: str
    caption: str
    data: Callable[[Moment], pl.DataFrame]
    draw: Callable[[Axes, pl.DataFrame, Look], None]
    height_inches: float = 3.4


class Tab(NamedTuple):
    """A tab of the page: at most four panels."""

    name: str
    title: str
    panels: tuple[Panel, ...]


def picture(panel: Panel, frame: pl.DataFrame, look: Look, kind: str = "svg", dpi: int = 200) -> bytes:
    """Return a panel as SVG or PNG; an empty table is an empty picture that says so.

    The canvas writes it, since `Figure.savefig` draws it once more before.
    """
    target = io.BytesIO()
    with _drawing, warnings.catch_warnings(), mpl.rc_context(HOUSE | style_of(look)):
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)  # names may be of any alphabet
        figure = Figure(figsize=(WIDTH_INCHES, panel.height_inches), dpi=dpi, layout="constrained")
        axes = figure.add_subplot()
        if frame.height:
            panel.draw(axes, frame, look)
        else:
            say_nothing(axes, "nothing to show yet", look)
        if kind == "svg":
            FigureCanvasSVG(figure).print_svg(target, metadata={"Date": None})  # type: ignore[no-untyped-call]
        else:
            FigureCanvasAgg(figure).print_png(target, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return target.getvalue()


def style_of(look: Look) -> dict[str, Any]:
    """Return the settings of matplotlib that a look changes."""
    inks = dict.fromkeys(("axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), look.soft)
    papers = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), look.paper)
    return inks | papers | {"text.color": look.ink, "grid.color": look.grid, "font.size": 11, "svg.fonttype": "none"}


def say_nothing(axes: Axes, words: str, look: Look) -> None:
    """Write in the middle of a picture why there is nothing in it."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=look.soft, wrap=True)


def last_of(values: Any) -> float:
    """Return the last value that is a number, nan where there is none."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    return float(known[-1]) if len(known) else float("nan")
