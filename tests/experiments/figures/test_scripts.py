"""Data functions of figures against small tables made by hand, and that what they give can be drawn."""

import math
from types import SimpleNamespace

import polars as pl
import pytest
from matplotlib.figure import Figure as Canvas

from experiments.deals import USD_BN_PER_YEAR
from experiments.figures.figure import Answered
from experiments.figures.scripts import (
    build_lease_partner_map,
    colossus_deal,
    contract_network,
    contract_timing,
    diversification_frontier,
    effects,
    hedging,
    minimum_capital,
    moat_map,
    paths,
    placebos,
    price_paths,
    price_rules,
    rival_premium,
    sensitivities,
    shared,
    verdicts,
    volatility_map,
)
from experiments.store import SweepResults
from experiments.sweep.expectations import Expectation
from experiments.sweep.experiment import load_experiment
from model.scenario import load_scenario


def runs_of(arms, rows):
    """Return a table of runs, one a point and arm; `rows` gives the metrics of each point by arm."""
    keys = [{"arm": arm, "point": point, "replicate": 0, "failure": None} for point in range(len(rows)) for arm in arms]
    found = [key | rows[key["point"]](key["arm"]) for key in keys]
    table = pl.DataFrame(found, schema_overrides={"failure": pl.String})
    return table.with_columns(run=pl.int_range(pl.len()))


def answered(runs, tables=None, expectations=(), arms=(), name="made"):
    experiment = SimpleNamespace(
        name=name, expectations=expectations, arms=arms, design=SimpleNamespace(names=()), metrics=()
    )
    lazy = {key: table.lazy() for key, table in (tables or {}).items()}
    return Answered(experiment, SweepResults(runs, pl.DataFrame(), lazy, {}, {}))


def drawn(figure, table):
    canvas = Canvas(figsize=(figure.width_inches, figure.height_inches))
    figure.draw(canvas, table)
    canvas.draw_without_rendering()
    return canvas


def one(table, **where):
    """Return the only row of a table where columns have values."""
    rows = table.filter(*[pl.col(name) == value for name, value in where.items()])
    assert rows.height == 1, rows
    return rows.row(0, named=True)


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
    assert verdicts.name_of({"experiment": "placebo_affiliation", "expectation": "x_y", "expected": "same"}) == (
        "affiliation: x y ="
    )


def test_the_frontier_has_medians_and_draws_of_both_pairs():
    arms = diversification_frontier.ARMS

    def row(base):
        metrics = {"largest_supplier_share": base, "systemic_loss_share": base / 2, "lab_surplus_share": 1 - base}
        return lambda arm: metrics

    table = diversification_frontier.data(
        {"p06_diversification": answered(runs_of(arms, [row(base) for base in (0.2, 0.4, 0.3)]))}
    )
    middle = one(table, arm="spread", x="systemic_loss_share", mark="median")
    assert (middle["x_median"], middle["y_median"]) == pytest.approx((0.15, 0.7))
    assert table.filter(arm="spread", mark="draw").height == 2 * 3
    drawn(diversification_frontier.FIGURE, table)


def test_rival_supply_is_told_against_scarcity_without_the_change():
    results = {}
    for name, (_, worlds) in rival_premium.CHANGES.items():
        arms = [arm for pair in worlds.values() for arm in pair]
        without = {"rival_supply_share": 0.1, "contract_price_month_12": 2.0}
        changed = {"rival_supply_share": 0.3, "contract_price_month_12": 2.5}
        metrics = {a: without for a, _ in worlds.values()} | {b: changed for _, b in worlds.values()}

        def row(scarce, metrics=metrics, without=without):
            return lambda one_of: {"unmet_demand_share": scarce + 0.5 * (metrics[one_of] != without)} | metrics[one_of]

        results[name] = answered(runs_of(arms, [row(scarce) for scarce in (0.01, 0.02, 0.06)]))
    table = rival_premium.data(results)
    middle = one(table, experiment="p08_urgency", world="scarce", outcome="rival_supply_share", mark="median")
    assert (middle["unmet_demand_share"], middle["median"]) == pytest.approx((0.02, 0.2))
    middle = one(table, experiment="p09_foreclosure", world="slack", outcome="contract_price_month_12", mark="median")
    assert middle["median"] == pytest.approx(0.5)
    drawn(rival_premium.FIGURE, table)


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


