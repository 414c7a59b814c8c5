"""Metrics of a run: one function each, with unit and definition.

A metric takes the history of one run and gives a number, or of many runs, with a leading axis of runs, and gives one
number a run: months are the last axis of `history.market`, months and firms the last two of `history.labs`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.history import History
from model.state import Table

Numbers = NDArray[np.float64]
"""A number a run."""


class Metric(NamedTuple):
    """A number that sums up a run; `function` takes the history of one run, or of many."""

    name: str
    theme: str
    unit: str
    definition: str
    function: Callable[[History], Any]


def _mean(values: Table) -> Numbers:
    return np.mean(values, axis=-1)


def _mean_where(known: Table, values: Table) -> Numbers:
    """Return the mean over the last axis of the values that are known, nan where there are none."""
    return np.sum(np.where(known, values, 0.0), axis=-1) / np.where(known.any(axis=-1), known.sum(axis=-1), np.nan)


def _at(history: History, column: str, month: int) -> Numbers:
    """Return a market column at a month, nan in a shorter run."""
    values: Numbers = history.market[column]
    return values[..., month][()] if month < values.shape[-1] else np.full(values.shape[:-1], np.nan)[()]


def contract_price_month_12(history: History) -> Numbers:
    """Return the smoothed price of new contracts after a year."""
    return _at(history, "contract_price_usd_per_h100e_hour", 12)


def contract_price_month_36(history: History) -> Numbers:
    """Return the smoothed price of new contracts after three years."""
    return _at(history, "contract_price_usd_per_h100e_hour", 36)


def contract_price_end(history: History) -> Numbers:
    """Return the smoothed price of new contracts in the last month."""
    return _at(history, "contract_price_usd_per_h100e_hour", -1)


def _annual_volatility(prices: Table) -> Numbers:
    """Return sqrt(12) x standard deviation of monthly log changes."""
    if prices.shape[-1] < 3:
        return np.full(prices.shape[:-1], np.nan)[()]
    return np.sqrt(12.0) * np.std(np.diff(np.log(prices), axis=-1), axis=-1, ddof=1)


def _annual_volatility_where(known: Table, prices: Table) -> Numbers:
    """Return the same of the prices that are known, one after another; nan where there are less than three."""
    order = np.argsort(~known, axis=-1, kind="stable")
    logs = np.take_along_axis(np.log(np.where(known, prices, 1.0)), order, axis=-1)
    changes, count = np.diff(logs, axis=-1), known.sum(axis=-1) - 1
    counted = np.arange(changes.shape[-1]) < count[..., np.newaxis]
    enough = np.where(count > 1, count, np.nan)
    mean = np.sum(np.where(counted, changes, 0.0), axis=-1) / enough
    squares = np.where(counted, changes - mean[..., np.newaxis], 0.0) ** 2
    return np.sqrt(12.0 * np.sum(squares, axis=-1) / (enough - 1.0))


def contract_volatility(history: History) -> Numbers:
    """Return the annualised volatility of the smoothed contract price."""
    return _annual_volatility(history.market["contract_price_usd_per_h100e_hour"])


def spot_volatility(history: History) -> Numbers:
    """Return the annualised volatility of the spot price."""
    return _annual_volatility(history.market["spot_price_usd_per_h100e_hour"])


def lab_cost_volatility(history: History) -> Numbers:
    """Return the annualised volatility of what compute costs a lab: the mean over the labs there from the start.

    Cost is the compute bill less gains on forwards, per H100e-hour of work done; a month with neither does not count.
    """
    labs = history.labs.swapaxes(-1, -2)
    bill = labs["compute_bill_usd_m"] - labs["forward_gain_usd_m"]
    work = labs["served_inference_h100e"] + labs["served_training_h100e"]
    known = (labs["alive"] == 1) & (labs["entered_month"] == 0) & (bill > 0.0) & (work > 0.0)
    volatility = _annual_volatility_where(known, bill / np.where(known, work, 1.0))
    return _mean_where(np.isfinite(volatility), volatility)


def spot_price_mean(history: History) -> Numbers:
    """Return the mean spot price."""
    return _mean(history.market["spot_price_usd_per_h100e_hour"])


def contract_drawdown(history: History) -> Numbers:
    """Return the largest fall of the contract price from an earlier peak."""
    prices = history.market["contract_price_usd_per_h100e_hour"]
    return np.max(1.0 - prices / np.maximum.accumulate(prices, axis=-1), axis=-1)


def price_to_full_cost(history: History) -> Numbers:
    """Return the mean of contract price / full cost of new capacity."""
    price, cost = (history.market[f"{name}_usd_per_h100e_hour"] for name in ("contract_price", "full_cost"))
    return _mean_where(cost > 0.0, price / np.where(cost > 0.0, cost, 1.0))


def utilisation(history: History) -> Numbers:
    """Return the mean of supplier capacity used / installed."""
    return _mean(history.market["utilisation_share"])


def unserved_peak(history: History) -> Numbers:
    """Return the largest unserved share of a lab there from the start, in any month."""
    labs = history.labs
    first = (labs["entered_month"] == 0) & (labs["alive"] == 1)
    return np.max(np.where(first, labs["unserved_share"], 0.0), axis=(-1, -2))


def rationed_months(history: History) -> Numbers:
    """Return the number of months in which labs together refused more than 5% of inference."""
    return np.sum(history.market["unserved_share"] > 0.05, axis=-1).astype(np.float64)


def partner_share_peak(history: History) -> Numbers:
    """Return the largest share of partner contracts in the capacity labs hold."""
    market = history.market
    held = market["build_h100e"] + market["lease_h100e"] + market["partner_h100e"] + market["spot_lab_h100e"]
    return np.max(market["partner_h100e"] / np.maximum(held, 1.0), axis=-1)


def stranded_share(history: History) -> Numbers:
    """Return the mean share of usable capacity that nobody took."""
    return _mean(history.market["idle_h100e"] / np.maximum(history.market["usable_h100e"], 1.0))


def debt_stranded(history: History) -> Numbers:
    """Return the part of the debt on sites that they did not earn, over the run."""
    stranded, debt = (np.sum(history.market[name], axis=-1) for name in ("stranded_usd_m", "site_debt_usd_m"))
    return stranded / np.maximum(1.0, debt)


def queue_wait_peak(history: History) -> Numbers:
    """Return the longest mean wait in the queue, months."""
    return np.max(history.market["queue_wait_months"], axis=-1)


def take_or_pay_waste(history: History) -> Numbers:
    """Return what was paid for unused contracts, USD bn over the run."""
    return np.sum(history.market["take_or_pay_waste_usd_m"], axis=-1) / 1e3


def dependence_hhi(history: History) -> Numbers:
    """Return the mean concentration of labs on suppliers, labs by what they need, all months alike."""
    labs = history.labs
    need = labs["alive"] * (labs["need_inference_h100e"] + labs["need_training_h100e"])
    total = need.sum(axis=-1)
    weighed = (need * labs["dependence_hhi"]).sum(axis=-1)
    return _mean_where(total > 0.0, weighed / np.where(total > 0.0, total, 1.0))


def systemic_loss_share(history: History) -> Numbers:
    """Return the mean share of inference that the worst failure of one supplier would cost."""
    return _mean(history.market["systemic_loss_share"])


def hhi_suppliers_end(history: History) -> Numbers:
    """Return the concentration of installed capacity in the last month."""
    return _at(history, "hhi_suppliers", -1)


def hhi_labs_end(history: History) -> Numbers:
    """Return the concentration of users in the last month."""
    return _at(history, "hhi_labs", -1)


def _total(column: str) -> Callable[[History], Numbers]:
    return lambda history: np.sum(history.market[column], axis=-1).astype(np.float64)


def lab_revenue_end(history: History) -> Numbers:
    """Return the yearly revenue of labs in the last month, USD bn."""
    return _at(history, "lab_revenue_usd_m", -1) * 12.0 / 1e3


def installed_end(history: History) -> Numbers:
    """Return the capacity of suppliers and labs' own sites in the last month, million H100e."""
    return (_at(history, "installed_h100e", -1) + _at(history, "build_h100e", -1)) / 1e6


