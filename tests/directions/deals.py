"""What terms of contracts do: packages, recall, payment ahead, equity, guarantees, ventures, sites built to suit."""

import numpy as np

from agents.packages import GUARANTEED, INTERRUPTIBLE
from model.ensemble import Run
from model.state import Table
from tests.directions.figures import CONTRACT, DOWN, UNSERVED, UP, Case, early, installed, mean_of, shock, turn
from tests.directions.network import from_rivals

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


def written_off(run: Run) -> float:
    """Return a million, and what suppliers lost of what they had invested in labs."""
    return 1.0 + float(run.history.market["written_off_usd_m"].sum())


def contracts_lost(run: Run) -> float:
    """Return a million, and the bills to come of contracts that ended with their lab."""
    return 1.0 + float(run.history.market["contracts_lost_usd_m"].sum())


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


def from_investors(run: Run) -> float:
    """Return a hundredth, and the part of what labs signed that is from suppliers that had invested in them before."""
    deals, investors, bought = signed(run), set[tuple[int, int]](), 0.0
    for deal in deals:
        pair = (int(deal["lab_id"]), int(deal["supplier_id"]))
        bought += deal["capacity_h100e"] if pair in investors else 0.0
        if deal["equity_usd_m"] > 0.0:
            investors.add(pair)
    return 0.01 + float(bought / deals["capacity_h100e"].sum())


def from_last_investor(run: Run) -> float:
    """Return a hundredth, and the part of what labs signed that is from the supplier that invested in them last."""
    deals, last, bought = signed(run), dict[int, int](), 0.0
    for deal in deals:
        lab, supplier = int(deal["lab_id"]), int(deal["supplier_id"])
        bought += deal["capacity_h100e"] if last.get(lab) == supplier else 0.0
        if deal["equity_usd_m"] > 0.0:
            last[lab] = supplier
    return 0.01 + float(bought / deals["capacity_h100e"].sum())


SLOW, FAST = {"obsolescence_per_year": 0.0}, {"obsolescence_per_year": 0.6}
FEARED = {"recall_hazard_per_month": 0.08, "recall_right_value_share": 0.15}
ONE_NOTICE = {"long_notice_ratio": 1.0, "recall_need_per_month": 0.0, "recall_hazard_per_month": 0.0}
SMALL_ANCHORS: dict[str, object] = {"anchor_deal_h100e": 5_000.0}
"""Most deals count as anchor deals."""
BUST: dict[str, object] = {"bust": shock(shock="demand_bust", first_month=20, months=24, size_share=0.9)}
POOR: dict[str, object] = SMALL_ANCHORS | {
    "labs.google_deepmind.parent_backed": 0,
    "labs.openai.cash_usd_m": 300,
    "labs.anthropic.cash_usd_m": 200,
    "round_revenue_months": 3,
}
"""Labs that may fail."""
INVESTED = SMALL_ANCHORS | {"equity_offer_share": 0.5, "equity_upfront_share": 1.0, "equity_cash_share": 0.5}
NO_EQUITY: dict[str, object] = {"equity_offer_share": 0.0}
LITTLE_EQUITY: dict[str, object] = {"equity_offer_share": 0.2, "equity_cash_share": 0.01}
CUT_OFTEN = {"interruptible_cut_share": 0.02, "interruption_cost_ratio": 1.0}
SLACK = SMALL_ANCHORS | {"demand_growth_start_x_per_year": 1.3, "labs.anthropic.surge_months": 0}
BUILDERS = {"build_hurdle_ratio": 1.0, "obsolescence_per_year": 0.0, "integration_overhead_share": 0.0}
"""Labs find it cheap to build."""
XAI_SURGES = {"labs.xai.surge_start_month": 14, "labs.xai.surge_months": 6, "labs.xai.surge_growth_x_per_year": 50}
ON_THEIR_OWN: dict[str, object] = {f"suppliers.{name}.parent_backed": 0 for name in ("azure", "aws")}

