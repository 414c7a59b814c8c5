"""Each metric on a history made by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from model.history import History, empty_history
from model.metrics import METRICS
from model.metrics.base import read_once
from model.metrics.prices import percentile
from tests.histories import BY_NAME, history, of, value
from tests.worlds import run_scenario

CASES = [
    ("contract_price_end", "market__contract_price_usd_per_h100e_hour", (1, 2, 3, 4), 4.0),
    ("spot_price_mean", "market__spot_price_usd_per_h100e_hour", (1, 2, 3, 4), 2.5),
    ("price_to_full_cost", "market__full_cost_usd_per_h100e_hour", (2, 4, 2, 4), 0.75),  # (1 + 1/2 + 1 + 1/2) / 4
    ("contract_drawdown", "market__contract_price_usd_per_h100e_hour", (4, 2, 5, 1), 0.8),  # 5 to 1
    ("contract_drawdown", "market__contract_price_usd_per_h100e_hour", (1, 2, 3, 4), 0.0),
    ("utilisation", "market__utilisation_share", (0.8, 0.9, 1.0, 0.9), 0.9),
    ("rationed_months", "market__unserved_share", (0.04, 0.05, 0.051, 0.9), 2.0),
    ("queue_wait_peak", "market__queue_wait_months", (1, 7, 3, 0), 7.0),
    ("queue_length", "market__queue_h100e", (60, 90, 30, 0), 45.0),
    ("take_or_pay_waste", "market__take_or_pay_waste_usd_m", (100, 200, 300, 400), 1.0),  # USD bn
    ("lab_revenue_end", "market__lab_revenue_usd_m", (1, 2, 3, 500), 6.0),  # 500 m x 12
    ("hhi_suppliers_end", "market__hhi_suppliers", (1, 2, 3, 4), 4.0),
    ("hhi_labs_end", "market__hhi_labs", (1, 2, 3, 4), 4.0),
    ("systemic_loss_share", "market__systemic_loss_share", (0.1, 0.3, 0.3, 0.1), 0.2),
    ("recalls", "market__recalls", (1, 0, 2, 1), 4.0),
    ("lab_defaults", "market__lab_defaults", (1, 0, 2, 1), 4.0),
    ("supplier_exits", "market__supplier_exits", (1, 0, 2, 1), 4.0),
    ("lab_entries", "market__lab_entries", (1, 0, 2, 1), 4.0),
    ("supplier_entries", "market__supplier_entries", (1, 0, 2, 1), 4.0),
    ("guard_share", "market__guard_bindings", (1, 0, 1, 0), 0.25),  # 2 of 8 lab-months
]


@pytest.mark.parametrize(("name", "column", "values", "expected"), CASES, ids=[case[0] for case in CASES])
def test_metrics_of_one_column(name, column, values, expected):
    assert value(name, **{column: values}) == pytest.approx(expected)


def test_the_basis_is_what_contracts_cost_more_than_spot():
    # 1, 0, -1, 2 USD more: mean 0.5, and squares of 0.5, 0.5, 1.5, 1.5 about it: (0.25 + 0.25 + 2.25 + 2.25) / 4
    made = {
        "market__contract_price_usd_per_h100e_hour": (3, 2, 2, 4),
        "market__spot_price_usd_per_h100e_hour": (2, 2, 3, 2),
    }
    assert value("basis_mean", **made) == pytest.approx(0.5)
    assert value("basis_spread", **made) == pytest.approx(math.sqrt(1.25))


def test_the_dispersion_of_prices_is_that_of_suppliers_that_sell():
    # 1, 2, 3, 4, 5 USD in the first month: the 90th percentile is 4.6, the 10th 1.4; 2 and 4 in the second: 3.8 / 2.2
    made = history(2)._replace(suppliers=empty_history(2, 1, 6).suppliers)
    suppliers = made.suppliers
    assert math.isnan(of("price_dispersion", made)), "nobody sells"
    suppliers["alive"] = 1
    suppliers["realised_price_usd_per_h100e_hour"] = ((3, 5, 1, 99, 2, 4), (99, 4, 99, 99, 2, 99))
    suppliers["delivered_h100e"] = ((1, 1, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0))
    suppliers["enterprise_served_h100e"] = ((0, 0, 1, 0, 1, 0), 6 * (0,))
    suppliers["spot_sold_h100e"] = ((0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 1, 0))
    suppliers["alive"][1, 0] = 0  # it left
    assert of("price_dispersion", made) == pytest.approx((4.6 / 1.4 + 3.8 / 2.2) / 2.0)
    suppliers["alive"][1, 1] = 0
    assert of("price_dispersion", made) == pytest.approx((4.6 / 1.4 + 1.0) / 2.0), "one alone is not apart"


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_percentiles_are_those_of_numpy(count):
    values = np.sort(np.random.default_rng(count).uniform(size=count))
    for share in (0.1, 0.5, 0.9):
        padded = np.append(values, np.nan)
        assert percentile(padded, np.array(count), share) == pytest.approx(np.quantile(values, share))


def test_prices_after_one_and_three_years():
    prices = np.arange(40.0) + 1.0
    made = history(40, market__contract_price_usd_per_h100e_hour=prices)
    assert of("contract_price_month_12", made) == 13.0
    assert of("contract_price_month_36", made) == 37.0
    assert math.isnan(of("contract_price_month_36", history(36)))


@pytest.mark.parametrize("kind", ["contract", "spot"])
def test_volatility_is_annual(kind):
    # ln changes +a, -a, +a: mean a / 3, s.d. a sqrt(((2/3)^2 + (4/3)^2 + (2/3)^2) / 2) = a sqrt(4/3); x sqrt 12 = 4 a
    step = math.log(1.1)
    made = {f"market__{kind}_price_usd_per_h100e_hour": (2.0, 2.2, 2.0, 2.2)}
    assert value(f"{kind}_volatility", **made) == pytest.approx(4.0 * step)
    assert math.isnan(of(f"{kind}_volatility", history(2)))


def test_the_volatility_of_what_compute_costs_labs():
    # lab 1 pays 2.0, 2.2, 2.0, 2.2 an hour, of 3 and a half H100e of users and training, as bill less gain: 4 ln 1.1 as
    # above; lab 2 always 1; the mean is half of it
    bill = ((7.5, 2.0), (7.7, 2.0), (6.0, 2.0), (8.7, 2.0))
    gain = ((0.5, 0.0), (0.0, 0.0), (-1.0, 0.0), (1.0, 0.0))
    made = history(
        labs__compute_bill_usd_m=bill,
        labs__forward_gain_usd_m=gain,
        labs__served_inference_h100e=(3.0, 1.0),
        labs__served_training_h100e=(0.5, 1.0),
    )
    assert of("lab_cost_volatility", made) == pytest.approx(2.0 * math.log(1.1))
    made.labs["entered_month"][:, 1] = 1  # who enters later does not count
    assert of("lab_cost_volatility", made) == pytest.approx(4.0 * math.log(1.1))
    made.labs["alive"][2:, 0] = 0
    assert math.isnan(of("lab_cost_volatility", made))


def test_constant_prices_have_no_volatility():
    assert value("spot_volatility") == 0.0


def test_the_mean_wait_is_length_by_what_joined():
    # 60 join and stay two months, a month later 30 more do: 60, 90, 30, 0 wait; (60 x 2 + 30 x 2) / 90 = 2
    made = {"market__queue_h100e": (60, 90, 30, 0), "market__queue_joined_h100e": (60, 30, 0, 0)}
    assert value("queue_wait", **made) == pytest.approx(2.0)
    assert math.isnan(value("queue_wait"))


def test_capacity_counts_labs_own_sites():
    made = {"market__installed_h100e": (0, 0, 0, 3e6), "market__build_h100e": (0, 0, 0, 1e6)}
    assert value("installed_end", **made) == pytest.approx(4.0)


def test_stranded_debt():
    # 0, 10, 20 and 30 of 100 each: 60 / 400
    due = {"market__stranded_usd_m": (0, 10, 20, 30), "market__site_debt_usd_m": 100.0}
    assert value("debt_stranded", **due) == pytest.approx(0.15)
    assert value("debt_stranded") == 0.0


def test_stranded_capacity():
    made = {"market__idle_h100e": (0, 10, 20, 30), "market__usable_h100e": 100.0}
    assert value("stranded_share", **made) == pytest.approx(0.15)


def test_the_peak_share_of_partners():
    # 30 of 100 at most
    made = {
        "market__partner_h100e": (0, 30, 10, 0),
        "market__build_h100e": 20,
        "market__lease_h100e": (70, 40, 60, 70),
        "market__spot_lab_h100e": 10,
    }
    assert value("partner_share_peak", **made) == pytest.approx(0.3)


def test_the_peak_of_rationing_is_that_of_the_first_labs_in_business():
    made = history(labs__unserved_share=((0.1, 0.2), (0.3, 0.9), (0.0, 0.8), (0.0, 0.0)))
    assert of("unserved_peak", made) == pytest.approx(0.9)
    made.labs["entered_month"][:, 1] = 1
    assert of("unserved_peak", made) == pytest.approx(0.3)
    made.labs["alive"][1, 0] = 0
    assert of("unserved_peak", made) == pytest.approx(0.1)


def test_metrics_of_regions_know_no_world_without_them():
    assert math.isnan(value("regional_price_spread"))
    assert math.isnan(value("unserved_by_place_share"))
    made = {"regions__id": 1, "regions__demand_h100e": 50.0, "regions__misplaced_h100e": ((1,), (2,), (3,), (4,))}
    assert value("unserved_by_place_share", **made) == pytest.approx(0.05)
    assert math.isnan(value("regional_price_spread", **made))  # one region; see test_regions.py for several


def test_dependence_counts_labs_by_their_need_and_months_alike():
    # (3 x 1000 + 1 x 5000) / 4 = 2000, then the second alone: 5000; the last two months need nothing
    made = history(labs__dependence_hhi=((1000, 5000), (1000, 5000), (1, 1), (1, 1)))
    made.labs["need_inference_h100e"] = ((2, 1), (0, 4), (0, 0), (0, 0))
    made.labs["need_training_h100e"] = ((1, 0), (0, 0), (0, 0), (0, 0))
    assert of("dependence_hhi", made) == pytest.approx(3500.0)
    assert math.isnan(value("dependence_hhi"))


def test_every_metric_is_declared_with_unit_and_definition(small):
    assert len(BY_NAME) == len(METRICS)
    run = run_scenario(small, 6)
    for metric in METRICS:
        assert metric.unit, metric.name
        assert metric.definition, metric.name
        assert metric.theme, metric.name
        assert isinstance(metric.function(run.history), float), metric.name


@pytest.mark.parametrize("months", [1, 3, 30, 250])
def test_every_metric_of_many_runs_is_that_of_each_bit_by_bit(months):
    """So the size of a part of a sweep changes no number."""
    random = np.random.default_rng(months)
    many = empty_history(months, 6, 7, 3, runs=9)
    for table in many:
        for name in table.dtype.names:
            whole = table.dtype[name].kind == "i"
            table[name] = random.integers(0, 3, table.shape) if whole else random.uniform(0.1, 1.0, table.shape)
    with np.errstate(all="ignore"):
        for metric in METRICS:
            together = metric.function(read_once(many))
            assert together.shape == (9,), metric.name
            for run in range(9):
                one = metric.function(History(*(table[run : run + 1] for table in many)))
                assert np.array_equal(one, together[run : run + 1], equal_nan=True), metric.name


def test_every_metric_has_a_case():
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_metrics*.py"))
    missing = [metric.name for metric in METRICS if text.count(metric.name.split("_volatility")[0]) == 0]
    assert missing == []
