"""The trust table: draws stay in range, rows and verdicts follow from hand-made numbers, the page says them."""

import numpy as np
import pytest

from experiments import trust
from experiments.draws import draw_judgement, judgement_parameters
from experiments.trust_arms import (
    IDLE,
    MARKET_COLUMNS,
    NO_NUMBER_FOR_NO_DEAL,
    SURGED,
    TIMES,
    arms,
    gather,
    negatives,
    no_numbers,
    pair_overrides,
)
from experiments.trust_misses import MISSES
from experiments.trust_page import MEANINGS, page
from experiments.trust_picture import trust_figure
from experiments.trust_quantities import (
    PRICE,
    UNSERVED,
    at_ceiling,
    builds,
    entrants_failed,
    idle_answer,
    months_again,
    peak,
    price_ratio,
    refused_before,
    settled,
    shortage_ends,
    spared,
)
from experiments.trust_rows import ABOVE, MEAN, MEDIAN, TOTAL, Measured, Row, measure, rows, verdict
from model.parameters import PARAMETERS
from model.scenario import load_scenario
from model.state import DTYPES

pytestmark = pytest.mark.all

ARMS = {arm.name: arm for arm in arms()}
GOOD = Measured(1.0, 0.9, 1.1, 1.0, 5, True)
BAD = GOOD._replace(ok=False)


def made(**columns):
    """Return an outcome of one pair from rows of months."""
    return {name: np.array([values], float) for name, values in columns.items()}


def row(values, expected, statistic=MEDIAN):
    return Row("theme", "quantity", "unit", expected, lambda outcomes: values, statistic)


# --- draws ---


