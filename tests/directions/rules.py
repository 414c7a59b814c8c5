"""What each selectable rule and each shock does to a market."""

import numpy as np

from model.ensemble import Run
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    SPOT,
    UNSERVED,
    UP,
    Case,
    bullwhip,
    entries,
    entries_of_all,
    installed,
    largest_lab,
    let_by_partners,
    mean_of,
    rivals_price,
    shaken,
    shock,
    spot_volatility,
    swings_of_azure,
)

UNRELIABLE = {f"suppliers.{name}.availability_share": 0.95 for name in ("azure", "aws", "coreweave", "spacex_colossus")}
OFFERS = {"bargaining_rule": "rubinstein"}
SHOUTS = {"spot_rule": "double_auction"}
LOOKS = {"supplier_entry_per_month": 0.5}
FORESEES = LOOKS | {"supplier_entry_rule": "foresight"}
BY_PRICE = {"investment_rule": "supply_curve"}
SMOOTHED = {"spot_rule": "smoothed"}
SCARCE = {"months": 24, "first_month": 6}
EMBARGO = shock(shock="chip_embargo", size_share=0.7, **SCARCE)
WAITS = {"investment_hurdle": "real_option"}


def hand(**fields: object) -> tuple[tuple[str, object], ...]:
    """Return orders by hand for the smallest lab of `small`, in each month of the last year and a half."""
    return shock(shock="orders", target="mistral", first_month=42, months=18, **fields)


def deals_of_mistral(run: Run) -> np.ndarray:
    """Return what that lab signs in those months."""
    return run.deals[(run.deals["lab_id"] == 4) & (run.deals["signed_month"] >= 42)]


def signed_by_mistral(run: Run) -> float:
    """Return how much that is, nan without a deal."""
    deals = deals_of_mistral(run)
    return float(deals["capacity_h100e"].sum()) if len(deals) else float("nan")


def price_of_mistral(run: Run) -> float:
    """Return its mean price, nan without a deal."""
    deals = deals_of_mistral(run)
    return float(deals["price_usd_per_h100e_hour"].mean()) if len(deals) else float("nan")


