"""The tab of regions: demand and capacity by place, how far sites are used, where users are served, the backbone."""

import math
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from experiments.view.canvas import canvas, shortened, write
from experiments.view.moment import Moment
from experiments.view.panel import WIDTH_INCHES, Look, Panel, Tab, say_nothing
from experiments.view.series import draw_series, mixed, say_unit, series, short

DEMAND, CAPACITY, USED = "demand_h100e", "capacity_h100e", "used_share"
NOWHERE = "this scenario has no regions; the one called regions has"
NO_REGIONS = pl.DataFrame({"region": [None]}, schema={"region": pl.String})
"""What the panels show of a scenario without regions."""
MOST_REGIONS = 6
PLACE_INCHES, MAP_INCHES = 3.9, 4.6
BAR_REACH, BAR_ROW = 5.3, 0.68
"""Inches: the longest bar, and the room of a region."""
WIDEST, LARGEST_DOT, SMALLEST_DOT = 13.0, 42.0, 9.0
"""Points: widths of links, diameters of regions."""
RING_INCHES, EDGE_INCHES = 1.95, 0.85
"""From the middle of the ring of regions to its sides, and from its top to that of the picture."""


def names_of(moment: Moment) -> list[str]:
    """Return the labels of the regions, in the order of their rows."""
    return [str(region["label"]) for region in moment.scenario.regions.values()]


def columns_of(moment: Moment, *columns: str) -> dict[str, dict[str, Any]]:
    """Return columns of the regions by name; shape (months,) each."""
    table = moment.history.regions
    return {column: {name: table[column][:, row] for row, name in enumerate(names_of(moment))} for column in columns}


def demand(moment: Moment) -> pl.DataFrame:
    """Return what users of each region want, and what labs hold there."""
    if moment.months == 0 or not moment.scenario.regions:
        return NO_REGIONS if moment.months else pl.DataFrame()
    found = columns_of(moment, DEMAND, CAPACITY)
    frame = series(moment, found[DEMAND], DEMAND).rename({"line": "region"})
    return frame.with_columns(series(moment, found[CAPACITY], CAPACITY)[CAPACITY])


