"""Welfare: the largest surplus of a month against linear programming, and efficiency by hand."""

import math

import numpy as np
import pytest
from scipy.optimize import linprog

from model.history import empty_history
from model.metrics.welfare import best_surplus, buyers, realised_surplus, sellers
from model.scenario import load_scenario
from model.state import DTYPES
from model.surplus import largest_surplus
from tests.histories import history, of
from tests.worlds import EVERYTHING, run_scenario


def surplus(values, wants, costs, capacities):
    """The largest surplus of one month."""
    tables = [np.array([one], np.float64) for one in (values, wants, costs, capacities)]
    books, found = np.zeros((2, max(len(values), len(costs))), DTYPES["bids"]), np.empty(1)
    largest_surplus(*tables, books, found)
    return found[0]


def by_programming(values, wants, costs, capacities):
    """The same by HiGHS: how much each buyer gets of each seller."""
    buyers, sellers = len(values), len(costs)
    gain = np.subtract.outer(values, costs).ravel()
    got = np.kron(np.eye(buyers), np.ones(sellers))
    given = np.kron(np.ones(buyers), np.eye(sellers))
    limits = np.concatenate([wants, capacities])
    return -linprog(-gain, A_ub=np.vstack([got, given]), b_ub=limits, method="highs").fun


def test_a_market_worked_out_by_hand():
    # 10 each at 8, 6, 4, 2; 15 at 1, 10 at 3, 10 at 5: 25 trade, worth 10 x 8 + 10 x 6 + 5 x 4 - 15 - 10 x 3 = 115;
    # without the cheapest 20 trade: 10 x 8 + 10 x 6 - 10 x 3 - 10 x 5 = 60
    values, wants = [8.0, 6.0, 4.0, 2.0], [10.0] * 4
    assert surplus(values, wants, [1.0, 3.0, 5.0], [15.0, 10.0, 10.0]) == pytest.approx(115.0)
    assert surplus(values, wants, [3.0, 5.0], [10.0, 10.0]) == pytest.approx(60.0)
    assert surplus(values, wants, [9.0], [10.0]) == 0.0, "nobody would pay what it costs"
    assert surplus(values, wants, [1.0], [0.0]) == 0.0, "there is nothing"


def test_no_allocation_is_worth_more():
    random = np.random.default_rng(1)
    for _ in range(200):
        buyers, sellers = random.integers(1, 12, 2)
        values, costs = random.uniform(0.2, 8.0, buyers).round(1), random.uniform(0.1, 4.0, sellers).round(1)
        wants, capacities = random.exponential(10.0, buyers), random.exponential(15.0, sellers)
        wants[random.random(buyers) < 0.1] = 0.0
        month = (values, wants, costs, capacities)
        assert surplus(*month) == pytest.approx(by_programming(*month), rel=1e-9, abs=1e-9)


def month():
    """A month: two labs of 60 and 40 wanted at 5 and 3 USD, a supplier of 100, 20 of it for an enterprise at 2."""
    made = history(1)
    made = made._replace(suppliers=empty_history(1, 1, 1).suppliers)
    labs, suppliers = made.labs, made.suppliers
    labs["need_inference_h100e"], labs["service_price_usd_per_h100e_hour"] = (60.0, 40.0), (5.0, 3.0)
    labs["contract_h100e"] = labs["served_inference_h100e"] = (40.0, 40.0)
    labs["used_share"] = 1.0
    suppliers["alive"], suppliers["usable_h100e"], suppliers["delivered_h100e"] = 1, 100.0, 80.0
    suppliers["enterprise_wanted_h100e"] = suppliers["enterprise_served_h100e"] = 20.0
    suppliers["list_price_usd_per_h100e_hour"] = 2.0
    made.market["opex_usd_per_h100e_hour"] = 0.5
    return made


def test_capacity_is_worth_most_where_it_is_valued_most():
    # 40 x 5 + 40 x 3 + 20 x 2 - 100 x 0.5 = 310; at best 60 x 5 + 40 x 3 - 100 x 0.5 = 370
    made = month()
    assert realised_surplus(buyers(made), sellers(made)) == pytest.approx([310.0])
    assert best_surplus(buyers(made), sellers(made)) == pytest.approx([370.0])
    assert of("allocative_efficiency", made) == pytest.approx(310 / 370)
    for table, columns in ((made.labs, ["service_price"]), (made.suppliers, ["list_price"]), (made.market, ["opex"])):
        for column in columns:
            table[f"{column}_usd_per_h100e_hour"] *= 7.0
    assert of("allocative_efficiency", made) == pytest.approx(310 / 370), "in other units"


