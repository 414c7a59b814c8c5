"""Growth forecasts and the normal distribution."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.expectations import expected_growth_log, learned, normal_above, normal_quantile

STANDARD = NormalDist()


def test_adaptive_expectation_moves_part_of_the_way():
    assert learned(10.0, 20.0, 0.25) == 12.5  # 10 + 0.25 x 10
    assert learned(10.0, 20.0, 0.0) == 10.0
    assert learned(10.0, 20.0, 1.0) == 20.0


def test_departure_from_trend_dies_out():
    # trend 0.02, departure 0.08 - 0.02 = 0.06, halved each month: 2 x 0.02 + 0.06 x (0.5 + 0.25) = 0.085
    assert expected_growth_log(0.08, 0.02, 0.5, 2.0) == pytest.approx(0.085, rel=1e-12)


def test_growth_on_trend_is_forecast_exactly():
    monthly = math.log(2.5) / 12.0
    assert math.exp(expected_growth_log(monthly, monthly, 0.9, 12.0)) == pytest.approx(2.5, rel=1e-12)


def test_without_persistence_only_the_trend_counts():
    assert expected_growth_log(5.0, 0.02, 0.0, 10.0) == pytest.approx(0.2, rel=1e-12)


@given(st.floats(-0.2, 0.3), st.floats(-0.1, 0.2), st.floats(0.01, 0.99), st.integers(1, 36))
def test_growth_is_the_sum_of_its_months(growth, trend, persistence, months):
    departures = sum((growth - trend) * persistence**month for month in range(1, months + 1))
    expected = trend * months + departures
    assert expected_growth_log(growth, trend, persistence, float(months)) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("z", "above"), [(0.0, 0.5), (1.0, 0.158655253931), (1.96, 0.024997895148), (-1.0, 0.841344746069)]
)
def test_normal_tail_probabilities(z, above):
    assert normal_above(z) == pytest.approx(above, rel=1e-10)


@pytest.mark.parametrize(
    ("probability", "quantile"),
    [
        (0.5, 0.0),
        (0.9, 1.281551565545),
        (0.975, 1.959963984540),
        (0.99, 2.326347874041),
        (0.01, -2.326347874041),
        (1e-6, -4.753424308823),
    ],
)
def test_known_quantiles(probability, quantile):
    assert normal_quantile(probability) == pytest.approx(quantile, rel=1.2e-9, abs=1e-12)


@given(st.floats(1e-9, 1 - 1e-9))
def test_quantile_is_as_accurate_as_it_says(probability):
    assert normal_quantile(probability) == pytest.approx(STANDARD.inv_cdf(probability), rel=1.2e-9, abs=1e-12)


@given(st.floats(0.001, 0.999))
def test_quantile_undoes_the_tail(probability):
    assert normal_above(-normal_quantile(probability)) == pytest.approx(probability, rel=1e-7)


def test_quantile_is_clipped_at_the_ends():
    assert normal_quantile(0.0) == normal_quantile(1e-12) < -7.0
    assert normal_quantile(1.0) == normal_quantile(1.0 - 1e-12) > 7.0
