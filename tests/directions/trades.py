"""What kinds of suppliers, followers, the sale of sites, limits on use and the race for quality do to a market."""

import functools

import numpy as np

from agents.suppliers import EDGE, ENERGY_DEVELOPER, KINDS, MINER, NEOCLOUD, ORBITAL, SOVEREIGN
from model.ensemble import Run
from tests.directions.figures import DOWN, UNSERVED, UP, Case, Figure, entries, installed, shock


def newcomers(run: Run, kind: int) -> np.ndarray:
    """Return by month and row whether a supplier of a kind that entered later is in business."""
    table = run.history.suppliers
    return (table["alive"] == 1) & (table["kind"] == kind) & (table["entered_month"] > 0)


def _entered(run: Run, kind: int) -> float:
    """Return how many suppliers of a kind entered."""
    return float(len(np.unique(run.history.suppliers["id"][newcomers(run, kind)])))


def _built(run: Run, kind: int) -> float:
    """Return what newcomers of a kind have installed on average, H100e."""
    table = run.history.suppliers
    return float((table["installed_h100e"] * newcomers(run, kind)).sum(axis=1).mean())


def _ordered(run: Run, kind: int) -> float:
    """Return what newcomers of a kind have ordered in all, H100e."""
    return float((run.history.suppliers["ordered_h100e"] * newcomers(run, kind)).sum())


def _listed(run: Run, kind: int) -> float:
    """Return the mean list price of newcomers of a kind, nan for none."""
    prices = run.history.suppliers["list_price_usd_per_h100e_hour"][newcomers(run, kind)]
    return float(prices.mean()) if len(prices) else float("nan")


ENTERED: dict[int, Figure] = {kind: functools.partial(_entered, kind=kind) for kind in range(NEOCLOUD, len(KINDS))}
BUILT: dict[int, Figure] = {kind: functools.partial(_built, kind=kind) for kind in range(NEOCLOUD, len(KINDS))}
ORDERED: dict[int, Figure] = {kind: functools.partial(_ordered, kind=kind) for kind in range(NEOCLOUD, len(KINDS))}
LISTED: dict[int, Figure] = {kind: functools.partial(_listed, kind=kind) for kind in range(NEOCLOUD, len(KINDS))}


def at_the_end(column: str) -> Figure:
    """Return a column of the market in the last month."""
    return lambda run: float(run.history.market[column][-1])


def users_of_all(run: Run) -> float:
    """Return the users that labs have on average, H100e."""
    table = run.history.labs
    return float((table["users_h100e"] * table["alive"]).sum(axis=1).mean())


def training_of_all(run: Run) -> float:
    """Return the training that labs want over what they want in all, on average."""
    table = run.history.labs
    training, inference = (table[f"need_{use}_h100e"].sum(axis=1) for use in ("training", "inference"))
    return float((training / (training + inference)).mean())


def training_of_newcomers(run: Run) -> float:
    """Return the stock of training that labs have a year after they entered, over the frontier's; nan for none."""
    table = run.history.labs
    young = (table["alive"] == 1) & (table["entered_month"] > 0)
    months = np.arange(len(table))[:, None] - table["entered_month"]
    shares = table["quality_log"][young & (months == 12)]
    return float(np.exp(shares).mean()) if len(shares) else float("nan")


def shortage_of_users(run: Run) -> float:
    """Return the users who are outside because they were refused, on average."""
    return float(run.history.market["outside_users_h100e"].mean())


def repaid_by_suppliers(run: Run) -> float:
    """Return what suppliers repay in the last year, USD m a month."""
    return float(run.history.suppliers["repayment_usd_m"][-12:].sum(axis=1).mean())


LOOKS = {"supplier_entry_per_month": 0.5}
OTHERS = LOOKS | {"entrant_nontraditional_share": 1.0}
MINERS = OTHERS | {"entrant_miner_weight": 10.0}
DEVELOPERS = OTHERS | {"entrant_energy_developer_weight": 10.0}
NETWORKS = OTHERS | {"entrant_edge_weight": 10.0}
FUNDS = OTHERS | {"entrant_sovereign_weight": 10.0}
SATELLITES = OTHERS | {
    "entrant_orbital_weight": 10.0,
    "entry_hurdle_ratio": 0.1,
    "investment_ramp_start_ratio": -1.0,
    "entrants.orbital.lead_months": 12,
    "entrants.orbital.parent_backed": 1,
}
"""Satellites at a third of their usual lead time and with a parent, for whom nothing is too dear."""
DEAL = {"follower_multiple": 5.0, "supplier_entry_per_month": 0.1, "visible_deal_h100e": 50_000}
BUST = {
    "event": shock(shock="demand_bust", first_month=18, size_share=0.6),
    "round_interval_months": 600,
    "supplier_entry_per_month": 0.3,
    "entrant_nontraditional_share": 0.0,
    "suppliers.azure.parent_backed": 0,
    **{f"suppliers.{name}.cash_usd_m": 100 for name in ("azure", "aws", "coreweave", "spacex_colossus")},
}
"""Most users go, nobody lends to suppliers at a loss, and the largest of them has no parent: some ten fail."""
RACE = {"training_rule": "endogenous"}

COSTLY_QUALITY = {"lab_entry_per_month": 0.5, "user_choice_rule": "logit", "quality_compute_elasticity": 0.6}

