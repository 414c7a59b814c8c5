"""What is served where: at home, near by, over the backbone, or not at all."""

import networkx as nx
import numpy as np
import pytest

from model.operation import note_refusals, serve
from model.regions import find_routes
from tests.regional import regional_world
from tests.worlds import bare_world, put_contract


def linked(world, *links):
    """Write links (one, other, latency, capacity) between the regions of a world, and the ways over them."""
    names = [str(row) for row in range(len(world.regions))]
    graph = nx.Graph()
    graph.add_nodes_from(names)
    for one, other, latency, capacity in links:
        graph.add_edge(str(one), str(other), latency_ms=latency, capacity_h100e=capacity)
    find_routes(world, graph, names)
    return world


def one_lab(*links, regions=2, own=200.0, **parameters):
    """Return a world in which a lab of region 0 wants 100 of inference, by equal parts of regions, and 40 training."""
    world = linked(regional_world(1, regions=regions, **parameters), *links)
    world.labs["need_inference_h100e"], world.labs["need_training_h100e"] = 100.0, 40.0
    world.labs["own_h100e"] = own
    return world


def test_what_must_be_local_is_refused_and_the_rest_crosses():
    world = one_lab((0, 1, 80.0, 1000.0), localised_share=0.2)
    serve(world)
    lab, places = world.labs[0], world.lab_regions[0]
    # of 50 wanted in region 1, 10 must stay there, where the lab has nothing; 40 are carried
    assert places["served_h100e"].tolist() == pytest.approx([50.0, 40.0])
    assert places["imported_h100e"].tolist() == pytest.approx([0.0, 40.0])
    assert places["misplaced_h100e"].tolist() == pytest.approx([0.0, 10.0])
    assert world.routes["carried_h100e"].tolist() == [[0.0, pytest.approx(40.0)], [0.0, 0.0]]
    assert lab["served_inference_h100e"] == pytest.approx(90.0)
    assert lab["misplaced_h100e"] == pytest.approx(10.0)
    assert lab["unserved_share"] == pytest.approx(0.1)
    assert lab["served_training_h100e"] == pytest.approx(40.0)
    assert lab["used_share"] == pytest.approx(130.0 / 200.0)


def test_training_takes_the_room_that_inference_cannot_use():
    world = one_lab(own=70.0, localised_share=1.0, training_flexible_share=1.0)
    serve(world)
    # 70 would serve 70 of 100; only the 35 for region 0 are there, and training has the other 35
    assert world.labs["served_inference_h100e"][0] == pytest.approx(35.0)
    assert world.labs["served_training_h100e"][0] == pytest.approx(35.0)
    assert world.labs["unserved_share"][0] == pytest.approx(0.65)


def test_a_link_carries_what_it_can():
    world = one_lab((0, 1, 80.0, 25.0), backbone_scale=0.8, backbone_growth_x_per_year=2.0, localised_share=0.0)
    world.market["month"] = 12
    serve(world)
    assert world.routes["carried_h100e"][0, 1] == pytest.approx(25.0 * 0.8 * 2.0)
    assert world.labs["served_inference_h100e"][0] == pytest.approx(90.0)


@pytest.mark.parametrize(("latency", "served"), [(100.0, 90.0), (101.0, 72.0)])
def test_what_cannot_wait_stays_within_the_latency_bound(latency, served):
    world = one_lab((0, 1, latency, 1000.0), latency_sensitive_share=0.4)
    serve(world)
    # in region 1: 5 local, 0.4 x 45 = 18 that cannot wait, 27 that can
    assert world.labs["served_inference_h100e"][0] == pytest.approx(served + 5.0)


def test_what_cannot_wait_goes_first_over_a_full_link():
    world = one_lab((0, 1, 80.0, 20.0), latency_sensitive_share=0.4)
    serve(world)
    assert world.lab_regions["near_h100e"][0, 1] == pytest.approx(0.0)
    assert world.lab_regions["far_h100e"][0, 1] == pytest.approx(27.0 - 2.0)


def test_labs_share_a_full_link_pro_rata():
    world = linked(regional_world(2, localised_share=0.0), (0, 1, 80.0, 30.0))
    world.labs["region"] = 0
    world.labs["need_inference_h100e"], world.labs["own_h100e"] = (200.0, 100.0), 500.0
    serve(world)
    # 100 and 50 would cross, 30 do
    assert world.lab_regions["imported_h100e"][:, 1].tolist() == pytest.approx([20.0, 10.0])


