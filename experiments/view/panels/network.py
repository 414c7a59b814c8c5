"""The tab of the network: who rents from whom, this month's deals, who belongs to whom, and what contracts cost."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from experiments.view.canvas import SIZE, Row, canvas, draw_list, round_up, said, shortened, write
from experiments.view.edges import H100E, USD, network
from experiments.view.log import deals_so_far
from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab, say_nothing
from experiments.view.series import figure_height, readable, short
from model.state import CHANNELS

NETWORK_INCHES, LIST_INCHES, SPREAD_INCHES = 6.9, 3.9, 4.4
SUPPLIERS_AT, LABS_AT, LABEL_GAP = 2.12, 4.68, 0.2
"""Where the two columns of the network stand, inches from the left, and how far off their names are."""
TOP, BOTTOM = 0.55, 1.05
"""Inches above and below the network, for headings and the key."""
WIDEST, THINNEST, THINNEST_RECALL = 11.0, 0.9, 1.6
LARGEST_DOT, SMALLEST_DOT = 19.0, 6.0
"""Points: widths of edges, diameters of firms."""
EDGE_ALPHA = 0.65
ROW_INCHES = 0.185
"""Inches that a line of words takes."""
MOST_BARS = 7
MOST_SUPPLIERS = 16
LOW, MEAN, HIGH = (f"{word}_usd_per_h100e_hour" for word in ("lowest", "mean", "highest"))
LIST, NEW = "list_price_usd_per_h100e_hour", "contract_price_usd_per_h100e_hour"
LEAST_STAKE_SHARE = 0.005


# --- who rents from whom ---


def draw_network(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw suppliers left, labs right, and a curve for what joins them."""
    canvas(axes)
    edges = frame.drop_nulls(["supplier_place", "lab_place"])
    total = (edges[H100E] + edges["ended_h100e"]).to_numpy()
    full = round_up(float(total.max()) if len(total) else 1.0)
    if edges.height:
        _draw_edges(axes, edges, total / full, look)
    nodes = [frame[f"{side}_capacity_h100e"].max() for side in ("supplier", "lab")]
    largest = round_up(max([1.0, *(float(size) for size in nodes if size is not None)]))  # type: ignore[arg-type]
    for side, at in (("supplier", SUPPLIERS_AT), ("lab", LABS_AT)):
        _draw_side(axes, frame, side, at, largest, look)
    _draw_key(axes, full, largest, look)


def _height_of(places: Any, most: int, height: float) -> Any:
    """Return how high the middle of each place is, in inches."""
    return height - TOP - (height - TOP - BOTTOM) * (np.asarray(places, float) + 0.5) / max(most, 1)


def _draw_edges(axes: Axes, edges: pl.DataFrame, parts: Any, look: Look) -> None:
    """Draw the edges, the widest first; a recalled part lies on top in a colour of its own, with a cross."""
    height, order = figure_height(axes), np.argsort(-parts, kind="stable")
    edges, parts = edges[order], parts[order]
    left = _height_of(edges["supplier_place"], edges["supplier_places"][0], height)
    right = _height_of(edges["lab_place"], edges["lab_places"][0], height)
    curves = [_curve(start, end) for start, end in zip(left, right, strict=True)]
    lease, dashed = edges["channel"].to_numpy() == "lease", edges["of_rival"].to_numpy()
    colours = np.where(lease, look.colours[0], look.colours[2])
    lasts = np.flatnonzero(edges[H100E].to_numpy() > edges["recalled_h100e"].to_numpy())
    _add_curves(axes, curves, lasts, np.maximum(THINNEST, WIDEST * parts), colours, dashed, EDGE_ALPHA)
    recalled = (edges["recalled_h100e"] + edges["ended_h100e"]).to_numpy()
    struck = np.flatnonzero(recalled > 0.0)
    whole = (edges[H100E] + edges["ended_h100e"]).to_numpy()
    widths = WIDEST * parts * recalled / np.maximum(whole, 1e-9)
    red = np.full(len(curves), look.colours[1])
    _add_curves(axes, curves, struck, np.maximum(THINNEST_RECALL, widths), red, dashed, 1.0)
    crosses = np.array([_middle(curves[place]) for place in struck]).reshape(-1, 2)
    style: dict[str, Any] = {"marker": "X", "s": 95.0, "linewidths": 1.0, "zorder": 5}
    axes.scatter(crosses[:, 0], crosses[:, 1], facecolors=look.colours[1], edgecolors=look.paper, **style)


