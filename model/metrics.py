"""Metrics of a run: one function each, with unit and definition."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from model.history import History
from model.state import Table


class Metric(NamedTuple):
    """A number that sums up a run; `function` takes the run's history."""

    name: str
    theme: str
    unit: str
    definition: str
    function: Callable[[History], float]


def _mean(values: Table) -> float:
    return float(np.mean(values))


def _at(history: History, column: str, month: int) -> float:
    """Return a market column at a month, nan in a shorter run."""
    return float(history.market[column][month]) if month < len(history.market) else math.nan


def contract_price_month_12(history: History) -> float:
    """Return the smoothed price of new contracts after a year."""
    return _at(history, "contract_price_usd_per_h100e_hour", 12)


def contract_price_month_36(history: History) -> float:
    """Return the smoothed price of new contracts after three years."""
    return _at(history, "contract_price_usd_per_h100e_hour", 36)


def contract_price_end(history: History) -> float:
    """Return the smoothed price of new contracts in the last month."""
    return _at(history, "contract_price_usd_per_h100e_hour", len(history.market) - 1)


def _annual_volatility(prices: Table) -> float:
    """Return sqrt(12) x standard deviation of monthly log changes."""
    if len(prices) < 3:
        return math.nan
    return float(np.sqrt(12.0) * np.std(np.diff(np.log(prices)), ddof=1))


def contract_volatility(history: History) -> float:
    """Return the annualised volatility of the smoothed contract price."""
    return _annual_volatility(history.market["contract_price_usd_per_h100e_hour"])


def spot_volatility(history: History) -> float:
    """Return the annualised volatility of the spot price."""
    return _annual_volatility(history.market["spot_price_usd_per_h100e_hour"])


def lab_cost_volatility(history: History) -> float:
    """Return the annualised volatility of what compute costs a lab: the mean over the labs there from the start.

    Cost is the compute bill less gains on forwards, per H100e-hour of work done; a month with neither does not count.
    """
    found = []
    for i in range(history.labs.shape[1]):
        lab = history.labs[:, i]
        lab = lab[(lab["alive"] == 1) & (lab["entered_month"] == 0)]
        bill = lab["compute_bill_usd_m"] - lab["forward_gain_usd_m"]
        work = lab["served_inference_h100e"] + lab["served_training_h100e"]
        known = (bill > 0.0) & (work > 0.0)
        volatility = _annual_volatility(bill[known] / work[known])
        if not math.isnan(volatility):
            found.append(volatility)
    return float(np.mean(found)) if found else math.nan


def spot_price_mean(history: History) -> float:
    """Return the mean spot price."""
    return _mean(history.market["spot_price_usd_per_h100e_hour"])


def contract_drawdown(history: History) -> float:
    """Return the largest fall of the contract price from an earlier peak."""
    prices = history.market["contract_price_usd_per_h100e_hour"]
    return float(np.max(1.0 - prices / np.maximum.accumulate(prices)))


def price_to_full_cost(history: History) -> float:
    """Return the mean of contract price / full cost of new capacity."""
    market = history.market[history.market["full_cost_usd_per_h100e_hour"] > 0.0]
    if len(market) == 0:
        return math.nan
    return _mean(market["contract_price_usd_per_h100e_hour"] / market["full_cost_usd_per_h100e_hour"])


def utilisation(history: History) -> float:
    """Return the mean of supplier capacity used / installed."""
    return _mean(history.market["utilisation_share"])


def unserved_peak(history: History) -> float:
    """Return the largest unserved share of a lab there from the start, in any month."""
    labs = history.labs
    first = (labs["entered_month"] == 0) & (labs["alive"] == 1)
    return float(np.max(np.where(first, labs["unserved_share"], 0.0)))


def rationed_months(history: History) -> float:
    """Return the number of months in which labs together refused more than 5% of inference."""
    return float(np.sum(history.market["unserved_share"] > 0.05))


def partner_share_peak(history: History) -> float:
    """Return the largest share of partner contracts in the capacity labs hold."""
    market = history.market
    held = market["build_h100e"] + market["lease_h100e"] + market["partner_h100e"] + market["spot_lab_h100e"]
    return float(np.max(market["partner_h100e"] / np.maximum(held, 1.0)))


def stranded_share(history: History) -> float:
    """Return the mean share of usable capacity that nobody took."""
    return _mean(history.market["idle_h100e"] / np.maximum(history.market["usable_h100e"], 1.0))


def debt_stranded(history: History) -> float:
    """Return the part of the debt on sites that they did not earn, over the run."""
    market = history.market
    return float(np.sum(market["stranded_usd_m"]) / max(1.0, np.sum(market["site_debt_usd_m"])))


def queue_wait_peak(history: History) -> float:
    """Return the longest mean wait in the queue, months."""
    return float(np.max(history.market["queue_wait_months"]))


def take_or_pay_waste(history: History) -> float:
    """Return what was paid for unused contracts, USD bn over the run."""
    return float(np.sum(history.market["take_or_pay_waste_usd_m"]) / 1e3)


def dependence_hhi(history: History) -> float:
    """Return the mean concentration of labs on suppliers, labs by what they need, all months alike."""
    labs = history.labs
    need = labs["alive"] * (labs["need_inference_h100e"] + labs["need_training_h100e"])
    total = need.sum(axis=1)
    if not np.any(total > 0.0):
        return math.nan
    return _mean((need * labs["dependence_hhi"]).sum(axis=1)[total > 0.0] / total[total > 0.0])


def systemic_loss_share(history: History) -> float:
    """Return the mean share of inference that the worst failure of one supplier would cost."""
    return _mean(history.market["systemic_loss_share"])