def test_idle_capacity_is_a_loss_while_somebody_is_refused():
    # the supplier delivers 40 + 20 and keeps 20: 20 x 5 + 40 x 3 + 20 x 2 - 80 x 0.5 = 220 of 370
    made = month()
    made.labs["contract_h100e"] = made.labs["served_inference_h100e"] = (20.0, 40.0)
    made.suppliers["delivered_h100e"] = 60.0
    assert of("allocative_efficiency", made) == pytest.approx(220 / 370)


def test_what_serving_costs_beside_compute_is_no_value():
    # revenue 100, of which 20 goes to staff (70 of 90 is compute): an hour is worth 4 of 5 USD
    made = month()
    made.labs["revenue_usd_m"], made.labs["cost_usd_m"], made.labs["compute_bill_usd_m"] = 100.0, 90.0, 70.0
    assert realised_surplus(buyers(made), sellers(made)) == pytest.approx([40 * 4 + 40 * 2.4 + 20 * 2 - 50])


def test_own_sites_and_the_fringe_count():
    # a lab's own 10 hours at 0.5 + 0.1 to run, of which half is used; the fringe has 5 hours of spot at 1 USD
    made = month()
    made.labs["own_h100e"], made.labs["power_premium_usd_per_h100e_hour"] = (10.0, 0.0), (0.1, 0.0)
    made.labs["used_share"], made.labs["served_inference_h100e"] = (0.5, 1.0), (45.0, 40.0)
    made.market["spot_fringe_h100e"], made.market["spot_price_usd_per_h100e_hour"] = 5.0, 1.0
    made.suppliers["spot_sold_h100e"], made.suppliers["usable_h100e"] = 5.0, 105.0
    assert realised_surplus(buyers(made), sellers(made)) == pytest.approx(
        [45 * 5 + 40 * 3 + 20 * 2 + 5 * 1 - 105 * 0.5 - 5 * 0.6]
    )
    # at best all 115 hours: 60 at 5, 40 at 3, 15 at 2
    assert best_surplus(buyers(made), sellers(made)) == pytest.approx([60 * 5 + 40 * 3 + 15 * 2 - 105 * 0.5 - 10 * 0.6])


def test_labs_have_the_part_of_the_surplus_that_they_do_not_pay_for():
    # worth 320 USD an hour, of which labs pay 0.1 and 0.03 USD m for contracts, less 0.02 that repays own sites
    made = month()
    made.labs["compute_bill_usd_m"], made.labs["repayment_usd_m"] = (0.1, 0.05), (0.0, 0.02)
    made.labs["cost_usd_m"] = made.labs["compute_bill_usd_m"]
    assert of("lab_surplus_share", made) == pytest.approx((320 * 0.00073 - 0.13) / (310 * 0.00073))


def test_profits_are_added_up_in_billions():
    made = month()
    made.labs["revenue_usd_m"], made.labs["cost_usd_m"] = (500.0, 900.0), (400.0, 1500.0)
    made.suppliers["revenue_usd_m"], made.suppliers["cost_usd_m"] = 700.0, 400.0
    assert of("lab_profit", made) == pytest.approx(-0.5)
    assert of("supplier_profit", made) == pytest.approx(0.3)
    made.labs["alive"][:, 1] = 0
    assert of("lab_profit", made) == pytest.approx(0.1)


def test_a_world_without_trade_has_no_efficiency():
    assert math.isnan(of("allocative_efficiency", history(2)))
    assert math.isnan(of("lab_surplus_share", history(2)))


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["usual", "everything"])
def test_efficiency_never_passes_one(values):
    scenario = load_scenario("small", {f"parameters.{name}": value for name, value in values.items()})
    made = run_scenario(scenario, 12).history
    efficiency = realised_surplus(buyers(made), sellers(made)) / best_surplus(buyers(made), sellers(made))
    assert (efficiency <= 1.0 + 1e-9).all()
    assert (efficiency > 0.5).all()
