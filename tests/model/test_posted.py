"""Posted prices: each supplier sells at its own ask, the cheapest first, to those who value it most."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.fringe import Elastic, elastic_demand
from model.auction import call_auction
from model.posted import demand_at, sell_as_posted, value_of_last
from tests.books import LINE, NOBODY, book, curve, line, orders

fringes = st.one_of(st.just(NOBODY), curve, line)


def sell(bids, asks, fringe=NOBODY):
    """Return the books after the sale, and the trade."""
    buyers, sellers = book(bids, False), book(asks, True)
    return buyers, sellers, sell_as_posted(buyers, len(bids), sellers, len(asks), fringe)


def test_the_cheaper_ask_goes_to_the_higher_value():
    # at 1 the first 10: 6 to who values it at 5, 4 to the other, who buys its last 2 at 3
    buyers, sellers, trade = sell([(5, 6), (4, 6)], [(1, 10), (3, 10)])
    assert buyers["filled_h100e"].tolist() == [6.0, 6.0]
    assert buyers["value_usd_per_hour"].tolist() == [6.0, 10.0]
    assert sellers["filled_h100e"].tolist() == [10.0, 2.0]
    assert sellers["value_usd_per_hour"].tolist() == [10.0, 6.0]
    assert trade.price == pytest.approx(16.0 / 12.0)


def test_what_is_left_for_the_dearer_is_demand_less_what_the_cheaper_sold():
    # Kreps & Scheinkman (1983): demand 10 - P; 3 at 2 USD, then 10 - 4 - 3 at 4 USD
    _, sellers, trade = sell([], [(2, 3), (4, 9)], LINE)
    assert sellers["filled_h100e"].tolist() == [3.0, 3.0]
    assert (trade.fringe_h100e, trade.fringe_usd_per_hour) == (6.0, 18.0)


def test_equal_asks_share_by_size():
    _, sellers, _ = sell([(5, 6)], [(2, 3), (2, 9)])
    assert sellers["filled_h100e"].tolist() == [1.5, 4.5]


def test_nobody_buys_above_its_value():
    buyers, sellers, trade = sell([(2, 6)], [(3, 9)])
    assert buyers["filled_h100e"].tolist() == sellers["filled_h100e"].tolist() == [0.0]
    assert math.isnan(trade.price)


def test_the_fringe_outbids_a_low_bid_and_gives_way_to_a_high_one():
    # 25 at 1 USD: the fringe wants 25 at 4 USD, so a bid of 3 gets nothing, and one of 9 all
    elastic = Elastic(100.0, 2.0, 2.0)
    assert sell([(3, 25)], [(1, 25)], elastic)[0]["filled_h100e"].tolist() == pytest.approx([0.0])
    buyers, _, trade = sell([(9, 25)], [(1, 30)], elastic)
    assert buyers["filled_h100e"].tolist() == [25.0]
    assert trade.fringe_h100e == pytest.approx(5.0)


def test_demand_and_the_value_of_the_last():
    bids = book([(8, 2), (3, 2)], False)
    assert demand_at(bids, 2, LINE, 3.0) == 11.0  # 7 and both bids
    assert demand_at(bids, 2, LINE, 4.0) == 8.0
    assert value_of_last(bids, 2, LINE, 2.0) == 8.0  # 2 of the fringe value it at 8 or more
    assert value_of_last(bids, 2, LINE, 6.0) == 6.0  # 2 of the bid, and 4 of the fringe
    assert value_of_last(bids, 2, LINE, 10.0) == 3.0
    assert value_of_last(bids, 2, NOBODY, 3.0) == 3.0


@given(orders, orders, fringes)
def test_as_much_is_sold_as_in_a_call_auction(bids, asks, elastic):
    """At prices of their own suppliers sell no more: who values it most has it either way."""
    _, sellers, _ = sell(bids, asks, elastic)
    others = book(asks, True)
    call_auction(book(bids, False), len(bids), others, len(asks), elastic)
    assert sellers["filled_h100e"].sum() == pytest.approx(others["filled_h100e"].sum(), rel=1e-6, abs=1e-6)


@given(orders, orders, fringes)
def test_each_pays_what_sellers_asked_and_no_more_than_its_value(bids, asks, elastic):
    buyers, sellers, trade = sell(bids, asks, elastic)
    assert sellers["value_usd_per_hour"] == pytest.approx(sellers["filled_h100e"] * sellers["price_usd_per_h100e_hour"])
    limit = buyers["filled_h100e"] * buyers["price_usd_per_h100e_hour"]
    assert (buyers["value_usd_per_hour"] <= limit + 1e-6).all()
    paid = buyers["value_usd_per_hour"].sum() + trade.fringe_usd_per_hour
    assert paid == pytest.approx(sellers["value_usd_per_hour"].sum(), rel=1e-6, abs=1e-6)
    got = buyers["filled_h100e"].sum() + trade.fringe_h100e
    assert got == pytest.approx(sellers["filled_h100e"].sum(), rel=1e-6, abs=1e-6)


@given(orders, orders, fringes)
def test_nobody_is_left_who_would_pay_an_ask_that_is_not_sold_out(bids, asks, elastic):
    buyers, sellers, trade = sell(bids, asks, elastic)
    left = sellers["filled_h100e"] < sellers["quantity_h100e"] - 1e-6
    if not left.any():
        return
    cheapest = sellers["price_usd_per_h100e_hour"][left].min()
    served = buyers["filled_h100e"] >= buyers["quantity_h100e"] - 1e-6
    assert served[buyers["price_usd_per_h100e_hour"] > cheapest].all()
    assert trade.fringe_h100e >= elastic_demand(elastic, cheapest) - 1e-6
