"""The market as a network."""

import pytest

from model import ComputeMarket
from model.graph import contract_graph, tie_graph
from model.scenario import load_scenario
from tests.worlds import with_parameters

pytestmark = pytest.mark.all


def test_nodes_are_firms_and_edges_contracts(small):
    market = ComputeMarket(small)
    graph = market.graph()
    assert set(graph) == {
        "OpenAI", "Anthropic", "Google DeepMind", "Mistral",
        "Microsoft Azure", "Amazon Web Services", "CoreWeave", "SpaceX Colossus",
    }  # fmt: skip
    assert graph.number_of_edges("Microsoft Azure", "OpenAI") == 5
    assert graph.number_of_edges() == 35
    edge = graph.get_edge_data("Microsoft Azure", "OpenAI")[0]
    assert edge == {
        "capacity_h100e": 152_000.0, "price_usd_per_h100e_hour": 1.9, "channel": "lease", "end_month": 10,
    }  # fmt: skip
    assert graph.nodes["OpenAI"]["side"] == "lab"
    assert graph.nodes["CoreWeave"]["side"] == "supplier"


def test_firms_of_one_owner_share_a_group():
    small = load_scenario("small", {"labs.mistral.group": "microsoft"})
    nodes = ComputeMarket(small).graph().nodes
    assert nodes["Mistral"]["group"] == nodes["Microsoft Azure"]["group"] != 0
    assert nodes["OpenAI"]["group"] != nodes["Mistral"]["group"]


def test_contracts_that_have_not_begun_or_are_over_are_no_edges(small):
    market = ComputeMarket(small)
    market.world.contracts["start_month"][0] = 1
    market.world.contracts["id"][1] = 0
    market.world.contracts["end_month"][2] = 0
    assert contract_graph(market.world, small).number_of_edges() == 32


def test_entrants_carry_their_number(small):
    market = ComputeMarket(with_parameters(small, {"lab_entry_per_month": 1.0})).run(2)
    entrants = [name for name in market.graph() if name.startswith("Entrant lab ")]
    assert len(entrants) == 2
    assert all(int(name.rsplit(" ", 1)[1]) > 8 for name in entrants)


def test_the_dead_are_gone(small):
    market = ComputeMarket(small)
    market.world.labs["alive"][3] = 0
    market.world.contracts["id"][market.world.contracts["lab"] == 3] = 0
    assert "Mistral" not in market.graph()


def test_ties_are_groups_stakes_and_affiliations():
    small = load_scenario(
        "small", {"labs.mistral.group": "xai", "suppliers.spacex_colossus.lab_affiliation_share": 0.7}
    )
    ties = ComputeMarket(small).ties()
    assert set(ties) == set(ComputeMarket(small).graph())
    edges = {(data["kind"], data["share"]) for data in ties.get_edge_data("Mistral", "SpaceX Colossus").values()}
    assert edges == {("group", 1.0), ("affiliation", 0.7)}
    stake = small.equity["microsoft_openai"]["stake_share"]
    assert list(ties.get_edge_data("OpenAI", "Microsoft Azure").values()) == [{"kind": "equity", "share": stake}]
    assert not ties.has_edge("Anthropic", "SpaceX Colossus")


def test_the_dead_have_no_ties(small):
    market = ComputeMarket(small)
    market.world.labs["alive"][0] = 0
    assert "OpenAI" not in tie_graph(market.world, small)
