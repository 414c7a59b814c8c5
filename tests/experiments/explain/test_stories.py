"""What is told is what happened: plans, matches, prices and parts acted again give what the market wrote."""

import math

import numpy as np
import pytest

from agents.labs import STRATEGIES
from agents.packages import GUARANTEED, INTERRUPTIBLE, STANDARD
from agents.suppliers import EDGE, SOVEREIGN
from agents.suppliers.pricing import list_price_target
from experiments.explain import bargain, lab, orders, plan, price, risk, supplier, terms
from experiments.explain.failures import losses_of_failures
from experiments.explain.match import match_again
from experiments.explain.record import record_month, row_of, whole_run
from model import load_scenario
from model.scenario import with_events

pytestmark = pytest.mark.all

MONTHS = (0, 5, 6, 14)


@pytest.fixture(scope="module", params=MONTHS)
def recorded(request, small):
    return record_month(small, 1, request.param, whole_run(small, 1))


@pytest.fixture(scope="module")
def all_strategies():
    """Return a market in which each strategy that reckons a plan has a lab, a hedger among them that trades forward."""
    given = {"labs.zero_intelligence.strategy": "hedger", "parameters.forward_horizon_months": 6}
    return load_scenario("strategies", given)


def test_the_plan_reckoned_again_is_the_plan_that_was_made(recorded):
    planned = 0
    for i in recorded.alive_labs():
        for each in plan.planned_months(recorded, i):
            row = recorded.views["plan"].requirements[i, each.delivery]
            for channel in ("build", "lease", "partner"):
                told = getattr(each.split, channel) * each.affordable
                assert told == pytest.approx(row[f"{channel}_h100e"], rel=1e-9, abs=1e-6)
            assert each.split.spot + each.hedged == row["spot_h100e"]
            assert each.affordable <= 1.0 + 1e-9
            planned += 1
    assert planned >= len(recorded.alive_labs())


def test_the_plans_of_all_strategies_reckoned_again_are_those_that_were_made(all_strategies):
    told, hedged, run = set(), 0.0, whole_run(all_strategies, 1)
    for month in (2, 6, 13):
        recorded = record_month(all_strategies, 1, month, run)
        for i in recorded.alive_labs():
            made = recorded.views["plan"].requirements[i]
            for each in plan.planned_months(recorded, i):
                row, asked = made[each.delivery], each.affordable
                assert asked <= 1.0 + 1e-9
                split = (each.split.build, each.split.lease, each.split.partner)
                wrote = [row[f"{channel}_h100e"] for channel in ("build", "lease", "partner")]
                assert [asked * part for part in split] == pytest.approx(wrote, rel=1e-9, abs=1e-6)
                assert each.split.spot + each.hedged == row["spot_h100e"]
                hedged += each.hedged
                told.add(plan.strategy_of(recorded.views["plan"], i))
            assert lab.lab_story(recorded, i).sections[1].sentences[0].startswith("Its strategy is ")
    assert told == set(STRATEGIES) - {"adaptive", "zero_intelligence"}
    assert hedged > 0.0


def test_a_plan_by_chance_is_told_without_costs():
    recorded = record_month(load_scenario("strategies"), 1, 2, whole_run(load_scenario("strategies"), 1))
    row = row_of(recorded, "lab", "zero_intelligence")
    assert plan.planned_months(recorded, row) == []
    story = lab.lab_story(recorded, row)
    assert story.sections[1].sentences[1].startswith("It divides what it misses among the channels by chance")
    assert story.sections[2].sentences == ["It reckoned no cost of a channel this month."]


def test_a_month_by_hand_is_told_as_such(small):
    order = {"shock": "orders", "target": "anthropic", "first_month": 10, "lease_h100e": 1e4, "partner_h100e": 1e4}
    played = with_events(small, {"hand": order | {"build_h100e": 2e4, "stubbornness_share": 0.05}})
    recorded = record_month(played, 1, 10, whole_run(played, 1))
    row = row_of(recorded, "lab", "anthropic")
    assert plan.planned_months(recorded, row) == []
    story = lab.lab_story(recorded, row)
    words = " ".join(sentence for section in story.sections for sentence in section.sentences)
    assert "It is played by hand this month: orders take the place of what it would ask for." in words
    assert "asks everybody for what is ordered through their channel" in words
    assert "would pay 5% less than that" in words
    assert "It meant to build for 19 k H100e of work, for which it needs 20 k H100e of chips." in words
    assert match_again(recorded.views).world.deals.tobytes() == recorded.views["negotiate"].deals.tobytes()
    other = bargain.ask_section(recorded, row_of(recorded, "lab", "openai"))
    assert "played by hand" not in " ".join(other.sentences)