def _curve(start: float, end: float) -> Path:
    """Return a curve from a supplier to a lab that leaves and arrives level."""
    bend = 0.42 * (LABS_AT - SUPPLIERS_AT)
    points = [(SUPPLIERS_AT, start), (SUPPLIERS_AT + bend, start), (LABS_AT - bend, end), (LABS_AT, end)]
    return Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])


def _middle(curve: Path) -> Any:
    """Return the point half-way along a curve."""
    weights = np.array([1.0, 3.0, 3.0, 1.0]) / 8.0
    return weights @ np.asarray(curve.vertices)


def _add_curves(
    axes: Axes, curves: Sequence[Path], chosen: Any, widths: Any, colours: Any, dashed: Any, alpha: float
) -> None:
    """Add some of the curves; dashes are about as long in points whatever the width."""
    if not len(chosen):
        return
    kinds: list[Any] = [
        (0.0, ((6.0 + 0.4 * widths[place]) / widths[place], (3.5 + 0.25 * widths[place]) / widths[place]))
        if dashed[place]
        else "solid"
        for place in chosen
    ]
    style: dict[str, Any] = {"facecolors": "none", "edgecolors": colours[chosen], "linewidths": widths[chosen]}
    few = PathCollection([curves[place] for place in chosen], linestyles=kinds, alpha=alpha, capstyle="butt", **style)
    axes.add_collection(few, autolim=False)


def _draw_side(axes: Axes, frame: pl.DataFrame, side: str, at: float, largest: float, look: Look) -> None:
    """Draw the firms of a side as dots by their capacity, with their names outside and a heading above."""
    height, sign = figure_height(axes), -1.0 if side == "supplier" else 1.0
    align = "right" if side == "supplier" else "left"
    firms = frame.drop_nulls(side).unique(side, maintain_order=True).sort(f"{side}_place")
    if firms.is_empty():
        return
    most = int(firms[f"{side}_places"][0])
    levels = _height_of(firms[f"{side}_place"], most, height)
    sizes = np.maximum(SMALLEST_DOT, LARGEST_DOT * np.sqrt(firms[f"{side}_capacity_h100e"].to_numpy() / largest))
    channels = firms["supplier_channel"].to_list() if side == "supplier" else [""] * firms.height
    for channel, marker, colour in (("lease", "s", 0), ("partner", "D", 2), ("", "o", None)):
        mine = np.array([name == channel for name in channels])
        shade = look.soft if colour is None else look.colours[colour]
        ratio = 0.8 if marker != "o" else 1.0
        style: dict[str, Any] = {"marker": marker, "facecolors": shade, "edgecolors": look.paper, "zorder": 4}
        axes.scatter(np.full(mine.sum(), at), levels[mine], s=(ratio * sizes[mine]) ** 2, linewidths=1.0, **style)
    for place in _with_room(levels, firms[f"{side}_capacity_h100e"].to_numpy()):
        write(axes, at + sign * LABEL_GAP, levels[place], shortened(firms[side][place]), look.ink, ha=align)
    write(axes, at + sign * LABEL_GAP, height - 0.27, f"{side}s", look.ink, ha=align, fontweight="bold")


def _with_room(levels: Any, capacity: Any) -> list[int]:
    """Return the firms whose names have room beside one another, the largest first."""
    named: list[int] = []
    for place in np.argsort(-capacity, kind="stable").tolist():
        if all(abs(levels[place] - levels[other]) >= ROW_INCHES for other in named):
            named.append(place)
    return named


def _draw_key(axes: Axes, full: float, largest: float, look: Look) -> None:
    """Draw below the network what widths, sizes, colours, dashes and crosses mean."""
    top, middle, low = 0.78, 0.52, 0.26
    style: dict[str, Any] = {"solid_capstyle": "butt", "alpha": EDGE_ALPHA}
    axes.plot([0.2, 0.55], [top, top], color=look.soft, linewidth=WIDEST, **style)
    write(axes, 0.65, top, f"{said(full)} under contract", look.ink)
    axes.scatter([3.5], [top], s=LARGEST_DOT**2, color=look.soft)
    write(axes, 3.7, top, f"{said(largest)} in all", look.ink)
    for at, colour, marker, word in ((0.2, 0, "s", "lease"), (1.5, 2, "D", "partner")):
        axes.plot([at, at + 0.35], [middle, middle], color=look.colours[colour], linewidth=4.0, **style)
        axes.scatter([at], [middle], s=36.0, marker=marker, color=look.colours[colour], zorder=4)
        write(axes, at + 0.45, middle, word, look.ink)
    dashes: Any = (0.0, (1.9, 1.1))
    axes.plot([2.88, 3.28], [middle, middle], color=look.soft, linewidth=4.0, linestyle=dashes, dash_capstyle="butt")
    write(axes, 3.42, middle, "dashed: from a rival's affiliate", look.ink)
    axes.plot([0.2, 0.55], [low, low], color=look.colours[1], linewidth=4.0, solid_capstyle="butt")
    axes.scatter([0.375], [low], marker="X", s=80.0, facecolors=look.colours[1], edgecolors=look.paper, zorder=5)
    write(axes, 0.65, low, "recalled: notice given, or gone in the last 3 months", look.ink)


