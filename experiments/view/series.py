"""Lines, stacks and bars over months: their data with the band of an ensemble, and how they are drawn and named."""

import functools
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.colors
import matplotlib.dates
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.ticker import MaxNLocator

from experiments.overview import spread
from experiments.view.moment import Moment
from experiments.view.panel import LINES, WIDTH_INCHES, Look, last_of

BAND_ALPHA = 0.16
LONG_MONTHS = 180
"""Lines of more months are narrow, and layers touch."""
BAND_ROOM = 2.0
"""Height of a picture / the highest line in it, at most; a band may leave the picture."""
FONT_SIZE = 11.0
LETTER_INCHES = 0.092
"""Width of a letter, the wide ones included."""
WRAP = 16
"""Letters of a name on one row."""
PLOT_SHARE = 0.8
"""Height of the axes / that of the picture, at the least that is usual."""
CONTRAST = 4.5
"""Least contrast of words on paper, W3C (2018), WCAG 2.1, 1.4.3."""
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
MOST_TICKS = 6
MOST_TOTALS = 4
LEAST_LAYER_SHARE = 0.002
"""Layers of a stack that never are a larger part of it are not named."""
SHOWN_FIRMS = 6
SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "), (1e3, "thousand "))
LETTERS = {"trillion ": "tn", "billion ": "bn", "million ": "M", "thousand ": "k", "": ""}
GREYS = {"idle": 0.25, "others": 0.45, "entrants": 0.7}
"""First words of layers that are not told apart by colour, and how much of the ink their grey has."""


class Scale(NamedTuple):
    """What numbers are divided by to be read, and the word for it: million, thousand or nothing."""

    unit: float
    word: str


class Bar(NamedTuple):
    """A row of a list of bars: its name, how long it is, and the words at its end."""

    name: str
    value: float
    words: str
    colour: str


def series(moment: Moment, values: Mapping[str, Any], unit: str) -> pl.DataFrame:
    """Return lines as a table of month, date, line and value; `unit` names the column of the values."""
    if not values or moment.months == 0:
        return pl.DataFrame()
    months, dates, lines = np.arange(moment.months), moment.dates, len(values)
    columns = {
        "month": np.tile(months, lines),
        "date": np.tile(dates, lines),
        "line": np.repeat(np.array(list(values), object), len(months)).tolist(),
        unit: np.concatenate([np.asarray(value, float) for value in values.values()]),
    }
    return pl.DataFrame(columns)


