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
    names = add_firms(graph, world, scenario)
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


def tie_graph(world: World, scenario: Scenario) -> nx.MultiGraph:
    """Return who belongs to whom: edges between labs and suppliers with `kind` and `share`.

    `group`: one owner has both; `equity`: one has a stake in the other; `affiliation`: how far a supplier is tied to
    the lab of its group, which makes it the supplier of a rival to all other labs.
    """
    graph = nx.MultiGraph()
    names = add_firms(graph, world, scenario)
    firms = [(lab, supplier) for lab in names if lab[0] == "lab" for supplier in names if supplier[0] == "supplier"]
    for lab, supplier in firms:
        tie = float(world.pairs["tie_share"][lab[1], supplier[1]])
        group = int(world.labs["group"][lab[1]])
        one_owner = group != 0 and group == int(world.suppliers["group"][supplier[1]])
        affiliation = float(world.suppliers["lab_affiliation_share"][supplier[1]])
        if tie > 0.0:
            graph.add_edge(names[lab], names[supplier], kind="group" if one_owner else "equity", share=tie)
        if one_owner and affiliation > 0.0:
            graph.add_edge(names[lab], names[supplier], kind="affiliation", share=affiliation)
    return graph


def add_firms(graph: nx.Graph, world: World, scenario: Scenario) -> dict[tuple[str, int], str]:
    """Add the firms in business as nodes and return their names by side and row."""
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
    return names