def test_draws_of_judgement_stay_in_range_and_can_be_repeated():
    first, again, other = (draw_judgement(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again != other
    declared = {f"parameters.{parameter.name}": parameter for parameter in PARAMETERS}
    assert first.keys() == {f"parameters.{parameter.name}" for parameter in judgement_parameters()}
    for key, value in first.items():
        low, high = declared[key].plausible_range
        assert declared[key].source == "J"
        assert value in declared[key].choices if declared[key].choices else low <= value <= high


@pytest.mark.parametrize("name", ["surge", "no partners", "stationary"])
def test_a_pair_has_one_draw_in_all_arms_and_keeps_what_a_scenario_sets(name):
    arm, default = ARMS[name], ARMS["no surge"]
    base = load_scenario(arm.scenario)
    drawn, usual = (pair_overrides(a, load_scenario(a.scenario), 3) for a in (arm, default))
    assert drawn == pair_overrides(arm, base, 3) != pair_overrides(arm, base, 4)
    entry = "parameters.supplier_entry_per_month"
    for key in drawn.keys() - arm.overrides.keys() - {entry}:
        assert drawn[key] == usual[key]
        assert base.resolved[key].origin == "default"
    if name == "no partners":
        share = usual["parameters.entrant_nontraditional_share"]
        assert drawn[entry] == load_scenario("colossus").parameters["supplier_entry_per_month"] * (1.0 - share)
        assert "parameters.entrant_nontraditional_share" not in drawn


# --- arms ---


def test_arms_say_what_they_change():
    default = load_scenario("colossus")
    surged = load_scenario(ARMS["all labs"].scenario, ARMS["all labs"].overrides)
    assert {lab["surge_months"] for lab in surged.labs.values()} == {default.labs[SURGED]["surge_months"]}
    large = load_scenario(ARMS["large, idle at once"].scenario, ARMS["large, idle at once"].overrides)
    assert large.suppliers[IDLE]["installed_h100e"] == TIMES * default.suppliers[IDLE]["installed_h100e"]
    assert large.suppliers[IDLE]["available_from_month"] == 1
    assert large.suppliers["azure"] == default.suppliers["azure"]
    assert load_scenario(ARMS["no surge"].scenario).labs[SURGED]["surge_months"] == 0


def test_cells_without_a_number_and_below_zero_are_counted():
    market, labs = np.zeros(2, DTYPES["market"]), np.zeros((2, 2), DTYPES["labs"])
    for name in NO_NUMBER_FOR_NO_DEAL:
        market[name] = np.nan
    market["spot_price_usd_per_h100e_hour"] = [-1.0, np.nan]
    labs["own_h100e"] = [[-1.0, -1e-9], [-1.0, 1.0]]
    labs["alive"] = [[1, 1], [0, 1]]
    assert (no_numbers(market), negatives(market)) == (1, 1)
    assert (no_numbers(labs), negatives(labs)) == (0, 1)


@pytest.mark.usefixtures("warm")
def test_a_pair_is_the_same_whoever_runs_it():
    arm = ARMS["surge"]._replace(months=4)
    counted = []
    one, two = (gather(arm, range(2), True, workers, counted.append) for workers in (1, 2))
    assert counted == [1] * 4
    assert one.keys() > set(MARKET_COLUMNS)
    assert one[PRICE].shape == (2, 4)
    assert not np.array_equal(one[PRICE][0], one[PRICE][1])
    for name, values in one.items():
        assert np.array_equal(values, two[name]), name
    assert not one["failed"].any()


# --- rows ---


def test_every_row_has_its_own_name_and_a_theme_with_a_meaning():
    names = [entry.quantity for entry in rows()]
    assert len(names) == len(set(names))
    assert list(dict.fromkeys(entry.theme for entry in rows())) == list(MEANINGS)
    assert MISSES.keys() <= set(names)


def test_a_shortage_has_a_peak_an_end_and_may_come_back():
    months = [0.0, 0.1, 0.4, 0.2, 0.04, 0.0, 0.2, 0.3] + [0.0] * 30
    calm = [0.01] * 38
    outcomes = {"surge": {UNSERVED: np.array([months, calm])}}
    assert peak(outcomes).tolist() == [0.4, 0.01]
    assert shortage_ends(outcomes)[0] == 3
    assert months_again(outcomes)[0] == 2
    assert np.isnan(shortage_ends(outcomes)[1])


def test_the_idle_site_answers_when_it_is_under_contract():
    site = made(idle_usable_h100e=[0, 0, 100, 100, 100, 100], idle_contracted_h100e=[0, 0, 0, 30, 79, 80])
    assert idle_answer(0.0)({"surge": site}).tolist() == [1]
    assert idle_answer(0.8)({"surge": site}).tolist() == [3]
    assert idle_answer(0.9)({"surge": site}).tolist() == [np.inf]
    refused = {UNSERVED: np.array([[0.1, 0.2, 0.3, 0.4, 0.0, 0.0]])}
    assert refused_before({"surge": site | refused}) == pytest.approx([0.6])


def test_builds_answer_when_there_is_clearly_more_capacity():
    built = {"build_h100e": [0.0] * 4}
    outcomes = {
        "surge": made(installed_h100e=[1, 2, 3, 4.2], **built),
        "no surge": made(installed_h100e=[1, 2, 3, 4], **built),
    }
    assert builds(outcomes).tolist() == [2]


def test_differences_and_ratios_are_taken_pair_by_pair():
    refused = {
        "no partners": {UNSERVED: np.array([[0.5, 0.5], [0.1, 0.0]])},
        "surge": {UNSERVED: np.array([[0.2, 0.0], [0.2, 0.0]])},
    }
    assert spared("surge")(refused) == pytest.approx([0.8, -0.1])
    prices = {"surge": {PRICE: np.array([[1.0, 3.0]])}, "no surge": {PRICE: np.array([[1.0, 2.0, 9.0]])}}
    assert price_ratio("surge", 1, "no surge", 1)(prices).tolist() == [1.5]


def test_use_at_the_ceiling_and_failed_entrants():
    used = made(usable_h100e=[90, 90], installed_h100e=[100, 100], utilisation_share=[0.899, 0.85])
    assert at_ceiling({"surge": used}).tolist() == [0.5]
    entered = made(lab_entries=[1, 1], supplier_entries=[0, 2]) | {"entrants_in_business": np.array([1.0])}
    assert entrants_failed({"surge": entered}).tolist() == [0.75]


def test_months_for_settling_down_are_left_out_of_long_runs_only():
    assert settled(np.zeros((1, 600))).shape == (1, 480)
    assert settled(np.zeros((1, 60))).shape == (1, 60)


# --- verdicts ---


@pytest.mark.parametrize(
    ("values", "expected", "statistic", "value", "inside", "ok"),
    [
        ([1.0, 2.0, 9.0], (1, 3), MEDIAN, 2.0, 2 / 3, True),
        ([1.0, np.nan, 9.0, 9.0], (1, 3), MEDIAN, 9.0, 1 / 3, False),
        ([1.0, np.inf, np.inf], (1, 3), MEDIAN, np.inf, 1 / 3, False),
        ([1.0, 2.0, 9.0], (1, 3), MEAN, 4.0, 2 / 3, False),
        ([0, 0, 1], (0, 0), TOTAL, 1.0, 2 / 3, False),
        ([1.0, 1.1, 0.9], (0, np.inf), ABOVE, 1.0, 1.0, True),
        ([1.0, 2.0, -2.0], (0, np.inf), ABOVE, 1 / 3, 2 / 3, False),
    ],
)
def test_a_row_is_judged_by_its_statistic(values, expected, statistic, value, inside, ok):
    measured = measure(row(values, expected, statistic), {})
    assert measured.value == pytest.approx(value)
    assert measured.inside == pytest.approx(inside)
    assert measured.ok is ok


def test_a_row_without_numbers_is_not_inside():
    assert not measure(row([np.nan], (0, 1)), {}).ok


def test_a_verdict_needs_both_columns():
    judged, told = row([], (0, 1)), row([], None)
    assert verdict(judged, GOOD, GOOD) == "inside"
    assert verdict(judged, GOOD, BAD) == "outside over draws"
    assert verdict(judged, BAD, GOOD) == "outside at defaults"
    assert verdict(judged, BAD, BAD) == "outside"
    assert verdict(told, BAD, BAD) == "-"


# --- the page ---


def test_the_page_says_every_row_and_why_some_are_outside():
    table = rows()
    missed = next(iter(MISSES), table[3].quantity)
    measured = {False: [BAD if entry.quantity == missed else GOOD for entry in table], True: [GOOD] * len(table)}
    text = page(table, measured, list(ARMS.values()), 7)
    for entry in table:
        assert f"| {entry.quantity} |" in text
    assert text.count("**outside at defaults**") == 1
    assert f"*{missed}*: {MISSES.get(missed, 'not looked into.')}" in text
    assert sum(f"*{name}*:" in text for name in MISSES) <= 1
    assert "Here: 7 pairs" in text


def test_the_picture_has_two_panels_and_names_its_arms():
    flat = {PRICE: np.ones((2, 6)), UNSERVED: np.zeros((2, 6))}
    figure = trust_figure(dict.fromkeys(ARMS, flat), 2)
    figure.canvas.draw()
    assert [axis.get_ylabel() for axis in figure.axes] == ["USD per H100e-hour", "share of its inference demand"]
    assert len(figure.axes[1].get_legend().get_texts()) == 4


def test_a_wrong_word_is_refused(capsys):
    assert trust.main(["pears=3"]) == 2
    assert "pears" in capsys.readouterr().err


@pytest.mark.all
def test_a_small_real_run_writes_the_same_bytes_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(trust, "arms", lambda: [arm._replace(months=min(arm.months, 62)) for arm in ARMS.values()])
    for name, workers in (("first", 1), ("second", 2)):
        assert trust.main(["pairs=2", f"workers={workers}", f"folder={tmp_path / name}"]) == 0
    for name in ("trust.md", "trust.png"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
