"""The same of figures that read the tables of months, labs and contracts."""

import polars as pl
import pytest

from experiments.deals import USD_BN_PER_YEAR
from experiments.figures.scripts import (
    build_lease_partner_map,
    colossus_deal,
    contract_network,
    contract_timing,
    moat_map,
    paths,
    price_paths,
    rival_premium,
)
from model.scenario import load_scenario
from tests.experiments.figures.by_hand import answered, drawn, one, runs_of, surge_arms


def test_rival_supply_is_told_against_scarcity():
    results = {}
    for name, rules in rival_premium.ARMS.items():
        level = {arm: number for arms in rules.values() for number, arm in enumerate(arms)}

        def row(up, level=level):
            return lambda one_of: {
                "unmet_demand_share": level[one_of] / 100.0,
                "rival_supply_share": up * (level[one_of] + 1.0),
                "contract_price_month_12": 2.0 + up,
            }

        runs = runs_of(list(level), [row(up) for up in (0.1, 0.2, 0.6)])
        contracts = pl.DataFrame({**RIVAL_CONTRACTS, "run": [0] * 5})
        results[name] = answered(runs, {"contracts": contracts}, arms=surge_arms("any"))
    table = rival_premium.data(results)
    scarce = one(table, experiment="p08_urgency", outcome="rival_supply_share", arm="scarce_urgent")
    assert (scarce["unmet_demand_share"], scarce["median"], scarce["rule"]) == pytest.approx((0.03, 0.8, "urgency 10"))
    price = one(table, experiment="p09_foreclosure", outcome="contract_price_month_12", arm="slack_open")
    assert price["median"] == pytest.approx(2.2)
    assert table.filter(outcome="rival_premium_share").height == 1  # only run 0 has contracts
    drawn(rival_premium.FIGURE, table)


RIVAL_CONTRACTS = {
    "supplier": ["google_cloud", "google_cloud", "azure", "azure", "spacex_colossus"],
    "lab": ["anthropic", "google_deepmind", "openai", "meta", "openai"],
    "capacity_h100e": [10.0, 99.0, 10.0, 30.0, 50.0],
    "price_usd_per_h100e_hour": [3.0, 1.0, 2.0, 2.8, 2.0],
    "signed_month": [4, 4, 4, 4, 9],
}
"""Two contracts of month 4 with rivals' and others' suppliers, one of a lab with its own group, one without others."""


def test_the_premium_of_rivals_compares_what_is_signed_in_a_month():
    runs = runs_of(("calm_urgent",), [lambda arm: {}])
    contracts = pl.DataFrame({**RIVAL_CONTRACTS, "run": [0] * 5})
    table = rival_premium.premiums(answered(runs, {"contracts": contracts}, arms=surge_arms("any")))
    # others: (10 x 2 + 30 x 2.8) / 40 = 2.6; of month 9 there is nothing to compare with
    assert one(table, run=0)["rival_premium_share"] == pytest.approx(3.0 / 2.6 - 1.0)
    assert rival_premium.tied_labs(load_scenario("colossus")) == {
        "google_cloud": "google_deepmind",
        "spacex_colossus": "xai",
    }


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
    zeta, spillover = moat_map.FACTORS
    rows = [lambda arm, z=z, s=s: {zeta: z, spillover: s} | outcomes for z in (0.0, 1.0) for s in (0.0, 0.05)]
    runs = runs_of(arms, rows)
    labs = [
        {"run": run["run"], "month": month, "lab": lab, "users_h100e": users}
        for run in runs.iter_rows(named=True)
        for month in moat_map.ASKED_MONTHS
        for lab, users in (("openai", 50.0), ("meta", 50.0 if run["arm"].endswith(moat_map.MORE) else 30.0))
    ]
    table = moat_map.data({"moat_or_commodity": answered(runs, {"labs": pl.DataFrame(labs)})})
    here = {"quality_compute_elasticity": 1.0, "training_spillover_per_month": 0.05}
    gap = one(table, outcome="gap_24_share", arm="no_partners", **here)
    assert gap["mean"] == pytest.approx(0.125)  # 50 / 100 - 30 / 80
    assert one(table, outcome="hhi_labs_end", arm="colossus", **here)["mean"] == 2000.0
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
