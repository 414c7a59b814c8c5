"""Lines over months: their data with the band of an ensemble behind them, and how they are drawn and named."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from experiments.overview import label_ends
from experiments.view.moment import Moment
from experiments.view.panel import LINES, Look, last_of

BAND_ALPHA = 0.16
MOST_LINES = 8


def series(moment: Moment, values: Mapping[str, Any], unit: str) -> pl.DataFrame:
    """Return lines as a table of month, date, line and value; `unit` names the column of the values."""
    months, dates = np.arange(moment.months), moment.dates
    parts = [
        pl.DataFrame({"month": months, "date": dates, "line": [name] * len(months), unit: np.asarray(value, float)})
        for name, value in values.items()
    ]
    return pl.concat(parts) if parts else pl.DataFrame()


def with_band(frame: pl.DataFrame, moment: Moment, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return lines with `low` and `high` of the ensemble; `columns` names the column of the market of each line."""
    named = pl.DataFrame({"line": list(columns), "column": list(columns.values())})
    band = moment.band.join(named, on="column", maintain_order="left").select("month", "line", "low", "high")
    return frame.join(band, on=["month", "line"], how="left", maintain_order="left")


def draw_series(axes: Axes, frame: pl.DataFrame, look: Look, unit: str, *, from_zero: bool = True) -> None:
    """Draw lines over the calendar, each named at its end in its colour; the band of the ensemble lies behind."""
    ends = []
    for number, (name, line) in enumerate(_by_line(frame).items()):
        colour, kind = look.colours[number % len(look.colours)], LINES[number // len(look.colours) % len(LINES)]
        dates, values = line["date"].to_numpy(), line[unit].to_numpy()
        if "low" in line.columns:
            low, high = line["low"].to_numpy(), line["high"].to_numpy()
            axes.fill_between(dates, low, high, color=colour, alpha=BAND_ALPHA, linewidth=0)
        axes.plot(dates, values, color=colour, linestyle=kind, marker="o" if len(dates) == 1 else None)
        if np.isfinite(last_of(values)):
            ends.append((name, last_of(values), colour))
    if from_zero:
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    finish_dates(axes)
    label_ends(axes, ends)


def _by_line(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(key[0]): part for key, part in frame.partition_by("line", maintain_order=True, as_dict=True).items()}


def finish_dates(axes: Axes) -> None:
    """Write years and months below a picture, as few as can be read."""
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
