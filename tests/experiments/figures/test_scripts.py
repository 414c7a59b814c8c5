"""Data functions of figures against small tables made by hand, and that what they give can be drawn."""

import math
from types import SimpleNamespace

import polars as pl
import pytest

from experiments.figures.scripts import (
    diversification_frontier,
    effects,
    hedging,
    market_size,
    minimum_capital,
    placebos,
    price_rules,
    sensitivities,
    shared,
    verdicts,
    volatility_map,
)
from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import load_experiment
from tests.experiments.figures.by_hand import answered, drawn, one, runs_of


def test_medians_and_means_have_intervals_from_six_draws_on():
    table = pl.DataFrame({"arm": ["a"] * 6 + ["b"] * 2, "x": [1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 1.0, math.nan]})
    a, b = shared.medians(table, ["arm"], "x").iter_rows(named=True)
    assert (a["draws"], a["median"]) == (6, 3.5)
    assert 1.0 <= a["low"] < 3.5 < a["high"] <= 9.0
    assert (b["draws"], b["median"], math.isnan(b["low"])) == (1, 1.0, True)
    mean = shared.means(table, ["arm"], "x").row(0, named=True)
    # mean 4, standard deviation sqrt(40 / 5) = 2.828, t(5) = 2.571: half width 2.571 x 2.828 / sqrt(6) = 2.968
    assert mean["mean"] == 4.0
    assert mean["high"] - 4.0 == pytest.approx(2.968, abs=0.001)


def test_quantiles_leave_out_what_is_no_number():
    table = pl.DataFrame({"arm": ["a"] * 4, "x": [0.0, 10.0, 5.0, math.nan]})
    row = shared.quantiles(table, ["arm"], "x").row(0, named=True)
    assert (row["draws"], row["low"], row["median"], row["high"]) == (3, 1.0, 5.0, 9.0)


def test_draws_are_means_over_replicates_without_runs_that_failed():
    runs = pl.DataFrame(
        {
            "arm": ["a"] * 3,
            "point": [0, 0, 1],
            "replicate": [0, 1, 0],
            "failure": [None, None, "books"],
            "x": [1.0, 3.0, None],
        }
    )
    assert shared.by_draw(runs, ["x"]).to_dicts() == [{"arm": "a", "point": 0, "x": 2.0}]


def test_gaps_pair_rows_of_two_arms():
    values = pl.DataFrame({"arm": ["a", "b", "a"], "point": [0, 0, 1], "x": [1.0, 4.0, 9.0]})
    assert shared.gaps(values, ["point"], "x", "a", "b").to_dicts() == [{"point": 0, "difference": 3.0}]


EXPECTED = (
    Expectation("rises", "unmet_demand_share", "a", "b", "higher", 0.1, "no"),
    Expectation("falls", "unmet_demand_share", "a", "b", "lower", 0.1, "no"),
)


def effects_answered(name):
    steps = [0.2, 0.3, 0.4, 0.2, 0.3, 0.4]
    rows = [lambda arm, step=step: {"unmet_demand_share": step if arm == "b" else 0.0} for step in steps]
    return answered(runs_of("ab", rows), expectations=EXPECTED, name=name)


def test_effects_are_told_with_their_draws_and_verdict():
    table = effects.effects_table(effects_answered("p01_x"))
    middle = one(table, expectation="rises", mark="median")
    assert middle["median"] == pytest.approx(0.3)
    assert (middle["draws"], middle["verdict"], middle["unit"]) == (6, "supported", "share")
    draws = table.filter(expectation="rises", mark="draw")["median"].to_list()
    assert draws == pytest.approx([0.2, 0.3, 0.4, 0.2, 0.3, 0.4])
    assert one(table, expectation="falls", mark="median")["verdict"] == "contradicted"
    drawn(effects.FIGURES[0], table)


