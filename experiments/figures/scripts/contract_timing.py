"""The share of users that a lab gains or loses when its contracts start early, over the months after."""

import polars as pl
from matplotlib.figure import Figure as Canvas

from experiments.answers.firm import part_of_all
from experiments.figures.drawing import SMALL_GREY, draw_line, name_ends, panels, zero_line
from experiments.figures.figure import Figure, Results
from experiments.figures.scripts.shared import KEYS, gaps, medians, table_of
from experiments.overview import COLOURS, INK

EXPERIMENT = "p11_early_movers"
LAB = "anthropic"
AGEING = {"slow": "hardware ages\n10% a year", "fast": "hardware ages\n40% a year"}
SMALLEST_SHARE = 0.01
"""The smallest gap of interest, as the experiment's page has it."""
ASKED_MONTHS = (24, 60)
LATE_MONTH = 24
"""The month in which late contracts start."""


def data(results: Results) -> pl.DataFrame:
    """Return the lab's share of users with early contracts less that with late ones, by month and speed of ageing."""
    rows = table_of(results[EXPERIMENT], "labs", ["month", "lab", "users_h100e"])
    share = part_of_all("users_h100e", "lab", LAB).alias("share")
    shares = rows.group_by(*KEYS, "month", maintain_order=True).agg(share)
    parts = []
    for ageing in AGEING:
        gap = gaps(shares, ["point", "replicate", "month"], "share", f"late_{ageing}_ageing", f"early_{ageing}_ageing")
        of_draws = gap.group_by("point", "month", maintain_order=True).agg(pl.col("difference").mean())
        parts.append(
            medians(of_draws.sort("month"), ["month"], "difference").select(pl.lit(ageing).alias("ageing"), "*")
        )
    return pl.concat(parts).rename({name: f"gap_{name}_share" for name in ("median", "low", "high")})


def draw(canvas: Canvas, table: pl.DataFrame) -> None:
    """Draw a line with its interval for each speed of ageing."""
    axis = panels(canvas)[0, 0]
    axis.axhspan(-SMALLEST_SHARE, SMALLEST_SHARE, color=SMALL_GREY, linewidth=0, zorder=0)
    zero_line(axis)
    ends = []
    for place, (ageing, name) in enumerate(AGEING.items()):
        part = table.filter(pl.col("ageing") == ageing)
        draw_line(axis, part, ["month", "gap_median_share", "gap_low_share", "gap_high_share"], place)
        ends.append((name, part["gap_median_share"][-1], COLOURS[place]))
    for month in ASKED_MONTHS:
        axis.axvline(month, color=INK, linewidth=0.8, linestyle=":")
    style = {"transform": axis.get_xaxis_transform(), "va": "top", "color": INK}
    axis.text(LATE_MONTH + 0.5, 0.99, "late contracts start", **style)
    axis.set_xlim(0, table["month"].max())
    axis.set_xlabel("month since the start")
    axis.set_ylabel("gap of the share of users, early less late")
    name_ends(axis, ends, 0.8 * canvas.get_figheight())


FIGURE = Figure(
    "contract_timing",
    "A lab's share of users with early rather than late contracts",
    "Share of all users that one lab has if two of its signed contracts start in month 1, less that if they start in "
    "month 24. Lines: medians over draws of paired differences; bands: their 95% intervals. Gaps in the grey field are "
    "smaller than of interest.",
    (EXPERIMENT,),
    data,
    draw,
)
