"""Asks of suppliers that undercut each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import LINEAR, UNDERCUT
from agents.fringe import Elastic
from agents.suppliers.pricing import quote
from agents.suppliers.undercutting import best_ask, sold_at, spot_demand
from tests.worlds import bare_world

NOBODY = Elastic(0.0, 1.0, 1.0)


def duel(rival_ask, *, own=20.0, rival=20.0, tick=0.1):
    """Demand 10 - P from the fringe, running cost 0.5; two suppliers with so much to sell."""
    world = bare_world(
        fringe_demand_curve=LINEAR,
        fringe_price_elasticity=1.0,
        spot_price_tick_usd_per_h100e_hour=tick,
        spot_ask_rule=UNDERCUT,
    )
    world.market["fringe_h100e"], world.market["fringe_reference_usd_per_h100e_hour"] = 5.0, 5.0
    world.suppliers["spot_offered_h100e"] = (own, rival)
    world.suppliers["spot_last_ask_usd_per_h100e_hour"][1] = rival_ask
    return world


@pytest.mark.parametrize(("price", "wanted"), [(2.0, 88.0), (2.5, 57.5), (5.0, 55.0), (6.0, 4.0), (11.0, 0.0)])
def test_labs_want_up_to_their_bids_and_the_fringe_along_its_line(price, wanted):
    world = bare_world()
    world.labs["spot_bid_h100e"], world.labs["spot_bid_usd_per_h100e_hour"] = (50.0, 99.0), (5.0, 20.0)
    world.labs["spot_training_bid_h100e"][0], world.labs["spot_training_bid_usd_per_h100e_hour"][0] = 30.0, 2.0
    world.labs["alive"][1] = 0
    assert spot_demand(world, Elastic(5.0, 5.0, 1.0, 1.0), price) == pytest.approx(wanted)
    assert spot_demand(world, NOBODY, 5.1) == 0.0


@pytest.mark.parametrize(
    ("price", "sold"),
    [(1.0, 8.0), (2.0, 10.0 * 8.0 / 12.0), (3.0, 6.0)],
    ids=["below the rival", "with the rival", "above the rival"],
)
def test_what_is_sold_beside_a_rival(price, sold):
    # 10 are wanted; the rival asks 2 for 4, and a third one is gone
    world = bare_world(1, 3)
    world.suppliers["spot_offered_h100e"] = (8.0, 4.0, 9.0)
    world.suppliers["spot_last_ask_usd_per_h100e_hour"] = (9.0, 2.0, 1.0)
    world.suppliers["alive"][2] = 0
    assert sold_at(world, 0, 10.0, price) == pytest.approx(sold)


def test_who_has_nothing_sells_nothing_and_asks_its_running_cost():
    world = duel(3.0, own=0.0)
    assert sold_at(world, 0, 10.0, 1.0) == 0.0
    assert best_ask(world, 0) == 0.5


def test_with_room_for_all_a_rival_is_undercut_by_a_tick():
    assert best_ask(duel(3.0), 0) == pytest.approx(2.9)
    # down to a tick above running cost, where a lower ask earns nothing
    assert best_ask(duel(6 * 0.1), 0) == 6 * 0.1


def test_a_monopolist_asks_the_monopoly_price():
    assert best_ask(duel(99.0, tick=0.05), 0) == pytest.approx(5.25)  # (10 + 0.5) / 2


def test_where_the_rival_is_small_it_pays_to_serve_what_it_leaves():
    # the rival sells 4 at 0.6; of 6 - P the best is (6 + 0.5) / 2
    assert best_ask(duel(0.6, rival=4.0, tick=0.05), 0) == pytest.approx(3.25)


@given(st.floats(0.5, 9.0), st.floats(0.5, 20.0), st.floats(0.5, 20.0))
def test_an_ask_is_never_below_running_cost_nor_above_what_anybody_would_pay(rival_ask, own, rival):
    assert 0.5 <= best_ask(duel(rival_ask, own=own, rival=rival), 0) <= 10.0


def test_who_undercuts_has_one_ask_for_all_it_offers():
    world = duel(3.0)
    quote(world, 0)
    supplier = world.suppliers[0]
    assert supplier["spot_patient_share"] == 0.0
    assert supplier["spot_urgent_ask_usd_per_h100e_hour"] == pytest.approx(2.9)
