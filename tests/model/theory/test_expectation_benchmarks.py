"""What theory says of prices that are expected, shouted at random, and of stock that is kept: published numbers."""

import numpy as np
import pytest

from agents.choices import CONSTRAINED
from model.double_auction import Session, double_auction
from model.parameters import default_record
from model.theory import BENCHMARKS, experiment_hommes2007, zero_intelligence
from model.theory.benchmark import values_of
from model.theory.bullwhip import even_noise

pytestmark = pytest.mark.all

NAMED = {benchmark.name: benchmark for benchmark in BENCHMARKS}


def outcome(name, **overrides):
    return NAMED[name].ask(values_of(NAMED[name], overrides))


def rows(name, **overrides):
    """Return theory and simulation of each quantity, which must agree."""
    found = outcome(name, **overrides)
    assert found.quantities, found.said
    assert all(quantity.passed for quantity in found.quantities), found.quantities
    return {quantity.name: (quantity.theory, quantity.simulated) for quantity in found.quantities}


def close(pair, value, within):
    assert pair == pytest.approx((value, value), abs=within)


# --- cobweb ---


@pytest.mark.parametrize(
    ("slope", "ticks", "price", "deviation"),
    [(0.8, 10, 10, 0.107374), (1.0, 10, 9, 1.0), (1.0, 11, 9, -1.0), (1.2, 10, 8.181818, 6.191736)],
)
def test_cobweb_as_published(slope, ticks, price, deviation):
    found = rows("cobweb", d=slope, ticks=ticks)
    close(found["price"], price, 1e-6)
    close(found["deviation"], deviation, 1e-6)


def test_cobweb_as_published_with_slow_learning():
    found = rows("cobweb", d=2, expectations="adaptive", weight=0.5, ticks=5)
    close(found["price"], 6, 1e-9)
    close(found["deviation"], -0.03125, 1e-9)


@pytest.mark.parametrize(("weight", "grows"), [(0.66, False), (0.67, True)])
def test_slow_learning_is_stable_below_two_thirds(weight, grows):
    found = outcome("cobweb", d=2, expectations="adaptive", weight=weight, initial_deviation=0.5, ticks=20)
    assert all(quantity.passed for quantity in found.quantities)
    assert (abs(found.quantities[1].simulated) > 0.5) == grows
    assert ("moves away" in found.said) == grows


def test_who_expects_the_equilibrium_stays_there():
    close(rows("cobweb", initial_deviation=0)["deviation"], 0, 1e-9)


@pytest.mark.parametrize("scale", [1e-2, 1e6])
def test_the_unit_of_quantity_does_not_matter(scale):
    found = rows("cobweb", a=20 * scale, b=scale, c=2 * scale, d=0.8 * scale)
    close(found["price"], 10, 1e-9)
    close(found["deviation"], 0.107374, 1e-6)


def test_a_cobweb_that_diverges_is_compared_for_as_long_as_it_can_be_and_told():
    found = outcome("cobweb", d=1.2)
    assert [quantity.passed for quantity in found.quantities] == [True, True]
    assert "multiplied by -1.2 a month" in found.said


def test_a_cobweb_that_neither_grows_nor_shrinks_is_told():
    assert "for ever" in outcome("cobweb", d=1).said


SAID = [
    ("cobweb", {"d": 1.2, "ticks": 100}, "In month 13 "),
    ("cobweb", {"initial_deviation": 20}, "In month 1 "),
    ("cobweb", {"initial_deviation": -15}, "In month 1 "),
    ("cobweb", {"c": 30}, "do not cross"),
    ("cobweb", {"c": -20, "d": 0.5}, "do not cross"),
    ("cobweb", {"d": 1.2, "initial_deviation": 0, "ticks": 400}, "rounding errors"),
]


@pytest.mark.parametrize(("name", "overrides", "words"), SAID)
def test_where_theory_does_not_hold_it_is_said(name, overrides, words):
    found = outcome(name, **overrides)
    assert found.quantities == ()
    assert words in found.said


# --- laboratory ---

ATTRACTORS = {
    0.22: (5.573886, 5.573886, 5.573886),
    0.5: (5.732275, 1.542107, 9.108368),
    2.0: (5.910266, 1.200022, 9.2),
}


@pytest.mark.parametrize(("sensitivity", "prices"), ATTRACTORS.items())
def test_the_laboratory_as_published_without_noise(sensitivity, prices):
    found = rows("experiment_hommes2007", sensitivity=sensitivity, runs=2)
    for name, price in zip(("price_at_rest", "low", "high"), prices):
        close(found[name], price, 1e-6)