def hhi_suppliers_end(history: History) -> float:
    """Return the concentration of installed capacity in the last month."""
    return _at(history, "hhi_suppliers", len(history.market) - 1)


def hhi_labs_end(history: History) -> float:
    """Return the concentration of users in the last month."""
    return _at(history, "hhi_labs", len(history.market) - 1)


def _total(column: str) -> Callable[[History], float]:
    return lambda history: float(np.sum(history.market[column]))


def lab_revenue_end(history: History) -> float:
    """Return the yearly revenue of labs in the last month, USD bn."""
    return _at(history, "lab_revenue_usd_m", len(history.market) - 1) * 12.0 / 1e3


def installed_end(history: History) -> float:
    """Return the capacity of suppliers and labs' own sites in the last month, million H100e."""
    last = len(history.market) - 1
    return (_at(history, "installed_h100e", last) + _at(history, "build_h100e", last)) / 1e6


def guard_share(history: History) -> float:
    """Return the share of lab-months in which a numerical guard bound."""
    market = history.market
    return float(np.sum(market["guard_bindings"]) / max(1, np.sum(market["labs_alive"])))


def regional_price_spread(history: History) -> float:
    """Return how far apart regions are: contract price / that of the market, mean of the months, dearest / cheapest.

    Not a number with less than two regions in which contracts were signed.
    """
    prices = history.regions["contract_price_usd_per_h100e_hour"]
    relative = prices / history.market["contract_price_usd_per_h100e_hour"][:, None]
    named = (history.regions["id"] > 0) & np.isfinite(relative)
    months = named.sum(axis=0)
    levels = np.where(named, relative, 0.0).sum(axis=0)[months > 0] / months[months > 0]
    return float(levels.max() / levels.min()) if len(levels) > 1 else math.nan


def unserved_by_place_share(history: History) -> float:
    """Return the part of inference that was refused although the lab's capacity elsewhere would have done."""
    demand = float(np.sum(history.regions["demand_h100e"]))
    return float(np.sum(history.regions["misplaced_h100e"])) / demand if demand > 0.0 else math.nan


PRICE = "USD/H100e-hour"
METRICS: tuple[Metric, ...] = (
    Metric("contract_price_month_12", "prices", PRICE, "contract price after 12 months", contract_price_month_12),
    Metric("contract_price_month_36", "prices", PRICE, "contract price after 36 months", contract_price_month_36),
    Metric("contract_price_end", "prices", PRICE, "contract price in the last month", contract_price_end),
    Metric("spot_price_mean", "prices", PRICE, "mean spot price", spot_price_mean),
    Metric("price_to_full_cost", "prices", "ratio", "mean contract price / full cost", price_to_full_cost),
    Metric("contract_volatility", "prices", "1/year", "annual volatility of the contract price", contract_volatility),
    Metric("spot_volatility", "prices", "1/year", "annual volatility of the spot price", spot_volatility),
    Metric(
        "lab_cost_volatility", "prices", "1/year", "annual volatility of what compute costs labs", lab_cost_volatility
    ),
    Metric("contract_drawdown", "prices", "share", "largest fall of the contract price from a peak", contract_drawdown),
    Metric("utilisation", "capacity", "share", "mean supplier capacity used / installed", utilisation),
    Metric("installed_end", "capacity", "M H100e", "capacity in the last month, labs' own included", installed_end),
    Metric("stranded_share", "capacity", "share", "mean share of usable capacity nobody took", stranded_share),
    Metric(
        "partner_share_peak", "capacity", "share", "largest share of partners in what labs hold", partner_share_peak
    ),
    Metric("unserved_peak", "rationing", "share", "largest unserved share of a first lab", unserved_peak),
    Metric("rationed_months", "rationing", "months", "months with more than 5% refused", rationed_months),
    Metric("queue_wait_peak", "rationing", "months", "longest mean wait in the queue", queue_wait_peak),
    Metric(
        "regional_price_spread", "regions", "ratio", "contract price, dearest / cheapest region", regional_price_spread
    ),
    Metric(
        "unserved_by_place_share", "regions", "share", "refused for want of capacity in place", unserved_by_place_share
    ),
    Metric("take_or_pay_waste", "money", "USD bn", "paid for unused contracts", take_or_pay_waste),
    Metric("debt_stranded", "money", "share", "debt on sites that do not earn it", debt_stranded),
    Metric("lab_revenue_end", "money", "USD bn/year", "revenue of labs in the last month", lab_revenue_end),
    Metric("hhi_suppliers_end", "structure", "0-10000", "concentration of capacity", hhi_suppliers_end),
    Metric("hhi_labs_end", "structure", "0-10000", "concentration of users", hhi_labs_end),
    Metric("dependence_hhi", "structure", "0-10000", "mean concentration of labs on suppliers", dependence_hhi),
    Metric(
        "systemic_loss_share", "structure", "share", "inference lost if the worst supplier failed", systemic_loss_share
    ),
    Metric("recalls", "events", "count", "contracts recalled", _total("recalls")),
    Metric("lab_defaults", "events", "count", "labs that failed", _total("lab_defaults")),
    Metric("supplier_exits", "events", "count", "suppliers that failed or left", _total("supplier_exits")),
    Metric("lab_entries", "events", "count", "labs that entered", _total("lab_entries")),
    Metric("supplier_entries", "events", "count", "suppliers that entered", _total("supplier_entries")),
    Metric("guard_share", "sanity", "share", "lab-months with a numerical guard binding", guard_share),
)
"""Every metric of a run; `bazaar list what=metrics` prints them."""
