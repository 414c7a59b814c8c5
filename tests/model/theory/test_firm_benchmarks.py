"""Bargains, commitments, outages, foreclosure, users and cash as published, and where theory has nothing to say."""

import numpy as np
import pytest

from agents.envelope import probability_of_need, requirement_quantile
from model.theory import diversification, foreclosure, logit, survival
from model.theory.benchmark import values_of
from tests.model.theory.test_benchmarks import NAMED, close, outcome, rows

pytestmark = pytest.mark.all

# --- bargaining ---


@pytest.mark.parametrize(
    ("first", "second", "rounds", "share"),
    [
        (0.9, 0.9, 10_000, 0.526316),
        (0.95, 0.9, 10_000, 0.689655),
        (0.99, 0.99, 10_000, 0.502513),
        (0.9, 0.9, 10, 0.342801),
        (0.9, 0.9, 1, 1.0),  # the only offer takes all
        (0.9, 0.8, 2, 0.2),  # the last offer takes all, which waiting makes .8
    ],
)
def test_rubinstein_as_published(first, second, rounds, share):
    found = rows("rubinstein", delta_1=first, delta_2=second, rounds=rounds)
    close(found["share"], share, 1e-6)
    close(found["price"], 1.2 + share * 1.8, 2e-6)


@pytest.mark.parametrize(("outside", "price", "follows"), [(2.5, 2.10, 0.0), (1.9, 1.90, 1.0)])
def test_an_alternative_counts_only_where_it_binds_under_the_principle(outside, price, follows):
    found = rows("outside_options", buyer_outside=outside, convention="outside_option_principle")
    close(found["price"], price, 3e-6)
    close(found["pass_through"], follows, 1e-6)


@pytest.mark.parametrize(("power", "outside", "follows"), [(0.3, 2.5, 0.3), (0.7, 2.5, 0.7), (0.5, 9.0, 0.0)])
def test_an_alternative_passes_through_with_the_sellers_power_up_to_the_value(power, outside, follows):
    close(rows("outside_options", seller_power=power, buyer_outside=outside)["pass_through"], follows, 1e-6)


@pytest.mark.parametrize("beta", [0.05, 0.2, 1, 5, 50])
def test_sides_that_meet_almost_at_once_agree_as_exactly_as_any(beta):
    # the buyer begins a billionth below where the seller does
    found = rows("faratin", buyer_start=4.0 - 4e-9, buyer_reservation=13, buyer_beta=50, seller_beta=beta)
    close(found["price"], 4.0, 1e-7)


@pytest.mark.parametrize("rate", [1e-300, 1e-12, 1e-9, 1e-6])
def test_rates_near_nothing_cost_as_much_as_none(rate):
    close(rows("owned_cost", wacc=rate)["cost"], 45_000 / (730 * 60 * 0.9) + 0.25, 1e-5)


@pytest.mark.parametrize(("yearly", "cost"), [(0.08, 1.6297), (0.12, 1.7524), (0.20, 2.0031)])
def test_owned_cost_as_published_where_a_rate_is_compounded_once_a_year(yearly, cost):
    close(rows("owned_cost", wacc=float(np.log1p(yearly)))["cost"], cost, 6e-5)


# --- commitment ---


def test_ten_times_is_not_what_to_commit_to_when_ten_times_is_the_median():
    mean, variance = 10.0 * np.exp(0.5), 100.0 * np.exp(1.0) * (np.exp(1.0) - 1.0)
    plan = {"mean": float(mean), "sd": float(np.sqrt(variance)), "distribution": "lognormal"}
    found = rows("newsvendor", commit_price=1.0, spot_price=10.0, resale_price=0.0, **plan)
    close(found["commitment"], 36.02, 0.005)
    close(found["probability_covered"], 0.9, 1e-6)
    assert probability_of_need(10.0, 1.0, 80.0) == pytest.approx(0.018788, abs=1e-6)
    assert requirement_quantile(10.0, 1.0, 0.018788) == pytest.approx(80.0, rel=1e-4)


def test_a_lab_commits_to_none_where_a_normal_requirement_is_mostly_below_nothing():
    values = values_of(NAMED["newsvendor"], {"sd": 600, "spot_price": 2.5})
    assert NAMED["newsvendor"].ask(values).quantities == ()


# --- outages ---


@pytest.mark.parametrize(("count", "chance"), [(1, 0.05), (2, 0.011616), (3, 0.010065), (4, 0.010003)])
def test_diversification_with_a_common_cause_as_published(count, chance):
    values = values_of(NAMED["diversification"], {"common_cause": 0.2})
    assert diversification.chance_of_none(values, count) == pytest.approx(chance, abs=1e-6)
    found = rows("diversification", common_cause=0.2, shares=[1.0] * count)["all_fail"]
    assert found[0] == pytest.approx(chance, abs=1e-6)


@pytest.mark.parametrize(("count", "sd"), [(1, 0.217945), (2, 0.154110), (3, 0.125831), (4, 0.108972)])
def test_diversification_without_a_common_cause_as_published(count, sd):
    found = rows("diversification", shares=[2.0] * count)
    assert found["sd"][0] == pytest.approx(sd, abs=1e-6)
    assert found["all_fail"][0] == pytest.approx(0.05**count, rel=1e-12)


def test_risk_is_concentration():
    found = rows("diversification")
    assert found["sd"][0] == pytest.approx(0.147817, abs=1e-6)  # sqrt(.05 x .95 x .46)
    assert found["sd"][1] == pytest.approx(0.147817, abs=1e-3)


def test_outages_that_take_a_part_are_as_they_were():
    found = rows("diversification", outages="graded", common_cause=0.2)
    assert set(found) == {"mean_lost", "sd"}
    assert found["sd"][0] == pytest.approx(0.05 * np.sqrt(0.64 * 0.46 + 0.04))