# --- deals and owners, as lists of bars ---


def deals(moment: Moment) -> pl.DataFrame:
    """Return the deals signed this month, or in the last month that had any."""
    signed, names = deals_so_far(moment), moment.names
    months = signed["signed_month"]
    month = int(months.max(initial=-1))
    if month < 0 or moment.months == 0:
        return pl.DataFrame()
    found = signed[months == month]
    firms = {
        side: [names.firm(side, int(deal[f"{side}_name_code"]), int(deal[f"{side}_id"])) for deal in found]
        for side in ("lab", "supplier")
    }
    columns = {
        "month": np.full(len(found), month),
        "date": np.full(len(found), moment.dates[month]),
        **firms,
        "channel": [CHANNELS[channel] for channel in found["channel"]],
        **{name: found[name] for name in (H100E, USD, "start_month", "end_month")},
    }
    return pl.DataFrame(columns).sort(H100E, "lab", "supplier", descending=[True, False, False])


def draw_deals(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw a bar for what a lab signed with a supplier, all delivery months together."""
    value = (pl.col(H100E) * pl.col(USD)).sum()
    pairs = frame.group_by("lab", "supplier", "channel", maintain_order=True)
    sums = pairs.agg(pl.col(H100E).sum(), (value / pl.col(H100E).sum()).alias(USD)).sort(H100E, descending=True)
    rows = [
        Row(
            f"{shortened(pair['lab'])} from {shortened(pair['supplier'])}",
            pair[H100E],
            f"{short(pair[H100E])} at {pair[USD]:.2f} USD",
            look.colours[0 if pair["channel"] == "lease" else 2],
            pair["channel"] != "lease",
        )
        for pair in sums.head(MOST_BARS).iter_rows(named=True)
    ]
    rest = sums.slice(MOST_BARS)
    tail = f"and {rest.height} smaller, {short(float(rest[H100E].sum()))} H100e" if rest.height else ""
    head = f"signed in {frame['date'][0]:%B %Y}: H100e, and USD per H100e-hour"
    draw_list(axes, rows, look, head, tail)


def ties(moment: Moment) -> pl.DataFrame:
    """Return who belongs to whom: pairs under one owner, how far the supplier is affiliated, and stakes."""
    if moment.months == 0:
        return pl.DataFrame()
    found = [
        {"lab": lab, "supplier": supplier, "kind": tie["kind"], "share": tie["share"]}
        for lab, supplier, tie in moment.market.ties().edges(data=True)
    ]
    when = {"month": moment.months - 1, "date": moment.dates[-1].item()}
    nobody = {"lab": None, "supplier": None, "kind": None, "share": None}
    schema = {"month": pl.Int64, "date": pl.Date, "lab": pl.String, "supplier": pl.String, "kind": pl.String}
    return pl.DataFrame([when | tie for tie in found or [nobody]], schema=schema | {"share": pl.Float64})


def draw_ties(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw a bar for each lab and supplier under one owner, then for each stake, the largest first."""
    frame = frame.drop_nulls("lab")
    if frame.is_empty():
        say_nothing(axes, "no lab and supplier belong together", look)
        return
    near = {(tie["lab"], tie["supplier"]): tie["share"] for tie in _ties_of(frame, "affiliation")}
    rows = [
        Row(
            _both(tie),
            1.0,
            f"one owner, affiliation {near.get((tie['lab'], tie['supplier']), 0.0):.0%}",
            look.colours[3],
            True,
        )
        for tie in _ties_of(frame, "group")
    ]
    stakes = _ties_of(frame, "equity")
    shown = [tie for tie in stakes if tie["share"] >= LEAST_STAKE_SHARE][: max(0, MOST_BARS - len(rows))]
    rows += [Row(_both(tie), tie["share"], f"a stake of {tie['share']:.1%}", look.colours[4], False) for tie in shown]
    left = len(stakes) - len(shown)
    draw_list(
        axes, rows, look, "one owner, or a stake of one in the other", f"and {left} smaller stakes" if left else ""
    )


def _ties_of(frame: pl.DataFrame, kind: str) -> list[dict[str, Any]]:
    return frame.filter(pl.col("kind") == kind).sort("share", descending=True, maintain_order=True).to_dicts()


def _both(tie: dict[str, Any]) -> str:
    return f"{shortened(tie['lab'])} and {shortened(tie['supplier'])}"


# --- what contracts cost ---


def price_spread(moment: Moment) -> pl.DataFrame:
    """Return what the running contracts of each supplier cost: least, mean by capacity, most; and its list price."""
    if moment.months == 0:
        return pl.DataFrame()
    world, month = moment.market.world, moment.months - 1
    table = world.contracts[: int(world.market["contract_rows"][0])]
    table = table[(table["id"] != 0) & (table["start_month"] <= month) & (month < table["end_month"])]
    rows = []
    for name, row in moment.suppliers().items():
        mine = table[table["supplier"] == row]
        if mine[H100E].sum() > 0.0:
            prices, capacity = mine[USD], mine[H100E]
            low, mean, high = prices.min(), prices @ capacity / capacity.sum(), prices.max()
            numbers = {"contracts": len(mine), H100E: capacity.sum(), LOW: low, MEAN: mean, HIGH: high}
            list_price = world.suppliers[LIST][row]
            numbers |= {LIST: list_price, NEW: world.market[NEW][0]}
            rows.append({"month": month, "date": moment.dates[-1].item(), "supplier": name} | numbers)
    return pl.DataFrame(rows)


def draw_price_spread(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw for each supplier the range of prices, a dot at the mean, and a tick at its list price."""
    shown = frame.sort(H100E, descending=True).head(MOST_SUPPLIERS)
    levels, new = np.arange(shown.height), float(frame[NEW][0])
    axes.hlines(levels, shown[LOW], shown[HIGH], color=look.colours[5], linewidth=6.0, alpha=0.6)
    axes.scatter(shown[MEAN], levels, s=55.0, color=look.colours[0], edgecolors=look.paper, zorder=4)
    axes.scatter(shown[LIST], levels, s=130.0, marker="|", color=look.ink, zorder=3)
    axes.axvline(new, color=look.colours[1], linestyle="--", linewidth=1.5, zorder=2)
    words: dict[str, Any] = {"color": readable(look.colours[1], look), "fontsize": SIZE, "ha": "center", "va": "bottom"}
    axes.text(new, 1.005, "new contracts", transform=axes.get_xaxis_transform(), **words)
    axes.set_yticks(levels, [shortened(name) for name in shown["supplier"]])
    axes.set_ylim(shown.height - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, labelcolor=look.ink, labelsize=SIZE)
    highest = max(new, *(float(np.max(shown[column].to_numpy())) for column in (HIGH, LIST)))
    ticks = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(0.0, 1.08 * highest)[:-1]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xlim(0.0, 1.08 * highest)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("USD per H100e-hour", fontsize=SIZE)


TAB = Tab(
    "network",
    "Network",
    (
        Panel(
            "network",
            "Who rents from whom",
            "A curve is capacity that a supplier lets to a lab. A partner may recall it, "
            "and a rival's affiliate is feared for it.",
            network,
            draw_network,
            NETWORK_INCHES,
        ),
        Panel(
            "deals",
            "The latest deals",
            "What labs have just signed, with whom and at what price. Hatched bars can be recalled.",
            deals,
            draw_deals,
            LIST_INCHES,
        ),
        Panel(
            "ties",
            "Who belongs to whom",
            "Labs fear a supplier that belongs to a rival, and fear it less the larger the stake between them.",
            ties,
            draw_ties,
            LIST_INCHES,
        ),
        Panel(
            "price_spread",
            "What running contracts cost",
            "Bars reach from a supplier's cheapest contract to its dearest, dots are the mean. "
            "The broken line is the price of new ones, short strokes are list prices.",
            price_spread,
            draw_price_spread,
            SPREAD_INCHES,
        ),
    ),
)
