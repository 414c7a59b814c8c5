"""Equity against contracts, payment ahead, guarantees: who pays whom, by hand."""

import numpy as np
import pytest

from agents.packages import STANDARD
from model.capacity import survey
from model.contracts import BY_CONDUCT, BY_RECALL, BY_TERM, Terms, end_contract, sign, strike_recalls
from model.entry import close_lab
from model.equity import LARGEST_STAKE, invest_in_buyer, pay_milestone
from model.finance import settle
from model.negotiation import best_open, match_rivals
from model.operation import deliver
from model.state import CHIP_MAKERS
from tests.worlds import all_cash, bare_world, put_site

MONTH_USD_M = 100_000 * 2.0 * 730 / 1e6
"""A month of 100,000 H100e at 2 USD: 146 USD m."""


def anchored(prepaid=0.0, **parameters):
    """Lab 0, worth 12 x 100 x 10 = 12,000, signs 100,000 H100e at 2 USD for 10 months, ramp 1, with supplier 0."""
    values = {"anchor_deal_h100e": 100_000, "equity_offer_share": 0.5, "equity_upfront_share": 0.25}
    values |= {"equity_cash_share": 1.0, "valuation_revenue_multiple": 10.0, "prepayment_cash_share": 1.0}
    world = bare_world(**(values | parameters))
    world.labs["cash_usd_m"], world.suppliers["cash_usd_m"] = 1000.0, 1000.0
    world.labs["revenue_usd_m"] = 100.0
    row = sign(world, 0, 0, 100_000.0, 2.0, Terms(1, 1, 11, STANDARD, 3, 1, prepaid))
    return world, row


def test_a_quarter_comes_at_once_and_the_rest_with_capacity():
    # half of 1460 = 730; a quarter 182.5 now, 273.75 in each of the two months of the ramp
    world, row = anchored()
    before = all_cash(world)
    invest_in_buyer(world, row)
    assert world.pairs["invested_usd_m"][0, 0] == pytest.approx(182.5)
    assert world.pairs["tie_share"][0, 0] == pytest.approx(182.5 / (12_000 + 182.5))
    pay_milestone(world, row)
    assert world.pairs["invested_usd_m"][0, 0] == pytest.approx(182.5)
    world.contracts["delivered_h100e"] = 1.0
    for _ in range(3):
        pay_milestone(world, row)
    assert world.pairs["invested_usd_m"][0, 0] == pytest.approx(730.0)
    assert world.labs["cash_usd_m"][0] == pytest.approx(1730.0)
    assert all_cash(world) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.labs["parent_backed"].fill(1),
        lambda w: w.pairs["tie_share"].fill(1.0),
        lambda w: w.parameters["anchor_deal_h100e"].fill(100_001),
        lambda w: w.suppliers["cash_usd_m"].fill(-5.0),
    ],
    ids=["parent", "own group", "small", "no cash"],
)
def test_no_equity(change):
    world, row = anchored()
    change(world)
    invest_in_buyer(world, row)
    assert world.pairs["invested_usd_m"][0, 0] == 0.0
    assert world.contracts["equity_due_usd_m"][row] == 0.0


def test_equity_is_bounded_by_cash_and_stays_a_minority():
    world, row = anchored(equity_cash_share=0.1, equity_upfront_share=1.0, valuation_revenue_multiple=0.001)
    invest_in_buyer(world, row)
    assert world.pairs["invested_usd_m"][0, 0] == pytest.approx(100.0)
    assert world.pairs["tie_share"][0, 0] == LARGEST_STAKE


def test_what_was_invested_is_lost_with_the_lab():
    world, row = anchored(equity_upfront_share=1.0)
    invest_in_buyer(world, row)
    close_lab(world, 0)
    assert world.suppliers["written_off_usd_m"][0] == world.market["written_off_usd_m"][0] == pytest.approx(730.0)
    # 0.9 x 10 months of bills are lost as well
    assert world.market["contracts_lost_usd_m"][0] == pytest.approx(9.0 * MONTH_USD_M)
    assert world.market["backstops_usd_m"][0] == 0.0


def test_a_guarantor_pays_its_part():
    world, _ = anchored(backstop_share=0.5)
    before, cash = all_cash(world), world.suppliers["cash_usd_m"][0]
    close_lab(world, 0)
    assert world.suppliers["cash_usd_m"][0] - cash == pytest.approx(4.5 * MONTH_USD_M)
    assert world.accounts["cash_usd_m"][CHIP_MAKERS] == pytest.approx(-4.5 * MONTH_USD_M)
    assert all_cash(world) == pytest.approx(before)