CASES = {
    # --- terms ---
    "labs with newer hardware to look forward to sign for less long": Case(FAST, term, DOWN),
    "chips that get cheap fast are signed for less long": Case(
        {"capex_growth_start_x_per_year": 0.7}, term, DOWN, {"capex_growth_start_x_per_year": 0.95}
    ),
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
    "a lower fee in the ramp raises the price": Case({"ramp_discount_share": 1.0}, partner_price, UP, {}, "colossus"),
    # --- recall ---
    "an owner whose lab is short takes its capacity back": Case(
        {"recall_need_per_month": 0.3}, recalls, UP, XAI_SURGES | {"recall_need_per_month": 0.0}, "colossus"
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
    # it comes with the right of recall, so that rivals who fear it have both left out
    "a clause on conduct is bargained away with the right": Case(
        {"conduct_recall_per_month": 0.02}, may_be_recalled, DOWN, {}, "colossus"
    ),
    # the risk is not left in the contract at a discount: it is bargained away, by longer notice or no right at all, so
    # that the price of partners hardly moves
    "a recall that is feared is put off by notice": Case({"recall_hazard_per_month": 0.05}, notice, UP, {}, "colossus"),
    "and given up where there is but one notice": Case(
        {"recall_hazard_per_month": 0.04}, may_be_recalled, DOWN, ONE_NOTICE, "colossus"
    ),
    # --- equity ---
    "investors are bought from": Case(
        {"equity_offer_share": 0.5}, from_investors, UP, SMALL_ANCHORS | {"equity_offer_share": 0.0}
    ),
    "whom the lab must ask first sells it more": Case({"exclusivity_months": 36}, from_last_investor, UP),
    # a dear share is a small stake, and who has a small stake in a lab is still its rival
    "what dear shares buy leaves investors rivals": turn("valuation_revenue_multiple", from_rivals, UP, INVESTED),
    "a bust spreads to investors": Case(BUST, written_off, UP, POOR | LITTLE_EQUITY),
    "and to whoever had sold to the labs that fail": Case(BUST, contracts_lost, UP, POOR | LITTLE_EQUITY),
    # equity is a cushion as well: in the same bust fewer labs fail, so suppliers lose less, not more
    "equity keeps labs alive in a bust": Case({"equity_offer_share": 0.5}, alive, UP, BUST | POOR | NO_EQUITY),
    "and what suppliers lose with them is less": Case(
        {"equity_offer_share": 0.5}, lost_by_suppliers, DOWN, BUST | POOR | NO_EQUITY
    ),
    "equity paid at once is cash in hand": Case(
        {"equity_upfront_share": 1.0}, cash_of_labs, UP, SMALL_ANCHORS | {"equity_upfront_share": 0.0}
    ),
    "who puts more of its cash in leaves more with the lab": Case(
        {"equity_cash_share": 0.5}, cash_of_labs, UP, SMALL_ANCHORS | {"equity_cash_share": 0.05}
    ),
    "who may match its rivals pulls prices down where capacity is free": Case(
        {"first_refusal": 1}, CONTRACT, DOWN, SLACK | {"first_refusal": 0}
    ),
    "a guarantor takes a part of what suppliers lose": Case(
        {"backstop_share": 0.5}, lost_by_suppliers, DOWN, BUST | POOR | NO_EQUITY | ON_THEIR_OWN
    ),
    # --- ventures and sites built to suit ---
    # a part of the lab's own order, which the partner builds and keeps
    "ventures make own sites a partner's": Case(
        {"joint_venture_share": 0.3}, early("partner_h100e"), UP, BUILDERS, "colossus"
    ),
    "and labs have less of their own": Case(
        {"joint_venture_share": 0.3}, mean_of("build_h100e"), DOWN, BUILDERS, "colossus"
    ),
    # they take the place of what suppliers order ahead for nobody in particular: more is built, and it stands where
    # somebody foresaw a need; the surprised find less
    "sites built to suit add capacity": Case({"build_to_suit_share": 1.0}, installed, UP, {"build_to_suit_share": 0.0}),
    "and leave less to the surprised": Case({"build_to_suit_share": 1.0}, UNSERVED, UP, {"build_to_suit_share": 0.0}),
}