def surge_arms(*names):
    scenario = load_scenario("colossus")
    return [SimpleNamespace(name=name, scenario=scenario) for name in names]


def months_of(runs, value, names):
    """Return a table of months of runs; `value` tells a column's number from arm, point and month."""
    rows = [
        {"run": run["run"], "month": month} | {name: value(run, month) for name in names}
        for run in runs.iter_rows(named=True)
        for month in range(3)
    ]
    return pl.DataFrame(rows)


def test_paths_are_told_since_the_surge_and_paired():
    runs = runs_of(("colossus_calm", "colossus"), [lambda arm: {}] * 3)
    names = [outcome.columns[0] for outcome in price_paths.OUTCOMES]

    def price(run, month):
        return 1.0 + run["point"] + (0.5 * month if run["arm"] == "colossus" else 0.0)

    stored = answered(runs, {"months": months_of(runs, price, names)}, arms=surge_arms("colossus"))
    table = price_paths.data({"colossus_replay": stored})
    began = paths.surge_month(stored, "colossus", "anthropic")
    level = one(table, outcome="spot", arm="colossus", months_since_event=2 - began)
    assert (level["median"], level["low"]) == pytest.approx((3.0, 2.2))  # of 2, 3 and 4
    gap = one(table, outcome="spot", arm=paths.DIFFERENCE, months_since_event=2 - began)
    assert (gap["median"], gap["draws"]) == (1.0, 3)
    drawn(price_paths.FIGURE, table)


def test_early_contracts_are_told_by_the_share_of_users():
    arms = [f"{when}_{ageing}_ageing" for ageing in contract_timing.AGEING for when in ("late", "early")]
    runs = runs_of(arms, [lambda arm: {}] * 2)
    rows = [
        {"run": run["run"], "month": month, "lab": lab, "users_h100e": users}
        for run in runs.iter_rows(named=True)
        for month in (0, 60)
        for lab, users in (("meta", 60.0), ("anthropic", 40.0 if "early" in run["arm"] and month else 20.0))
    ]
    table = contract_timing.data({"p11_early_movers": answered(runs, {"labs": pl.DataFrame(rows)})})
    gap = one(table, ageing="fast", month=60)
    assert (gap["gap_median_share"], gap["draws"]) == (pytest.approx(0.15), 2)  # 40 / 100 - 20 / 80
    assert one(table, ageing="slow", month=0)["gap_median_share"] == 0.0
    drawn(contract_timing.FIGURE, table)


def test_a_tenth_more_compute_is_told_by_the_gap_of_users():
    arms = [arm + more for arm in moat_map.ARMS for more in ("", moat_map.MORE)]
    outcomes = {"hhi_labs_end": 2000.0, "compute_profit_correlation": 0.5}
    rows = [lambda arm, z=z: {moat_map.FACTOR: z} | outcomes for z in (0.0, 1.0)]
    runs = runs_of(arms, rows)
    labs = [
        {"run": run["run"], "month": month, "lab": lab, "users_h100e": users}
        for run in runs.iter_rows(named=True)
        for month in moat_map.ASKED_MONTHS
        for lab, users in (("openai", 50.0), ("meta", 50.0 if run["arm"].endswith(moat_map.MORE) else 30.0))
    ]
    table = moat_map.data({"moat_or_commodity": answered(runs, {"labs": pl.DataFrame(labs)})})
    gap = one(table, outcome="gap_24_share", arm="no_partners", quality_compute_elasticity=1.0)
    assert gap["mean"] == pytest.approx(0.125)  # 50 / 100 - 30 / 80
    assert one(table, outcome="hhi_labs_end", arm="colossus", quality_compute_elasticity=0.0)["mean"] == 2000.0
    assert set(table["arm"]) == set(moat_map.ARMS)
    drawn(moat_map.FIGURE, table)


