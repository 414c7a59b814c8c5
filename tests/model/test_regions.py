"""Regions of a scenario: what may be set, the backbone as a graph, the shortest ways, the tables of results."""

import math

import networkx as nx
import numpy as np
import polars as pl
import pytest

from model import ComputeMarket, Ensemble, load_scenario
from model.birth import world_at_start
from model.metrics.places import regional_price_spread, unserved_by_place_share
from model.regional_columns import REGION_COLUMNS
from model.regions import EVERYWHERE, backbone_graph
from model.scenario import BadRequest
from model.tables import recorded

pytestmark = pytest.mark.all

NAMES = ["us", "europe", "gulf", "asia"]


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("regions")


def test_regions_are_colossus_with_places(scenario):
    colossus = load_scenario("colossus")
    assert list(scenario.regions) == NAMES
    assert list(scenario.suppliers) == list(colossus.suppliers)
    assert {name: firm | {"region": ""} for name, firm in scenario.suppliers.items()} == colossus.suppliers
    assert scenario.contracts == colossus.contracts
    assert scenario.parameters == colossus.parameters


def test_the_backbone_is_a_graph_of_regions(scenario):
    graph = backbone_graph(scenario)
    assert list(graph.nodes) == NAMES
    assert nx.is_connected(graph)
    assert graph.edges["us", "europe"] == {"latency_ms": 80.0, "capacity_h100e": 6_000_000.0}
    assert graph.nodes["gulf"]["power_price_usd_per_mwh"] == 50.0


def test_parallel_links_add_up(scenario):
    links = scenario.links | {
        "second": {"one": "europe", "other": "us", "latency_ms": 60.0, "capacity_h100e": 5.0},
    }
    graph = backbone_graph(scenario._replace(links=links))
    assert graph.edges["us", "europe"] == {"latency_ms": 60.0, "capacity_h100e": 6_000_005.0}


def test_ways_are_the_shortest(scenario):
    world = world_at_start(scenario)
    us, europe, gulf, asia = range(4)
    assert world.routes["latency_ms"][us].tolist() == [0.0, 80.0, 190.0, 130.0]
    assert world.routes["latency_ms"].T.tolist() == world.routes["latency_ms"].tolist()
    assert world.routes["next_region"][us, gulf] in {europe, asia}  # 80 + 110 = 130 + 60
    assert world.routes["next_region"][europe, asia] == gulf
    assert world.routes["nearest_region"][asia].tolist() == [asia, gulf, us, europe]
    assert world.routes["link_h100e"][europe, asia] == 0.0


def test_regions_without_a_way_serve_nobody_else(scenario):
    world = world_at_start(scenario._replace(links={}))
    assert math.isinf(world.routes["latency_ms"][0, 1])
    assert world.routes["nearest_region"][0].tolist() == [0, -1, -1, -1]
    assert world.lab_regions["imported_h100e"].sum() == 0.0


def test_firms_are_where_they_say(scenario):
    world = world_at_start(scenario)
    suppliers, labs = list(scenario.suppliers), list(scenario.labs)
    assert world.suppliers["region"][suppliers.index("azure")] == EVERYWHERE
    assert world.suppliers["region"][suppliers.index("g42")] == NAMES.index("gulf")
    assert world.labs["region"][labs.index("mistral")] == NAMES.index("europe")
    assert world.supplier_templates["region"].tolist() == [EVERYWHERE] * 7
    world = world_at_start(
        load_scenario("regions", {"entrants.nontraditional.region": "gulf", "entrants.orbital.region": "asia"})
    )
    gulf, asia = NAMES.index("gulf"), NAMES.index("asia")
    elsewhere = [EVERYWHERE] * 4
    assert world.supplier_templates["region"].tolist() == [EVERYWHERE, gulf, *elsewhere, asia]


