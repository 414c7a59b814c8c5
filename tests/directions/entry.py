"""What each number of entry and exit does to a market."""

import numpy as np

from agents.base import PARTNER
from model.ensemble import Run
from tests.directions.figures import (
    DOWN,
    UP,
    end_of,
    entries,
    mean_of,
    of_suppliers,
    signed,
    turn,
)

LOOKS = {"supplier_entry_per_month": 0.5}
GLUT = {
    "demand_growth_start_x_per_year": 0.4,
    "demand_growth_long_run_x_per_year": 0.5,
    "suppliers.coreweave.cash_usd_m": 100,
    "labs.anthropic.surge_months": 0,
}


def first_exit(run: Run) -> float:
    """Return the month in which a supplier first fails or leaves, nan for never."""
    months = np.flatnonzero(run.history.market["supplier_exits"])
    return float(months[0]) if len(months) else float("nan")


CASES = {
    "labs that are founded often are more": turn("lab_entry_per_month", end_of("labs_alive"), UP),
    "suppliers that look often let partners sell more": turn("supplier_entry_per_month", mean_of("partner_h100e"), UP),
    "a high hurdle keeps entrants out": turn(
        "entry_hurdle_ratio", entries, DOWN, LOOKS | {"demand_growth_start_x_per_year": 1.3}
    ),
    "larger newcomers buy more on the spot market": turn("entrant_lab_users_share", mean_of("spot_lab_h100e"), UP),
    "larger halls of the smallest entrants are more from partners": turn(
        "entrant_idle_low_h100e", signed(PARTNER), UP, LOOKS
    ),
    "larger halls of the largest entrants are more from partners": turn("entrant_idle_high_h100e", signed(PARTNER), UP),
    "entrants with idle halls are more from partners": turn("entrant_nontraditional_share", signed(PARTNER), UP),
    "suppliers who leave sooner are fewer": turn("exit_utilisation_share", end_of("suppliers_alive"), DOWN, GLUT),
    "who waits longer before it leaves leaves later": turn(
        "exit_months", first_exit, UP, GLUT | {"exit_utilisation_share": 0.5}
    ),
    "heirs who take over debt have less cash": turn("salvage_share", of_suppliers("repayment_usd_m"), UP, GLUT),
}