def with_band(frame: pl.DataFrame, moment: Moment, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return lines with `low` and `high` of the ensemble; `columns` names the column of the market of each line."""
    if frame.is_empty():
        return frame
    named = pl.DataFrame({"line": list(columns), "column": list(columns.values())})
    band = moment.band.join(named, on="column", maintain_order="left").select("month", "line", "low", "high")
    return frame.join(band, on=["month", "line"], how="left", maintain_order="left")


class Firms(NamedTuple):
    """Firms that have been in business, in the order of their numbers: names, months of entry, and one number a month.

    `values` is nan where a firm is not in business; shape (firms, months).
    """

    names: tuple[str, ...]
    entered: Any
    values: Any

    def leaders(self) -> list[int]:
        """Return the firms with most at the start, those after the start left out; the earlier of equals."""
        if self.values.size == 0:
            return []
        start = np.where(np.isfinite(self.values[:, 0]) & (self.entered == 0), self.values[:, 0], -1.0)
        largest = np.argsort(-start, kind="stable")[:SHOWN_FIRMS]
        return sorted(int(firm) for firm in largest if start[firm] >= 0.0)


def firms(moment: Moment, side: str, column: str) -> Firms:
    """Return a column of all labs or suppliers of a run; rows that were used again are told apart by their numbers."""
    table = moment.history.labs if side == "lab" else moment.history.suppliers
    months, rows = np.nonzero(table["alive"] == 1)
    ids, first, firm = np.unique(table["id"][months, rows], return_index=True, return_inverse=True)
    values = np.full((len(ids), moment.months), np.nan)
    values[firm, months] = table[column][months, rows]
    codes = table["name_code"][months[first], rows[first]]
    entered = table["entered_month"][months[first], rows[first]]
    names = tuple(moment.names.firm(side, code, number) for code, number in zip(codes, ids, strict=True))
    return Firms(names, entered, values)


def draw_series(
    axes: Axes,
    frame: pl.DataFrame,
    look: Look,
    unit: str,
    *,
    from_zero: bool = True,
    scale: float = 1.0,
    styles: Mapping[str, int] | None = None,
    percent: bool = False,
    least_top: float = 0.0,
) -> None:
    """Draw lines over the calendar, each named at its end in its colour; the band of the ensemble lies behind.

    Values are divided by `scale`; `styles` numbers the look of a line by its name, else lines are numbered as they
    come; `least_top` is the least that the axis reaches.
    """
    ends, highest, last = [], least_top, frame["month"].max()
    for place, (name, line) in enumerate(by_line(frame).items()):
        colour, kind = style_of_line(look, (styles or {}).get(name, place))
        days, values = day_numbers(line["date"]), line[unit].to_numpy() / scale
        if "low" in line.columns and line["low"].null_count() < line.height:
            low, high = line["low"].to_numpy() / scale, line["high"].to_numpy() / scale
            axes.fill_between(days, low, high, color=colour, alpha=BAND_ALPHA, linewidth=0)
        axes.update_datalim([(days[0], 0.0), (days[-1], 0.0)], updatey=False)
        known = np.flatnonzero(np.isfinite(values))
        mark = "o" if len(known) == 1 else None
        width = line_width(len(days))
        axes.plot(days, values, color=colour, linestyle=kind, linewidth=width, marker=mark, clip_on=False)
        if len(known):
            ended = line["month"][int(known[-1])] < last
            words = f"{name} (to {line['date'][int(known[-1])].year})" if ended else name
            ends.append((words, last_of(values), colour))
            highest = max(highest, BAND_ROOM * float(values[known].max()))
    fit_height(axes, highest, from_zero=from_zero, least_top=least_top)
    finish_dates(axes)
    finish_values(axes, percent=percent)
    name_ends(axes, ends, look)


def fit_height(axes: Axes, highest: float, *, from_zero: bool, least_top: float) -> None:
    """Let the axis of values begin at 0 where `from_zero`, and end between `least_top` and `highest`."""
    bottom, top = axes.get_ylim()
    if from_zero:
        bottom = min(0.0, bottom) if axes.dataLim.y0 < 0.0 else 0.0
        top = max(min(top, highest), least_top)
    axes.set_ylim(bottom, top if top > bottom else bottom + 1.0)


def style_of_line(look: Look, number: int) -> tuple[str, str]:
    """Return the colour and the kind of a line; neighbours differ in both."""
    return look.colours[number % len(look.colours)], LINES[(number + number // len(look.colours)) % len(LINES)]


def by_line(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the rows of each line, by its name, in the order in which they come."""
    return {str(key[0]): part for key, part in frame.partition_by("line", maintain_order=True, as_dict=True).items()}


def line_width(months: int) -> float:
    """Return how wide lines are: narrow where there are many months, so that dashes and peaks are seen."""
    return 2.0 if months <= LONG_MONTHS else 1.2


def day_numbers(dates: pl.Series) -> Any:
    """Return dates as numbers of days, which matplotlib draws fastest."""
    return dates.to_numpy().astype("datetime64[D]").astype(float)


def month_spans(dates: pl.Series) -> Any:
    """Return the days on which each month begins and ends; shape (2 x months,)."""
    days = day_numbers(dates)
    return np.column_stack([days, [*days[1:], days[-1] + 30.0]]).ravel()


def layers_of(frame: pl.DataFrame, unit: str) -> tuple[list[str], Any, Any]:
    """Return the names of lines, their days and their values, nan as 0; shapes (months,) and (lines, months)."""
    parts = by_line(frame)
    values = np.array([part[unit].to_numpy() for part in parts.values()], float)
    return list(parts), day_numbers(next(iter(parts.values()))["date"]), np.nan_to_num(np.maximum(values, 0.0))


def draw_shares(
    axes: Axes,
    frame: pl.DataFrame,
    look: Look,
    unit: str,
    *,
    totals: bool = False,
    styles: Mapping[str, int] | None = None,
) -> None:
    """Draw lines on top of one another as parts of their sum, in words above the picture where `totals` is true.

    `styles` numbers the colours of lines by name, else they are numbered as they come.
    """
    names, days, values = layers_of(frame, unit)
    total = values.sum(axis=0)
    shares = values / np.where(total > 0.0, total, 1.0)
    if len(days) == 1:
        days, shares = np.array([days[0], days[0] + 30.0]), np.repeat(shares, 2, axis=1)
    colours = [colour_of_layer(look, name, (styles or {}).get(name, place)) for place, name in enumerate(names)]
    tops = np.cumsum(shares, axis=0)
    add_areas(axes, days, tops - shares, tops, colours, look.paper if len(days) <= LONG_MONTHS else "none")
    axes.set_ylim(0.0, 1.0)
    finish_dates(axes)
    finish_values(axes, percent=True)
    middles = tops[:, -1] - shares[:, -1] / 2.0
    shown = np.flatnonzero(shares.max(axis=1) > LEAST_LAYER_SHARE)
    name_ends(axes, [(names[place], float(middles[place]), colours[place]) for place in shown], look)
    if totals:
        say_totals(axes, days, total, look)


def add_areas(axes: Axes, days: Any, lows: Any, highs: Any, colours: Sequence[str], edge: str, **style: Any) -> None:
    """Add areas between lows and highs as one artist, which is quickest; shapes (months,) and (areas, months)."""
    corners = [np.column_stack([np.r_[days, days[::-1]], np.r_[low, high[::-1]]]) for low, high in zip(lows, highs)]
    axes.add_collection(PolyCollection(corners, facecolors=colours, edgecolors=edge, linewidths=0.6, **style))


def say_totals(axes: Axes, days: Any, total: Any, look: Look) -> None:
    """Write a few sums above the picture, the first and the last among them."""
    shown = np.unique(np.linspace(0, len(total) - 1, min(MOST_TOTALS, 1 + len(total) // 3)).astype(int))
    for place in shown:
        side = "left" if place == 0 else "right" if place == shown[-1] else "center"
        style: dict[str, Any] = {"fontsize": FONT_SIZE, "ha": side, "va": "bottom", "color": look.ink}
        axes.text(days[place], 1.015, short(total[place]), transform=axes.get_xaxis_transform(), **style)


def colour_of_layer(look: Look, name: str, place: int) -> str:
    """Return the colour of a layer or a bar: that of its place, grey for what is not told apart."""
    share = next((share for word, share in GREYS.items() if name.startswith(word)), None)
    return look.colours[place % len(look.colours)] if share is None else mixed(look.soft, look.paper, share)


def draw_rows(axes: Axes, bars: Sequence[Bar], look: Look) -> None:
    """Draw a list of horizontal bars, the first on top, each with its name left of it and words at its end."""
    places, values = range(len(bars)), [bar.value for bar in bars]
    corners = [[(0.0, y - 0.31), (0.0, y + 0.31), (x, y + 0.31), (x, y - 0.31)] for x, y in zip(values, places)]
    axes.add_collection(PolyCollection(corners, facecolors=[bar.colour for bar in bars], linewidths=0))
    axes.axvline(0.0, color=look.soft, linewidth=0.8)
    low, high = row_limits(bars)
    for place, bar in zip(places, bars, strict=True):
        side, sign = ("left", 1.0) if bar.value >= 0.0 else ("right", -1.0)
        end = bar.value + sign * 0.012 * (high - low)
        axes.text(end, place, bar.words, fontsize=FONT_SIZE, ha=side, va="center", color=look.ink, parse_math=False)
    axes.set_xlim(low, high)
    axes.set_ylim(max(len(bars), 4) - 0.4, -0.6)
    axes.set_yticks(places, [bar.name for bar in bars], parse_math=False)
    axes.tick_params(axis="y", length=0, labelcolor=look.ink)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines[["bottom", "left"]].set_visible(False)


def row_limits(bars: Sequence[Bar]) -> tuple[float, float]:
    """Return the ends of the axis of a list of bars, with room for the words at both sides."""
    least, most = (pick([bar.value for bar in bars], default=0.0) for pick in (min, max))
    most = most if most > least else least + 1.0
    width = WIDTH_INCHES - LETTER_INCHES * (2 + max((len(bar.name) for bar in bars), default=0))
    left = max((len(bar.words) + 2 for bar in bars if bar.value < 0.0), default=0) * LETTER_INCHES / width
    right = max((len(bar.words) + 2 for bar in bars if bar.value >= 0.0), default=0) * LETTER_INCHES / width
    span = (max(0.0, most) - min(0.0, least)) / max(0.1, 1.0 - left - right)
    return min(0.0, least) - left * span, max(0.0, most) + right * span


def name_ends(axes: Axes, ends: Sequence[tuple[str, float, str]], look: Look, *, leaders: bool = True) -> None:
    """Write each name right of the axes, level with its line's end or led to it where names would touch."""
    if not ends:
        return
    low, high = axes.get_ylim()
    wrapped = [(textwrap.fill(name, WRAP), (end - low) / (high - low), colour) for name, end, colour in ends]
    wrapped.sort(key=lambda end: end[1])
    row = 1.16 * FONT_SIZE / 72.0 / (PLOT_SHARE * figure_height(axes))
    heights = [row * (1 + name.count("\n")) for name, _, _ in wrapped]
    levels = [min(1.0, max(0.0, level)) for _, level, _ in wrapped]
    places = spread(levels, heights)
    style: dict[str, Any] = {"va": "center", "fontweight": "bold", "fontsize": FONT_SIZE, "linespacing": 1.0}
    for (name, _, colour), place in zip(wrapped, places, strict=True):
        ink = readable(colour, look)
        axes.text(1.04, place, name, transform=axes.transAxes, color=ink, parse_math=False, **style)
    if leaders:
        lines = [[(1.005, level), (1.03, place)] for level, place in zip(levels, places, strict=True)]
        colours = [colour for _, _, colour in wrapped]
        drawn = LineCollection(lines, colors=colours, linewidths=1.0, transform=axes.transAxes, clip_on=False)
        axes.add_collection(drawn, autolim=False)


def figure_height(axes: Axes) -> float:
    """Return the height of the picture that axes are in, in inches."""
    return float(axes.get_figure(root=True).get_size_inches()[1])  # type: ignore[union-attr]


@functools.cache
def readable(colour: str, look: Look) -> str:
    """Return a colour in which words can be read on the paper, the given one or one nearer to the ink."""
    for share in np.linspace(0.0, 1.0, 21):
        mixture = mixed(look.ink, colour, float(share))
        lights = sorted([_light(mixture), _light(look.paper)])
        if (lights[1] + 0.05) / (lights[0] + 0.05) >= CONTRAST:
            return mixture
    return look.ink


def _light(colour: str) -> float:
    """Return the relative luminance of a colour, as the W3C defines it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def mixed(one: str, other: str, share: float) -> str:
    """Return a mixture of two colours; `share` is the part of the first."""
    red, green, blue = share * np.array(mpl.colors.to_rgb(one)) + (1.0 - share) * np.array(mpl.colors.to_rgb(other))
    return mpl.colors.to_hex((red, green, blue))


def say_unit(axes: Axes, words: str, look: Look, *, note: str = "", above: bool = False) -> None:
    """Write above a picture, at its left, in what it measures, and at its right a note.

    `above` leaves room for a row of sums between them and the picture.
    """
    style: dict[str, Any] = {"fontsize": FONT_SIZE, "fontweight": "normal", "color": look.soft}
    style["pad"] = 1.9 * FONT_SIZE if above else 6.0
    axes.set_title(words, loc="left", **style)
    if note:
        axes.set_title(note, loc="right", **style)


def scale_of(values: Any) -> Scale:
    """Return the largest scale in which the largest of some numbers is at least 1."""
    known = np.asarray(values, float)
    highest = float(np.abs(known[np.isfinite(known)]).max(initial=0.0))
    return next((Scale(unit, word) for unit, word in SCALES if highest >= unit), Scale(1.0, ""))


def short(value: float) -> str:
    """Return a number with its scale in few letters: 1.2 M."""
    scale = scale_of([value])
    return f"{value / scale.unit:,.3g} {LETTERS[scale.word]}".strip() if abs(value) >= 1.0 else "0"


def finish_values(axes: Axes, *, percent: bool = False) -> None:
    """Write a few numbers left of a picture."""
    low, high = axes.get_ylim()
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    ticks = [float(tick) for tick in ticks if low - 1e-9 <= tick <= high * (1.0 + 1e-9)]
    said = [f"{100.0 * tick:.4g}%" if percent else f"{tick:,.6g}" for tick in ticks]
    axes.set_yticks(ticks, said)
    axes.set_ylim(low, high)


def finish_dates(axes: Axes) -> None:
    """Write years and months below a picture, as few as can be read."""
    first, last = axes.dataLim.intervalx
    start, end = (mpl.dates.num2date(day) for day in (first, last))
    months = 12 * start.year + start.month - 1, 12 * end.year + end.month - 1
    step = next((step for step in TICK_MONTHS if (months[1] - months[0]) / step <= MOST_TICKS), TICK_MONTHS[-1])
    ticks = [month for month in range(months[0], months[1] + 1) if month % step == 0]
    days = [float(np.datetime64(month - 12 * 1970, "M").astype("datetime64[D]").astype(int)) for month in ticks]
    axes.set_xticks(days, [_calendar_word(month, step, first=month == ticks[0]) for month in ticks])
    axes.set_xlim(*((first, last) if last > first else (first - 15.0, first + 15.0)))


def _calendar_word(month: int, step: int, *, first: bool) -> str:
    """Return the year, or the month with its year where one begins."""
    year, place = divmod(month, 12)
    if step >= 12:
        return str(year)
    name = np.datetime64(month - 12 * 1970, "M").item().strftime("%b")
    return f"{name}\n{year}" if first or place == 0 else name