# --- foreclosure ---


def test_foreclosure_as_published():
    found = rows("foreclosure")
    close(found["price"], 5.422414, 2e-6)
    close(found["premium"], 1.047414, 3e-6)
    close(found["output"], 1.241379, 2e-6)
    close(found["price_when_free"], 4.375, 3e-6)
    close(found["charge"], 0.5 * (9 - 0.5 * 1.241379) / 2, 2e-6)  # gamma q1, q1 by the own lab's best reply
    close(found["price_with_alternative"], 0.5 * (1 + 2.094828 + 4), 3e-6)


def test_what_the_benchmarks_own_demand_decides_is_not_counted():
    counted = {quantity.name for quantity in outcome("foreclosure").quantities if quantity.counted}
    assert counted == {"charge", "price_when_free", "price_with_alternative"}


@pytest.mark.parametrize(("alternative", "price"), [(6, 4.547414), (7.75, 5.422414), (9, 5.422414)])
def test_an_alternative_moves_the_price_up_to_what_the_rival_earns(alternative, price):
    close(rows("foreclosure", w_outside=alternative)["price_with_alternative"], price, 3e-6)


def test_the_textbooks_price_beside_an_alternative_is_told_and_not_counted():
    (textbook,) = outcome("foreclosure").comparisons
    assert (textbook.published, textbook.simulated) == pytest.approx((4.0, 3.547414), abs=1e-6)


def test_an_alternative_cheaper_than_the_reservation_leaves_no_deal():
    found = outcome("foreclosure", w_outside=3)
    assert found.quantities[-1][:3] == ("deal_with_alternative", 0.0, 0.0)
    assert "buys from the independent supplier at 3" in found.said
    assert "deal_with_alternative" not in rows("foreclosure", gamma=0, w_outside=1)


def test_the_labs_contest_is_the_published_one():
    assert foreclosure.downstream(1.0, 2.5) == pytest.approx((3.5, 2.0))
    assert foreclosure.downstream(1.0, 1.0) == pytest.approx((3.0, 3.0))
    assert foreclosure.downstream(1.0, 9.0) == pytest.approx((4.5, 0.0))  # foreclosed: price 5.5
    assert foreclosure.downstream(0.5, 4.375).rival == pytest.approx(1.8)
    assert foreclosure.downstream(0.5, 1.0).rival == pytest.approx(3.6)


# --- users ---


def test_logit_as_published():
    found = rows("logit")
    for name, value in {"share_1": 0.388277, "share_2": 0.192813, "share_3": 0.183409, "outside": 0.235502}.items():
        close(found[name], value, 1e-6)
    close(found["elasticity"], -0.917585, 1e-6)
    close(found["overflow"], 0.192813 / (0.192813 + 0.183409), 1e-5)


def test_labs_that_take_what_the_market_gives_ask_the_published_price():
    # cost plus 1 / (alpha (1 - s)), which is the best answer to the others' prices, with the shares that users choose
    price = 1.0
    for _ in range(60):
        values = values_of(NAMED["logit"], {"utilities": [2, 2, 2], "prices": [price] * 3})
        price = 0.5 + 1.0 / (1.5 * (1.0 - logit.market_shares(values, [price] * 3)[0]))
    assert price == pytest.approx(1.383273, abs=1e-6)


def test_a_lab_alone_has_nobody_to_lose_refused_users_to():
    found = rows("logit", utilities=[2], prices=[1])
    assert set(found) == {"share_1", "outside", "elasticity"}


def test_each_lab_needs_a_price_and_a_utility():
    found = outcome("logit", utilities=[1, 2])
    assert found.quantities == ()
    assert "each lab needs one of both" in found.said


# --- cash ---


def test_survival_as_published():
    found = outcome("survival")
    assert all(quantity.passed for quantity in found.quantities)
    watched, approximated = found.comparisons
    assert watched.published == pytest.approx(0.597613, abs=1e-6)
    assert approximated.published == pytest.approx(0.637921, abs=1e-6)
    assert found.quantities[0].theory == pytest.approx(0.633248, abs=1e-6)  # .6333 +- .0001 by 12 million random walks
    half = survival.lasting_if_watched(values_of(NAMED["survival"], {"cash": 21.304808}))
    assert half == pytest.approx(0.5, abs=1e-6)


def test_ruin_some_day_as_published():
    found = outcome("survival", drift=0.5, cash=10, labs=100)
    assert found.comparisons[-1].published == pytest.approx(0.082085, abs=1e-6)


def test_two_months_can_be_reckoned_by_hand():
    # without drift, with no cash: half are alive after one month, three eighths after two
    found = outcome("survival", drift=0, cash=0.001, months=2)
    assert found.quantities[0].theory == pytest.approx(0.375, abs=1e-3)
    assert found.quantities[0].passed


def test_nobody_looks_for_capital_that_nobody_needs():
    found = outcome("survival", drift=2, labs=100)
    assert [quantity.name for quantity in found.quantities] == ["survival"]
    assert "no least capital" in found.said


@pytest.mark.parametrize(("share", "capital"), [(0.6, 0.0), (0.4, 9.0)])
def test_the_search_for_capital_ends_at_its_bounds(monkeypatch, share, capital):
    monkeypatch.setattr(survival, "share_alive", lambda values, cash, labs: share)
    seen = {}
    assert survival.least_capital({"sd": 2.0}, 9.0, 30, seen) == capital
    assert set(seen.values()) == {share}


def test_income_that_hardly_varies_is_no_matter_of_chance():
    found = outcome("survival", drift=-20)
    assert found.quantities == ()
    assert "known month" in found.said
