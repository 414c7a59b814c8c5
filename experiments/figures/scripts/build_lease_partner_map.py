"""Which channel labs' new capacity comes through, over the surprise in demand, the cost of capital and lead times."""

import matplotlib as mpl
import matplotlib.colors
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from experiments.figures.drawing import SMALL, panels
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import KEYS, means, table_of
from experiments.overview import COLOURS

EXPERIMENT, ARM = "build_lease_partner_map", "lead_"
FACTORS = {
    "labs.anthropic.surge_growth_x_per_year": "surge_growth_x_per_year",
    "labs.*.wacc_per_year": "wacc_per_year",
}
CHANNELS = {
    "build_h100e": ("B", "build", COLOURS[0]),
    "lease_h100e": ("L", "lease", COLOURS[4]),
    "partner_h100e": ("P", "partner", COLOURS[2]),
    "spot_lab_h100e": ("S", "spot", COLOURS[3]),
}
"""Letter, name and colour of each channel."""
TINT = 0.45
LAST_MONTH = 35
"""New capacity is counted from the first month to this one, three years."""
PLACE = ("lead_months", *FACTORS.values())


def data(results: Results) -> pl.DataFrame:
    """Return each channel's share of the capacity that labs gain in three years: mean over runs and 95% interval.

    A channel that loses capacity gains none; `leads` marks the channel with the largest mean at each place of the map.
    """
    answered = results[EXPERIMENT]
    rows = table_of(answered, "months", ["month", *CHANNELS]).filter(pl.col("month") <= LAST_MONTH).sort(*KEYS, "month")
    gain = [(pl.col(name).last() - pl.col(name).first()).clip(lower_bound=0.0) for name in CHANNELS]
    gains = rows.group_by(KEYS, maintain_order=True).agg(gain)
    shares = gains.with_columns(pl.col(name) / pl.sum_horizontal(*CHANNELS) for name in CHANNELS)
    lead = pl.col("arm").str.strip_prefix(ARM).cast(pl.Int64).alias("lead_months")
    points = answered.results.runs.unique("point", keep="first").select("point", **factors())
    long = shares.join(points, on="point", maintain_order="left").unpivot(
        list(CHANNELS), index=["arm", *FACTORS.values()], variable_name="channel", value_name="share"
    )
    found = means(long.with_columns(lead).sort(*PLACE), [*PLACE, "channel"], "share")
    leads = (pl.col("mean") == pl.col("mean").max().over(PLACE)).alias("leads")
    return found.with_columns(leads).rename({name: f"share_{name}" for name in ("mean", "low", "high")})


def factors() -> dict[str, pl.Expr]:
    """Return the factors by the names that they have in the table."""
    return {name: pl.col(factor).cast(pl.Float64) for factor, name in FACTORS.items()}


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a map for each lead time, and say below which channel is which."""
    leads = table["lead_months"].unique().sort().to_list()
    axes = panels(canvas, 1, len(leads), sharey=True)[0]
    for axis, lead in zip(axes, leads, strict=True):
        draw_lead(axis, table.filter((pl.col("lead_months") == lead) & pl.col("leads")))
        axis.set_title(f"lead times {lead} months")
        axis.set_xlabel("surge of one lab [x/year]")
    axes[0].set_ylabel("cost of capital [%/year]")
    shown = [said for name, said in CHANNELS.items() if name in table.filter("leads")["channel"]]
    handles = [Patch(color=tinted(colour), label=f"{letter}: {name}") for letter, name, colour in shown]
    canvas.legend(handles=handles, loc="outside upper center", ncols=len(handles))


def draw_lead(axis: Axes, part: pl.DataFrame) -> None:
    """Draw the leading channel of each place: its colour, its letter and its share in percent."""
    across, up = (part[name].unique().sort().to_list() for name in PLACE[1:])
    cells = np.ones((len(up), len(across), 3))
    for row in part.iter_rows(named=True):
        letter, _, colour = CHANNELS[row["channel"]]
        place = up.index(row[PLACE[2]]), across.index(row[PLACE[1]])
        cells[place] = tinted(colour)
        words = f"{letter} {row['share_mean']:.0%}".removesuffix("%")
        axis.text(place[1], place[0], words, ha="center", va="center", fontsize=SMALL)
    axis.imshow(cells, origin="lower", aspect="auto")
    axis.set_xticks(range(len(across)), [f"{value:g}" for value in across])
    axis.set_yticks(range(len(up)), [f"{100.0 * value:g}" for value in up])
    axis.grid(visible=False)
    axis.tick_params(length=0)


def tinted(colour: str) -> tuple[float, float, float]:
    """Return a colour pale enough for black words."""
    red, green, blue = (1.0 - TINT * (1.0 - part) for part in mpl.colors.to_rgb(colour))
    return red, green, blue


FIGURE = Figure(
    "build_lease_partner_map",
    "The channel through which most of labs' new capacity comes",
    "New capacity of all labs over three years, by the growth of one lab's surge, the cost of capital of labs and the "
    "lead time of all sites. Each cell names the channel with the largest mean share of the gains over runs, and that "
    "share in percent.",
    (EXPERIMENT,),
    data,
    draw,
    height_inches=3.4,
)
