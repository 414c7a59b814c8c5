"""What each number of recall does to a market, and what a recall does to labs."""

from model.ensemble import Run
from tests.directions.deals import may_be_recalled, partner_price
from tests.directions.figures import (
    DOWN,
    UP,
    Case,
    mean_of,
    of_suppliers,
    shock,
    turn,
)

BOUND = {"recall_right_value_share": 2.0, "recall_need_per_month": 0.0, "long_notice_ratio": 1.0}
"""Owners for whom nothing is worth their right of recall, on one notice: labs can only pay less or go elsewhere."""
MANY_PARTNERS = BOUND | {
    "supplier_entry_per_month": 0.5,
    "entrant_nontraditional_share": 1.0,
    "entrant_idle_low_h100e": 400_000,
    "entrant_idle_high_h100e": 800_000,
}


def leases_and_own_sites(run: Run) -> float:
    """Return what labs lease and have on own sites on average."""
    return float((run.history.market["lease_h100e"] + run.history.market["build_h100e"]).mean())


def refused_after(run: Run) -> float:
    """Return the share of users refused in the year from month 12, and a ten-thousandth."""
    return 1e-4 + float(run.history.market["unserved_share"][12:24].mean())


CASES = {
    # --- where the right can be bargained away it is, by longer notice or no right at all (see deals); where it cannot
    # the risk is a discount, and some of what partners let is taken elsewhere ---
    "recall that cannot be bargained away is a discount that partners give": turn(
        "recall_hazard_per_month", partner_price, DOWN, BOUND
    ),
    "and leaves labs with less from partners": turn("recall_hazard_per_month", mean_of("partner_h100e"), DOWN, BOUND),
    "and more that they lease and build": turn("recall_hazard_per_month", leases_and_own_sites, UP, MANY_PARTNERS),
    "a recall of all that partners let refuses users": Case(
        {"recall": shock(shock="recall", first_month=12)},
        refused_after,
        UP,
        MANY_PARTNERS | {"demand_growth_start_x_per_year": 3.0},
    ),
    "capacity that is hard to replace is not left to be recalled": turn(
        "replacement_months", may_be_recalled, DOWN, {}, "colossus"
    ),
    "owners who wait for a better price recall less": turn(
        "recall_price_trigger_ratio", of_suppliers("recall_hazard_per_month"), DOWN, {}, "colossus"
    ),
    "owners tempted by high prices recall more": turn(
        "recall_hazard_multiple", of_suppliers("recall_hazard_per_month"), UP, {}, "colossus"
    ),
}
