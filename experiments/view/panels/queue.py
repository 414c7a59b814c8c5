"""The tab of the queue: how much capacity labs wait for at hyperscalers, how long, who waits, and how full it is."""

import polars as pl
from matplotlib.axes import Axes

from agents.suppliers.kinds import HYPERSCALER
from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab, last_of, say_nothing
from experiments.view.series import (
    FONT_SIZE,
    Bar,
    draw_rows,
    draw_series,
    say_unit,
    scale_of,
    series,
    short,
    with_band,
)

CAPACITY, WAIT, RATIO = "queue_h100e", "mean_wait_months", "ratio"
FULLNESS = {"tightness": "tightness", "utilisation": "utilisation_share"}
MOST_NAMES = 3
"""Labs named below the bar of a hyperscaler."""


def waited_for(moment: Moment) -> pl.DataFrame:
    """Return the capacity in the queue, with its band."""
    lines = {"waited for": "queue_h100e"}
    return with_band(series(moment, {"waited for": moment.history.market[CAPACITY]}, CAPACITY), moment, lines)


def draw_waited_for(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the capacity in the queue."""
    scale = scale_of(frame[CAPACITY])
    draw_series(axes, frame, look, CAPACITY, scale=scale.unit, least_top=1.0)
    say_unit(axes, f"{scale.word}H100e", look, note=f"{short(last_of(frame[CAPACITY]))} now")


def waits(moment: Moment) -> pl.DataFrame:
    """Return the mean wait of those in the queue, by quantity, with its band."""
    lines = {"mean wait": "queue_wait_months"}
    return with_band(series(moment, {"mean wait": moment.history.market["queue_wait_months"]}, WAIT), moment, lines)


def draw_waits(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the mean wait."""
    draw_series(axes, frame, look, WAIT, least_top=3.0)
    say_unit(axes, "months", look)


def waiting(moment: Moment) -> pl.DataFrame:
    """Return who waits now, for which hyperscaler, for how much and how long; one row for each without a queue."""
    world, now = moment.market.world, moment.months - 1
    rows: list[tuple[str, str | None, float, int | None]] = []
    for supplier in range(len(world.suppliers)):
        if world.suppliers[supplier]["alive"] == 0 or world.suppliers[supplier]["kind"] != HYPERSCALER:
            continue
        name, queue = moment.firm_name("supplier", supplier), world.queue
        mine = queue[(queue["id"] != 0) & (queue["supplier"] == supplier)]
        for entry in mine:
            lab, waited = moment.firm_name("lab", int(entry["lab"])), now - int(entry["joined_month"])
            rows.append((name, lab, float(entry["capacity_h100e"]), waited))
        if len(mine) == 0:
            rows.append((name, None, 0.0, None))
    schema = {"hyperscaler": pl.String, "lab": pl.String, CAPACITY: pl.Float64, "waited_months": pl.Int64}
    return pl.DataFrame(rows, schema, orient="row")


def draw_waiting(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw a bar a hyperscaler, and below it the names of those who wait for it, or say that nobody waits."""
    if frame[CAPACITY].sum() == 0.0:
        say_nothing(axes, "nobody waits for a hyperscaler now", look)
        return
    bars, below = [], []
    for (name, *_), part in frame.group_by("hyperscaler", maintain_order=True):
        total, labs = float(part[CAPACITY].sum()), part.drop_nulls("lab").sort(CAPACITY, descending=True)
        bars.append(Bar(str(name), total, short(total) if total else "", look.colours[0]))
        names = [f"{row['lab']} {_months(row['waited_months'])}" for row in labs.iter_rows(named=True)]
        more = f", {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        below.append(", ".join(names[:MOST_NAMES]) + more if names else "nobody")
    draw_rows(axes, bars, look)
    for place, words in enumerate(below):
        style = {"fontsize": FONT_SIZE, "va": "top", "color": look.soft, "parse_math": False}
        axes.text(0.01, place + 0.32, words, transform=axes.get_yaxis_transform(), **style)  # type: ignore[arg-type]
    say_unit(axes, "H100e waited for now, and who waits how long", look)


def _months(count: int) -> str:
    return "(new)" if count == 0 else f"({count} mo.)"


def fullness(moment: Moment) -> pl.DataFrame:
    """Return tightness and utilisation of suppliers' capacity, with bands."""
    lines = {name: moment.history.market[column] for name, column in FULLNESS.items()}
    return with_band(series(moment, lines, RATIO), moment, FULLNESS)


def draw_fullness(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw tightness and utilisation, and a line at 1."""
    draw_series(axes, frame, look, RATIO, least_top=1.2)
    axes.axhline(1.0, color=look.soft, linewidth=1.0, zorder=1)
    say_unit(axes, "ratio; tightness is neutral at 1", look)


TAB = Tab(
    "queue",
    "Queue",
    (
        Panel(
            "waited_for",
            "Capacity waited for",
            "What hyperscalers cannot deliver waits in a queue. The shade is where 8 of 10 runs with other luck lie.",
            waited_for,
            draw_waited_for,
        ),
        Panel(
            "waits",
            "How long the queue is in months",
            "The mean wait of those who are in the queue; it falls when they are served, or give up.",
            waits,
            draw_waits,
        ),
        Panel(
            "waiting",
            "Who waits for whom now",
            "A lab waits for one hyperscaler at a time; having waited makes it more welcome.",
            waiting,
            draw_waiting,
        ),
        Panel(
            "fullness",
            "How full suppliers are",
            "Utilisation is what is used; tightness adds what was refused, and is 1 where use is as suppliers aim.",
            fullness,
            draw_fullness,
        ),
    ),
)