def test_a_way_of_two_links_is_as_wide_as_the_narrower():
    world = one_lab((0, 1, 50.0, 15.0), (1, 2, 40.0, 100.0), regions=3, localised_share=0.0)
    serve(world)
    # regions 1 and 2 both want 33.3 from region 0; the nearer takes the first link whole
    assert world.lab_regions["imported_h100e"][0].tolist() == pytest.approx([0.0, 15.0, 0.0])
    world.regions["user_share"] = (0.5, 0.0, 0.5)
    serve(world)
    assert world.lab_regions["imported_h100e"][0].tolist() == pytest.approx([0.0, 0.0, 15.0])
    assert world.routes["carried_h100e"][0, 1] == world.routes["carried_h100e"][1, 2] == pytest.approx(15.0)


def test_capacity_counts_where_suppliers_and_sellers_of_spot_are():
    world = one_lab(own=10.0, spot_service_share=0.8)
    world.suppliers["region"] = (1, -1)
    for supplier, quantity in ((0, 20.0), (1, 30.0)):
        row = put_contract(world, 0, supplier, quantity)
        world.contracts["delivered_h100e"][row] = quantity
    world.labs["contract_h100e"], world.labs["spot_h100e"] = 50.0, 5.0
    world.suppliers["spot_sold_h100e"] = (40.0, 0.0)
    serve(world)
    # own 10 + half of 30; 20 + the other half + 0.8 x 5
    assert world.lab_regions["capacity_h100e"][0].tolist() == pytest.approx([25.0, 39.0])


def test_users_of_a_lab_may_be_at_home():
    world = one_lab(localised_share=1.0)
    world.labs["home_users_share"] = 0.6
    serve(world)
    assert world.lab_regions["demand_h100e"][0].tolist() == pytest.approx([80.0, 20.0])


def test_without_constraints_place_does_not_matter():
    rng = np.random.default_rng(1)
    for _ in range(20):
        need, training, own = rng.uniform(10, 100, (3, 2))
        world = linked(regional_world(2, localised_share=0.0), (0, 1, 80.0, 1e9))
        plain = bare_world(2)
        for each in (world, plain):
            each.labs["need_inference_h100e"], each.labs["need_training_h100e"] = need, training
            each.labs["own_h100e"] = own
            serve(each)
        for column in ("served_inference_h100e", "served_training_h100e", "unserved_share", "used_share"):
            assert world.labs[column].tolist() == pytest.approx(plain.labs[column].tolist(), abs=1e-9)


def test_nothing_is_served_twice_over_random_worlds():
    rng = np.random.default_rng(2)
    for _ in range(50):
        draws = rng.uniform(0, 1, 3)
        names = ("localised_share", "latency_sensitive_share", "backbone_scale")
        world = regional_world(3, regions=3, **dict(zip(names, draws, strict=True)))
        ends = ((0, 1), (1, 2), (0, 2))
        linked(world, *((*pair, rng.uniform(20, 200), rng.uniform(0, 50)) for pair in ends))
        world.labs["need_inference_h100e"], world.labs["own_h100e"] = rng.uniform(0, 100, (2, 3))
        serve(world)
        places = world.lab_regions
        assert (places["spare_h100e"] >= -1e-9).all()
        assert (places["served_h100e"] <= places["demand_h100e"] + 1e-9).all()
        used = (places["capacity_h100e"] - places["spare_h100e"]).sum()
        assert used == pytest.approx(places["served_h100e"].sum())
        links = world.parameters["backbone_scale"][0] * world.routes["link_h100e"]
        assert (world.routes["carried_h100e"] <= links + 1e-9).all()


def test_suppliers_hear_of_what_is_missing_where_they_are():
    world = one_lab(own=120.0, localised_share=1.0, training_flexible_share=1.0)
    world.suppliers["region"], world.suppliers["usable_h100e"] = (1, -1), (100.0, 400.0)
    world.pairs["asked_rank"][0] = (1, 2)
    serve(world)
    note_refusals(world)
    # 50 of inference are missing in region 1, where they have 100 and 200; all training is done
    assert world.labs["served_training_h100e"][0] == pytest.approx(40.0)
    assert world.suppliers["refused_h100e"].tolist() == pytest.approx([50.0 / 3.0, 100.0 / 3.0])
    world.pairs["asked_rank"][0] = (0, 1)
    note_refusals(world)
    assert world.suppliers["refused_h100e"].tolist() == pytest.approx([0.0, 50.0])
