"""The call auction: theory B1, elastic demand, and what must hold of any book."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.fringe import Elastic, elastic_demand
from model.auction import PriceStep, call_auction, clearing_price, smoothed_auction, traded
from model.orders import PRICE_CEILING
from tests.books import NOBODY, book, fringe, most_surplus, order, orders


class Auction:
    """A cleared book of (price, quantity) orders; order k belongs to owner k."""

    def __init__(self, bids, asks, fringe=NOBODY, bid_owners=None, ask_owners=None):
        self.bids = book(bids, False, bid_owners)
        self.asks = book(asks, True, ask_owners)
        self.fringe = fringe
        self.price = clearing_price(self.bids, len(bids), self.asks, len(asks), fringe)
        if math.isnan(self.price):
            return
        crossing = traded(self.bids, len(bids), self.asks, len(asks), fringe, self.price)
        assert crossing.price == self.price
        self.quantity, self.elastic = crossing.quantity, crossing.elastic

    @property
    def bought(self):
        return float(self.bids["filled_h100e"].sum()) + self.elastic

    @property
    def sold(self):
        return float(self.asks["filled_h100e"].sum())

    @property
    def surplus(self):
        value = (self.bids["filled_h100e"] * self.bids["price_usd_per_h100e_hour"]).sum()
        return float(value - (self.asks["filled_h100e"] * self.asks["price_usd_per_h100e_hour"]).sum())

    def fills(self):
        sides = (("bid", self.bids), ("ask", self.asks))
        return {(side, int(order["owner"])): float(order["filled_h100e"]) for side, book in sides for order in book}


BIDS = [(8, 10), (6, 10), (4, 10), (2, 10)]
ASKS = [(1, 15), (3, 10), (5, 10)]


def test_merit_order_of_theory_b1():
    cleared = Auction(BIDS, ASKS)
    assert (cleared.quantity, cleared.price) == (25.0, 4.0)
    assert cleared.surplus == pytest.approx(115.0)
    buyers = ((cleared.bids["price_usd_per_h100e_hour"] - 4.0) * cleared.bids["filled_h100e"]).sum()
    assert buyers == pytest.approx(60.0)


def test_scarcity_of_theory_b1():
    cleared = Auction(BIDS, ASKS[1:])
    assert (cleared.quantity, cleared.price) == (20.0, 5.5)
    assert cleared.surplus == pytest.approx(60.0)


@pytest.mark.parametrize(("supply", "price"), [(4.0, 6.0), (5.5, 4.5), (9.0, 1.0), (12.0, 1.0)])
def test_fixed_capacity_earns_a_scarcity_rent(supply, price):
    # theory B1: demand P = 10 - Q in steps of 0.01, cost 1: the price is max(1, 10 - K)
    steps = [(10.0 - 0.01 * k, 0.01) for k in range(1, 1000)]
    assert Auction(steps, [(1.0, supply)]).price == pytest.approx(price, abs=0.0101)


def test_orders_at_the_price_share_what_is_left():
    # supply 5 at 1; 3 bid 8, two bid 2 each at 6: the price is 6 and the two share 2
    cleared = Auction([(8, 3), (6, 2), (6, 2)], [(1, 5)])
    assert cleared.price == 6.0
    assert cleared.bids["filled_h100e"].tolist() == [3.0, 1.0, 1.0]
    cleared = Auction([(8, 3)], [(1, 2), (5, 2), (5, 2)])
    assert cleared.price == 5.0
    assert cleared.asks["filled_h100e"].tolist() == [2.0, 0.5, 0.5]


@pytest.mark.parametrize(("supply", "price"), [(25.0, 4.0), (100.0, 2.0), (400.0, 1.0), (900.0, 1.0)])
def test_elastic_demand_alone_pays_the_higher_of_ask_and_scarcity_price(supply, price):
    # 100 at 2 USD, elasticity 2, ask 1 USD: 400 are wanted at 1, so more than 400 are not all sold
    cleared = Auction([], [(1.0, supply)], Elastic(100.0, 2.0, 2.0))
    assert cleared.price == pytest.approx(price)
    assert cleared.elastic == pytest.approx(min(supply, 400.0))
    assert cleared.sold == pytest.approx(cleared.elastic)


def test_elastic_demand_gives_way_to_firm_bids():
    # supply 50 at 1; a bid for 25 at 9; elastic demand gets 25, at 4 USD
    cleared = Auction([(9, 25)], [(1, 50)], Elastic(100.0, 2.0, 2.0))
    assert cleared.price == pytest.approx(4.0)
    assert cleared.elastic == pytest.approx(25.0)
    assert cleared.bids["filled_h100e"].tolist() == [25.0]


def test_elastic_demand_outbids_low_bids():
    # supply 25 at 1: elastic demand wants 25 at 4 USD; a bid at 3 gets nothing
    cleared = Auction([(3, 25)], [(1, 25)], Elastic(100.0, 2.0, 2.0))
    assert cleared.price == pytest.approx(4.0)
    assert cleared.bids["filled_h100e"].tolist() == [0.0]


def test_the_ceiling_holds_where_next_to_nothing_is_for_sale():
    cleared = Auction([], [(1.0, 0.001)], Elastic(100.0, 2.0, 0.5))
    assert cleared.price == PRICE_CEILING
    assert cleared.bought == pytest.approx(cleared.sold)


@pytest.mark.parametrize("bids", [[(9, 5)], []])
@pytest.mark.parametrize("fringe", [NOBODY, Elastic(100.0, 2.0, 0.5)])
def test_without_supply_there_is_no_price(bids, fringe):
    assert math.isnan(Auction(bids, [], fringe).price)


@given(orders, orders, fringe)
def test_what_is_bought_is_sold(bids, asks, elastic):
    cleared = Auction(bids, asks, elastic)
    assert cleared.bought == pytest.approx(cleared.sold, rel=1e-9, abs=1e-9)
    assert cleared.quantity == pytest.approx(cleared.sold, rel=1e-9, abs=1e-9)


@given(orders, orders, fringe)
def test_nobody_pays_above_the_bid_or_sells_below_the_ask(bids, asks, elastic):
    cleared = Auction(bids, asks, elastic)
    for bid in cleared.bids:
        assert bid["filled_h100e"] <= bid["quantity_h100e"] + 1e-9
        assert bid["filled_h100e"] == 0.0 or bid["price_usd_per_h100e_hour"] >= cleared.price
    for ask in cleared.asks:
        assert ask["filled_h100e"] <= ask["quantity_h100e"] + 1e-9
        assert ask["filled_h100e"] == 0.0 or ask["price_usd_per_h100e_hour"] <= cleared.price


@given(orders, orders, fringe)
def test_better_orders_are_filled_in_full(bids, asks, elastic):
    cleared = Auction(bids, asks, elastic)
    for bid in cleared.bids:
        if bid["price_usd_per_h100e_hour"] > cleared.price:
            assert bid["filled_h100e"] == pytest.approx(bid["quantity_h100e"])
    for ask in cleared.asks:
        if ask["price_usd_per_h100e_hour"] < cleared.price:
            assert ask["filled_h100e"] == pytest.approx(ask["quantity_h100e"])


@given(orders, orders)
def test_no_surplus_is_lost(bids, asks):
    assert Auction(bids, asks).surplus == pytest.approx(most_surplus(bids, asks), abs=1e-9)


@given(orders, orders, fringe, order)
def test_more_demand_never_lowers_the_price(bids, asks, elastic, more):
    assert Auction([*bids, more], asks, elastic).price >= Auction(bids, asks, elastic).price - 1e-9


@given(orders, orders, fringe, order)
def test_more_supply_never_raises_the_price_once_there_is_trade(bids, asks, elastic, more):
    before = Auction(bids, asks, elastic)
    if before.quantity > 0.0:
        assert Auction(bids, [*asks, more], elastic).price <= before.price + 1e-9


@given(orders, orders, fringe, st.randoms(use_true_random=False))
def test_the_order_of_the_book_does_not_matter(bids, asks, elastic, shuffle):
    here = Auction(bids, asks, elastic)
    bid_owners, ask_owners = list(range(len(bids))), list(range(len(asks)))
    shuffle.shuffle(bid_owners)
    shuffle.shuffle(ask_owners)
    there = Auction([bids[k] for k in bid_owners], [asks[k] for k in ask_owners], elastic, bid_owners, ask_owners)
    assert there.price == here.price
    assert there.fills() == here.fills()


@given(orders, orders, fringe)
def test_the_price_clears_where_supply_meets_demand(bids, asks, elastic):
    """Search the price by brute force: excess demand changes its sign at the price the kernel finds."""
    cleared = Auction(bids, asks, elastic)

    def excess(price):
        wanted = sum(quantity for limit, quantity in bids if limit >= price) + elastic_demand(elastic, price)
        return wanted - sum(quantity for limit, quantity in asks if limit <= price)

    below, above = cleared.price * (1 - 1e-6), cleared.price * (1 + 1e-6)
    if cleared.quantity > 0.0 and cleared.price < PRICE_CEILING:
        assert excess(below) >= -1e-3
        assert excess(above) <= 1e-3


@given(orders, orders, fringe)
def test_everybody_pays_and_gets_the_one_price(bids, asks, elastic):
    buyers, sellers = book(bids, False), book(asks, True)
    trade = call_auction(buyers, len(bids), sellers, len(asks), elastic)
    sold = sellers["filled_h100e"].sum()
    assert math.isnan(trade.price) == (sold == 0.0)
    if sold > 0.0:
        assert buyers["value_usd_per_hour"] == pytest.approx(trade.price * buyers["filled_h100e"])
        assert sellers["value_usd_per_hour"] == pytest.approx(trade.price * sellers["filled_h100e"])
        assert trade.fringe_usd_per_hour == pytest.approx(trade.price * trade.fringe_h100e)


def test_without_supply_or_without_a_gain_nothing_is_traded():
    assert math.isnan(call_auction(book([(5, 3)], False), 1, book([], True), 0, NOBODY).price)
    trade = call_auction(book([(1, 3)], False), 1, book([(5, 3)], True), 1, NOBODY)
    assert math.isnan(trade.price)
    assert trade[1:] == (0.0, 0.0)


def smoothed(bids, asks, last, speed, fringe=NOBODY):
    """Return the trade at a smoothed price, and the filled books."""
    buyers, sellers = book(bids, False), book(asks, True)
    return smoothed_auction(buyers, len(bids), sellers, len(asks), fringe, PriceStep(last, speed)), buyers, sellers


@pytest.mark.parametrize(
    ("last", "speed", "price"), [(2.0, 0.5, 3.0), (6.0, 0.25, 5.5), (4.0, 0.3, 4.0), (9.0, 1.0, 4.0)]
)
def test_a_smoothed_price_goes_a_part_of_the_way_to_the_clearing_price(last, speed, price):
    assert smoothed(BIDS, ASKS, last, speed)[0].price == pytest.approx(price)


def test_below_the_clearing_price_buyers_are_rationed_alike():
    # at 3 the bids at 8, 6 and 4 want 30; the asks at 1 and 3 sell 25: each buyer gets 5/6
    trade, buyers, sellers = smoothed(BIDS, ASKS, 2.0, 0.5)
    assert buyers["filled_h100e"] == pytest.approx([25 / 3, 25 / 3, 25 / 3, 0.0])
    assert sellers["filled_h100e"].tolist() == [15.0, 10.0, 0.0]
    assert buyers["value_usd_per_hour"].sum() == pytest.approx(75.0)
    assert trade[1:] == (0.0, 0.0)


def test_above_the_clearing_price_sellers_are_rationed_alike():
    # at 5.5 the bids at 8 and 6 buy 20 of the 35 that all sell: each seller gets 4/7
    _, buyers, sellers = smoothed(BIDS, ASKS, 6.0, 0.25)
    assert buyers["filled_h100e"].tolist() == [10.0, 10.0, 0.0, 0.0]
    assert sellers["filled_h100e"] == pytest.approx([60 / 7, 40 / 7, 40 / 7])


def test_the_fringe_is_rationed_with_the_others():
    # a bid for 25 at 9, a fringe of 100 at 2 and elasticity 2, supply 50: clears at 4, where the fringe gets 25; the
    # price goes half-way from 0 there, to 2, where 25 and 100 want 125: each gets 0.4 of it
    trade, buyers, _ = smoothed([(9, 25)], [(1, 50)], 0.0, 0.5, Elastic(100.0, 2.0, 2.0))
    assert trade == pytest.approx((2.0, 40.0, 80.0))
    assert buyers["filled_h100e"].tolist() == pytest.approx([10.0])


def test_a_price_at_which_nobody_trades_moves_on():
    # any price from 5 to 9 clears, so it moves towards 7: 1, 4, 5.5; below 5 nobody sells
    prices, sold = [1.0], []
    for _ in range(2):
        trade, _, sellers = smoothed([(9, 10)], [(5, 10)], prices[-1], 0.5)
        prices.append(trade.price)
        sold.append(float(sellers["filled_h100e"].sum()))
    assert (prices, sold) == ([1.0, 4.0, 5.5], [0.0, 10.0])


def test_without_supply_a_smoothed_price_has_no_way_to_go():
    assert math.isnan(smoothed([(9, 5)], [], 2.0, 0.5)[0].price)


@given(orders, orders, fringe, st.floats(0.5, 12), st.floats(0.1, 1))
def test_a_smoothed_price_rations_the_longer_side_and_what_is_bought_is_sold(bids, asks, elastic, last, speed):
    trade, buyers, sellers = smoothed(bids, asks, last, speed, elastic)
    goal = clearing_price(book(bids, False), len(bids), book(asks, True), len(asks), elastic)
    assert trade.price == pytest.approx(last + speed * (goal - last))
    bought = buyers["filled_h100e"].sum() + trade.fringe_h100e
    assert bought == pytest.approx(sellers["filled_h100e"].sum(), rel=1e-9, abs=1e-9)
    assert (buyers["filled_h100e"][buyers["price_usd_per_h100e_hour"] < trade.price] == 0.0).all()
    assert (sellers["filled_h100e"][sellers["price_usd_per_h100e_hour"] > trade.price] == 0.0).all()
    assert (buyers["filled_h100e"] <= buyers["quantity_h100e"] + 1e-9).all()
    for orders_of, better in ((buyers, np.greater), (sellers, np.less)):
        inside = orders_of[better(orders_of["price_usd_per_h100e_hour"], trade.price)]
        shares = inside["filled_h100e"] / inside["quantity_h100e"]
        assert shares == pytest.approx(np.full(len(inside), shares.mean() if len(inside) else 0.0))


@given(orders, orders, fringe)
def test_at_full_speed_a_smoothed_auction_is_the_call_auction(bids, asks, elastic):
    trade, buyers, sellers = smoothed(bids, asks, 5.0, 1.0, elastic)
    others = book(bids, False), book(asks, True)
    auction = call_auction(others[0], len(bids), others[1], len(asks), elastic)
    if not math.isnan(auction.price) and trade.price == auction.price:
        assert trade == auction
        assert buyers.tobytes() == others[0].tobytes()
        assert sellers.tobytes() == others[1].tobytes()
