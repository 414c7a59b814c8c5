"""Concentration, dependence, stranded capacity, waste and unmet demand, by hand."""

import math

import numpy as np
import pytest

from model.history import empty_history
from tests.histories import history, of, value


def with_suppliers(months, **columns):
    """A history with suppliers in business, as many as the columns say."""
    made = history(months)
    count = len(next(iter(columns.values())))
    made = made._replace(suppliers=empty_history(months, 1, count).suppliers)
    made.suppliers["alive"] = 1
    for name, values in columns.items():
        made.suppliers[name] = values
    return made


def test_the_three_largest_suppliers():
    # 50 + 30 + 10 of 100; one that is gone does not count
    made = with_suppliers(4, installed_h100e=[10, 30, 5, 50, 5, 900])
    made.suppliers["alive"][:, 5] = 0
    assert of("top3_suppliers_end", made) == pytest.approx(0.9)
    made.suppliers["alive"][-1] = 0
    assert math.isnan(of("top3_suppliers_end", made))


NEED = {
    "labs__need_inference_h100e": ((2, 1), (0, 4), (0, 0), (0, 0)),
    "labs__need_training_h100e": ((1, 0),) + ((0, 0),) * 3,
}


@pytest.mark.parametrize("name", ["largest_supplier_share", "rival_supply_share", "recall_risk_share"])
def test_dependence_is_weighed_by_need(name):
    # (3 x 0.2 + 1 x 0.6) / 4 = 0.3, then the second alone: 0.5; the last two months need nothing
    told = {f"labs__{name}": ((0.2, 0.6), (0.9, 0.5), (1, 1), (1, 1))} | NEED
    assert value(name, **told) == pytest.approx(0.4)
    assert math.isnan(value(name))


def test_ranks_of_compute_and_profit():
    # compute 1, 2, 3, 4 and profit 10, 30, 20, 40: squared differences of ranks 0, 1, 1, 0: 1 - 6 x 2 / (4 x 15) = 0.8
    told = {"labs__own_h100e": (1, 1, 1, 1), "labs__contract_h100e": (0, 1, 2, 3), "labs__cost_usd_m": 5.0}
    profits = history(12, labs=4, labs__revenue_usd_m=np.array([15.0, 35.0, 25.0, 45.0]), **told)
    assert of("compute_profit_correlation", profits) == pytest.approx(0.8)
    profits.labs["revenue_usd_m"] *= -1.0
    assert of("compute_profit_correlation", profits) == pytest.approx(-0.8)
    profits.labs["alive"][-1, :2] = 0
    assert math.isnan(of("compute_profit_correlation", profits)), "two labs are too few"
    equal = history(12, labs=3, labs__own_h100e=(1, 2, 3))
    assert math.isnan(of("compute_profit_correlation", equal)), "profits do not differ"
    assert math.isnan(value("compute_profit_correlation", months=11))


def test_capacity_beyond_the_reserve_is_stranded():
    # of 100 and 300: (1 - 0.5 - 0.1) 100 = 40, and nothing, as 95% is used: 40 / 400; all used in the other months
    used = np.array([[0.5, 0.95], [1.0, 1.0], [0.9, 1.0], [0.95, 0.92]])
    made = with_suppliers(4, installed_h100e=[100.0, 300.0])
    made.suppliers["utilisation_share"] = used
    assert of("stranded_beyond_reserve_share", made) == pytest.approx(0.1 / 4)
    made.suppliers["installed_h100e"] *= 9.0
    assert of("stranded_beyond_reserve_share", made) == pytest.approx(0.1 / 4), "in other units"
    made.suppliers["alive"] = 0
    assert math.isnan(of("stranded_beyond_reserve_share", made))


def test_capacity_is_stranded_deeply_while_spot_does_not_pay_for_running_it():
    # spot 1, 1, 1, 1, 1, 0.1, 0.1, 0.1: six-month means .85, .70, .55 against .75: two of three months; .5 - .1 each
    made = with_suppliers(8, installed_h100e=[100.0], utilisation_share=[0.5])
    made.market["spot_price_usd_per_h100e_hour"] = [1.0] * 5 + [0.1] * 3
    made.market["opex_usd_per_h100e_hour"] = 0.75
    assert of("deep_stranded_share", made) == pytest.approx(0.4 * 2 / 3)
    assert math.isnan(of("deep_stranded_share", history(5)))


def test_commitments_are_wasted_as_a_part_of_bills():
    # 10 + 20 of 4 x (70 + 30)
    told = {"market__take_or_pay_waste_usd_m": (10, 20, 0, 0), "labs__compute_bill_usd_m": (70.0, 30.0)}
    assert value("commitment_waste_share", **told) == pytest.approx(30 / 400)
    assert math.isnan(value("commitment_waste_share"))


def test_unmet_demand_is_counted_over_the_run():
    # wants 4 x (60 + 40), gets 60 + 20 in one month, and all in the others; who is gone wants nothing
    told = {"labs__need_inference_h100e": (60.0, 40.0), "labs__served_inference_h100e": ((60, 20),) + ((60, 40),) * 3}
    made = history(**told)
    assert of("unmet_demand_share", made) == pytest.approx(20 / 400)
    made.labs["alive"][1:, 1] = 0
    assert of("unmet_demand_share", made) == pytest.approx(20 / 280)
    assert math.isnan(value("unmet_demand_share"))
