"""Technology advances."""

import math

import pytest

from model.technology import advance, faded_log, grow_chip_supply, power_kw, power_supply_scale
from tests.worlds import bare_world


def test_a_factor_fades_by_half_in_a_half_life():
    assert math.exp(faded_log(4.0, 1.0, 24.0, 0.0)) == pytest.approx(4.0)
    assert math.exp(faded_log(4.0, 1.0, 24.0, 24.0)) == pytest.approx(2.0)  # half of ln 4
    assert math.exp(faded_log(4.0, 1.0, 24.0, 48.0)) == pytest.approx(math.sqrt(2.0))
    assert math.exp(faded_log(4.0, 2.0, 24.0, 1e5)) == pytest.approx(2.0)


def test_a_year_of_constant_change():
    # capex 0.64x a year; running cost falls with its square root: 0.5 x 0.8; power 0.81x, supply of power 1.44x a year
    world = bare_world(
        capex_growth_start_x_per_year=0.64,
        capex_growth_long_run_x_per_year=0.64,
        capex_start_usd_per_h100e=36_500.0,
        opex_start_usd_per_h100e_hour=0.5,
        opex_capex_exponent=0.5,
        power_start_kw_per_h100e=2.0,
        power_growth_x_per_year=0.81,
        power_supply_growth_x_per_year=1.44,
    )
    for month in range(12):
        world.market["month"] = month
        advance(world)
    market = world.market[0]
    assert market["capex_usd_per_h100e"] == pytest.approx(0.64 * 36_500.0)
    assert market["opex_usd_per_h100e_hour"] == pytest.approx(0.4)
    world.market["month"] = 12
    advance(world)
    assert world.market["power_kw_per_h100e"][0] == pytest.approx(1.62)


def test_power_in_any_month():
    world = bare_world(power_start_kw_per_h100e=2.0, power_growth_x_per_year=0.81, power_supply_growth_x_per_year=1.44)
    parameters = world.parameters[0]
    assert [power_kw(parameters, month) for month in (0, 6, 24)] == pytest.approx([2.0, 1.8, 2.0 * 0.81**2])
    assert [power_supply_scale(parameters, month) for month in (0, 6, 24)] == pytest.approx([1.0, 1.2, 1.44**2])


def chips(orders, **parameters):
    """Let 1000 chips answer orders at once; return their growth of the month, as x/year."""
    world = bare_world(chip_growth_base_x_per_year=2.0, chip_smoothing_per_month=1.0, chip_response=1.0, **parameters)
    world.market["chips_h100e"], world.market["orders_wanted_h100e"] = 1000.0, orders
    grow_chip_supply(world)
    assert world.market["chips_growth_per_month"][0] == pytest.approx(math.log(world.market["chips_h100e"][0] / 1e3))
    return (world.market["chips_h100e"][0] / 1000.0) ** 12


def test_chip_supply_answers_orders_within_bounds():
    assert chips(1000.0) == pytest.approx(2.0)
    assert chips(1200.0) == pytest.approx(2.4)  # 2 x (1200 / 1000)^1
    assert chips(1800.0, chip_growth_high_x_per_year=2.7) == pytest.approx(2.7)
    assert chips(0.0, chip_growth_low_x_per_year=1.0) == pytest.approx(1.0)


def test_chip_growth_moves_part_of_the_way():
    world = bare_world(chip_growth_base_x_per_year=2.0, chip_smoothing_per_month=0.25)
    world.market["chips_h100e"], world.market["orders_wanted_h100e"] = 1000.0, 1000.0
    grow_chip_supply(world)
    assert world.market["chips_growth_per_month"][0] == pytest.approx(0.25 * math.log(2.0) / 12.0)