MOMENTS = [
    (0.25, 0.22, 5.60, 0.27),
    (0.25, 0.5, 5.77, 0.35),
    (0.25, 2.0, 5.94, 3.43),
    (0.2, 2.0, 5.98, 1.36),
    (0.5, 0.22, 5.59, 0.30),
    (0.5, 0.5, 5.75, 0.58),
    (0.5, 2.0, 5.51, 13.9),
    (1.0, 0.22, 5.58, 0.83),
    (1.0, 0.5, 5.33, 13.8),
    (1.0, 2.0, 5.20, 16.2),
]


@pytest.mark.parametrize(("weight", "sensitivity", "mean", "variance"), MOMENTS)
def test_the_laboratory_as_tabled_with_noise(weight, sensitivity, mean, variance):
    found = rows("experiment_hommes2007", weight=weight, sensitivity=sensitivity)
    close(found["mean"], mean, 0.05)
    close(found["variance"], variance, 0.15 * variance)


def test_only_noise_is_left_if_the_price_at_rest_is_expected(monkeypatch):
    rest = experiment_hommes2007.price_at_rest(0.5)
    monkeypatch.setattr(experiment_hommes2007, "START", rest)
    found = rows("experiment_hommes2007", weight=0)
    close(found["mean"], rest, 0.03)
    close(found["variance"], 0.25, 0.03)


def test_people_are_shown_beside_suppliers_and_judge_nothing():
    shown = {row.name: row.published for row in outcome("experiment_hommes2007", runs=2).comparisons}
    assert shown["mean, sensitivity 0.5"] == 5.85
    assert shown["variance, sensitivity 2"] == 2.62
    assert len(shown) == 6


def test_swings_that_take_longer_than_the_run_are_told():
    found = outcome("experiment_hommes2007", sensitivity=0.251, runs=2)
    assert "next to -1" in found.said
    assert {quantity.name for quantity in found.quantities} == {"price_at_rest", "mean", "variance"}


# --- switching ---


def test_switching_as_published():
    found = rows("switching")
    close(found["adaptive_share"], 0.880, 0.01)
    close(found["distance"], 0.602, 0.02)
    close(found["price"], 59.998, 0.02)
    close(found["multiplier"], -0.464286, 1e-6)


def test_a_market_driven_into_zero_by_its_trend_is_told():
    found = outcome("switching", inertia=0.9)
    assert "falls to zero" in found.said
    assert [quantity.name for quantity in found.quantities] == ["multiplier"]


# --- zero intelligence ---


def test_zero_intelligence_as_published():
    found = rows("zero_intelligence")
    close(found["efficiency"], 0.985, 0.005)
    close(found["efficiency_unconstrained"], 0.770270, 1e-6)
    close(found["price"], 80, 2)
    close(found["quantity"], 12, 0)
    close(found["chance_to_meet"], 0.222222, 1e-3)
    assert found["efficiency"][1] - found["efficiency_unconstrained"][1] > 0.15


def test_every_market_of_gode_and_sunder_is_shown():
    shown = {row.name: row.published for row in outcome("zero_intelligence", sessions=2).comparisons}
    assert shown["unconstrained, market 4, %"] == 48.8
    assert shown["constrained, market 4, %"] == 98.2
    assert len(shown) == 10


def test_nobody_trades_at_a_loss_in_a_double_auction_of_the_constrained():
    bids, asks = zero_intelligence.books()
    parameters = default_record()
    parameters["spot_traders"] = CONSTRAINED
    double_auction(bids, len(bids), asks, len(asks), zero_intelligence.NOBODY, Session(1, 1), parameters[0])
    assert bids["filled_h100e"].sum() == asks["filled_h100e"].sum() > 0
    assert (bids["value_usd_per_hour"] <= bids["filled_h100e"] * bids["price_usd_per_h100e_hour"]).all()
    assert (asks["value_usd_per_hour"] >= asks["filled_h100e"] * asks["price_usd_per_h100e_hour"]).all()


# --- bullwhip ---

RATIOS = [(2, 6, 1.888889), (18, 12, 8.5), (18, 36, 2.5), (6, 12, 2.5), (1, 1, 5)]


@pytest.mark.parametrize(("lead", "window", "ratio"), RATIOS)
def test_bullwhip_as_published(lead, window, ratio):
    close(rows("bullwhip", lead=lead, window=window)["ratio"], ratio, 1e-5)


@pytest.mark.parametrize("months", [80, 81])
def test_noise_of_even_strength_is_uncorrelated_at_every_lag(months):
    noise = even_noise(months, 1)
    lags = [float(noise @ np.roll(noise, lag)) / months for lag in range(months)]
    assert lags == pytest.approx([1.0] + [0.0] * (months - 1), abs=1e-12)