def test_the_channel_that_leads_has_most_of_what_labs_gain():
    surge, wacc = build_lease_partner_map.FACTORS
    rows = [lambda arm, w=w: {surge: 80.0, wacc: w} for w in (0.1, 0.2)]
    runs = runs_of(("lead_09", "lead_36"), rows)
    gains = {"build_h100e": 10.0, "lease_h100e": 30.0, "partner_h100e": -5.0, "spot_lab_h100e": 0.0}
    months = [
        {"run": run, "month": month} | {name: 100.0 + (gain if month else 0.0) for name, gain in gains.items()}
        for run in runs["run"]
        for month in (0, 35)
    ]
    table = build_lease_partner_map.data({"build_lease_partner_map": answered(runs, {"months": pl.DataFrame(months)})})
    here = {"lead_months": 36, "wacc_per_year": 0.1}
    assert one(table, channel="lease_h100e", **here)["share_mean"] == pytest.approx(0.75)  # 30 / (10 + 30)
    assert one(table, leads=True, **here)["channel"] == "lease_h100e"
    assert one(table, channel="partner_h100e", **here)["share_mean"] == 0.0
    drawn(build_lease_partner_map.FIGURE, table)


CONTRACTS = {
    "supplier": ["spacex_colossus", "azure", "azure"],
    "lab": ["anthropic", "openai", "openai"],
    "lab_id": [2, 1, 1],
    "channel": ["partner", "lease", "lease"],
    "capacity_h100e": [250_000.0, 600_000.0, 100_000.0],
    "price_usd_per_h100e_hour": [2.0, 3.0, 3.0],
    "signed_month": [2, -1, -1],
    "start_month": [3, 0, 0],
    "end_month": [40, 60, 1],
}


def contracts_answered():
    """Return two runs, of which only the first signs with Colossus."""
    runs = runs_of(("colossus",), [lambda arm: {}] * 2)
    first = pl.DataFrame(CONTRACTS).with_columns(run=0)
    second = pl.DataFrame(CONTRACTS).with_columns(run=1).filter(pl.col("supplier") == "azure")
    contracts = pl.concat([first, second]).with_columns(run=pl.col("run").cast(pl.Int64))
    return answered(runs, {"contracts": contracts}, arms=surge_arms("colossus"))


def test_the_deal_is_priced_by_the_runs_that_have_one_of_its_size():
    table = colossus_deal.data({"colossus_replay": contracts_answered()})
    run = one(table, mark="run", basis="filing")
    report = one(table, mark="report", basis="filing")
    assert (run["price_usd_per_h100e_hour"], run["runs"]) == (2.0, 2)
    assert run["value_usd_bn_per_year"] == pytest.approx(2.0 * report["capacity_h100e"] * USD_BN_PER_YEAR)
    assert (report["source"], report["price_usd_per_h100e_hour"]) == ("S09", 3.32)
    early = one(table, mark="report", basis="early estimate")
    assert (early["value_low"], early["value_high"]) == (3.0, 4.0)
    assert early["price_low"] == pytest.approx(1.24, abs=0.005)
    drawn(colossus_deal.FIGURE, table)


def test_who_rents_from_whom_is_the_mean_over_runs():
    table = contract_network.data({"colossus_replay": contracts_answered()})
    before = one(table, moment="before", supplier="Microsoft Azure", lab="OpenAI")
    after = one(table, moment="after", supplier="Microsoft Azure", lab="OpenAI")
    assert (before["capacity_h100e"], after["capacity_h100e"]) == (700_000.0, 600_000.0)
    partner = one(table, moment="after", channel="partner")
    assert (partner["capacity_h100e"], partner["runs_share"], partner["lab"]) == (125_000.0, 0.5, "Anthropic")
    drawn(contract_network.FIGURE, table)


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
