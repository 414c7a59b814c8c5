"""What a forward market for spot hours does, and to whom."""

import functools

import numpy as np

from model.ensemble import Run
from model.metrics.volatility import lab_cost_volatility
from tests.directions.figures import DOWN, UP, Case, Figure

LABS = ("openai", "anthropic", "google_deepmind", "mistral")
MARKET = {"forward_horizon_months": 6}
ALL_HEDGERS = MARKET | {f"labs.{lab}.strategy": "hedger" for lab in LABS}
BUILDERS = {f"labs.{lab}.strategy": "integrated" for lab in LABS}
"""Labs that rent nothing: what they have not built they buy on the spot market, two thirds of it all for OpenAI."""
HEDGED = BUILDERS | MARKET | {"lab_hedge_share": 1.0}

TIGHT = HEDGED | {"forward_margin_cash_share": 0.02}


def of_lab(name: str, column: str) -> Figure:
    """Return the mean of a column of a lab over the months."""
    return functools.partial(_mean_of_lab, LABS.index(name), column)


def _mean_of_lab(row: int, column: str, run: Run) -> float:
    return float(run.history.labs[column][6:, row].mean())


def hedged_early(run: Run) -> float:
    """Return how far the first lab is hedged in the first year, once the market has seen some risk."""
    return float(run.history.labs["hedged_share"][6:12, 0].mean())


def cost_volatility(run: Run) -> float:
    """Return how the cost of compute of the labs varies."""
    return lab_cost_volatility(run.history)


def cost_of_openai(run: Run) -> float:
    """Return how the cost of compute of the first lab varies, as if it were alone."""
    return lab_cost_volatility(run.history._replace(labs=run.history.labs[:, :1]))


def spot_part(run: Run) -> float:
    """Return the part of all capacity of the first lab that it buys on the spot market."""
    lab = run.history.labs[:, 0]
    return float(lab["spot_h100e"].sum() / (lab["own_h100e"] + lab["contract_h100e"] + lab["spot_h100e"]).sum())


def forward_to_spot(run: Run) -> float:
    """Return the mean forward price over the mean spot price of the same months."""
    market = run.history.market
    return float(market["forward_price_usd_per_h100e_hour"].mean() / market["spot_price_usd_per_h100e_hour"].mean())


def forward_volatility(run: Run) -> float:
    """Return how the log forward price changes from month to month."""
    return float(np.diff(np.log(run.history.market["forward_price_usd_per_h100e_hour"])).std())


OPENAI_HEDGED = of_lab("openai", "hedged_share")

CASES = {
    "labs that live from spot and hedge it have steadier costs": Case(
        {"lab_hedge_share": 1.0}, cost_volatility, DOWN, HEDGED | {"lab_hedge_share": 0.0}
    ),
    "a longer horizon steadies costs more": Case(
        {"forward_horizon_months": 6}, cost_volatility, DOWN, HEDGED | {"forward_horizon_months": 1}
    ),
    "a dearer premium leaves more unhedged": Case(
        {"forward_premium_share": 0.5}, OPENAI_HEDGED, DOWN, HEDGED | {"forward_premium_share": 0.05}
    ),
    "a larger deposit leaves more unhedged": Case(
        {"forward_margin_share": 0.3}, OPENAI_HEDGED, DOWN, HEDGED | {"forward_margin_share": 0.05}
    ),
    "who may deposit less of its cash hedges less": Case(
        {"forward_margin_cash_share": 0.02}, OPENAI_HEDGED, DOWN, HEDGED | {"forward_margin_cash_share": 0.3}
    ),
    # of the first year: later investors have filled its purse again
    "a lab with little money hedges less": Case(
        {"labs.openai.cash_usd_m": 2000}, hedged_early, DOWN, TIGHT | {"labs.openai.cash_usd_m": 34_000}
    ),
    "suppliers that sell make forwards cheap": Case(
        {"supplier_hedge_share": 0.5}, forward_to_spot, DOWN, HEDGED | {"supplier_hedge_share": 0.0}
    ),
    "labs that buy make forwards dear": Case(
        {"lab_hedge_share": 1.0}, forward_to_spot, UP, HEDGED | {"lab_hedge_share": 0.0}
    ),
    # Samuelson (1965): what goes back moves later prices less than today's
    "forwards are calmer where spot is expected back at its mean": Case(
        {"forward_reversion_per_month": 0.2}, forward_volatility, DOWN, MARKET | {"forward_reversion_per_month": 0.0}
    ),
    "hedgers leave more to spot": Case(
        {"hedger_spot_share": 0.4}, spot_part, UP, ALL_HEDGERS | {"hedger_spot_share": 0.0}
    ),
    # spot hours whose price is known cost less from month to month than contracts that begin and end
    "a hedger's cost is the steadier, though it leaves more to spot": Case(
        {"labs.openai.strategy": "hedger"}, cost_of_openai, DOWN, MARKET, "colossus"
    ),
}