def draw_demand(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw for each region what is held there over what is wanted there."""
    if _is_nowhere(axes, frame, look):
        return
    ratio = frame.with_columns(
        line=pl.col("region"),
        held=pl.when(pl.col(DEMAND) > 0.0).then(pl.col(CAPACITY) / pl.col(DEMAND)).otherwise(math.nan),
    )
    draw_series(axes, ratio, look, "held", percent=True)
    axes.axhline(1.0, color=look.soft, linewidth=1.0, zorder=1)
    say_unit(axes, "capacity of labs there, of the inference wanted there", look)


def _is_nowhere(axes: Axes, frame: pl.DataFrame, look: Look) -> bool:
    """Say that there are no regions where there are none, and tell whether that is so."""
    nowhere = frame["region"][0] is None
    if nowhere:
        say_nothing(axes, NOWHERE, look)
    return bool(nowhere)


def use(moment: Moment) -> pl.DataFrame:
    """Return what suppliers have in each region and how much of it is used."""
    if moment.months == 0 or not moment.scenario.regions:
        return NO_REGIONS if moment.months else pl.DataFrame()
    found = columns_of(moment, "utilisation_share", "installed_h100e")
    frame = series(moment, found["utilisation_share"], USED).rename({"line": "region"})
    return frame.with_columns(series(moment, found["installed_h100e"], "installed_h100e")["installed_h100e"])


def draw_use(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the part of suppliers' sites that is used."""
    if _is_nowhere(axes, frame, look):
        return
    draw_series(axes, frame.with_columns(line=pl.col("region")), look, USED, percent=True, least_top=1.0)
    say_unit(axes, "used, of what suppliers have there", look)


def places(moment: Moment) -> pl.DataFrame:
    """Return where the inference of each region's users is served this month, and what power costs there.

    `localised_share` is the part of inference that must be served in the region of its user.
    """
    if moment.months == 0 or not moment.scenario.regions:
        return NO_REGIONS if moment.months else pl.DataFrame()
    world, names = moment.market.world, names_of(moment)
    table = world.regions[: len(names)]
    imported, misplaced = table["imported_h100e"], table["misplaced_h100e"]
    refused = np.maximum(0.0, table[DEMAND] - table["served_h100e"])
    return pl.DataFrame(
        {
            "month": [moment.months - 1] * len(names),
            "date": [moment.dates[-1].item()] * len(names),
            "region": names,
            DEMAND: table[DEMAND],
            "served_here_h100e": np.maximum(0.0, table["served_h100e"] - imported),
            "served_elsewhere_h100e": imported,
            "misplaced_h100e": np.minimum(misplaced, refused),
            "refused_otherwise_h100e": np.maximum(0.0, refused - misplaced),
            "power_price_usd_per_mwh": table["power_price_usd_per_mwh"],
            "localised_share": [float(moment.scenario.parameters["localised_share"])] * len(names),
        }
    )


SERVED = (
    ("served here", "served_here_h100e", 0, None),
    ("served elsewhere", "served_elsewhere_h100e", 5, "////"),
    ("misplaced", "misplaced_h100e", 1, "xxxx"),
    ("refused", "refused_otherwise_h100e", 7, "...."),
)
"""Parts of a region's demand: their name, column, colour and hatching."""


def draw_places(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the demand of each region, divided by where it is served, and beside its name the price of power."""
    if _is_nowhere(axes, frame, look):
        return
    height, shown = canvas(axes), frame.head(MOST_REGIONS)
    row = min(BAR_ROW, (height - 0.95) / shown.height)
    longest = max(1.0, float(shown[DEMAND].max() or 0.0))  # type: ignore[arg-type]
    for place, region in enumerate(shown.iter_rows(named=True)):
        level, left = height - 0.25 - row * place, 0.15
        power = f"{shortened(region['region'])}, power at {region['power_price_usd_per_mwh']:.0f} USD/MWh"
        write(axes, 0.15, level, power, look.ink)
        for _, column, colour, hatch in SERVED:
            length = BAR_REACH * region[column] / longest
            style: dict[str, Any] = {"facecolor": look.colours[colour], "edgecolor": look.paper, "linewidth": 0.0}
            axes.barh([level - 0.24], [length], height=0.2, left=left, hatch=hatch, **style)
            left += length
        write(axes, left + 0.1, level - 0.24, short(region[DEMAND]), look.ink)
    _draw_key(axes, look)
    local = f"{frame['localised_share'][0]:.0%} of inference must be served where its user is"
    write(axes, 0.15, 0.2, local, look.soft)


def _draw_key(axes: Axes, look: Look) -> None:
    """Draw what the parts of a bar mean, in a row."""
    for at, (word, _, colour, hatch) in zip((0.15, 1.6, 3.4, 4.8), SERVED, strict=True):
        style: dict[str, Any] = {"facecolor": look.colours[colour], "edgecolor": look.paper, "linewidth": 0.0}
        axes.barh([0.48], [0.25], height=0.17, left=at, hatch=hatch, **style)
        write(axes, at + 0.33, 0.48, word, look.ink)


# --- the backbone ---


def backbone(moment: Moment) -> pl.DataFrame:
    """Return the regions and the links between them: what is held and wanted, what a link carries and could carry.

    A region has a row of its own, a link has one with its `other` end.
    """
    if moment.months == 0 or not moment.scenario.regions:
        return NO_REGIONS if moment.months else pl.DataFrame()
    graph, names = moment.market.backbone(), dict(zip(moment.scenario.regions, names_of(moment), strict=True))
    rows: list[dict[str, Any]] = [
        {"region": names[key], DEMAND: region[DEMAND], CAPACITY: region[CAPACITY]}
        for key, region in graph.nodes(data=True)
    ]
    grown = grown_backbone(moment)
    for one, other, link in graph.edges(data=True):
        ends = {"region": names[one], "other": names[other], "latency_ms": float(link["latency_ms"])}
        rows.append(ends | {"link_h100e": grown * link[CAPACITY], "carried_h100e": link["carried_h100e"]})
    when = {"month": moment.months - 1, "date": moment.dates[-1].item()}
    schema = {"month": pl.Int64, "date": pl.Date, "region": pl.String, "other": pl.String}
    amounts = (DEMAND, CAPACITY, "latency_ms", "link_h100e", "carried_h100e")
    return pl.DataFrame([when | row for row in rows], schema=schema | dict.fromkeys(amounts, pl.Float64))


def grown_backbone(moment: Moment) -> float:
    """Return the capacity of links in the last month / that stated for the start."""
    parameters = moment.scenario.parameters
    return float(
        parameters["backbone_scale"] * parameters["backbone_growth_x_per_year"] ** ((moment.months - 1) / 12.0)
    )


def draw_backbone(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw regions on a ring, as large as what labs hold there, and links as wide as what they carry."""
    if _is_nowhere(axes, frame, look):
        return
    height = canvas(axes)
    regions, links = frame.filter(pl.col("other").is_null()), frame.drop_nulls("other")
    at = _ring(frame, height)
    if links.height:
        _draw_links(axes, links, at, look)
    held = regions[CAPACITY].to_numpy()
    sizes = np.maximum(SMALLEST_DOT, LARGEST_DOT * np.sqrt(held / max(1.0, float(held.max()))))
    spots = np.array([at[name] for name in regions["region"]])
    axes.scatter(spots[:, 0], spots[:, 1], s=sizes**2, color=look.colours[0], edgecolors=look.paper, zorder=3)
    for (x, y), size, region in zip(spots, sizes, regions.iter_rows(named=True), strict=True):
        outward = 1.0 if y >= height / 2.0 - 1e-6 else -1.0
        words = shortened(region["region"])
        if regions.height <= MOST_REGIONS:
            words += f"\n{short(region[CAPACITY])} held, {short(region[DEMAND])} wanted"
        write(axes, x, y + outward * (size / 144.0 + 0.27), words, look.ink, ha="center", linespacing=1.1)


def _ring(frame: pl.DataFrame, height: float) -> dict[str, tuple[float, float]]:
    """Return where each region stands: on a ring, so that linked ones are neighbours where that can be."""
    regions = frame.filter(pl.col("other").is_null())["region"].to_list()
    graph = nx.Graph()
    graph.add_nodes_from(regions)
    graph.add_edges_from(frame.drop_nulls("other").select("region", "other").iter_rows())
    order = list(nx.dfs_preorder_nodes(graph, regions[0])) if regions else []
    order += [name for name in regions if name not in order]
    turns = 2.0 * math.pi * (np.arange(len(order)) + 0.5) / max(1, len(order))
    across, up = np.cos(turns), np.sin(turns)
    across *= RING_INCHES / max(0.3, float(np.abs(across).max(initial=0.0)))
    up *= (0.5 * height - EDGE_INCHES) / max(0.3, float(np.abs(up).max(initial=0.0)))
    places = zip(WIDTH_INCHES / 2.0 - across, height / 2.0 + up, strict=True)
    return dict(zip(order, ((float(x), float(y)) for x, y in places), strict=True))


def _draw_links(axes: Axes, links: pl.DataFrame, at: dict[str, tuple[float, float]], look: Look) -> None:
    """Draw each link as a pale cable with its load inside, and the load in words at its middle."""
    lines = [[at[link["region"]], at[link["other"]]] for link in links.iter_rows(named=True)]
    room, load = links["link_h100e"].to_numpy(), links["carried_h100e"].to_numpy()
    widest = max(1.0, float(room.max()))
    widths = np.maximum(2.5, WIDEST * np.sqrt(room / widest))
    full = np.clip(load / np.maximum(room, 1e-9), 0.0, 1.0)
    pale = mixed(look.soft, look.paper, 0.35)
    axes.add_collection(LineCollection(lines, colors=pale, linewidths=widths, capstyle="butt"), autolim=False)
    hot = [look.colours[1] if part > 0.8 else look.colours[5] for part in full]
    axes.add_collection(LineCollection(lines, colors=hot, linewidths=widths * full, capstyle="butt"), autolim=False)
    box = {"facecolor": look.paper, "edgecolor": "none", "alpha": 0.9, "pad": 1.5}
    for line, part, most in zip(lines, full, room.tolist(), strict=True):
        middle = np.mean(line, axis=0)
        words = f"{part:.0%} of {short(most)}"
        write(axes, float(middle[0]), float(middle[1]), words, look.ink, ha="center", bbox=box)


TAB = Tab(
    "regions",
    "Regions",
    (
        Panel(
            "demand_by_region",
            "Does capacity stand where users are?",
            "Above 100% labs hold more there than users there want. Below, those are served from afar or refused.",
            demand,
            draw_demand,
        ),
        Panel(
            "use_by_region",
            "How far sites are used",
            "A region whose sites are all used is short of capacity, one that idles has too much.",
            use,
            draw_use,
        ),
        Panel(
            "places",
            "Where users are served",
            "Misplaced demand is refused although the lab has capacity elsewhere that would do.",
            places,
            draw_places,
            PLACE_INCHES,
        ),
        Panel(
            "backbone",
            "The backbone",
            "How far the links between regions are filled, in H100e. A full link keeps users from capacity elsewhere.",
            backbone,
            draw_backbone,
            MAP_INCHES,
        ),
    ),
)
