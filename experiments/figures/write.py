"""How a figure is written: as PDF, SVG and PNG with the data behind it; the same results give the same bytes."""

import hashlib
import importlib.metadata
import io
import textwrap
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.style
import polars as pl
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import experiments
from experiments.figures.figure import Figure
from experiments.figures.stored import Stored
from experiments.overview import INK
from experiments.store import write_bytes

LEAST_POINTS = 8.0
"""Size of the smallest words, where a figure is printed as wide as it is."""
PAPER = {
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "xtick.labelsize": LEAST_POINTS,
    "ytick.labelsize": LEAST_POINTS,
    "legend.fontsize": LEAST_POINTS,
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
}
MOST_TOLD = 3
"""Experiments that are told one by one below a figure."""
LETTERS_PER_INCH, LINE_INCHES, MARGIN_INCHES = 16, 0.16, 0.06


class Drawn(NamedTuple):
    """A figure as it was written."""

    figure: Figure
    small_print: str
    svg: bytes
    png: bytes


def write_figure(figure: Figure, stored: Mapping[str, Stored], folder: Path) -> Drawn:
    """Write a figure and the data behind it to a folder."""
    used = {name: stored[name] for name in figure.experiments}
    table = figure.data({name: one.answered for name, one in used.items()})
    said, stamped = small_print(used), stamp(used)
    pictures = drawn(figure, table, said, stamped)
    for kind, content in (*pictures.items(), ("csv", csv_of(table))):
        write_bytes(folder / f"{figure.name}.{kind}", content)
    return Drawn(figure, said, pictures["svg"], pictures["png"])


def csv_of(table: pl.DataFrame) -> bytes:
    """Return a table as CSV; what is no number stays empty."""
    buffer = io.BytesIO()
    table.with_columns(pl.selectors.float().fill_nan(None)).write_csv(buffer)
    return buffer.getvalue()


def stamp(stored: Mapping[str, Stored]) -> str:
    """Return what made a figure: the version, and of each experiment what its sweep is known by and how many runs."""
    of = ", ".join(f"{name} {one.token} {one.runs.height} runs" for name, one in stored.items())
    return f"compute-bazaar {importlib.metadata.version('compute-bazaar')}: {of}"


def small_print(stored: Mapping[str, Stored]) -> str:
    """Return what stands below a figure: runs, draws and seeds of each experiment, or of many together, and the stamp.

    The hash of many is that of theirs, which are all in the metadata.
    """
    each = list(stored.values())
    if len(each) > MOST_TOLD:
        together = hashlib.sha256(" ".join(one.token for one in each).encode()).hexdigest()[:16]
        parts = [f"{len(each)} experiments: {counts_of(each)}, {together}"]
    else:
        parts = [f"{name}: {counts_of([one])}, {one.token}" for name, one in stored.items()]
    return f"{'; '.join(parts)}. compute-bazaar {importlib.metadata.version('compute-bazaar')}"


def counts_of(stored: Sequence[Stored]) -> str:
    """Return how many runs, draws and replicates experiments have together or each, and their seeds."""
    runs = sum(one.runs.height for one in stored)
    draws = [one.runs["point"].n_unique() for one in stored]
    replicates = [one.runs["replicate"].n_unique() for one in stored]
    seeds = sorted({one.answered.experiment.seed for one in stored})
    told = [counted([runs], "run"), counted(draws, "draw"), counted(replicates, "replicate")]
    return ", ".join([*told, f"seed {', '.join(map(str, seeds))}"])


def counted(counts: Sequence[int], what: str) -> str:
    """Return how many there are of something, from the fewest to the most."""
    low, high = min(counts), max(counts)
    return f"{f'{low:,} to ' if low < high else ''}{high:,} {what}{'s' * (high != 1)}"


def drawn(figure: Figure, table: pl.DataFrame, said: str, stamped: str) -> dict[str, bytes]:
    """Return a figure with its small print as PDF, SVG and PNG, by kind.

    Raises
    ------
    ValueError
        Where words of it are too small to be read.
    """
    with as_file(files(experiments) / "bazaar.mplstyle") as look, mpl.style.context([look, PAPER]):
        canvas = Canvas(figsize=(figure.width_inches, figure.height_inches))
        figure.draw(canvas, table)
        if small := too_small(canvas):
            raise ValueError(f"{figure.name} writes '{small}' smaller than {LEAST_POINTS:g} pt")
        lines = textwrap.wrap(said, round(LETTERS_PER_INCH * figure.width_inches))
        below = LINE_INCHES * len(lines) + 2.0 * MARGIN_INCHES
        style: dict[str, Any] = {"fontsize": LEAST_POINTS, "va": "top", "parse_math": False, "in_layout": False}
        left, top = MARGIN_INCHES / figure.width_inches, -MARGIN_INCHES / figure.height_inches
        canvas.text(left, top, "\n".join(lines), color=INK, **style)
        page = Bbox([[0.0, -below], [figure.width_inches, figure.height_inches]])
        return {kind: saved(canvas, page, kind, figure.title, stamped) for kind in ("pdf", "svg", "png")}


def saved(canvas: Canvas, page: Bbox, kind: str, title: str, stamped: str) -> bytes:
    """Return a canvas as a file of a kind, with its title and stamp and without a clock."""
    metadata = {
        "pdf": {"Title": title, "Subject": stamped, "CreationDate": None, "Producer": None, "Creator": None},
        "svg": {"Title": title, "Description": stamped, "Date": None, "Creator": None},
        "png": {"Title": title, "Description": stamped, "Software": None},
    }[kind]
    buffer = io.BytesIO()
    canvas.savefig(buffer, format=kind, bbox_inches=page, metadata=metadata)
    return buffer.getvalue()


def too_small(canvas: Canvas) -> str:
    """Return words on a canvas that are too small to be read, or nothing."""
    words = (text for text in canvas.findobj(Text) if isinstance(text, Text))
    small = [text.get_text() for text in words if float(text.get_fontsize()) < LEAST_POINTS and text.get_visible()]
    return next((said for said in small if said.strip()), "")