def test_the_bargain_acted_again_signs_what_was_signed(recorded):
    matched, signed = match_again(recorded.views), recorded.views["negotiate"]
    assert matched.world.deals.tobytes() == signed.deals.tobytes()
    assert matched.world.offers.tobytes() == signed.offers.tobytes()
    for column in ("price_usd_per_h100e_hour", "invested_usd_m", "exclusive_until_month"):
        assert matched.world.pairs[column].tobytes() == signed.pairs[column].tobytes()
    new = np.flatnonzero(recorded.run.deals["signed_month"] == recorded.month)
    assert matched.built <= set(new.tolist())
    plain = [recorded.run.deals["capacity_h100e"][row] for row in new if row not in matched.built]
    assert sorted(matched.held.values()) == pytest.approx(sorted(plain))
    for each in matched.rounds:
        for move in each.handed_back:
            assert move.h100e > 0.0
            assert not math.isnan(
                recorded.views["negotiate"].pairs["price_usd_per_h100e_hour"][move.lab, move.supplier]
            )


def test_first_refusal_exclusivity_and_sites_built_to_suit_are_told():
    bound = load_scenario("colossus", {"parameters.exclusivity_months": 24})
    run, first, lowered, built = whole_run(bound, 1), 0, 0, 0
    for month in (0, 3, 27):
        recorded = record_month(bound, 1, month, run)
        matched = match_again(recorded.views)
        assert matched.world.deals.tobytes() == recorded.views["negotiate"].deals.tobytes()
        prices = matched.world.pairs["price_usd_per_h100e_hour"]
        assert all(prices[pair] < before for pair, before in matched.undercut.items())
        lowered, built = lowered + len(matched.undercut), built + len(matched.built)
        for i in recorded.alive_labs():
            exclusive = [move for each in matched.rounds for move in each.proposed if move.lab == i and move.exclusive]
            words = " ".join(bargain.match_section(recorded, i, matched).sentences)
            assert ("first whatever the price" in words) == bool(exclusive)
            first += len(exclusive)
            rows = lab.signed_rows(recorded, i, matched)
            assert sum(row["how"] == "to suit" for row in rows) == words.count("to suit it")
    assert min(first, lowered, built) > 0


def test_the_package_of_a_deal_is_told_in_words():
    deal = {"end_month": 50, "full_month": 14, "service_level": GUARANTEED, "recallable": 1, "notice_months": 6}
    deal |= {"prepaid_usd_m": 120.0, "equity_usd_m": 3000.4}
    assert terms.deal_words(deal, partner=True) == (
        "36 months in full, guaranteed service, recall on 6 months' notice, 120 USD m paid ahead and 3,000 USD m of "
        "equity for it"
    )
    plain = deal | {"service_level": STANDARD, "recallable": 0, "notice_months": 0, "prepaid_usd_m": 0.0}
    assert terms.deal_words(plain | {"equity_usd_m": 0.0}, partner=True) == "36 months in full and no right of recall"
    pair = {
        "term_months": 24,
        "service_level": INTERRUPTIBLE,
        "recallable": 0,
        "notice_months": 3,
        "prepaid_share": 0.2,
    }
    assert terms.package_words(pair, partner=False) == (
        "24 months, interruptible service, 3 months' notice by the lab, 20% ahead"
    )


def test_parts_of_the_risk_charge_add_up_to_it(recorded):
    world = recorded.views["respond"]
    for i in recorded.alive_labs():
        for j in recorded.alive_suppliers():
            parts = risk.risk_parts(world, i, j)
            assert sum(parts.values()) == pytest.approx(world.pairs["risk_charge_usd_per_h100e_hour"][i, j], abs=1e-12)
            assert parts[risk.OTHER] == pytest.approx(0.0, abs=1e-12)
            assert sum(risk.grouped(parts).values()) == pytest.approx(sum(parts.values()), abs=1e-12)


