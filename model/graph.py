"""The market as a network."""

import networkx as nx

from model import tables
from model.scenario import Scenario
from model.state import CHANNELS, World


def contract_graph(world: World, scenario: Scenario) -> nx.MultiDiGraph:
    """Return the running contracts: edges from suppliers to labs with capacity, price, channel and end month.

    Nodes are named after the firm, entrants with their number; `side` is lab or supplier, `group` its owner's number.
    """
    graph = nx.MultiDiGraph()
    names: dict[tuple[str, int], str] = {}
    for side, table, labels in (
        ("lab", world.labs, tables.lab_labels(scenario)),
        ("supplier", world.suppliers, tables.supplier_labels(scenario)),
    ):
        for row in range(len(table)):
            if table["alive"][row] == 1:
                entered = int(table["entered_month"][row]) > 0
                label = labels[int(table["name_code"][row])] + (f" {int(table['id'][row])}" if entered else "")
                names[side, row] = label
                graph.add_node(label, side=side, group=int(table["group"][row]))
    month = int(world.market["month"][0])
    for contract in world.contracts[: int(world.market["contract_rows"][0])]:
        if contract["id"] != 0 and contract["start_month"] <= month < contract["end_month"]:
            graph.add_edge(
                names["supplier", int(contract["supplier"])],
                names["lab", int(contract["lab"])],
                capacity_h100e=float(contract["capacity_h100e"]),
                price_usd_per_h100e_hour=float(contract["price_usd_per_h100e_hour"]),
                channel=CHANNELS[int(contract["channel"])],
                end_month=int(contract["end_month"]),
            )
    return graph
