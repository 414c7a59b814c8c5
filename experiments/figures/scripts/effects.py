"""The paired effects of a proposition, one panel an expectation: draws, their median, and what is too small."""

import textwrap
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from experiments.answers.report import Answer, answers
from experiments.answers.verdict import DEPENDS
from experiments.figures.drawing import SMALL_GREY, draw_interval, panels, words_of, zero_line
from experiments.figures.figure import Answered, Figure, Results
from experiments.overview import COLOURS, INK
from experiments.sweep.experiment import read_page

CAPTION = (
    "Each panel is an expectation written down before the runs: the difference of an outcome between two arms that "
    "share draw and luck. Short strokes are draws of all that rests on judgement, means over replicates; the dot is "
    "their median, the line its 95% interval (bootstrap over draws). Effects in the grey field are smaller than the "
    "smallest of interest."
)
TITLES = {
    "p01_lead_times": "Lead times, orders under way, and price cycles",
    "p02_forecasts": "Forecast errors, planning cycles, unmet demand and waste",
    "p03_competition": "Cover by contracts and the volatility of labs' costs",
    "p04_partners": "Partners and the survival and terms of entrants",
    "p05_dependencies": "Partners, recall and unmet demand",
    "p06_diversification": "Spreading over suppliers: dependence, failure, service, surplus",
    "p06_spreading": "Spreading by labs alike in all else: dependence, failure, service, surplus",
    "p07_moat": "Training, openness, concentration and profit",
    "p07_intervention": "A tenth more compute and a lab's share of users",
    "p08_urgency": "Urgency and supply from rivals' affiliates",
    "p09_foreclosure": "Foreclosure and supply from rivals' affiliates",
    "p10_idle_assets": "Idle assets: shortage, stranded capacity, fall of prices",
    "p10_surging_lab": "Idle capacity and the lab whose demand surges",
    "p11_early_share": "Contracts that start early and a lab's share of users",
    "p12_price_rules": "Spot price rules: volatility, price, efficiency",
}
"""The title of the figure of each proposition."""
MORE = {
    "colossus_replay": "The surge, partners and recall in the replay of 2026",
    "supplier_numbers": "The number of suppliers and prices at equal capacity",
}
"""The same of experiments that answer parts of propositions."""
MOST_LETTERS = 105
"""Of a label in one line."""
SCHEMA = {
    "experiment": pl.String,
    "expectation": pl.String,
    "outcome": pl.String,
    "unit": pl.String,
    "a": pl.String,
    "b": pl.String,
    "expected": pl.String,
    "smallest": pl.Float64,
    "mark": pl.String,
    "median": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "draws": pl.Int64,
    "verdict": pl.String,
}


def effects_table(answered: Answered) -> pl.DataFrame:
    """Return a row for the median effect of each expectation, and below it one for the effect of each draw.

    Effects and the smallest of interest are in `unit`; that of a draw is in the column of the median.
    """
    name = answered.experiment.name
    rows: list[tuple[Any, ...]] = []
    for answer in answers(*answered):
        one, found = answer.expectation, answer.verdict.effect
        told = (name, one.name, one.label, one.unit, one.a, one.b, one.expected, one.smallest)
        words = verdict_words(answer)
        rows.append((*told, "median", found.median, found.median_low, found.median_high, found.draws, words))
        rows += [(*told, "draw", effect, None, None, 1, words) for effect in answer.effects["effect"]]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def verdict_words(answer: Answer) -> str:
    """Return a verdict in few words, a factor by its short name."""
    factor = answer.verdict.factor
    return f"{DEPENDS} {words_of(factor)}" if factor else answer.verdict.words


def draw_effects(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a panel for each expectation."""
    parts = table.partition_by("expectation", maintain_order=True)
    for axis, part in zip(panels(canvas, len(parts))[:, 0], parts, strict=True):
        draw_effect(axis, part)


def draw_effect(axis: Axes, part: pl.DataFrame) -> None:
    """Draw the effects of draws as strokes below their median, over the field of those too small to count."""
    row: dict[str, Any] = part.row(0, named=True)
    axis.axvspan(-row["smallest"], row["smallest"], color=SMALL_GREY, linewidth=0, zorder=0)
    zero_line(axis, upright=True)
    draws = part.filter(pl.col("mark") == "draw")["median"].to_numpy()
    axis.plot(draws, [0.25] * len(draws), color=INK, marker="|", markersize=9, linestyle="none", alpha=0.6)
    draw_interval(axis, 0.7, row, COLOURS[0], "o")
    axis.set_ylim(0.0, 1.0)
    axis.set_yticks([])
    axis.margins(x=0.08)
    axis.grid(visible=False)
    axis.spines["left"].set_visible(False)
    axis.set_title(f"{words_of(row['expectation'])} (expected: {row['expected']})")
    axis.set_title(row["verdict"], loc="right", fontweight="normal", color=INK)
    unit = f" [{row['unit']}]"
    label = f"{words_of(row['outcome'])}, {words_of(row['b'])} minus {words_of(row['a'])}{unit}"
    axis.set_xlabel(textwrap.fill(label, MOST_LETTERS))


def figure_of(name: str, title: str) -> Figure:
    """Return the figure of a proposition, as high as its page has expectations."""

    def data(results: Results) -> pl.DataFrame:
        return effects_table(results[name])

    height = 0.3 + 0.95 * len(read_page(name)[0]["expectations"])
    return Figure(f"effects_{name}", title, CAPTION, (name,), data, draw_effects, height_inches=height)


FIGURES = tuple(figure_of(name, title) for name, title in {**TITLES, **MORE}.items())
