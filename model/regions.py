"""Regions and the backbone between them: the graph, and what a world knows of it from its first month on."""

import math
from typing import Any

import networkx as nx

from agents.suppliers.kinds import KINDS, NEOCLOUD
from model.regional_columns import REGION_COLUMNS
from model.scenario import Scenario
from model.state import World

EVERYWHERE = -1
"""Region of a firm that is in no one region."""


def backbone_graph(scenario: Scenario) -> nx.Graph:
    """Return the backbone: a node for each region with its settings, an edge for each link with latency and capacity.

    Of several links between two regions the capacities add up, and the shortest latency counts.
    """
    graph = nx.Graph()
    for key, region in scenario.regions.items():
        graph.add_node(key, **region)
    for link in scenario.links.values():
        ends, capacity, latency = (link["one"], link["other"]), link["capacity_h100e"], link["latency_ms"]
        if graph.has_edge(*ends):
            capacity += graph.edges[ends]["capacity_h100e"]
            latency = min(latency, graph.edges[ends]["latency_ms"])
        graph.add_edge(*ends, latency_ms=latency, capacity_h100e=capacity)
    return graph


def fill_regions(world: World, scenario: Scenario) -> None:
    """Write the regions, where firms are, and the shortest ways over the backbone."""
    if not scenario.regions:
        return
    names = list(scenario.regions)
    for row, region in enumerate(scenario.regions.values()):
        world.regions["id"][row] = row + 1
        for column in REGION_COLUMNS:
            if column.given is not None:
                world.regions[column.name][row] = region[column.name]
    world.regions["connected_share"] = 1.0
    world.regions["contract_price_usd_per_h100e_hour"] = math.nan
    kinds = [scenario.entrants[kind] for kind in KINDS[NEOCLOUD:]]
    for table, firms in (
        (world.labs, list(scenario.labs.values())),
        (world.suppliers, list(scenario.suppliers.values())),
        (world.lab_template, [scenario.entrants["lab"]]),
        (world.supplier_templates, kinds),
    ):
        for row, firm in enumerate(firms):
            table["region"][row] = names.index(firm["region"]) if firm["region"] else EVERYWHERE
    find_routes(world, backbone_graph(scenario), names)


def find_routes(world: World, graph: nx.Graph, names: list[str]) -> None:
    """Write the shortest latency from each region to each other, the next region on the way, and who is nearest."""
    world.routes["latency_ms"] = math.inf
    world.routes["next_region"] = -1
    world.routes["nearest_region"] = -1
    for users, name in enumerate(names):
        latency, paths = nx.single_source_dijkstra(graph, name, weight="latency_ms")
        reached = sorted((latency[other], names.index(other)) for other in latency)
        for place, (milliseconds, row) in enumerate(reached):
            world.routes["nearest_region"][users, place] = row
            world.routes["latency_ms"][row, users] = milliseconds
            way = paths[names[row]]  # from the users to where capacity stands; links are the same both ways
            world.routes["next_region"][row, users] = names.index(way[-2]) if len(way) > 1 else row
    for one, other, link in graph.edges(data=True):
        ends = names.index(one), names.index(other)
        for pair in (ends, ends[::-1]):
            world.routes["link_h100e"][pair] = link["capacity_h100e"]


def backbone_now(scenario: Scenario, world: World) -> nx.Graph:
    """Return the backbone with what happens on it: demand and capacity of each region, what each link carries."""
    graph, names = backbone_graph(scenario), list(scenario.regions)
    for name, region in zip(names, world.regions, strict=False):
        for column in REGION_COLUMNS:
            graph.nodes[name][column.name] = region[column.name].item()
    for one, other, link in graph.edges(data=True):
        ends: Any = names.index(one), names.index(other)
        link["carried_h100e"] = float(max(world.routes["carried_h100e"][pair] for pair in (ends, ends[::-1])))
    return graph
