"""Cycles of prices, on waves and noise of known kind."""

import math

import numpy as np
import pytest

from model.metrics.cycles import cycle_cv, detrended, half_life, period, smoothed_power
from tests.histories import history, of

MONTHS = np.arange(480.0)
PRICE = "price_usd_per_h100e_hour"


def red_noise(persistence, runs, months=480):
    draws = np.random.default_rng(1).normal(size=(runs, months))
    values = draws.copy()
    for month in range(1, months):
        values[:, month] = persistence * values[:, month - 1] + draws[:, month]
    return values


def test_a_trend_is_no_cycle():
    # a line of logs is left with nothing; up and down by a about it: 60 months of +-a, sqrt(60 a^2 / 58)
    trend = 0.02 * np.arange(60.0)
    assert cycle_cv(trend) == pytest.approx(0.0, abs=1e-12)
    zigzag = 0.1 * np.tile([1.0, -1.0, -1.0, 1.0], 15)  # orthogonal to a line
    assert cycle_cv(trend + zigzag) == pytest.approx(0.1 * math.sqrt(60 / 58))
    assert cycle_cv(3.0 + trend + zigzag) == pytest.approx(0.1 * math.sqrt(60 / 58)), "a price in other units"


def test_a_trend_holds_for_sixty_months_and_the_last_ones_count():
    # 70 months: the first 10 are left out; 120: two trends, the second falling
    zigzag = 0.1 * np.tile([1.0, -1.0, -1.0, 1.0], 15)
    late = np.concatenate([np.full(10, 50.0), zigzag])
    assert cycle_cv(late) == pytest.approx(0.1 * math.sqrt(60 / 58))
    up_and_down = np.concatenate([0.02 * np.arange(60.0), -0.03 * np.arange(60.0)])
    assert cycle_cv(up_and_down) == pytest.approx(0.0, abs=1e-12)


def test_short_runs_say_nothing_of_cycles():
    for measure in (cycle_cv, half_life, period):
        assert math.isnan(measure(np.zeros(23)))
        assert np.isnan(measure(np.zeros((5, 23)))).all()
        assert np.isnan(measure(np.zeros((5, 23)))).shape == (5,)


def test_half_of_a_distance_is_gone_after_the_half_life():
    # phi = 0.5 halves each month, 0.5^(1/6) in six
    assert np.median(half_life(red_noise(0.5, 200))) == pytest.approx(1.0, abs=0.1)
    assert np.median(half_life(red_noise(0.5 ** (1 / 6), 200))) == pytest.approx(6.0, abs=0.6)
    assert half_life(np.tile([1.0, -1.0], 30)) == 0.0
    assert math.isnan(half_life(np.zeros(60)))


@pytest.mark.parametrize("length", [12, 24, 40, 48, 60, 80])
def test_a_wave_has_its_period(length):
    wave = np.sin(2 * np.pi * MONTHS / length)
    assert period(wave) == pytest.approx(length, rel=0.02)
    noisy = wave + red_noise(0.8, 50) * 0.3
    found = period(noisy)
    assert np.isfinite(found).mean() > 0.9
    assert np.nanmedian(found) == pytest.approx(length, rel=0.05)


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9, 0.97])
def test_noise_without_a_rhythm_seldom_shows_one(persistence):
    # one in twenty; chi-square is a little thin in the tail of a sum of three unequal weights
    assert np.isfinite(period(red_noise(persistence, 1000))).mean() < 0.07
    assert np.isfinite(period(red_noise(persistence, 1000, months=60))).mean() < 0.07


def test_a_line_takes_mean_and_slope():
    assert detrended(np.array([1.0, 2.0, 4.0])) == pytest.approx([1 / 6, -1 / 3, 1 / 6])  # 5/6 + 3/2 t


def test_power_is_that_of_neighbours_too():
    # a wave of period 10 in 40 months comes round 4 times: half of its power there, a quarter on each side
    power = smoothed_power(np.cos(2 * np.pi * np.arange(40.0) / 10))
    assert power / power.sum() == pytest.approx([0.0, 0.0, 0.25, 0.5, 0.25] + 15 * [0.0], abs=1e-12)


def test_metrics_of_cycles_leave_out_the_months_of_settling_down():
    wave = np.exp(np.where(MONTHS < 120, 5.0 * np.sin(MONTHS), 0.1 * np.sin(2 * np.pi * MONTHS / 36)))
    made = {f"market__{kind}_{PRICE}": wave for kind in ("contract", "spot")}
    for name in ("contract_cycle_period", "spot_cycle_period"):
        assert of(name, history(480, **made)) == pytest.approx(36.0)
    for name in ("contract_cycle_cv", "spot_cycle_cv"):
        assert 0.05 < of(name, history(480, **made)) < 0.08  # 0.1 / sqrt 2, a little of it gone with the lines
    for name in ("contract_half_life", "spot_half_life"):
        assert math.isnan(of(name, history(480, **made))), "a wave never comes to rest"
        made[f"market__{name.partition('_')[0]}_{PRICE}"] = np.exp(red_noise(0.5, 1)[0])
        assert of(name, history(480, **made)) == pytest.approx(1.0, abs=0.35)


def test_many_runs_are_measured_as_one_by_one():
    logs = red_noise(0.9, 3, 130)
    for measure in (cycle_cv, half_life, period):
        assert measure(logs) == pytest.approx([measure(one) for one in logs], nan_ok=True)
