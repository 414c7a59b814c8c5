"""Demand of the fringe: a curve of constant elasticity or a line, its inverse and its slope."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import LINEAR
from agents.fringe import Elastic, elastic_demand, elastic_price, elastic_response, fringe_demand
from tests.worlds import bare_world

CURVE = Elastic(100.0, 2.0, 2.0)
LINE = Elastic(100.0, 2.0, 1.0, 50.0)
"""100 at 2 USD, 50 less for each USD more."""


def test_elastic_demand_and_its_inverse():
    assert elastic_demand(CURVE, 2.0) == 100.0
    assert elastic_demand(CURVE, 4.0) == pytest.approx(25.0)  # twice the price, a quarter
    assert elastic_price(CURVE, 25.0) == pytest.approx(4.0)


@pytest.mark.parametrize("slope", [0.0, 5.0])
def test_nobody_wants_nothing(slope):
    assert elastic_demand(Elastic(0.0, 2.0, 1.0, slope), 1.0) == 0.0


@pytest.mark.parametrize(("price", "quantity"), [(0.0, 200.0), (2.0, 100.0), (3.0, 50.0), (4.0, 0.0), (9.0, 0.0)])
def test_a_line_ends_at_its_highest_price(price, quantity):
    assert elastic_demand(LINE, price) == quantity


def test_the_price_on_a_line():
    assert elastic_price(LINE, 50.0) == 3.0
    assert elastic_price(LINE, 0.0) == 4.0


def test_what_demand_loses_per_usd():
    assert elastic_response(CURVE, 2.0) == pytest.approx(100.0)  # elasticity 2 of 100 at 2 USD
    assert elastic_response(LINE, 3.0) == 50.0


curves = st.builds(Elastic, st.floats(1, 100), st.floats(0.5, 10), st.floats(0.2, 3), st.sampled_from([0.0, 3.0]))


@given(curves, st.floats(0.1, 0.99))
def test_the_price_undoes_the_demand(demand, share):
    quantity = share * demand.quantity
    assert elastic_demand(demand, elastic_price(demand, quantity)) == pytest.approx(quantity)


@given(curves, st.floats(0.5, 1.5))
def test_the_response_is_the_slope(demand, ratio):
    price, step = ratio * demand.reference, 1e-6
    slope = (elastic_demand(demand, price - step) - elastic_demand(demand, price + step)) / (2.0 * step)
    if elastic_demand(demand, price + step) > 0.0:
        assert elastic_response(demand, price) == pytest.approx(slope, rel=1e-3)


def fringe(news=0.0, **parameters):
    """A fringe of 50 at 2 USD that has doubled, this month's news included."""
    world = bare_world(fringe_price_elasticity=1.5, **parameters)
    world.market["fringe_h100e"], world.market["enterprise_scale"] = 50.0, 2.0
    world.market["demand_news_log"] = news
    return fringe_demand(world)


def test_the_fringe_grows_with_the_trend():
    assert fringe() == (100.0, 2.0, 1.5, 0.0)
    # on a line the elasticity is that at the price of the start: 1.5 x 100 / 2
    assert fringe(fringe_demand_curve=LINEAR) == pytest.approx((100.0, 2.0, 1.5, 75.0))


def test_news_shifts_a_line_in_parallel():
    # the 100 hold twice as much by news: the slope is that of the other 50, 1.5 x 50 / 2
    assert fringe(math.log(2.0), fringe_demand_curve=LINEAR).slope == pytest.approx(37.5)
