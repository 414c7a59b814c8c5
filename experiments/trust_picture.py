"""The picture of the trust page: the contract price and the rationing of the surged lab in four worlds."""

from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

import experiments
from experiments.overview import (
    COLOURS,
    INK,
    QUANTILES,
    Band,
    calendar,
    draw_band,
    finish_dates,
    label_ends,
    mark_events,
)
from experiments.report import ILLUSTRATIVE
from experiments.trust_arms import SCENARIO, SURGED, Outcome
from experiments.trust_quantities import PRICE, UNSERVED
from model.scenario import load_scenario

SHOWN = {"all labs": COLOURS[3], "no partners": COLOURS[2], "surge": COLOURS[1], "no surge": COLOURS[0]}
"""The arms of the picture, in the order in which they are drawn."""
RATIONING_MONTHS = 37
"""So many months are drawn of the rationing, of which there is little later."""
LABELS = {
    "no surge": "no surge",
    "surge": "one lab surges",
    "all labs": "all labs surge",
    "no partners": "one lab surges, no partners",
}


def draw_trust(outcomes: Mapping[str, Outcome], pairs: int, path: Path) -> None:
    """Draw the picture from what is kept of the runs with draws and write it."""
    with as_file(files(experiments) / "bazaar.mplstyle") as style, mpl.style.context(style):
        trust_figure(outcomes, pairs).savefig(path, metadata={"Software": None})


def trust_figure(outcomes: Mapping[str, Outcome], pairs: int) -> Figure:
    """Return the picture: prices to the left, rationing to the right, over calendar time."""
    default = load_scenario(SCENARIO)
    figure = Figure(figsize=(14, 6.2))
    left, right = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.055, right=0.975, top=0.77, bottom=0.135, wspace=0.42)
    months = outcomes["surge"][PRICE].shape[1]
    dates = calendar(default.start, months)
    draw_arms(left, dates, outcomes, PRICE)
    draw_arms(right, dates, outcomes, UNSERVED)
    left.set_ylim(bottom=0)
    left.set_title("What an hour of compute costs under contract")
    left.set_ylabel("USD per H100e-hour")
    right.set_ylim(bottom=0)
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    right.set_title(f"Demand that {default.labs[SURGED]['label']}, the lab that surges, turns away")
    right.set_ylabel("share of its inference demand")
    for axis in (left, right):
        mark_events(axis, dates, default, said=axis is right)
    finish_dates(left, dates)
    finish_dates(right, dates[:RATIONING_MONTHS])
    label_arms(left, outcomes, PRICE)
    right.legend(labelcolor="linecolor", loc="center right", prop={"weight": "bold"})
    write_around(figure, pairs, months, default.start)
    return figure


def band_of(values: Any) -> Band:
    """Return the band of values of shape (pairs, months), broken runs left out."""
    return Band(*np.nanquantile(values, QUANTILES, axis=0))


def draw_arms(axis: Axes, dates: Any, outcomes: Mapping[str, Outcome], name: str) -> None:
    """Draw a column in each arm."""
    for arm, colour in SHOWN.items():
        draw_band(axis, dates, band_of(outcomes[arm][name][:, : len(dates)]), colour)
        axis.lines[-1].set_label(LABELS[arm])


def label_arms(axis: Axes, outcomes: Mapping[str, Outcome], name: str) -> None:
    """Name the arms at the right end of their lines."""
    months = outcomes["surge"][name].shape[1]
    ends = [(LABELS[arm], float(np.nanmedian(outcomes[arm][name][:, months - 1])), SHOWN[arm]) for arm in SHOWN]
    label_ends(axis, ends)


def write_around(figure: Figure, pairs: int, months: int, start: str) -> None:
    """Write above the panels what they are of, and a caution below."""
    title = "What a surge of demand does to the price of compute, and to the users of the lab that surges"
    figure.text(0.055, 0.945, title, fontsize=17, fontweight="bold", va="center")
    said = (
        f"scenario {SCENARIO} and three variants · {pairs} runs each of {months} months from {start}, "
        "every one with its own draw of all judgement\n"
        "lines: median of the runs · bands: 10th to 90th percentile · the same luck and draws in all four"
    )
    figure.text(0.055, 0.875, said, fontsize=10, color=INK, va="center", linespacing=1.5)
    unit = "H100e: capacity of one Nvidia H100, other chips converted."
    figure.text(0.055, 0.035, f"{ILLUSTRATIVE}  {unit}", fontsize=9, color=INK, va="center")
