"""How a pair agrees: theory's B8 and B9, and prices between the two reservation prices."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choices import FARATIN, NASH, OUTSIDE_OPTION_PRINCIPLE, POSTED, RUBINSTEIN
from model.bargaining import (
    agree,
    alternate,
    concession,
    faratin_price,
    haggle,
    nash_price,
    posted,
    rubinstein_share,
    seller_share,
    settled_price,
    split,
)
from tests.worlds import bare_world


@pytest.mark.parametrize(("share", "price"), [(0.3, 2.01), (0.5, 2.15), (0.7, 2.29)])
def test_nash_of_theory_b9(share, price):
    # outside prices 2.5 and 1.8: 1.8 + share x 0.7
    assert nash_price(2.5, 1.8, share) == pytest.approx(price, rel=1e-12)


def test_tightness_moves_the_sellers_share():
    assert seller_share(1.0, 6.0) == 0.5
    assert seller_share(2.0, 1.0) == pytest.approx(2.0 / 3.0, rel=1e-12)
    assert seller_share(1.1, 6.0) == pytest.approx(1.771561 / 2.771561, rel=1e-12)  # 1.1^6 = 1.771561
    assert seller_share(0.5, 6.0) == pytest.approx(1.0 / 65.0, rel=1e-12)  # 1/64 : 1
    assert seller_share(0.0, 6.0) < 1e-30


def test_offers_run_from_opening_to_limit():
    assert concession(1.0, 3.0, 0.0, 0.2) == 1.0
    assert concession(1.0, 3.0, 1.0, 0.2) == 3.0
    assert concession(1.0, 3.0, 0.25, 1.0) == 1.5
    assert concession(1.0, 3.0, 0.25, 2.0) == pytest.approx(2.0)  # sqrt(0.25) of the way
    assert concession(1.0, 3.0, 0.25, 0.5) == pytest.approx(1.125)  # 0.25^2 of the way


@pytest.mark.parametrize(
    ("buyer_speed", "seller_speed", "price"),
    [(1.0, 1.0, 2.25), (0.2, 0.2, 2.25), (5.0, 5.0, 2.25), (0.2, 1.0, 1.718446), (1.0, 0.2, 2.712242)],
)
def test_faratin_of_theory_b8(buyer_speed, seller_speed, price):
    # bids from 1 to 3, asks from 4 to 1.2: 0.625 of both ways, so 2.25 at any common speed
    assert faratin_price((1.0, 3.0, buyer_speed), (4.0, 1.2, seller_speed)) == pytest.approx(price, abs=1e-6)


def pair(buyer, seller, rule, *, list_price=2.0, tightness=1.0, unserved=0.0, **parameters):
    """One lab has asked one supplier; the reservation prices are given."""
    world = bare_world(1, 1, bargaining_rule=rule, **parameters)
    world.pairs["asked_rank"] = 1
    world.pairs["buyer_reservation_usd_per_h100e_hour"] = buyer
    world.pairs["seller_reservation_usd_per_h100e_hour"] = seller
    world.suppliers["list_price_usd_per_h100e_hour"] = list_price
    world.market["tightness"] = tightness
    world.labs["unserved_share"] = unserved
    return world


@pytest.mark.parametrize("rule", [NASH, FARATIN, POSTED, RUBINSTEIN])
def test_no_deal_without_a_request_or_without_room(rule):
    assert math.isnan(agree(pair(1.0, 1.1, rule, list_price=0.9), 0, 0))
    world = pair(3.0, 1.0, rule)
    world.pairs["asked_rank"] = 0
    assert math.isnan(agree(world, 0, 0))


def test_each_rule_by_eye():
    assert agree(pair(3.0, 1.0, NASH), 0, 0) == pytest.approx(2.0)  # tightness 1: half of the way
    assert agree(pair(3.0, 1.0, POSTED, list_price=2.4, term_discount_share=0.0), 0, 0) == 2.4
    assert math.isnan(agree(pair(3.0, 1.0, POSTED, list_price=3.1, term_discount_share=0.0), 0, 0))
    # bids from 0.5 x 2 = 1 to 3, asks from max(2, 1.5 x 1) = 2 to 1: 1 + 2 t = 2 - t at t = 1/3
    world = pair(3.0, 1.0, FARATIN, faratin_opening_buyer_share=0.5, faratin_opening_seller_ratio=1.5)
    assert agree(world, 0, 0) == pytest.approx(5.0 / 3.0, rel=1e-9)


def test_an_opening_bid_above_the_opening_ask_meets_in_the_middle():
    # aspiration 0: the lab opens at its limit 3; the ask is max(2, 1.3) = 2
    world = pair(3.0, 1.0, FARATIN)
    world.pairs["aspiration_share"] = 0.0
    assert haggle(world, 0, 0) == 2.5


def test_tightness_and_urgency_hurry_the_buyer():
    calm, tight = (haggle(pair(3.0, 1.0, FARATIN, tightness=tightness), 0, 0) for tightness in (1.0, 1.2))
    urgent = haggle(pair(3.0, 1.0, FARATIN, unserved=0.5), 0, 0)
    assert tight > calm
    assert urgent > calm


usd = st.floats(0.05, 20.0)


@given(usd, usd, usd, st.floats(0.05, 3.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_prices_lie_between_the_reservation_prices(buyer, seller, list_price, tightness, unserved, aspiration):
    for rule in (NASH, FARATIN, RUBINSTEIN):
        world = pair(buyer, seller, rule, list_price=list_price, tightness=tightness, unserved=unserved)
        world.pairs["aspiration_share"] = aspiration
        price = agree(world, 0, 0)
        if buyer < seller:
            assert math.isnan(price)
        else:
            assert seller - 1e-9 <= price <= buyer + 1e-9


@given(usd, usd, usd)
def test_nobody_pays_a_posted_price_above_the_reservation_price(buyer, seller, list_price):
    price = posted(pair(buyer, seller, POSTED, list_price=list_price), 0, 0)
    assert math.isnan(price) or price <= buyer


def test_nobody_sells_at_a_posted_price_below_the_reservation_price():
    # the seller takes no less than 1.5 (debt covenant, say), its list price has fallen to 1, the buyer would pay 3
    price = agree(pair(3.0, 1.5, POSTED, list_price=1.0), 0, 0)
    assert math.isnan(price) or price >= 1.5


def test_the_posted_price_is_that_of_the_usual_term():
    # a lab's reservation price is the best rival's posted price 2 (1 - 0.1 ln 4) = 1.7227; equal suppliers must trade
    assert agree(pair(1.75, 1.0, POSTED, term_discount_share=0.1), 0, 0) == pytest.approx(2.0 * (1 - 0.1 * math.log(4)))


@given(usd, usd, st.floats(0.1, 3.0), st.floats(1.0, 1.5))
def test_a_tighter_market_never_helps_the_buyer(buyer, seller, tightness, tighter):
    for rule in (NASH, FARATIN, RUBINSTEIN):
        before = agree(pair(buyer, seller, rule, tightness=tightness), 0, 0)
        after = agree(pair(buyer, seller, rule, tightness=tightness * tighter), 0, 0)
        assert math.isnan(before) or after >= before - 1e-9


@pytest.mark.parametrize(
    ("first", "second", "rounds", "share"),
    [
        (0.9, 0.9, 1, 1.0),  # take it or leave it
        (0.9, 0.9, 2, 0.1),  # who offers last would have all of it, which is worth 0.9 now
        (0.9, 0.9, 3, 1.0 - 0.9 * (1.0 - 0.9)),
        (0.8, 0.6, 4, 0.4 + 0.48 * 0.4),
        (0.9, 0.9, 1000, 1.0 / 1.9),  # Rubinstein (1982)
        (0.8, 0.6, 1000, 0.4 / 0.52),
    ],
)
def test_offers_that_alternate(first, second, rounds, share):
    assert rubinstein_share(first, second, rounds) == pytest.approx(share, rel=1e-9)


def by_backward_induction(first, second, rounds):
    """Return the share of whoever offers first: each offer leaves the other what its own next one is worth now."""
    share = 1.0
    for offer in range(rounds - 1, 0, -1):
        share = 1.0 - (second if offer % 2 == 1 else first) * share
    return share


patience = st.floats(0.01, 0.999)


@given(patience, patience, st.integers(1, 60))
def test_the_share_is_that_of_backward_induction(first, second, rounds):
    expected = by_backward_induction(first, second, rounds)
    assert rubinstein_share(first, second, rounds) == pytest.approx(expected, abs=1e-9)


def test_the_patience_of_a_pair():
    # the supplier offers first; half patient sellers: (1 - 0.9) / (1 - 0.45) of the way from 1 to 3
    values = {"seller_patience_per_round": 0.5, "buyer_patience_per_round": 0.9, "bargaining_rounds": 1000}
    assert alternate(pair(3.0, 1.0, RUBINSTEIN, **values), 0, 0) == pytest.approx(1.0 + 2.0 * 0.1 / 0.55)
    # at tightness 4 and exponent 0.5 sellers have 0.5^(1/2), buyers 0.9^2; with half the users refused 0.9^(2 x 1.5)
    values |= {"pace_tightness": 0.5, "pace_urgency": 1.0}
    seller = math.sqrt(0.5)
    for unserved, buyer in ((0.0, 0.81), (0.5, 0.729)):
        world = pair(3.0, 1.0, RUBINSTEIN, tightness=4.0, unserved=unserved, **values)
        assert alternate(world, 0, 0) == pytest.approx(1.0 + 2.0 * (1.0 - buyer) / (1.0 - buyer * seller))


@pytest.mark.parametrize("tightness", [1e-6, 1e6])
def test_who_has_no_patience_at_all_still_agrees(tightness):
    for rounds in (1, 2, 3, 1000):
        world = pair(3.0, 1.0, RUBINSTEIN, tightness=tightness, pace_tightness=10.0, bargaining_rounds=rounds)
        assert 1.0 <= alternate(world, 0, 0) <= 3.0


@pytest.mark.parametrize(
    ("outside", "price"),
    [((1.0, 9.0), 5.0), ((6.0, 9.0), 6.0), ((1.0, 4.0), 4.0), ((4.9, 5.1), 5.0)],
    ids=["both idle", "the seller's binds", "the buyer's binds", "close and idle"],
)
def test_an_outside_option_counts_only_if_it_is_better(outside, price):
    # value 8 less cost 2, in halves: 5 (Binmore, Rubinstein & Wolinsky 1986)
    assert settled_price(8.0, 2.0, outside, 0.5) == price


def test_what_outside_options_do_to_a_pair():
    # worth 0.5 x service price 4 = 2 less a risk of 0.2; running cost 0.5: half-way 1.15; else half-way from 1 to 1.7
    world = pair(1.7, 1.0, NASH, serving_value_share=0.5)
    world.pairs["risk_charge_usd_per_h100e_hour"] = 0.2
    assert split(world, 0, 0) == pytest.approx(1.35)
    world.parameters["outside_option_rule"] = OUTSIDE_OPTION_PRINCIPLE
    assert split(world, 0, 0) == pytest.approx(1.15)
    world.pairs["seller_reservation_usd_per_h100e_hour"] = 1.3
    assert split(world, 0, 0) == 1.3
    world.pairs["seller_reservation_usd_per_h100e_hour"] = 0.6
    world.pairs["buyer_reservation_usd_per_h100e_hour"] = 1.1
    assert split(world, 0, 0) == 1.1


@given(usd, usd, st.floats(0.05, 3.0))
def test_the_outside_option_principle_keeps_to_the_reservation_prices(buyer, seller, tightness):
    price = agree(pair(buyer, seller, NASH, tightness=tightness, outside_option_rule=OUTSIDE_OPTION_PRINCIPLE), 0, 0)
    assert math.isnan(price) == (buyer < seller)
    assert math.isnan(price) or seller <= price <= buyer