def test_what_is_paid_ahead_comes_off_the_bills():
    # a fifth of 1460 = 292 ahead; 29.2 a month of a bill of 146
    world, row = anchored(prepaid=0.2)
    assert world.labs["cash_usd_m"][0] == pytest.approx(1000.0 - 292.0)
    world.market["month"] = 5
    world.contracts["due_h100e"], world.contracts["delivered_h100e"] = 100_000.0, 100_000.0
    world.labs["used_share"] = 1.0
    settle(world)
    assert world.contracts["prepaid_usd_m"][row] == pytest.approx(292.0 - 29.2)
    assert world.labs["paid_usd_m"][0] == pytest.approx(292.0 + MONTH_USD_M - 29.2)
    assert world.labs["compute_bill_usd_m"][0] == pytest.approx(MONTH_USD_M)


@pytest.mark.parametrize(("by", "back"), [(BY_RECALL, 292.0), (BY_CONDUCT, 292.0), (BY_TERM, 0.0)])
def test_a_recall_pays_back_what_was_paid_ahead(by, back):
    world, row = anchored(prepaid=0.2)
    world.market["month"] = 5
    end_contract(world, row, 6, by)
    world.market["month"] = 6
    survey(world)
    assert world.labs["received_usd_m"][0] == pytest.approx(back)


def test_what_a_lab_uses_in_the_months_of_notice_is_not_paid_back():
    # recalled in month 5 on three months' notice: of 292 three times 29.2 are used up, the rest comes back in month 8
    world, row = anchored(prepaid=0.2, usable_share=1.0, on_demand_reserve_share=0.0)
    put_site(world, 0, 100_000.0)
    world.suppliers["recall_hazard_per_month"] = 1.0
    total = all_cash(world)
    for month in (5, 6, 7, 8):
        world.market["month"] = month
        strike_recalls(world)
        before = world.labs["received_usd_m"][0]
        survey(world)
        assert world.labs["received_usd_m"][0] - before == pytest.approx(292.0 - 87.6 if month == 8 else 0.0)
        deliver(world)
        settle(world)
    assert world.deals["ended_by"][0] == BY_RECALL
    assert world.contracts["prepaid_usd_m"][row] == 0.0
    assert all_cash(world) == pytest.approx(total)


def test_nobody_pays_ahead_more_than_a_part_of_its_cash():
    world, _ = anchored(prepaid=1.0, prepayment_cash_share=0.1)
    assert world.labs["cash_usd_m"][0] == pytest.approx(900.0)


def offers(**parameters):
    """Supplier 1 offers lab 0 an hour at 2.0, supplier 0, which invested, at 2.3, and would take 1.9."""
    world = bare_world(**parameters)
    world.offers["free_h100e"] = 10.0
    world.pairs["price_usd_per_h100e_hour"] = (2.3, 2.0)
    world.pairs["seller_reservation_usd_per_h100e_hour"] = 1.9
    world.pairs["invested_usd_m"][0, 0] = 5.0
    return world


def test_an_investor_may_match_the_best_offer():
    world = offers(first_refusal=1)
    match_rivals(world, 0)
    assert world.pairs["price_usd_per_h100e_hour"][0].tolist() == [2.0, 2.0]
    assert best_open(world, 0, 0) == 0
    assert best_open(world, 1, 0) == 1


def test_it_need_not_and_without_the_right_it_cannot():
    dear, plain = offers(first_refusal=1), offers(first_refusal=0)
    dear.pairs["seller_reservation_usd_per_h100e_hour"] = 2.1
    for world in (dear, plain):
        match_rivals(world, 0)
        assert world.pairs["price_usd_per_h100e_hour"][0].tolist() == [2.3, 2.0]
        assert best_open(world, 0, 0) == 1


def test_a_lab_bound_to_an_investor_turns_to_it_first():
    world = offers(first_refusal=0)
    world.pairs["exclusive_until_month"][0, 0] = 3
    world.market["month"] = 2
    assert best_open(world, 0, 0) == 0
    world.pairs["price_usd_per_h100e_hour"][0, 0] = np.nan
    assert best_open(world, 0, 0) == 1
    world.pairs["price_usd_per_h100e_hour"][0, 0] = 2.3
    world.market["month"] = 3
    assert best_open(world, 0, 0) == 1


def test_a_lab_is_bound_to_one_investor_at_a_time():
    # the second, three months later, takes the place of the first; who has no money to invest takes nobody's
    world, first = anchored(exclusivity_months=12)
    terms = Terms(1, 1, 11, STANDARD, 3, 1, 0.0)
    invest_in_buyer(world, first)
    assert world.pairs["exclusive_until_month"][0].tolist() == [12, 0]
    world.market["month"], cash = 3, world.suppliers["cash_usd_m"][1]
    world.suppliers["cash_usd_m"][1] = 0.0
    invest_in_buyer(world, sign(world, 0, 1, 100_000.0, 2.0, terms))
    assert world.pairs["exclusive_until_month"][0].tolist() == [12, 0]
    world.suppliers["cash_usd_m"][1] = cash
    invest_in_buyer(world, sign(world, 0, 1, 100_000.0, 2.0, terms))
    assert world.pairs["exclusive_until_month"].tolist() == [[0, 15], [0, 0]]