def test_a_world_without_regions_has_one_row_that_says_nothing():
    market = ComputeMarket("small").run(2)
    assert market.world.regions["id"].tolist() == [0]
    assert market.regions_table().is_empty()
    assert market.backbone().number_of_nodes() == 0
    assert not market.world.labs["misplaced_h100e"].any()


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"labs.openai.region": "europa"}, "labs.openai.region = europa is unknown; nearest: europe"),
        ({"suppliers.g42.region": "moon"}, "suppliers.g42.region = moon is unknown; there are: us, europe, gulf, asia"),
        ({"entrants.lab.region": "uss"}, "entrants.lab.region = uss is unknown; nearest: us"),
        ({"links.suez.other": "golf"}, "links.suez.other = golf is unknown; nearest: gulf"),
        ({"links.suez.other": "europe"}, "links.suez.other = europe is its one end too"),
        ({"regions.us.user_share": 0.5}, "user_share adds up to 1.06 over all regions; it must be 1"),
        ({"regions.us.site_share": 0.5}, "site_share adds up to 0.62 over all regions"),
        ({"regions.us.user_shar": 0.5}, "regions.us.user_shar is unknown; nearest: user_share"),
        (["~regions.gulf"], "suppliers.g42.region = gulf is unknown"),
    ],
)
def test_what_makes_no_map_is_refused(overrides, complaint):
    with pytest.raises(BadRequest, match=complaint.replace("(", r"\(")):
        load_scenario("regions", overrides)


def test_a_region_named_where_there_are_none_is_refused():
    with pytest.raises(BadRequest, match=r"labs\.openai\.region = us is unknown"):
        load_scenario("small", {"labs.openai.region": "us"})


def test_numbered_firms_stay_where_they_are(scenario):
    numbered = load_scenario("regions", {"names": "anonymous"})
    assert [lab["region"] for lab in numbered.labs.values()] == [lab["region"] for lab in scenario.labs.values()]


def test_the_table_of_regions_adds_up(scenario):
    batch = Ensemble(scenario, runs=2, months=6).run()
    table = batch.regions
    assert set(recorded(REGION_COLUMNS)) < set(table.columns)
    assert table.height == 2 * 6 * 4
    assert table["region"].unique(maintain_order=True).to_list() == NAMES
    sums = table.group_by("run", "month", maintain_order=True).agg(pl.col("served_h100e", "installed_h100e").sum())
    for ours, theirs in (("served_h100e", "served_inference_h100e"), ("installed_h100e", "installed_h100e")):
        np.testing.assert_allclose(sums[ours].to_numpy(), batch.months[theirs].to_numpy(), rtol=1e-9)
    assert (table["imported_h100e"] <= table["served_h100e"]).all()
    np.testing.assert_allclose(table.group_by("run", "month").agg(pl.col("site_share").sum())["site_share"], 1.0)


def test_the_backbone_tells_what_it_carries(scenario):
    graph = ComputeMarket(scenario, seed=2).run(3).backbone()
    carried = graph.edges["us", "europe"]["carried_h100e"]
    assert 0.0 < carried <= 1.01 * graph.edges["us", "europe"]["capacity_h100e"]
    assert graph.nodes["europe"]["imported_h100e"] > 0.0


def test_metrics_of_regions(scenario):
    run = next(Ensemble(scenario, runs=1, months=4).histories())
    history = run.history._replace(regions=run.history.regions.copy())
    history.regions["contract_price_usd_per_h100e_hour"] = np.nan
    assert math.isnan(regional_price_spread(history))
    market = history.market["contract_price_usd_per_h100e_hour"]
    history.regions["contract_price_usd_per_h100e_hour"][:, 1] = 1.2 * market
    history.regions["contract_price_usd_per_h100e_hour"][2, 2] = 0.8 * market[2]
    assert regional_price_spread(history) == pytest.approx(1.5)
    history.regions["demand_h100e"], history.regions["misplaced_h100e"] = 10.0, 0.5
    assert unserved_by_place_share(history) == pytest.approx(0.05)
    assert math.isnan(unserved_by_place_share(next(Ensemble("small", runs=1, months=2).histories()).history))
