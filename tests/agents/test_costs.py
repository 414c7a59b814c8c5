"""The price of time and hardware."""

import math

import pytest

from agents.costs import annuity_months, full_cost, posted_price, term_discount
from tests.worlds import bare_world


def test_annuity_by_eye():
    # the discount factor of a month is 1/2: 1/2 + 1/4 + 1/8
    assert annuity_months(12.0 * math.log(2.0), 3.0) == pytest.approx(0.875, rel=1e-12)


def test_free_money_is_worth_its_months():
    assert annuity_months(0.0, 60.0) == 60.0
    assert annuity_months(1e-9, 60.0) == pytest.approx(60.0, rel=1e-6)


def test_annuity_is_the_sum_of_its_months():
    expected = sum(math.exp(-0.09 * month / 12.0) for month in range(1, 61))
    assert annuity_months(0.09, 60.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("wacc", "cost"), [(0.08, 1.6297), (0.12, 1.7524), (0.20, 2.0031)])
def test_full_cost_of_theory_e6(wacc, cost):
    # 45,000 USD over 60 months at 0.9 use, running cost 0.25; E6 compounds once a year
    world = bare_world(obsolescence_per_year=0.0, usable_share=0.9)
    assert full_cost(45_000.0, 0.25, math.log(1.0 + wacc), world.parameters[0]) == pytest.approx(cost, abs=5e-5)


def test_full_cost_by_eye():
    # no interest: 36,500 / (730 h x 50 months x 1.0) = 1 USD, + 0.5 to run
    world = bare_world(obsolescence_per_year=0.0, usable_share=1.0, site_life_months=50)
    assert full_cost(36_500.0, 0.5, 0.0, world.parameters[0]) == pytest.approx(1.5, rel=1e-12)


def test_obsolescence_counts_like_interest():
    both = bare_world(obsolescence_per_year=0.15).parameters[0]
    none = bare_world(obsolescence_per_year=0.0).parameters[0]
    assert full_cost(33_000.0, 0.35, 0.09, both) == pytest.approx(full_cost(33_000.0, 0.35, 0.24, none), rel=1e-12)


def test_term_discount():
    parameters = bare_world(term_discount_share=0.1).parameters[0]
    assert term_discount(parameters, 0.0) == 0.0
    assert term_discount(parameters, 12.0) == pytest.approx(0.1 * math.log(2.0), rel=1e-12)  # 6.9% for a year
    assert term_discount(parameters, 36.0) == pytest.approx(0.1 * math.log(4.0), rel=1e-12)  # 13.9% for three


def test_posted_price_is_the_list_price_less_the_discount_of_the_usual_term():
    world = bare_world(term_discount_share=0.1)  # list 2, 36 months: 2 (1 - 0.1386) = 1.7227
    assert posted_price(world, 0) == pytest.approx(2.0 * (1.0 - 0.1 * math.log(4.0)), rel=1e-12)
