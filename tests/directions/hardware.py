"""What hardware does to a market: its lead times, its power, its makers and its age."""

import numpy as np

from agents.base import LEASE
from model.ensemble import Run
from model.limits import CONSTRAINTS
from tests.directions.figures import CONTRACT, DOWN, SPOT, UNSERVED, UP, Case, Figure, installed, mean_of, shock


def steps(run: Run) -> float:
    """Return how the log full cost of new capacity changes from month to month, at most."""
    return float(-np.diff(np.log(run.history.market["full_cost_usd_per_h100e_hour"])).min())


def stranded(run: Run) -> float:
    """Return the part of the debt on sites that they do not earn, over the run."""
    market = run.history.market
    return float(market["stranded_usd_m"].sum() / market["site_debt_usd_m"].sum())


def programmes(run: Run) -> float:
    """Return how many firms have started to make chips of their own."""
    return float(
        (run.history.labs["silicon_month"][-1] > 0).sum() + (run.history.suppliers["silicon_month"][-1] > 0).sum()
    )


def price_of_second(run: Run) -> float:
    """Return price / list price of what the second supplier leases, over that of what others do; nan for nothing."""
    deals = run.deals[(run.deals["signed_month"] >= 0) & (run.deals["channel"] == LEASE)]
    second = deals["supplier_name_code"] == SECOND
    if not second.any():
        return float("nan")
    ratio = deals["price_usd_per_h100e_hour"] / deals["list_price_usd_per_h100e_hour"]
    theirs, others = (np.average(ratio[part], weights=deals["capacity_h100e"][part]) for part in (second, ~second))
    return float(theirs / others)


def signed_by_second(run: Run) -> float:
    """Return the part of what labs sign that is with the second supplier, which may let other chips."""
    deals = run.deals[run.deals["signed_month"] >= 0]
    second = deals["supplier_name_code"] == SECOND
    return float(deals["capacity_h100e"][second].sum() / deals["capacity_h100e"].sum())


def months_bound_by(name: str) -> Figure:
    """Return a hundredth, and the part of the months of a shock in which a constraint is reported to bind."""
    number = CONSTRAINTS.index(name)
    return lambda run: 0.01 + float((run.history.market["binding_constraint"][6:30] == number).mean())


FULL_COST, OWN_SITES = mean_of("full_cost_usd_per_h100e_hour"), mean_of("build_h100e")
OTHER_CHIPS = {"suppliers.aws.chip_family": 1}
FAR_CHIPS = OTHER_CHIPS | {"porting_months": 9, "porting_cost_usd_per_h100e": 3000}
SECOND = 1
AGED = {"running_cost_rule": "vintage"}
SCRAPPED = AGED | {"refresh_rule": "worth_less_than_scrap"}
METER = {"behind_the_meter_share": 0.4}
SILICON = {"custom_silicon_cost_usd_m": 2000}

CASES = {
    # --- chips ---
    "sites that wait for chips make spot dear": Case({"chip_lead_months": 18}, SPOT, UP),
    "chips for incumbents keep the market concentrated": Case(
        {"chip_allocation_rule": "incumbents_first"}, mean_of("hhi_suppliers"), UP
    ),
    # suppliers in a shortage earn more on a site than a lab saves by building it
    "chips for the highest bid go to suppliers": Case({"chip_allocation_rule": "highest_bid"}, OWN_SITES, DOWN),
    # --- power ---
    "power from the queue brings sites": Case({"grid_queue_months": 24}, installed, UP),
    "a longer queue brings fewer": Case({"grid_queue_months": 48}, installed, DOWN, {"grid_queue_months": 24}),
    "generation of one's own makes up for the grid": Case(METER, mean_of("lost_to_power_h100e"), DOWN),
    "dear generation strands debt": Case({"behind_the_meter_cost_ratio": 1.3}, stranded, UP, METER),
    "slow generation leaves contracts dear": Case(
        {"behind_the_meter_lead_months": 30}, CONTRACT, UP, METER | {"behind_the_meter_lead_months": 12}
    ),
    "dear power is part of full cost": Case({"power_price_usd_per_mwh": 135}, FULL_COST, UP),
    # --- generations: nobody foresees a release, so orders hardly move
    "releases make costs fall in steps": Case({"generation_months": 12}, steps, UP),
    "longer generations make larger steps": Case({"generation_months": 24}, steps, UP, {"generation_months": 12}),
    "old sites that cost more to run strand": Case(AGED, stranded, UP),
    "who may scrap has less capacity": Case({"refresh_rule": "worth_less_than_scrap"}, installed, DOWN, AGED),
    "the more scrap brings the less is kept": Case(
        {"scrap_share": 0.3}, installed, DOWN, SCRAPPED | {"scrap_share": 0}
    ),
    # --- own chips ---
    "chips of one's own make sites cheap": Case(SILICON, FULL_COST, DOWN),
    "a dear programme is for few": Case(
        {"custom_silicon_cost_usd_m": 50_000}, programmes, DOWN, {"custom_silicon_cost_usd_m": 500}
    ),
    "a slow programme saves late": Case(
        {"custom_silicon_delay_months": 42}, FULL_COST, UP, SILICON | {"custom_silicon_delay_months": 24}
    ),
    "who saves more builds more": Case(
        {"custom_silicon_cost_ratio": 0.5}, installed, UP, SILICON | {"custom_silicon_cost_ratio": 0.9}
    ),
    # --- progress: what is scarce sells for more than it costs, so that contracts fall less than cost, and less is owed
    # on sites that cost less; where there is slack prices follow cost, and old debt is left behind
    "fast progress makes contracts cheap": Case(
        {"capex_growth_start_x_per_year": 0.7}, CONTRACT, DOWN, AGED | {"capex_growth_start_x_per_year": 0.95}
    ),
    "fast progress strands debt where there is slack": Case(
        {"capex_growth_start_x_per_year": 0.7}, stranded, UP, AGED | {"capex_growth_start_x_per_year": 0.95}, "slack"
    ),
    # --- porting ---
    "other chips must be cheaper": Case(OTHER_CHIPS, price_of_second, DOWN),
    "labs rent less on other chips": Case(OTHER_CHIPS, signed_by_second, DOWN),
    "the dearer porting is the less they rent there": Case(
        {"porting_cost_usd_per_h100e": 5000}, signed_by_second, DOWN, OTHER_CHIPS | {"porting_cost_usd_per_h100e": 300}
    ),
    "slow porting leaves users unserved": Case(
        {"porting_months": 9}, UNSERVED, UP, OTHER_CHIPS | {"porting_months": 1}
    ),
    "standards serve users": Case({"standardisation_share": 0.8}, UNSERVED, DOWN, FAR_CHIPS),
    # --- what binds: the reported constraint follows what is made scarce ---
    **{
        f"{name} is what binds while a shock holds it back": Case(
            {"event": shock(shock=kind, first_month=6, months=24, size_share=0.8)}, months_bound_by(name), UP
        )
        for name, kind in (("chips", "chip_embargo"), ("power", "power_cap"), ("credit", "credit_crunch"))
    },
}
