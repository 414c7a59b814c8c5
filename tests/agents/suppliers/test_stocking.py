"""Orders up to the sales of a lead time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.suppliers.stocking import MEMORY_MONTHS, mean_sales, order_up_to, remember_sales
from tests.worlds import bare_world


def remembering(wanted, *, months, installed=36.0, first=0, **parameters):
    """Return a world in which supplier 0 has noted what was wanted, month by month from `first`; 1 in 36 wears out."""
    world = bare_world(site_life_months=36, moving_average_months=months, **parameters)
    world.suppliers["installed_h100e"], world.suppliers["entered_month"] = installed, first
    world.suppliers["wanted_before_h100e"] = wanted[0]
    for month, quantity in enumerate(wanted, start=first):
        world.market["month"] = month
        remember_sales(world, 0, quantity)
    return world


def test_sales_are_what_is_newly_wanted_and_what_wears_out():
    world = remembering([100.0, 110.0, 105.0], months=3)
    assert world.sales["sold_h100e"][0, :3].tolist() == [1.0, 11.0, -4.0]
    assert world.suppliers["wanted_before_h100e"][0] == 105.0


def test_who_had_no_customers_sells_to_the_first_ones():
    world = bare_world(site_life_months=36)
    remember_sales(world, 0, 40.0)
    assert world.sales["sold_h100e"][0, 0] == 40.0


@pytest.mark.parametrize(("months", "mean"), [(1, 16.0), (2, 13.5), (3, 28.0 / 3.0), (12, 28.0 / 3.0)])
def test_the_mean_looks_back_no_further_than_there_is_something(months, mean):
    assert mean_sales(remembering([100.0, 110.0, 125.0], months=months, first=7), 0) == pytest.approx(mean)


def test_the_ring_forgets_what_is_older_than_it():
    wanted = [10.0 * month for month in range(1, 50)] + [500.0] * MEMORY_MONTHS
    assert mean_sales(remembering(wanted, months=MEMORY_MONTHS), 0) == pytest.approx(1.0 + 10.0 / MEMORY_MONTHS)


def ordering(wanted, pipeline, sales=10.0):
    """A supplier of 100 with a lead of 4 months that sold `sales` last month."""
    world = bare_world(moving_average_months=1)
    supplier = world.suppliers[0]
    supplier["installed_h100e"], supplier["wanted_before_h100e"] = 100.0, wanted
    supplier["pipeline_h100e"], supplier["lead_months"] = pipeline, 4
    world.sales["sold_h100e"][0, 0] = sales
    return order_up_to(world, 0)


def test_an_order_fills_up_to_the_sales_of_a_lead_time():
    assert ordering(90.0, 20.0) == 10.0  # 4 x 10 - 10 free - 20 under way
    assert ordering(120.0, 20.0) == 40.0  # a backlog of 20 counts as less than nothing
    assert ordering(50.0, 20.0) == 0.0


@given(st.floats(0, 50), st.floats(0, 50), st.floats(0, 30), st.floats(0, 30))
def test_a_supplier_orders_the_rise_of_what_it_expects_and_what_was_sold(wanted, pipeline, sales, more):
    low, high = ordering(wanted, pipeline, sales), ordering(wanted, pipeline, sales + more)
    assert low <= high <= low + 4.0 * more + 1e-9
