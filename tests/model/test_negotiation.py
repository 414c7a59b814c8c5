"""Deferred acceptance by eye and as a property; what is signed, and what it does to prices and ambition."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.capacity import ramp_share
from model.negotiation import average_prices, match, move_aspiration, negotiate, sign_deal, supplier_rank
from tests.worlds import bare_world

PRICE, RISK = "price_usd_per_h100e_hour", "risk_charge_usd_per_h100e_hour"
LEAST, SCORE = "seller_reservation_usd_per_h100e_hour", "supplier_score_usd_per_h100e_hour"


def market_of(prices, open_h100e, free_h100e, scores=None):
    """Return a world of agreed prices (a row a lab), open requirements and free capacity at the promptest delivery."""
    prices = np.array(prices, float)
    world = bare_world(*prices.shape)
    world.pairs[PRICE] = prices
    world.pairs[LEAST] = 1.0
    world.pairs[SCORE] = 0.0 if scores is None else scores
    world.pairs["asked_rank"] = 1
    world.requirements["open_h100e"][:, 0] = open_h100e
    world.offers["free_h100e"][:, 0] = free_h100e
    return world


def held(world):
    return world.pairs["held_h100e"].tolist()


def test_the_cheapest_is_proposed_to_first():
    world = market_of([[2.0, 1.5]], [100.0], [500.0, 500.0])
    match(world, 0)
    assert held(world) == [[0.0, 100.0]]
    assert world.requirements["open_h100e"][0, 0] == 0.0


def test_risk_counts_as_price():
    world = market_of([[2.0, 1.5]], [100.0], [500.0, 500.0])
    world.pairs[RISK][0, 1] = 0.6
    match(world, 0)
    assert held(world) == [[100.0, 0.0]]


def test_the_supplier_keeps_the_better_deal_and_the_other_lab_moves_on():
    # supplier 1 has 100; lab 2 pays it 3, lab 1 pays 2: lab 1 goes on to supplier 2
    world = market_of([[2.0, 2.5], [3.0, 9.0]], [100.0, 100.0], [100.0, 100.0])
    match(world, 0)
    assert held(world) == [[0.0, 100.0], [100.0, 0.0]]


def test_a_partial_fill_leaves_the_rest_open():
    # 100 free, lab 2 takes 70, lab 1 the other 30; supplier 2 has 50 more; 20 stay open
    world = market_of([[2.0, 2.5], [3.0, 9.0]], [100.0, 70.0], [100.0, 50.0])
    match(world, 0)
    assert held(world) == [[30.0, 50.0], [70.0, 0.0]]
    assert world.requirements["open_h100e"][:, 0].tolist() == [20.0, 0.0]


def test_a_liked_lab_comes_first():
    world = market_of([[2.0], [2.1]], [100.0, 100.0], [100.0], scores=[[0.5], [0.0]])
    match(world, 0)
    assert held(world) == [[100.0], [0.0]]
    assert supplier_rank(world.pairs[0, 0]) == pytest.approx(1.5)  # 2 - 1 + 0.5


def test_a_late_better_proposal_displaces_what_was_held():
    # lab 1 prefers supplier 1, lab 2 supplier 2; supplier 2 likes lab 3, which pushes lab 2 to supplier 1, which
    # likes lab 2 more than lab 1, which ends at supplier 2 with nothing
    world = market_of([[1.5, 2.0], [2.5, 2.0], [9.0, 3.0]], [10.0, 10.0, 10.0], [10.0, 10.0])
    match(world, 0)
    assert held(world) == [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]]
    assert world.requirements["open_h100e"][:, 0].tolist() == [10.0, 0.0, 0.0]


def test_pairs_without_a_price_are_not_matched():
    world = market_of([[math.nan, 2.0]], [100.0], [500.0, 30.0])
    match(world, 0)
    assert held(world) == [[0.0, 30.0]]


def test_who_has_nothing_to_sell_is_not_asked_and_the_next_one_is():
    world = market_of([[1.0, 2.0]], [100.0], [0.0, 60.0])
    match(world, 0)
    assert held(world) == [[0.0, 60.0]]
    assert world.requirements["open_h100e"][0, 0] == 40.0
    assert world.pairs["refused"].tolist() == [[0, 1]]
    assert world.suppliers["was_asked"].tolist() == [0, 0]


def test_where_nobody_has_anything_a_need_stays_open():
    world = market_of([[1.0, 2.0]], [100.0], [0.0, 0.0])
    match(world, 0)
    assert held(world) == [[0.0, 0.0]]
    assert world.requirements["open_h100e"][0, 0] == 100.0


def test_a_displaced_lab_returns_to_a_supplier_with_room():
    # lab 1 gets 40 from supplier 1 and 60 of 100 from supplier 2; lab 2, refused by supplier 3, takes the 40 away:
    # lab 1 must get them from supplier 2, which still has 40
    world = market_of([[2.0, 2.5, math.nan], [3.0, math.nan, 2.0]], [100.0, 40.0], [40.0, 100.0, 0.0])
    match(world, 0)
    assert held(world) == [[0.0, 100.0, 0.0], [40.0, 0.0, 0.0]]


seeds = st.integers(0, 2**32 - 1)


def random_market(seed, labs=4, suppliers=3):
    """Return a market of distinct prices and scores, so that nobody is indifferent."""
    draws = np.random.default_rng(seed)
    prices = 1.0 + draws.permutation(labs * suppliers).reshape(labs, suppliers) / 7.0
    prices[draws.random((labs, suppliers)) < 0.2] = math.nan
    scores = draws.permutation(labs * suppliers).reshape(labs, suppliers) / 9.77
    world = market_of(prices, draws.integers(0, 300, labs), draws.integers(0, 400, suppliers), scores)
    world.pairs[RISK] = draws.permutation(labs * suppliers).reshape(labs, suppliers) / 11.3
    return world


@given(seeds)
def test_no_capacity_is_held_twice_and_no_need_is_lost(seed):
    world = random_market(seed)
    before = world.requirements["open_h100e"][:, 0].copy()
    match(world, 0)
    amounts = world.pairs["held_h100e"]
    assert (amounts >= 0.0).all()
    assert (amounts.sum(axis=0) <= world.offers["free_h100e"][:, 0] + 1e-9).all()
    assert amounts.sum(axis=1) + world.requirements["open_h100e"][:, 0] == pytest.approx(before)
    assert (amounts[np.isnan(world.pairs[PRICE])] == 0.0).all()


@given(seeds)
def test_the_match_is_stable(seed):
    """No lab and supplier would both rather deal with each other than with somebody they hold or with nobody."""
    world = random_market(seed)
    match(world, 0)
    amounts = world.pairs["held_h100e"]
    cost = world.pairs[PRICE] + world.pairs[RISK]
    rank = world.pairs[PRICE] - world.pairs[LEAST] + world.pairs[SCORE]
    labs, suppliers = amounts.shape
    for i in range(labs):
        for j in range(suppliers):
            if math.isnan(cost[i, j]):
                continue
            lab_would = world.requirements["open_h100e"][i, 0] >= 1.0 or any(
                amounts[i, other] > 1e-9 and cost[i, other] > cost[i, j] for other in range(suppliers)
            )
            supplier_would = amounts[:, j].sum() < world.offers["free_h100e"][j, 0] - 1e-9 or any(
                amounts[other, j] > 1e-9 and rank[other, j] < rank[i, j] for other in range(labs) if other != i
            )
            assert not (lab_would and supplier_would), (i, j)


@given(seeds, st.permutations(range(4)))
def test_the_order_of_the_labs_does_not_matter(seed, order):
    world = random_market(seed)
    shuffled = bare_world(4, 3)
    for name in ("pairs", "requirements"):
        getattr(shuffled, name)[:] = getattr(world, name)[order]
    shuffled.offers[:] = world.offers
    match(world, 0)
    match(shuffled, 0)
    assert shuffled.pairs["held_h100e"] == pytest.approx(world.pairs["held_h100e"][order], abs=1e-9)


@settings(max_examples=40)
@given(seeds)
def test_what_is_signed_never_exceeds_what_was_free(seed):
    """Over all delivery months: what is promised for a month, ramps included, was free at that month.

    No sites are built to suit, which are there on top.
    """
    growth = 0.05
    draws = np.random.default_rng(seed)
    world = bare_world(3, 3, build_to_suit_share=0.0)
    world.pairs["asked_rank"] = draws.integers(0, 4, (3, 3))
    world.pairs["buyer_reservation_usd_per_h100e_hour"] = draws.uniform(1.5, 4.0, (3, 3))
    world.pairs[LEAST] = draws.uniform(0.5, 2.0, (3, 3))
    world.requirements["open_h100e"] = draws.integers(0, 300, (3, 4))
    world.offers["free_h100e"] = np.sort(draws.integers(0, 400, (3, 4)), axis=1)
    free, wanted = world.offers["free_h100e"].copy(), world.requirements["open_h100e"].copy()
    negotiate(world)
    deals = world.deals[: int(world.market["deal_rows"][0])]
    contracts = world.contracts[: int(world.market["contract_rows"][0])]
    for j in range(3):
        own = contracts[contracts["supplier"] == j]
        for delivery, months in enumerate((1, 6, 12, 24)):
            ramps = [ramp_share(months - row["start_month"], row["ramp_months"], growth) for row in own]
            assert (own["capacity_h100e"] * ramps).sum() <= free[j, delivery] + 1e-9
    signed = world.requirements["signed_h100e"]
    assert signed + world.requirements["open_h100e"] == pytest.approx(wanted, abs=1.0 * 3)  # crumbs of less than 1
    assert signed.sum() == pytest.approx(deals["capacity_h100e"].sum())


def test_a_deal_is_full_at_its_delivery_month_and_takes_later_capacity_too():
    world = market_of([[2.0]], [0.0], [0.0])
    world.parameters["term_spread_share"] = 0.0
    world.market["month"] = 5
    world.offers["free_h100e"] = 100.0
    world.pairs["held_h100e"] = 30.0
    sign_deal(world, 0, 0, 1)
    contract = world.contracts[0]
    assert (contract["end_month"], contract["signed_month"], contract["capacity_h100e"]) == (47, 5, 30.0)
    assert shares_of(contract, (10, 11, 46)) == pytest.approx([0.8, 1.0, 1.0])
    assert world.offers["free_h100e"][0].tolist() == [100.0, 70.0, 70.0, 70.0]
    assert world.offers["committed_h100e"][0].tolist() == [0.0, 30.0, 30.0, 30.0]


def shares_of(contract, months):
    """Return what part of its capacity a contract promises in some months, where demand does not grow."""
    return [ramp_share(month - contract["start_month"], contract["ramp_months"], 0.0) for month in months]


@pytest.mark.parametrize(
    ("delivery", "parts"),
    [(0, [1.0]), (1, [0.2, 0.4, 0.6, 0.8, 1.0]), (2, [part / 6 for part in range(1, 7)])],
    ids=["next month", "in 6 months", "in 12 months"],
)
def test_a_deal_arrives_month_by_month_since_the_delivery_month_before(delivery, parts):
    # delivery months 1, 6 and 12 ahead of month 5: month 6 at once, months 7 to 11, months 12 to 17
    world = market_of([[2.0]], [0.0], [0.0])
    world.market["month"], world.pairs["held_h100e"] = 5, 30.0
    sign_deal(world, 0, 0, delivery)
    full = 5 + (1, 6, 12)[delivery]
    months = range(full - len(parts), full + 2)
    assert shares_of(world.contracts[0], months) == pytest.approx([0.0, *parts, 1.0])


def test_a_suppliers_own_ramp_comes_on_top():
    # from month 7 over 4 + 2 further months: full in month 13
    world = market_of([[2.0]], [0.0], [0.0])
    world.market["month"], world.pairs["held_h100e"], world.suppliers["ramp_months"] = 5, 30.0, 2
    sign_deal(world, 0, 0, 1)
    assert shares_of(world.contracts[0], (6, 7, 12, 13)) == pytest.approx([0.0, 1 / 7, 6 / 7, 1.0])


@pytest.mark.parametrize(("quantity", "recallable", "months"), [(99.0, 0, 36), (100.0, 0, 72), (100.0, 1, 36)])
def test_anchor_leases_run_longer(quantity, recallable, months):
    world = market_of([[2.0]], [0.0], [0.0])
    world.parameters["term_spread_share"] = 0.0
    world.parameters["anchor_deal_h100e"], world.parameters["anchor_term_ratio"] = 100.0, 2.0
    world.suppliers["recallable"] = recallable
    world.pairs["held_h100e"] = quantity
    sign_deal(world, 0, 0, 0)
    assert world.contracts["end_month"][0] - world.contracts["start_month"][0] == months


def test_terms_spread_around_the_usual_one():
    world = market_of([[2.0]], [0.0], [0.0])
    world.parameters["term_spread_share"] = 0.5
    world.pairs["held_h100e"] = 1.0
    for month in range(60):
        world.market["month"] = month
        sign_deal(world, 0, 0, 0)
    terms = (world.contracts["end_month"] - world.contracts["start_month"])[:60]
    assert 18 <= terms.min() < 24  # 36 x 0.5 to 36 x 1.5
    assert 48 < terms.max() <= 54
    assert terms.mean() == pytest.approx(36.0, abs=4.0)  # s.d. 10.4, so 3 standard errors


def test_ambition_follows_success():
    world = market_of([[math.nan, 2.0]], [0.0], [0.0, 0.0])
    world.pairs["aspiration_share"] = 0.8
    move_aspiration(world, 0, 0)  # 0.8 - 0.1 x (0.8 - 0.5)
    move_aspiration(world, 0, 1)  # 0.8 + 0.05 x (1 - 0.8)
    assert world.pairs["aspiration_share"][0].tolist() == pytest.approx([0.77, 0.81])


def test_prices_of_the_month_by_channel_and_smoothed():
    # leases 100 at 2 and 300 at 3: 2.75; a partner's 100 at 1: all 500 at 2.4; contract price 2 + 0.3 x 0.4
    world = bare_world(deal_price_smoothing_per_month=0.3)
    rows = [(0, 100, 2.0, 4.0), (0, 300, 3.0, 4.0), (1, 100, 1.0, 4.0), (0, 999, 9.0, 9.0)]
    for row, (channel, quantity, price, list_price) in enumerate(reversed(rows)):
        deal = world.deals[row]
        deal["signed_month"] = 3 if row else 2  # the one of 999 is last month's
        deal["channel"], deal["capacity_h100e"] = channel, quantity
        deal["price_usd_per_h100e_hour"], deal["list_price_usd_per_h100e_hour"] = price, list_price
    world.market["deal_rows"], world.market["month"] = 4, 3
    average_prices(world)
    market = world.market[0]
    assert market["lease_price_usd_per_h100e_hour"] == pytest.approx(2.75)
    assert market["partner_price_usd_per_h100e_hour"] == pytest.approx(1.0)
    assert market["contract_price_usd_per_h100e_hour"] == pytest.approx(2.12)
    assert market["contract_to_list_ratio"] == pytest.approx(1.0 + 0.3 * (0.6 - 1.0))


def test_without_deals_the_contract_price_stays():
    world = bare_world()
    average_prices(world)
    assert math.isnan(world.market["lease_price_usd_per_h100e_hour"][0])
    assert world.market["contract_price_usd_per_h100e_hour"][0] == 2.0


def test_a_lab_proposes_no_more_than_it_would_buy_and_goes_on_to_the_next():
    # of 100 the cheaper one may sell 30; where it has only 10 free, the next one is asked for the rest
    world = market_of([[1.0, 2.0]], [100.0], [500.0, 500.0])
    world.pairs["most_h100e"][0, 0] = 30.0
    match(world, 0)
    assert held(world) == [[30.0, 70.0]]
    world = market_of([[1.0, 2.0]], [100.0], [10.0, 500.0])
    world.pairs["most_h100e"][0, 0] = 30.0
    match(world, 0)
    assert held(world) == [[10.0, 90.0]]


def test_a_deal_takes_staff_and_months_and_counts_as_experience():
    # 8 USD m and 2.4 months after one deal; next month would be month 1
    world = bare_world(1, 1, relationship_cost_usd_m=10.0, relationship_months=3)
    world.pairs["deals_count"], world.pairs["held_h100e"], world.pairs[PRICE] = 1, 50.0, 2.0
    world.pairs["most_h100e"] = 60.0
    sign_deal(world, 0, 0, 0)
    assert world.contracts["start_month"][0] == 3
    assert world.labs["set_up_bill_usd_m"][0] == pytest.approx(8.0)
    assert world.pairs["deals_count"][0, 0] == 2
    assert world.pairs["most_h100e"][0, 0] == 10.0
