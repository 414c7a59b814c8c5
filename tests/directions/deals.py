"""What the terms of contracts do: packages, recall, payment ahead, equity, guarantees, ventures, sites built to suit."""

import numpy as np

from agents.packages import GUARANTEED, INTERRUPTIBLE
from model.ensemble import Run
from model.state import Table
from tests.directions.figures import DOWN, UNSERVED, UP, Case, mean_of, shock

LEASES, PARTNERS = 0, 1


def signed(run: Run) -> Table:
    """Return the deals signed in a run."""
    return run.deals[run.deals["signed_month"] >= 0]


def mean_by_capacity(deals: Table, values: Table) -> float:
    """Return the mean of a column of deals by capacity, nan without any."""
    return float(np.average(values, weights=deals["capacity_h100e"])) if len(deals) else float("nan")


def term(run: Run) -> float:
    """Return the mean months of full delivery of what was signed."""
    deals = signed(run)
    return mean_by_capacity(deals, deals["end_month"] - deals["full_month"])


def guaranteed(run: Run) -> float:
    """Return a hundredth, and the part of what was signed that is guaranteed."""
    deals = signed(run)
    return 0.01 + mean_by_capacity(deals, deals["service_level"] == GUARANTEED)


def interruptible(run: Run) -> float:
    """Return a hundredth, and the part of what was signed that may be interrupted."""
    deals = signed(run)
    return 0.01 + mean_by_capacity(deals, deals["service_level"] == INTERRUPTIBLE)


def paid_ahead(run: Run) -> float:
    """Return what labs paid ahead, and one million."""
    return 1.0 + float(signed(run)["prepaid_usd_m"].sum())


def partners(run: Run) -> Table:
    """Return the deals signed with partners."""
    deals = signed(run)
    return deals[deals["channel"] == PARTNERS]


