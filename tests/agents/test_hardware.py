"""Lead times, running cost by vintage, own chips, and porting between families of chips."""

import math

import pytest

from agents.choices import VINTAGE
from agents.costs import annuity_months
from agents.hardware import (
    lab_lead,
    lab_ratio,
    own_running_cost,
    programme_value,
    starts_programme,
    supplier_lead,
)
from agents.labs.costs import risk_charge
from agents.labs.porting import left_to_port, porting_charge, porting_delay, porting_usd_m
from agents.suppliers.economics import build_cost_ratio, running_cost
from tests.worlds import bare_world, plain


@pytest.mark.parametrize(("chips", "supplier", "lab"), [(0, 12, 24), (12, 12, 24), (18, 18, 24), (30, 30, 30)])
def test_no_site_works_before_its_chips_are_there(chips, supplier, lab):
    world = bare_world(chip_lead_months=chips)
    assert plain(supplier_lead)(world, 0) == supplier
    assert plain(lab_lead)(world, 0) == lab


def test_running_cost_is_that_of_new_sites_or_of_those_that_stand():
    world = bare_world()
    world.suppliers["installed_h100e"], world.suppliers["running_usd_per_h100e_hour"] = (10.0, 0.0), (0.8, 0.0)
    world.labs["own_h100e"], world.labs["running_usd_per_h100e_hour"] = (10.0, 0.0), (0.7, 0.0)
    assert [running_cost(world, j) for j in (0, 1)] == [0.5, 0.5]
    world.parameters["running_cost_rule"] = VINTAGE
    assert [running_cost(world, j) for j in (0, 1)] == [0.8, 0.5]  # one without sites reckons with new ones
    assert [own_running_cost(world, i) for i in (0, 1)] == [0.7, 0.5]


def test_own_chips_lower_the_cost_once_they_are_ready():
    world = bare_world(custom_silicon_cost_ratio=0.7)
    world.market["month"] = 9
    world.suppliers["silicon_month"], world.labs["silicon_month"] = (0, 10), (9, 9)
    world.labs["build_cost_ratio"] = (0.85, 0.6)
    assert [build_cost_ratio(world, supplier) for supplier in world.suppliers] == [1.0, 1.0]
    assert [lab_ratio(world, i) for i in (0, 1)] == [0.7, 0.6]  # who builds for less already has such chips
    world.market["month"] = 10
    assert [build_cost_ratio(world, supplier) for supplier in world.suppliers] == [1.0, 0.7]


SILICON = {"custom_silicon_cost_usd_m": 100.0, "custom_silicon_delay_months": 24, "custom_silicon_cost_ratio": 0.8}


def test_a_programme_is_worth_what_its_chips_save():
    # 60,000 H100e: 60,000 x (0.02 + 1/60) = 2200 a month, each saves 0.2 x 36,500 = 7300 USD: 16.06 USD m a month
    world = bare_world(**SILICON)
    world.suppliers["trend_belief_per_month"] = 0.02
    expected = 16.06 * annuity_months(0.1, 60.0) * math.exp(-0.2)
    assert programme_value(world, world.suppliers[0], 60_000.0, 1.0) == pytest.approx(expected)
    assert programme_value(world, world.suppliers[0], 60_000.0, 0.8) == 0.0
    world.suppliers["trend_belief_per_month"] = -0.5
    assert programme_value(world, world.suppliers[0], 60_000.0, 1.0) == 0.0


@pytest.mark.parametrize(
    ("capacity", "cash", "ready", "cost", "starts"),
    [
        (60_000, 200, 0, 100, 1),
        (60_000, 99, 0, 100, 0),
        (60_000, 200, 7, 100, 0),
        (600, 200, 0, 100, 0),
        (60_000, 200, 0, 0, 0),
    ],
    ids=["pays", "no money", "has begun", "too small", "there are none"],
)
def test_who_starts_a_programme(capacity, cash, ready, cost, starts):
    world = bare_world(**(SILICON | {"custom_silicon_cost_usd_m": cost}))
    world.suppliers["trend_belief_per_month"] = 0.02
    world.suppliers["cash_usd_m"], world.suppliers["silicon_month"] = cash, ready
    assert starts_programme(world, world.suppliers[0], float(capacity), 1.0) == starts


def foreign(**parameters):
    """Lab 1 needs 1000 H100e on usual chips; the first supplier lets chips of family 2, for 36 months."""
    given = {"porting_cost_usd_per_h100e": 1460.0, "porting_months": 6, "standardisation_share": 0.0} | parameters
    world = bare_world(**given)
    world.suppliers["chip_family"] = (2, 0)
    world.labs["need_inference_h100e"], world.labs["need_training_h100e"] = 700.0, 300.0
    return world


@pytest.mark.parametrize(("ported", "standard", "left"), [(0, 0, 1.0), (500, 0, 0.5), (2000, 0, 0.0), (500, 0.4, 0.3)])
def test_experience_and_standards_leave_less_to_port(ported, standard, left):
    world = foreign(standardisation_share=standard)
    world.ported["ported_h100e"][0, 2] = ported
    assert left_to_port(world, 0, 0) == pytest.approx(left)
    assert left_to_port(world, 0, 1) == 0.0
    assert porting_usd_m(world, 0, 0, 500.0) == pytest.approx(0.73 * left)  # 500 x 1460 USD
    assert porting_delay(world, 0, 0) == round(6 * left)


def test_porting_is_charged_over_the_usual_term():
    # 1460 / (730 x 36) = 0.0556 USD an hour, and of 36 months 6 without a gain of 3.5 - 2: 0.25
    world = foreign()
    assert porting_charge(world, 0, 0, 3.5) == pytest.approx(1460 / (730 * 36) + 0.25)
    assert porting_charge(world, 0, 1, 3.5) == 0.0
    assert porting_charge(world, 0, 0, 1.0) == pytest.approx(1460 / (730 * 36))  # nothing is lost by waiting
    assert risk_charge(world, 0, 0, 3.5) - risk_charge(world, 0, 1, 3.5) == pytest.approx(1460 / (730 * 36) + 0.25)