CASES = {
    # --- who comes: each kind by its weight ---
    **{
        f"more potential entrants of kind {KINDS[kind]} bring more of them": Case(
            {f"entrant_{KINDS[kind]}_weight": 4.0}, ENTERED[kind], UP, OTHERS | {f"entrant_{KINDS[kind]}_weight": 0.5}
        )
        for kind in (MINER, ENERGY_DEVELOPER, EDGE, SOVEREIGN)
    },
    "satellites come if anybody builds them": Case(
        {"entrant_orbital_weight": 2.0}, ENTERED[ORBITAL], UP, SATELLITES | {"entrant_orbital_weight": 0.2}
    ),
    # --- what a kind would do otherwise ---
    "dear bitcoin keeps miners at mining": Case(
        {"mining_revenue_usd_per_mwh": 1000}, ENTERED[MINER], DOWN, MINERS | {"mining_revenue_usd_per_mwh": 100}
    ),
    "dear power makes hosting better than mining": Case(
        {"power_tariff_usd_per_mwh": 160}, BUILT[MINER], UP, MINERS | {"mining_revenue_usd_per_mwh": 200}
    ),
    # power is a small part of the cost of an hour: the list price rises, what is built hardly falls
    "who can sell power dear asks more": Case(
        {"power_sale_price_usd_per_mwh": 150},
        LISTED[ENERGY_DEVELOPER],
        UP,
        DEVELOPERS | {"power_sale_price_usd_per_mwh": 30},
    ),
    "nearness is dear": Case({"edge_premium_share": 0.3}, LISTED[EDGE], UP, NETWORKS | {"edge_premium_share": 0.0}),
    "a larger network builds more": Case(
        {"edge_size_limit_h100e": 100_000}, BUILT[EDGE], UP, NETWORKS | {"edge_size_limit_h100e": 10_000}
    ),
    "a fund that gives more up asks less": Case(
        {"sovereign_discount_share": 0.3}, LISTED[SOVEREIGN], DOWN, FUNDS | {"sovereign_discount_share": 0.0}
    ),
    # profit lets others order up to a quarter more than demand asks for; patience leaves out the boom and the bad years
    "a patient fund leaves out the boom": Case(
        {"sovereign_patience_share": 1.0}, BUILT[SOVEREIGN], DOWN, FUNDS | {"sovereign_patience_share": 0.2}
    ),
    "a patient fund goes on where profit would not": Case(
        {"sovereign_patience_share": 1.0},
        ORDERED[SOVEREIGN],
        UP,
        FUNDS
        | {"investment_ramp_cap_ratio": 1.0, "sovereign_patience_share": 0.2, "demand_growth_start_x_per_year": 1.5},
    ),
    "dear launches build less": Case(
        {"orbital_cost_multiple": 4.0}, BUILT[ORBITAL], DOWN, SATELLITES | {"orbital_cost_multiple": 2.0}
    ),
    "orbit that costs to run is dearer": Case(
        {"orbital_running_cost_share": 1.0}, LISTED[ORBITAL], UP, SATELLITES | {"orbital_running_cost_share": 0.0}
    ),
    "satellites that last are cheaper": Case(
        {"orbital_life_months": 60}, LISTED[ORBITAL], DOWN, SATELLITES | {"orbital_life_months": 24}
    ),
    # --- entry follows price, deals and the tale they tell ---
    "a surge brings builders": Case(
        {"event": shock(shock="surge", first_month=12, months=3, growth_x_per_year=20.0)},
        entries,
        UP,
        LOOKS | {"entrant_nontraditional_share": 0.0, "entry_hurdle_ratio": 1.3},
    ),
    "a visible deal has followers": Case({"follower_multiple": 5.0}, entries, UP, DEAL | {"follower_multiple": 1.0}),
    "the longer it is news the more follow": Case(
        {"follower_months": 24}, entries, UP, DEAL | {"visible_deal_h100e": 200_000, "follower_months": 6}
    ),
    "deals too small to be seen have none": Case({"visible_deal_h100e": 5_000_000}, entries, DOWN, DEAL),
    # --- exit ---
    "sites that close are missing": Case({"asset_sale_rule": "stranded"}, installed, DOWN, BUST),
    # a bust leaves little to earn: the next best bid is below half of the debt, which the lottery hands on
    "sites sold to the highest bidder carry less debt than by lot": Case(
        {"asset_sale_rule": "highest_bid"}, repaid_by_suppliers, DOWN, BUST
    ),
    "dear scrap breaks sites up": Case(
        {"asset_scrap_share": 0.8},
        installed,
        DOWN,
        BUST | {"asset_sale_rule": "highest_bid", "asset_scrap_share": 0.05},
    ),
    # --- limits on use ---
    "limits that outlast a shortage lose users": Case({"product_limit_speed_per_month": 0.1}, users_of_all, DOWN),
    "limits that outlast a shortage refuse more": Case({"product_limit_speed_per_month": 0.1}, UNSERVED, UP),
    "rationing loses users who return slowly": Case(
        {"return_per_month": 0.01},
        shortage_of_users,
        UP,
        {"product_limit_speed_per_month": 0.1, "return_per_month": 0.2},
    ),
    # --- the race for quality ---
    "who reckons what quality wins trains less than two fifths": Case(RACE, training_of_all, DOWN),
    "a race with more at stake trains more": Case(
        {"quality_compute_elasticity": 0.6}, training_of_all, UP, RACE | {"quality_compute_elasticity": 0.1}
    ),
    "who learns without training trains less": Case({"spillover_rule": "frontier"}, training_of_all, DOWN, RACE),
    "who catches up faster is nearer the frontier": Case(
        {"training_adjustment_per_month": 0.3},
        training_of_newcomers,
        UP,
        RACE | {"lab_entry_per_month": 0.3, "training_adjustment_per_month": 0.03},
    ),
    # Sutton (1991): outlays for quality grow with the prize; in a small market at the default elasticity few notice
    "labs that enter easily are fewer in the end where quality takes compute": Case(
        RACE, at_the_end("labs_alive"), DOWN, COSTLY_QUALITY
    ),
}