def test_verdicts_turn_effects_towards_what_was_expected():
    table = verdicts.data({name: effects_answered(name) for name in ("p01_x", "p02_y")})
    rises, falls = (one(table, experiment="p02_y", expectation=name) for name in ("rises", "falls"))
    assert (rises["median"], falls["median"]) == pytest.approx((3.0, -3.0))  # 0.3 / 0.1
    assert (falls["low"], falls["high"]) == pytest.approx((-rises["high"], -rises["low"]))
    canvas = drawn(verdicts.FIGURE, table)
    labels = [text.get_text() for text in canvas.axes[0].get_yticklabels()]
    assert labels == ["P1 rises ↑", "P1 falls ↓", "P2 rises ↑", "P2 falls ↓"]
    drawn(placebos.FIGURE, table)
    rows = [
        {"experiment": name, "expectation": "x_y", "expected": "same"}
        for name in ("placebo_affiliation", "p06_wide", "p06_narrow", "p07_moat")
    ]
    names = ["affiliation: x y =", "P6 wide: x y =", "P6 narrow: x y =", "P7 x y ="]
    assert verdicts.names_of(rows) == names


def test_the_frontier_tells_what_a_limit_changes():
    loss = {diversification_frontier.UNLIMITED: 0.3, "spread_060": 0.25, "spread_040": 0.2, "spread": 0.1}

    def row(base):
        return lambda arm: {
            "largest_supplier_share": base,
            "systemic_loss_share": base + loss[arm.removesuffix("_common")],
            "lab_surplus_share": 1 - base,
        }

    arms = [arm + end for end in diversification_frontier.SERIES for arm in loss]
    runs = runs_of(arms, [row(base) for base in (0.2, 0.4, 0.3)])
    table = diversification_frontier.data({"p06_spreading": answered(runs)})
    found = one(table, arm="spread_common")
    assert found["systemic_loss_share_median"] == pytest.approx(-0.2)
    assert (found["largest_supplier_share_median"], found["lab_surplus_share_draws"]) == (0.0, 3)
    drawn(diversification_frontier.FIGURE, table)


def test_price_rules_are_told_by_level_and_by_difference_to_the_auction():
    level = {"auction": 3.0, "smoothed": 2.0, "posted": 1.0}
    rows = [lambda arm, up=up: dict.fromkeys(price_rules.OUTCOMES, up + level[arm]) for up in (0.0, 1.0, 5.0)]
    table = price_rules.data({"p12_price_rules": answered(runs_of(level, rows))})
    assert one(table, outcome="spot_volatility", rule="posted", what="level", mark="median")["median"] == 2.0
    assert one(table, outcome="spot_volatility", rule="posted", what="difference", mark="median")["median"] == -2.0
    assert table.filter(what="difference", rule="auction").height == 0
    drawn(price_rules.FIGURE, table)


def test_hedging_is_told_against_no_hedging():
    arms = {"hedged_000": 1.0, "hedged_050": 0.8, "hedged_100": 0.5}
    rows = [lambda arm, up=up: dict.fromkeys(hedging.OUTCOMES, up * arms[arm]) for up in (1.0, 2.0, 3.0)]
    calmer = Expectation("calmer", "lab_cost_volatility", "hedged_000", "hedged_100", "lower", 0.02, "no")
    named = [SimpleNamespace(name=arm) for arm in arms]
    table = hedging.data({"hedging": answered(runs_of(arms, rows), expectations=(calmer,), arms=named)})
    half = one(table, outcome="lab_cost_volatility", hedge_share=0.5)
    assert (half["median"], half["p10"], half["smallest"]) == pytest.approx((-0.4, -0.56, 0.02))  # of -0.2, -0.4, -0.6
    assert one(table, outcome="spot_volatility", hedge_share=1.0)["smallest"] is None
    drawn(hedging.FIGURE, table)


def test_volatility_is_mapped_over_lead_time_and_weight():
    factor = volatility_map.FACTOR
    rows = [
        lambda arm, w=w: {factor: w} | dict.fromkeys(volatility_map.OUTCOMES, w + int(arm[-2:]) / 10)
        for w in (0.0, 0.5, 1.0)
    ]
    table = volatility_map.data({"volatility_map": answered(runs_of(("lead_03", "lead_12"), rows))})
    cell = one(table, outcome="contract_volatility", lead_months=12, supply_line_weight=0.5)
    assert (cell["mean"], cell["draws"]) == (pytest.approx(1.7), 1)
    drawn(volatility_map.FIGURE, table)