def test_what_terms_cost_adds_up_to_what_the_package_was_chosen_by(recorded):
    world = recorded.views["respond"]
    for i in recorded.alive_labs():
        for j in recorded.alive_suppliers():
            worths = terms.term_worths(world, i, j).values()
            pair = world.pairs[i, j]
            assert sum(each.charge for each in worths) == pytest.approx(
                pair["terms_charge_usd_per_h100e_hour"], abs=1e-12
            )
            assert sum(each.cost for each in worths) == pytest.approx(pair["terms_cost_usd_per_h100e_hour"], abs=1e-12)


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
        parts = risk.seller_parts(world, i, j)
        assert sum(parts.values()) == pytest.approx(told, abs=1e-12)
        assert parts[risk.OTHER] == pytest.approx(0.0, abs=1e-12)


def test_parts_of_the_chance_of_a_recall_add_up_to_it():
    needy = load_scenario("colossus", {"parameters.recall_need_per_month": 0.3})
    run, from_need = whole_run(needy, 1), 0.0
    for month in (2, 5, 12):
        recorded = record_month(needy, 1, month, run)
        for j in recorded.alive_suppliers():
            parts = risk.hazard_parts(recorded.views["begin"], j)
            told = recorded.views["need_compute"].suppliers["recall_hazard_per_month"][j]
            assert min(1.0, sum(parts.values())) == pytest.approx(told, abs=1e-12)
            from_need += parts[risk.NEED]
    assert from_need > 0.0


def test_orders_cut_again_leave_what_chips_did_not_take(recorded):
    left, placed = orders.before_chips(recorded), recorded.views["place_orders"]
    got, before = placed.suppliers["ordered_h100e"], left.suppliers["ordered_h100e"]
    share = placed.market["orders_placed_h100e"][0] / max(1.0, placed.market["orders_wanted_h100e"][0])
    large = got >= 1.0
    assert got[large] == pytest.approx(min(1.0, share) * before[large], rel=1e-6)
    assert left.market["lost_to_profit_h100e"][0] == placed.market["lost_to_profit_h100e"][0]
    assert left.market["orders_asked_h100e"][0] == placed.market["orders_asked_h100e"][0]


def test_parts_of_the_list_price_add_up_to_where_it_moves(recorded):
    before, after = recorded.views["plan"], recorded.views["respond"]
    speed = before.parameters["list_smoothing_per_month"][0]
    for j in recorded.alive_suppliers():
        goal = sum(supplier.list_parts(before, j).values())
        old, new = (views.suppliers["list_price_usd_per_h100e_hour"][j] for views in (before, after))
        assert new == pytest.approx(old + speed * (goal - old))
        assert min(supplier.list_parts(before, j)["floor"], 0.0) == pytest.approx(0.0, abs=1e-12)


def test_the_list_price_of_every_kind_of_supplier_has_parts_that_add_up():
    every, kinds = load_scenario("colossus"), set()
    recorded = record_month(every, 1, 4, whole_run(every, 1))
    world = recorded.views["plan"]
    for j in recorded.alive_suppliers():
        parts = supplier.list_parts(world, j)
        assert sum(parts.values()) == pytest.approx(float(list_price_target(world, j)))
        kinds.add(int(world.suppliers["kind"][j]))
        assert (abs(parts["its kind"]) > 0.0) == (int(world.suppliers["kind"][j]) in (EDGE, SOVEREIGN))
        assert parts["floor"] > -1e-12
    assert len(kinds) >= 6


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


def test_a_rival_that_loses_a_contract_for_its_conduct_is_told_so():
    keeps_its_right = {"parameters.recall_right_value_share": 2.0}  # else rivals who fear the clause have it left out
    strict = load_scenario("colossus", {"parameters.conduct_recall_per_month": 0.1} | keeps_its_right)
    run, partner = whole_run(strict, 1), list(strict.suppliers).index("spacex_colossus")
    ended = 0
    for month in range(7, 16):
        recorded = record_month(strict, 1, month, run)
        for row in supplier.recall_draws(recorded, partner):
            chance = float(str(row["chance for conduct"]).rstrip("%")) / 100.0
            hazard = recorded.views["need_compute"].suppliers["recall_hazard_per_month"][partner]
            due = row["draw for conduct"] < chance or row["draw"] < hazard
            assert (row["recalled"] != "no") == due
            ended += row["recalled"] == "for conduct"
    assert ended > 0


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
