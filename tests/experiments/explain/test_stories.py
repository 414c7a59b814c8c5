"""What is told is what happened: plans, matches, prices and parts acted again give what the market wrote."""

import math

import numpy as np
import pytest

from experiments.explain import lab, plan, price, risk, supplier
from experiments.explain.failures import losses_of_failures
from experiments.explain.match import match_again
from experiments.explain.record import record_month, whole_run
from model import load_scenario

MONTHS = (0, 5, 6, 14)


@pytest.fixture(scope="module", params=MONTHS)
def recorded(request, small):
    return record_month(small, 1, request.param, whole_run(small, 1))


def test_the_plan_reckoned_again_is_the_plan_that_was_made(recorded):
    planned = 0
    for i in recorded.alive_labs():
        for each in plan.planned_months(recorded, i):
            row = recorded.views["plan"].requirements[i, each.delivery]
            for channel in ("build", "lease", "partner"):
                told = getattr(each.split, channel) * each.affordable
                assert told == pytest.approx(row[f"{channel}_h100e"], rel=1e-9, abs=1e-6)
            assert each.split.spot == row["spot_h100e"]
            planned += 1
    assert planned >= len(recorded.alive_labs())


def test_the_match_acted_again_signs_what_was_signed(recorded):
    matched = match_again(recorded.views)
    deals = recorded.run.deals[recorded.run.deals["signed_month"] == recorded.month]
    assert sorted(matched.held.values()) == pytest.approx(sorted(deals["capacity_h100e"]))
    for each in matched.rounds:
        for move in each.handed_back:
            assert move.h100e > 0.0
            assert not math.isnan(
                recorded.views["negotiate"].pairs["price_usd_per_h100e_hour"][move.lab, move.supplier]
            )


def test_parts_of_the_risk_charge_add_up_to_it(recorded):
    world = recorded.views["respond"]
    for i in recorded.alive_labs():
        for j in recorded.alive_suppliers():
            parts = risk.risk_parts(world, i, j)
            assert sum(parts.values()) == pytest.approx(world.pairs["risk_charge_usd_per_h100e_hour"][i, j], abs=1e-12)
            assert parts[risk.OTHER] == pytest.approx(0.0, abs=1e-12)


def test_a_new_term_of_the_risk_charge_shows_as_other(small, monkeypatch):
    recorded = record_month(small, 1, 2, whole_run(small, 1))
    real = risk.risk_charge
    monkeypatch.setattr(risk, "risk_charge", lambda world, i, j, value: real(world, i, j, value) + 0.25)
    assert risk.risk_parts(recorded.views["respond"], 0, 0)[risk.OTHER] == pytest.approx(0.25)


def test_parts_of_the_least_a_supplier_takes_add_up_to_it(recorded):
    world = recorded.views["respond"]
    asked = np.argwhere(world.pairs["asked_rank"] > 0)
    for i, j in asked:
        told = world.pairs["seller_reservation_usd_per_h100e_hour"][i, j]
        assert sum(risk.seller_parts(world, i, j).values()) == pytest.approx(told, abs=1e-12)


def test_parts_of_the_list_price_add_up_to_where_it_moves(recorded):
    before, after = recorded.views["plan"], recorded.views["respond"]
    speed = before.parameters["list_smoothing_per_month"][0]
    for j in recorded.alive_suppliers():
        goal = sum(supplier.list_parts(before, j).values())
        old, new = (views.suppliers["list_price_usd_per_h100e_hour"][j] for views in (before, after))
        assert new == pytest.approx(old + speed * (goal - old))
        assert min(supplier.list_parts(before, j)["floor"], 0.0) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("rule", ["auction", "smoothed", "posted", "double_auction"])
def test_parts_of_a_price_move_add_up_to_it(rule):
    scenario = load_scenario("small", {"parameters.spot_rule": rule, "parameters.lab_entry_per_month": 0.5})
    run = whole_run(scenario, 1)
    for month in (3, 14):
        prices = run.history.market["spot_price_usd_per_h100e_hour"]
        parts = price.price_parts(record_month(scenario, 1, month, run))
        assert sum(parts.values()) == pytest.approx(prices[month] - prices[month - 1], abs=1e-12)
        if rule == "auction":
            assert parts[price.OTHER] == pytest.approx(0.0, abs=1e-9)


def test_the_book_is_the_one_that_was_traded(recorded):
    book = price.book_of(recorded, recorded.views)
    sold = recorded.views["clear_spot"].suppliers["spot_sold_h100e"].sum()
    assert sum(row["filled H100e"] for row in book.asks) == pytest.approx(sold)
    limits = [row["limit USD"] for row in book.asks]
    assert limits == sorted(limits)


def test_a_draw_below_the_hazard_recalls_and_no_other():
    scenario = load_scenario("small", {"parameters.recall_hazard_per_month": 0.3})
    run, recalled, kept = whole_run(scenario, 1), 0, 0
    partner = list(scenario.suppliers).index("spacex_colossus")
    for month in (10, 16, 20):
        recorded = record_month(scenario, 1, month, run)
        hazard = recorded.views["need_compute"].suppliers["recall_hazard_per_month"][partner]
        for row in supplier.recall_draws(recorded, partner):
            assert (row["recalled"] == "yes") == (row["draw"] < hazard)
            recalled, kept = recalled + (row["recalled"] == "yes"), kept + (row["recalled"] == "no")
    assert recalled > 0
    assert kept > 0


def test_the_failure_of_each_supplier_is_tried_in_the_month_explained(recorded):
    losses = losses_of_failures(recorded)
    assert set(losses) == set(recorded.alive_suppliers())
    if recorded.month % 12 == 0:
        assert max(losses.values()) == recorded.run.history.market["systemic_loss_share"][recorded.month]


def test_stories_have_words_for_every_firm_and_month(recorded):
    stories = [lab.lab_story(recorded, i) for i in recorded.alive_labs()]
    stories += [supplier.supplier_story(recorded, j) for j in recorded.alive_suppliers()]
    stories.append(price.price_story(recorded))
    for story in stories:
        for section in story.sections:
            assert section.sentences
            assert all(set(row) == set(section.rows[0]) for row in section.rows), section.title
            assert not [words for words in section.sentences if "nan" in words.split()]


def test_an_idle_lab_of_another_strategy_is_told_too():
    scenario = load_scenario("small", {"labs.mistral.strategy": "integrated", "labs.openai.strategy": "hand_to_mouth"})
    recorded = record_month(scenario, 1, 5, whole_run(scenario, 1))
    for row in (0, 3):
        assert lab.lab_story(recorded, row).sections
        for each in plan.planned_months(recorded, row):
            asked = recorded.views["plan"].requirements[row, each.delivery]
            assert each.split.lease * each.affordable == pytest.approx(asked["lease_h100e"], abs=1e-6)
