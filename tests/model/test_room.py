"""Tables that grow, with the same bits."""

import pytest

from model import ComputeMarket
from model.birth import least_capacity
from model.room import has_room, make_room
from model.state import Capacity, capacity_of
from tests.worlds import bare_world, recorded, run_scenario, with_parameters

pytestmark = pytest.mark.all

AMPLE = Capacity(40, 40, 5_000, 5_000, 200, 20_000)


def test_tiny_tables_give_the_bits_of_ample_ones(small):
    crowded = with_parameters(small, {"lab_entry_per_month": 0.5, "supplier_entry_per_month": 0.5})
    tight = run_scenario(crowded, 36, capacity=least_capacity(crowded))
    ample = run_scenario(crowded, 36, capacity=AMPLE)
    assert tight.failure == ample.failure == ""
    assert int((tight.history.labs["entered_month"] > 0).any(axis=0).sum()) >= 5, "too few entrants to prove anything"
    assert recorded(tight) == recorded(ample)


def test_a_market_grows_its_tables_too(small):
    tight = ComputeMarket(small, capacity=least_capacity(small)).run(30)
    ample = ComputeMarket(small, capacity=AMPLE).run(30)
    assert len(tight.world.deals) < len(ample.world.deals)
    assert tight.months().equals(ample.months())
    assert tight.labs_table().equals(ample.labs_table())
    assert tight.contracts().equals(ample.contracts())


def test_larger_tables_keep_what_they_hold():
    world = bare_world()
    world.labs["cash_usd_m"] = (3.0, 4.0)
    larger = make_room(world)
    assert larger.labs["cash_usd_m"].tolist()[:2] == [3.0, 4.0]
    assert has_room(larger)
    assert larger.parameters.tobytes() == world.parameters.tobytes()


@pytest.mark.parametrize("table", ["labs", "suppliers", "sites", "contracts", "queue", "deals"])
def test_every_table_that_grows_is_watched(table):
    world = make_room(bare_world())
    assert has_room(world)
    if table in ("labs", "suppliers"):
        getattr(world, table)["alive"] = 1
    else:
        world.market[f"{table.removesuffix('s')}_rows"] = len(getattr(world, table))
    assert not has_room(world)
    now, larger = capacity_of(world), capacity_of(make_room(world))
    assert getattr(larger, table) > getattr(now, table)


@pytest.mark.parametrize(
    ("parameters", "deals", "sites"),
    [
        ({"build_to_suit_share": 0.0}, 16, 5),
        ({"build_to_suit_share": 0.3}, 24, 5),
        ({"build_to_suit_share": 0.0, "behind_the_meter_share": 0.3}, 16, 9),
        ({"build_to_suit_share": 0.0, "joint_venture_share": 0.3}, 16, 7),
        ({"build_to_suit_share": 0.0, "joint_venture_share": 0.3, "behind_the_meter_share": 0.3}, 16, 13),
    ],
    ids=["as it is", "built to suit", "own generation", "joint ventures", "both"],
)
def test_there_is_room_for_the_most_a_month_can_write(parameters, deals, sites):
    """Two labs that each sign with two suppliers, and with one that builds, for four delivery months; an entrant."""
    world = bare_world(**parameters)
    world.labs["alive"][1] = world.suppliers["alive"][1] = 0
    most = {"sites": sites, "contracts": deals, "deals": deals, "queue": 2}
    for table, count in most.items():
        rows = f"{table.removesuffix('s')}_rows"
        world.market[rows] = len(getattr(world, table)) - count
        assert has_room(world), table
        world.market[rows] += 1
        assert not has_room(world), table
        world.market[rows] = 0