def test_the_cash_for_an_even_chance_lies_where_survival_crosses_a_half():
    cash = pl.Series([10.0, 100.0, 1000.0]).to_numpy()
    crossing = minimum_capital.crossing
    # between 10 and 100 survival goes from 0.3 to 0.7, so a half is in the middle of the logarithm: sqrt(1000)
    assert crossing(cash, pl.Series([0.3, 0.7, 0.9]).to_numpy(), 0.5) == pytest.approx(math.sqrt(1000.0))
    assert crossing(cash, pl.Series([0.6, 0.7, 0.9]).to_numpy(), 0.5) == 10.0
    assert crossing(cash, pl.Series([0.1, 0.2, 0.3]).to_numpy(), 0.5) == math.inf
    assert math.isnan(crossing(cash, pl.Series([math.nan] * 3).to_numpy(), 0.5))


def test_minimum_capital_is_told_by_arm_and_hazard():
    survival = {10.0: 0.3, 100.0: 0.7, 1000.0: 0.9}
    names = list(minimum_capital.FACTORS)
    rows = [
        lambda arm, c=c, h=h: {
            names[0]: c,
            names[1]: h,
            "lab_survival_60": survival[c] - (h if arm == "colossus" else 0),
        }
        for h in (0.0, 0.4)
        for c in survival
    ]
    table = minimum_capital.data({"minimum_capital": answered(runs_of(minimum_capital.ARMS, rows))})
    capital = {name: one(table, mark="capital", arm=name, recall_hazard_per_month=0.4) for name in minimum_capital.ARMS}
    assert capital["no_partners"]["mean"] == pytest.approx(math.sqrt(1000.0))
    assert capital["colossus"]["mean"] == pytest.approx(1000.0)  # 0.9 - 0.4
    drawn(minimum_capital.FIGURE, table)


def test_indices_are_those_of_the_factors():
    experiment = load_experiment("sobol_g", ["points=1024", "runs=1"])
    points = pl.DataFrame(experiment.design.points, schema=list(experiment.design.names)).with_row_index("point")
    told = {"arm": pl.lit(experiment.arms[0].name), "replicate": pl.lit(0), "y": pl.col("x1"), "run": pl.col("point")}
    runs = points.with_columns(pl.col("point").cast(pl.Int64)).with_columns(**told)
    stored = answered(runs)
    table = sensitivities.indices_table(stored._replace(experiment=experiment))
    assert table.columns == list(sensitivities.SCHEMA)
    index = {name: one(table, factor=name, index="total") for name in ("x1", "x2")}
    assert index["x1"]["value"] == pytest.approx(1.0, abs=0.05)  # y is x1, and nothing else
    assert index["x1"]["low"] < 1.0 < index["x1"]["high"]
    assert index["x2"]["value"] == pytest.approx(0.0, abs=0.01)


def test_no_indices_are_said_in_words():
    canvas = drawn(sensitivities.FIGURES[0], pl.DataFrame(schema=sensitivities.SCHEMA))
    assert [text.get_text() for text in canvas.texts] == ["no indices from so few points"]


def test_the_number_of_labs_is_told_over_the_market():
    names = list(market_size.FACTORS)
    rows = [
        lambda arm, g=g: {names[0]: 0.3, names[1]: g, "hhi_labs_end": 2500.0 / g, "lab_revenue_end": 100.0 * g}
        for g in (1.0, 2.0)
    ]
    table = market_size.data({"market_size": answered(runs_of(("colossus",), rows))})
    large = one(table, demand_growth_start_x_per_year=2.0)
    assert (large["effective_labs_mean"], large["lab_revenue_usd_bn_per_year"]) == (8.0, 200.0)  # 10,000 / 1,250
    drawn(market_size.FIGURE, table)
