"""What joins suppliers and labs: running contracts and recalls, added up by pair and channel."""

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from experiments.view.log import deals_so_far
from experiments.view.moment import Moment
from model.contracts import BY_BUYER, BY_CONDUCT, BY_RECALL
from model.state import CHANNELS, Table

H100E, USD = "capacity_h100e", "price_usd_per_h100e_hour"
RECENT_MONTHS = 3
"""A recall is shown until so many months after the capacity is gone."""
MORE_PLACES = 4
"""Places added for entrants when those of the start are taken."""
NODE_SCHEMA = {"{}": pl.String, "{}_place": pl.Int64, "{}_capacity_h100e": pl.Float64}
SCHEMA = (
    {"month": pl.Int64, "date": pl.Date}
    | {name.format(side): kind for side in ("supplier", "lab") for name, kind in NODE_SCHEMA.items()}
    | {"supplier_channel": pl.String, "channel": pl.String, "contracts": pl.Int64, H100E: pl.Float64, USD: pl.Float64}
    | {"recalled_h100e": pl.Float64, "ended_h100e": pl.Float64, "of_rival": pl.Boolean}
    | {"supplier_places": pl.Int64, "lab_places": pl.Int64}
)


class Edge(NamedTuple):
    """What joins a supplier and a lab through a channel: contracts that run, what they cost, what was recalled."""

    contracts: int = 0
    capacity_h100e: float = 0.0
    value_usd_per_hour: float = 0.0
    recalled_h100e: float = 0.0
    ended_h100e: float = 0.0

    def and_also(self, other: "Edge") -> "Edge":
        """Return the sum of two edges."""
        return Edge._make(mine + its for mine, its in zip(self, other, strict=True))


def network(moment: Moment) -> pl.DataFrame:
    """Return a row for each supplier, lab and channel with contracts that run or were recalled lately.

    `capacity_h100e` runs, `recalled_h100e` of it under notice of recall; `ended_h100e` was recalled and went within the
    last 3 months. `of_rival`: the supplier is affiliated with another lab, one of its own group. A firm without
    contracts has a row of its own. A firm keeps its place; the last two columns say how many places there are.
    """
    if moment.months == 0:
        return pl.DataFrame(schema=SCHEMA)
    edges, rivals = edges_of(moment), rival_pairs(moment)
    suppliers, labs = firm_rows(moment)
    places = {
        "supplier_places": _places(moment.history.suppliers, len(moment.scenario.suppliers)),
        "lab_places": _places(moment.history.labs, len(moment.scenario.labs)),
    }
    always = {"month": moment.months - 1, "date": moment.dates[-1].item()} | places
    rows = []
    for (j, i, channel), edge in sorted(edges.items()):
        price = edge.value_usd_per_hour / edge.capacity_h100e if edge.capacity_h100e > 0.0 else None
        sums = {name: getattr(edge, name) for name in (H100E, "contracts", "recalled_h100e", "ended_h100e")}
        pair = {"channel": CHANNELS[channel], USD: price, "of_rival": bool(rivals[i, j])}
        rows.append(always | suppliers[j] | labs[i] | pair | sums)
    joined = {key[0] for key in edges}, {key[1] for key in edges}
    rows += [always | firm for j, firm in suppliers.items() if j not in joined[0]]
    rows += [always | firm for i, firm in labs.items() if i not in joined[1]]
    return pl.DataFrame(rows, schema=SCHEMA)


def edges_of(moment: Moment) -> dict[tuple[int, int, int], Edge]:
    """Return the edges by the rows of supplier and lab and the channel."""
    world, month = moment.market.world, moment.months - 1
    table = world.contracts[: int(world.market["contract_rows"][0])]
    running = table[(table["id"] != 0) & (table["start_month"] <= month) & (month < table["end_month"])]
    by_buyer = world.deals["ended_by"][running["deal"]] == BY_BUYER
    recalled = (running["notice_given"] == 1) & ~by_buyer
    edges: dict[tuple[int, int, int], Edge] = {}
    for contract, noticed in zip(running, recalled.tolist(), strict=True):
        capacity = float(contract[H100E])
        edge = Edge(1, capacity, capacity * float(contract[USD]), capacity if noticed else 0.0)
        key = int(contract["supplier"]), int(contract["lab"]), int(contract["channel"])
        edges[key] = edges.get(key, Edge()).and_also(edge)
    numbers = [
        {int(table["id"][row]): row for row in np.flatnonzero(table["alive"]).tolist()}
        for table in (world.suppliers, world.labs)
    ]
    for deal in _gone_lately(moment):
        j, i = numbers[0].get(int(deal["supplier_id"])), numbers[1].get(int(deal["lab_id"]))
        if j is not None and i is not None:
            key = j, i, int(deal["channel"])
            edges[key] = edges.get(key, Edge()).and_also(Edge(ended_h100e=float(deal[H100E])))
    return edges


def _gone_lately(moment: Moment) -> Table:
    """Return the deals that a recall has ended within the last months, after delivery had begun."""
    deals, month = deals_so_far(moment), moment.months - 1
    recalled = (deals["ended_by"] == BY_RECALL) | (deals["ended_by"] == BY_CONDUCT)
    lately = (deals["end_month"] <= month) & (deals["end_month"] > month - RECENT_MONTHS)
    return deals[recalled & lately & (deals["start_month"] < deals["end_month"])]


def rival_pairs(moment: Moment) -> Any:
    """Tell for each lab and supplier whether the supplier is affiliated with another lab of its group; shape (L, S)."""
    world = moment.market.world
    owned = (world.labs["group"][:, None] == world.suppliers["group"]) & (world.suppliers["group"] > 0)
    owned &= (world.labs["alive"] == 1)[:, None] & (world.suppliers["lab_affiliation_share"] > 0.0)
    return owned.any(axis=0) & ~owned & (world.pairs["tie_share"] < 1.0)


def firm_rows(moment: Moment) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """Return what is told of each supplier and of each lab in business, by its row."""
    world = moment.market.world
    held = world.labs["own_h100e"] + world.labs["contract_h100e"] + world.labs["spot_h100e"]
    sides = []
    for side, names, capacity in (
        ("supplier", moment.suppliers(), world.suppliers["installed_h100e"]),
        ("lab", moment.labs(), held),
    ):
        sides.append(
            {
                row: {side: name, f"{side}_place": row, f"{side}_capacity_h100e": float(capacity[row])}
                for name, row in names.items()
            }
        )
    for row, firm in sides[0].items():
        firm["supplier_channel"] = CHANNELS[int(world.suppliers["recallable"][row])]
    return sides[0], sides[1]


def _places(table: Table, firsts: int) -> int:
    """Return how many places the column of a side has; entrants take free ones, so that nobody moves for long."""
    used = 1 + int(np.flatnonzero((table["alive"] == 1).any(axis=0)).max(initial=-1))
    most = firsts + 1 + firsts // 8
    return most + MORE_PLACES * max(0, -(-(used - most) // MORE_PLACES))
