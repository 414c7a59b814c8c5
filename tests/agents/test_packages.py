"""What the terms of a contract are worth, by hand, and the best of the menu."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.packages import (
    GUARANTEED,
    INTERRUPTIBLE,
    STANDARD,
    best_service,
    best_term,
    lost_to_progress,
    prepayment_worth,
    ramp_worth,
    recall_worth,
    service_worth,
    term_worth,
)
from model.parameters import default_record
from tests.worlds import bare_world


def terms(**values):
    """A record of parameters with some values."""
    record = default_record()
    for name, value in values.items():
        record[name] = value
    return record[0]


def test_old_hardware_falls_behind():
    # at 20% a year over 5 years: 1 - (1 - e^-1) / 1
    assert lost_to_progress(0.2, 5.0) == pytest.approx(math.exp(-1.0), rel=1e-12)
    assert lost_to_progress(0.0, 5.0) == 0.0


def test_a_term_costs_the_lab_its_freedom_and_newer_hardware_and_is_worth_money_to_lenders():
    # 36 months at 2 USD: 0.1 x (0.1 sqrt 12) x sqrt 3 x 2 = 0.12; 0.5 x (1 - (1 - e^-0.6) / 0.6) x 2 = 0.2480...;
    # 0.1 x ln 4 x 2
    world = bare_world(
        term_inflexibility_share=0.1,
        forecast_error_per_root_month=0.1,
        progress_charge_share=0.5,
        obsolescence_per_year=0.2,
        term_discount_share=0.1,
    )
    worth = term_worth(world, 36.0)
    behind = 1.0 - (1.0 - math.exp(-0.6)) / 0.6
    assert worth.charge == pytest.approx(0.12 + behind, rel=1e-12)
    assert worth.cost == pytest.approx(-0.2 * math.log(4.0), rel=1e-12)


def test_progress_is_the_faster_of_belief_and_sight():
    slow, fast = bare_world(obsolescence_per_year=0.1), bare_world(obsolescence_per_year=0.1)
    slow.market["capex_growth_per_year"], fast.market["capex_growth_per_year"] = -0.05, -0.5
    assert term_worth(slow, 36.0).charge < term_worth(fast, 36.0).charge


@pytest.mark.parametrize(("progress", "months"), [(0.0, 60), (0.16, 36), (0.6, 12)])
def test_faster_progress_shortens_the_term(progress, months):
    world = bare_world(obsolescence_per_year=progress)
    assert best_term(world, 0) == months


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.5))
def test_the_best_term_is_the_best_of_the_menu(progress, charge, discount):
    world = bare_world(obsolescence_per_year=progress, progress_charge_share=charge, term_discount_share=discount)
    sums = {months: sum(term_worth(world, float(months))) for months in (36, 12, 60)}
    assert sums[best_term(world, 0)] == min(sums.values())


def test_service_that_never_fails_is_worth_its_cost_where_outages_are_dear():
    # value 4, down 1%, an outage costs 3 x: 0.12 saved; a twentieth of 2 USD set apart: 0.1
    record = terms(interruption_cost_ratio=3.0, isolation_share=0.05)
    worth = service_worth(GUARANTEED, 4.0, 2.0, 0.01, record)
    assert worth.charge == pytest.approx(-0.12, rel=1e-12)
    assert worth.cost == pytest.approx(0.1, rel=1e-12)
    assert best_service(4.0, 2.0, 0.01, record) == GUARANTEED
    assert best_service(4.0, 2.0, 0.008, record) == STANDARD


def test_service_that_may_be_cut_is_taken_where_it_saves_more_than_it_loses():
    # 5% of hours lost at 3 x 4 USD: 0.6; saved: a share of 2 USD
    record = terms(interruption_cost_ratio=3.0, interruptible_cut_share=0.05, interruptible_saving_share=0.31)
    assert best_service(4.0, 2.0, 0.0, record) == INTERRUPTIBLE
    assert best_service(4.0, 2.0, 0.0, terms(interruptible_saving_share=0.29)) == STANDARD


def test_a_right_of_recall():
    # hazard 0.01 x (6 - 3) months x 2 USD; 0.2 x 2 USD x (1 - 3 / 12)
    record = terms(replacement_months=6, recall_right_value_share=0.2)
    worth = recall_worth(3.0, 0.01, 2.0, 2.0, record)
    assert worth.charge == pytest.approx(0.06, rel=1e-12)
    assert worth.cost == pytest.approx(-0.3, rel=1e-12)
    assert recall_worth(7.0, 0.01, 2.0, 2.0, record).charge == 0.0
    assert recall_worth(24.0, 0.01, 2.0, 2.0, record).cost == 0.0


def test_paying_ahead_is_worth_the_difference_in_the_cost_of_capital():
    # a fifth of 2 USD over three years, half of it outstanding on average: 0.6 USD-years an hour
    worth = prepayment_worth(0.2, 3.0, 2.0, (0.09, 0.15), terms(prepayment_risk_per_year=0.03))
    assert worth.charge == pytest.approx(0.6 * 0.12, rel=1e-12)
    assert worth.cost == pytest.approx(-0.6 * 0.15, rel=1e-12)


def test_a_lower_fee_in_the_ramp_changes_hands():
    # half of 2 USD in 2 of 20 months
    worth = ramp_worth(0.5, 2.0, 20.0, 2.0)
    assert worth == pytest.approx((-0.1, 0.1), rel=1e-12)
    assert ramp_worth(0.5, 30.0, 20.0, 2.0) == pytest.approx((-1.0, 1.0)), "no more than all of it"