def guard_share(history: History) -> Numbers:
    """Return the share of lab-months in which a numerical guard bound."""
    bound, all_months = (np.sum(history.market[name], axis=-1) for name in ("guard_bindings", "labs_alive"))
    return bound / np.maximum(1, all_months)


def regional_price_spread(history: History) -> Numbers:
    """Return how far apart regions are: contract price / that of the market, mean of the months, dearest / cheapest.

    Not a number with less than two regions in which contracts were signed.
    """
    prices = history.regions["contract_price_usd_per_h100e_hour"]
    relative = prices / history.market["contract_price_usd_per_h100e_hour"][..., np.newaxis]
    named = (history.regions["id"] > 0) & np.isfinite(relative)
    levels = _mean_where(named.swapaxes(-1, -2), relative.swapaxes(-1, -2))
    several = np.isfinite(levels).sum(axis=-1) > 1
    dearest = np.max(np.where(np.isfinite(levels), levels, 0.0), axis=-1)
    cheapest = np.min(np.where(np.isfinite(levels), levels, np.inf), axis=-1)
    return dearest / np.where(several, cheapest, np.nan)


def unserved_by_place_share(history: History) -> Numbers:
    """Return the part of inference that was refused although the lab's capacity elsewhere would have done."""
    demand, misplaced = (np.sum(history.regions[name], axis=(-1, -2)) for name in ("demand_h100e", "misplaced_h100e"))
    return misplaced / np.where(demand > 0.0, demand, np.nan)


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