CASES = {
    # --- spot: with one price for all, every hour earns what the dearest ask that sells does ---
    "posted prices are lower than one price for all": Case({"spot_rule": "posted"}, SPOT, DOWN),
    # the same hours find the same users each month, but labs that expect cheap spot commit to less
    "posted prices leave more to spot, and more users unserved": Case({"spot_rule": "posted"}, UNSERVED, UP),
    "shouting finds other prices than the auction, and sells the rest cheap": Case(SHOUTS, SPOT, DOWN),
    "more shouts leave fewer gains from trade": Case(
        {"spot_shouts": 4000}, UNSERVED, DOWN, SHOUTS | {"spot_shouts": 100}
    ),
    "traders without limits trade badly": Case({"spot_traders": "unconstrained"}, UNSERVED, UP, SHOUTS),
    # Bertrand's price war needs room for all; little is left over here, so it pays to serve what rivals leave
    # (Edgeworth 1925): the price rises, and demand is left to the rivals
    "undercutting raises the price where capacity is scarce": Case({"spot_ask_rule": "undercut"}, SPOT, UP),
    "a line lies below the curve that touches it": Case({"fringe_demand_curve": "linear"}, SPOT, DOWN),
    "a smoothed spot price is calmer": Case(SMOOTHED, spot_volatility, DOWN),
    "the slower it moves the calmer it is": Case(
        {"spot_smoothing_per_month": 0.1}, spot_volatility, DOWN, SMOOTHED | {"spot_smoothing_per_month": 0.6}
    ),
    # as George et al. (2019) found of AWS: a price that comes down slowly stays above what would clear
    "a smoothed spot price is higher on average": Case(SMOOTHED, SPOT, UP),
    "a price that does not clear leaves users unserved": Case(SMOOTHED, UNSERVED, UP),
    # --- contracts tied to the spot price ---
    "indexed contracts hand the swings of spot on to suppliers": Case({"index_linked_share": 0.8}, swings_of_azure, UP),
    # costs and prices fall, so that indexed contracts earn less
    "suppliers of indexed contracts build less": Case({"index_linked_share": 0.8}, installed, DOWN),
    "labs with indexed contracts pay less as prices fall, and refuse fewer": Case(
        {"index_linked_share": 0.8}, UNSERVED, DOWN
    ),
    # --- shocks ---
    "a second surge finds no capacity": Case(
        {"event": shock(shock="surge", target="openai", first_month=12, months=4, growth_x_per_year=50.0)}, UNSERVED, UP
    ),
    "a bust ends the boom in orders": Case(
        {"event": shock(shock="demand_bust", first_month=24, size_share=0.4)}, installed, DOWN
    ),
    "an embargo makes contracts dear": Case({"event": EMBARGO}, CONTRACT, UP),
    "an embargo keeps capacity away": Case({"event": EMBARGO}, installed, DOWN),
    "a cap on power keeps capacity away": Case(
        {"event": shock(shock="power_cap", size_share=0.8, **SCARCE)}, installed, DOWN
    ),
    "an outage makes spot dear": Case(
        {"event": shock(shock="outage", first_month=6, months=6, size_share=0.3)}, SPOT, UP
    ),
    "in a credit crunch nobody enters": Case({"event": shock(shock="credit_crunch", **SCARCE)}, entries_of_all, DOWN),
    # only while prices are above what sellers could get elsewhere; later, in the glut, there is nothing to cut, and
    # enterprises take more at lower list prices
    "a price war in a tight market makes contracts cheap": Case(
        {"event": shock(shock="price_war", first_month=6, months=12, size_share=0.3)}, CONTRACT, DOWN
    ),
    "a price war in a glut fills halls with enterprises": Case(
        {"event": shock(shock="price_war", first_month=30, months=12, size_share=0.3)},
        mean_of("enterprise_h100e"),
        UP,
        {},
        "colossus",
    ),
    "a recall leaves labs with less from partners": Case(
        {"event": shock(shock="recall", first_month=12)}, let_by_partners, DOWN
    ),
    # --- a lab played by hand, at the end, when there is something to rent ---
    "what is leased by hand is rented": Case(
        {"event": hand(lease_h100e=1e5)}, signed_by_mistral, UP, {"event": hand(lease_h100e=1e4)}
    ),
    "who is stubborn pays less": Case(
        {"event": hand(lease_h100e=3e4, stubbornness_share=0.2)},
        price_of_mistral,
        DOWN,
        {"event": hand(lease_h100e=3e4)},
    ),
    # --- bargaining ---
    "patient suppliers get more": Case({"seller_patience_per_round": 0.98}, CONTRACT, UP, OFFERS),
    "patient labs pay less": Case({"buyer_patience_per_round": 0.98}, CONTRACT, DOWN, OFFERS),
    "the last offer is worth having": Case({"bargaining_rounds": 1}, CONTRACT, UP, OFFERS | {"bargaining_rounds": 2}),
    "who offers first gets more than by halves": Case(OFFERS, CONTRACT, UP),
    # the surplus is large, so its split is mostly above the buyer's alternative, which then is the price
    "alternatives that only limit help the supplier": Case(
        {"outside_option_rule": "outside_option_principle"}, CONTRACT, UP
    ),
    "an owner of a lab charges its rivals": Case({"foreclosure_share": 1.0}, rivals_price, UP, {}, "colossus"),
    # --- plans and users ---
    "a normal requirement has the thinner tail, so less is committed": Case(
        {"requirement_distribution": "normal"}, UNSERVED, UP
    ),
    # drift is a replicator that ends with one lab; logit leaves every lab its share
    "logit leaves users to the smaller labs": Case({"user_choice_rule": "logit"}, largest_lab, DOWN),
    "users with more to choose from wait for nobody": Case(
        {"outside_choice_share": 0.5}, UNSERVED, DOWN, {"user_choice_rule": "logit", "outside_choice_share": 0.1}
    ),
    "whole outages shake the market more than graded ones": Case({"outage_rule": "whole"}, shaken, UP, UNRELIABLE),
    # --- investment: rules of the textbook know no growth, so capacity lags behind a market that doubles ---
    "a supply curve lags behind growth": Case(BY_PRICE, installed, DOWN),
    "a steeper supply curve builds more while prices are above cost": Case(
        {"supply_curve_slope": 3.0}, installed, UP, BY_PRICE | {"supply_curve_slope": 0.3}
    ),
    "an S bounds what high prices call for": Case(
        {"investment_rule": "s_curve"}, installed, DOWN, BY_PRICE | {"supply_curve_slope": 3.0}
    ),
    "orders up to past sales lag behind growth": Case({"investment_rule": "order_up_to"}, installed, DOWN),
    # Chen et al. (2000): the bullwhip shrinks with the window
    "a longer memory calms orders": Case(
        {"moving_average_months": 24}, bullwhip, DOWN, {"investment_rule": "order_up_to", "moving_average_months": 3}
    ),
    "who reckons with its own effect on the price builds less": Case({"investment_rule": "cournot"}, installed, DOWN),
    "Cournot suppliers earn more": Case({"investment_rule": "cournot"}, CONTRACT, UP),
    "growth out of profit lags behind growth by forecast": Case({"investment_rule": "profit_led"}, installed, DOWN),
    # prices fall with costs: extrapolation sees them fall on, slow learning remembers better ones
    "extrapolation of falling prices builds less": Case({"price_expectation": "trend"}, installed, DOWN, BY_PRICE),
    "whom both rules guide builds less than by slow learning": Case(
        {"price_expectation": "switching"}, installed, DOWN, BY_PRICE
    ),
    "an option to wait delays orders": Case(WAITS, installed, DOWN),
    "more weight on waiting delays more": Case(
        {"option_weight_share": 1.0}, installed, DOWN, WAITS | {"option_weight_share": 0.0}
    ),
    "more to learn by waiting delays more": Case(
        {"option_volatility_per_root_year": 0.6}, installed, DOWN, WAITS | {"option_volatility_per_root_year": 0.2}
    ),
    # --- entry: foresight looks at all that suppliers earn, the hurdle at contracts, which pay less than list prices;
    # its own competition matters little with so few firms, so more enter
    "foresight lets more enter than the contract price does": Case(FORESEES, entries, UP, LOOKS),
    "a sunk cost keeps entrants out": Case({"supplier_entry_cost_usd_m": 100_000}, entries, DOWN, FORESEES),
}