def partner_price(run: Run) -> float:
    """Return the mean price of what partners signed, over that of leases of the same year."""
    ratios = []
    for year in range(5):
        deals = signed(run)
        deals = deals[deals["signed_month"] // 12 == year]
        theirs, others = (deals[deals["channel"] == channel] for channel in (PARTNERS, LEASES))
        if len(theirs) and len(others):
            column = "price_usd_per_h100e_hour"
            ratios.append(mean_by_capacity(theirs, theirs[column]) / mean_by_capacity(others, others[column]))
    return float(np.mean(ratios)) if ratios else float("nan")


def notice(run: Run) -> float:
    """Return the mean months of notice of what partners may recall."""
    deals = partners(run)
    deals = deals[deals["recallable"] == 1]
    return mean_by_capacity(deals, deals["notice_months"])


def may_be_recalled(run: Run) -> float:
    """Return the part of what partners signed that they may recall."""
    deals = partners(run)
    return 0.01 + mean_by_capacity(deals, deals["recallable"])


def recalls(run: Run) -> float:
    """Return one, and the contracts recalled."""
    return 1.0 + float(run.history.market["recalls"].sum())


def dependence(run: Run) -> float:
    """Return how concentrated what each lab signed is on suppliers, as a mean over labs by what they signed."""
    deals, total, squares = signed(run), 0.0, 0.0
    for lab in np.unique(deals["lab_id"]):
        own = deals[deals["lab_id"] == lab]
        by_supplier = np.array(
            [own["capacity_h100e"][own["supplier_id"] == j].sum() for j in np.unique(own["supplier_id"])]
        )
        total += by_supplier.sum()
        squares += float((by_supplier**2).sum() / by_supplier.sum())
    return squares / total


def written_off(run: Run) -> float:
    """Return a million, and what suppliers lost of what they had invested in labs."""
    return 1.0 + float(run.history.market["written_off_usd_m"].sum())


def lost_by_suppliers(run: Run) -> float:
    """Return what suppliers lost with labs that failed, guarantees taken off, and a billion."""
    market = run.history.market
    lost = market["written_off_usd_m"] + market["contracts_lost_usd_m"] - market["backstops_usd_m"]
    return 1000.0 + float(lost.sum())


def cash_of_labs(run: Run) -> float:
    """Return the mean cash of labs without a parent in the first two years."""
    labs = run.history.labs[:24]
    return float(labs["cash_usd_m"][(labs["alive"] == 1) & (labs["parent_backed"] == 0)].mean())


def alive(run: Run) -> float:
    """Return the lab-months in business."""
    return float(run.history.market["labs_alive"].sum())


def neocloud_price(run: Run) -> float:
    """Return the mean price of leases of suppliers without a parent, over that of others."""
    deals, suppliers = signed(run), run.history.suppliers[-1]
    deals = deals[deals["channel"] == LEASES]
    weak = np.isin(deals["supplier_id"], suppliers["id"][suppliers["parent_backed"] == 0])
    column = "price_usd_per_h100e_hour"
    return mean_by_capacity(deals[weak], deals[weak][column]) / mean_by_capacity(deals[~weak], deals[~weak][column])


SLOW, FAST = {"obsolescence_per_year": 0.0}, {"obsolescence_per_year": 0.6}
FEARED = {"recall_hazard_per_month": 0.08, "recall_right_value_share": 0.15}
SMALL_ANCHORS = {"anchor_deal_h100e": 5_000.0}
"""Most deals count as anchor deals."""
BUST = {"bust": shock(shock="demand_bust", first_month=20, size_share=0.8)} | SMALL_ANCHORS
CUT_OFTEN = {"interruptible_cut_share": 0.02, "interruption_cost_ratio": 1.0}
WEAK = {"labs.google_deepmind.parent_backed": 0, "labs.openai.cash_usd_m": 3000, "labs.anthropic.cash_usd_m": 2000}
"""Labs that may fail."""

CASES = {
    # --- terms ---
    "labs with newer hardware to look forward to sign for less long": Case(FAST, term, DOWN),
    "who minds it more signs for less long": Case(
        {"progress_charge_share": 0.5}, term, DOWN, {"progress_charge_share": 0.1}
    ),
    "the longest on offer is taken where nothing gets old": Case(
        {"long_term_ratio": 2.5}, term, UP, SLOW | {"long_term_ratio": 1.3}
    ),
    "the shortest on offer is taken where all gets old": Case(
        {"short_term_ratio": 0.6}, term, UP, FAST | {"short_term_ratio": 0.2}
    ),
    "dear outages are insured against": Case(
        {"interruption_cost_ratio": 10.0}, guaranteed, UP, {"interruption_cost_ratio": 1.0}
    ),
    "isolation that takes much room is not bought": Case(
        {"isolation_share": 0.15}, guaranteed, DOWN, {"isolation_share": 0.02}
    ),
    "capacity that is rarely cut is let as such": Case(
        {"interruptible_saving_share": 0.3}, interruptible, UP, CUT_OFTEN
    ),
    "capacity that is often cut is not": Case(
        {"interruptible_cut_share": 0.15}, interruptible, DOWN, CUT_OFTEN | {"interruptible_saving_share": 0.3}
    ),
    # --- payment ahead: only who borrows dearer than the lab is paid ahead ---
    "more is paid ahead where more may be": Case({"prepayment_share": 0.25}, paid_ahead, UP, {"prepayment_share": 0.1}),
    "who fears for its money pays less ahead": Case(
        {"prepayment_risk_per_year": 0.06}, paid_ahead, DOWN, {"prepayment_risk_per_year": 0.0}
    ),
    "cash limits what is paid ahead": Case(
        {"prepayment_cash_share": 0.5}, paid_ahead, UP, {"prepayment_cash_share": 0.1}
    ),
    # both sides know that the first months are cheap, so the price is higher
    "a lower fee in the ramp raises the price": Case({"ramp_discount_share": 0.5}, partner_price, UP, {}, "colossus"),
    # --- recall ---
    "an owner that needs its capacity takes it back": Case(
        {"recall_need_per_month": 0.3}, recalls, UP, {"recall_need_per_month": 0.0}, "colossus"
    ),
    "who values the right of recall keeps it on short notice": Case(
        {"recall_right_value_share": 0.3},
        notice,
        DOWN,
        {"recall_hazard_per_month": 0.05, "recall_right_value_share": 0.05},
    ),
    "longer notice is agreed on where it is on offer": Case(
        {"long_notice_ratio": 3.0}, notice, UP, FEARED | {"long_notice_ratio": 1.5}
    ),
    "a clause on conduct ends contracts": Case({"conduct_recall_per_month": 0.02}, recalls, UP, {}, "colossus"),
    "a feared recall makes partners cheap": Case(
        {"recall_hazard_per_month": 0.05}, partner_price, DOWN, {"recall_hazard_per_month": 0.0}, "colossus"
    ),
    # --- equity ---
    "investors are bought from": Case(
        {"equity_offer_share": 0.5}, dependence, UP, SMALL_ANCHORS | {"equity_offer_share": 0.0}
    ),
    "a bust spreads to investors": Case(
        {"equity_offer_share": 0.5}, written_off, UP, BUST | WEAK | {"equity_offer_share": 0.0}
    ),
    "equity keeps labs alive in a bust": Case(
        {"equity_offer_share": 0.5}, alive, UP, BUST | WEAK | {"equity_offer_share": 0.0}
    ),
    "equity paid at once is cash in hand": Case(
        {"equity_upfront_share": 1.0}, cash_of_labs, UP, SMALL_ANCHORS | {"equity_upfront_share": 0.0}
    ),
    "who puts more of its cash in loses more": Case(
        {"equity_cash_share": 0.5}, written_off, UP, BUST | WEAK | {"equity_cash_share": 0.1}
    ),
    "the dearer a lab the smaller the stake, and the tie": Case(
        {"valuation_revenue_multiple": 40.0}, dependence, DOWN, SMALL_ANCHORS | {"valuation_revenue_multiple": 0.5}
    ),
    "who may match keeps its customer": Case(
        {"first_refusal": 1}, dependence, UP, SMALL_ANCHORS | {"first_refusal": 0}
    ),
    "who is bound to an investor depends on it": Case({"exclusivity_months": 36}, dependence, UP, SMALL_ANCHORS),
    "a guarantor takes losses off suppliers": Case({"backstop_share": 0.5}, lost_by_suppliers, DOWN, BUST | WEAK),
    "what a guarantor stands for costs less": Case(
        {"backstop_share": 1.0}, neocloud_price, DOWN, {"credit_spread_share": 0.2}
    ),
    # --- ventures and sites built to suit ---
    "a partner lends its speed": Case({"joint_venture_share": 0.3}, mean_of("build_h100e"), UP, {}, "colossus"),
    "sites built to suit come where labs plan to need them": Case(
        {"build_to_suit_share": 1.0}, UNSERVED, DOWN, {"build_to_suit_share": 0.0}
    ),
    "and labs that plan for less find less": Case(
        {f"labs.{lab}.planned_growth_x_per_year": 1.0 for lab in ("openai", "anthropic", "google_deepmind", "mistral")},
        UNSERVED,
        UP,
        {"build_to_suit_share": 1.0},
    ),
}
