"""Quantities and money: what capacity is used, refused, wasted and stranded."""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from model.history import History
from model.metrics.base import Metric, Numbers, at_month, mean, mean_where, part, unknown
from model.state import Table

RESERVE_SHARE = 0.1
"""Unused capacity up to this part of a supplier's is a reserve and not stranded."""
DEEP_MONTHS = 6
"""Capacity is stranded deeply when spot prices of so many months do not pay for running it."""


def utilisation(history: History) -> Numbers:
    """Return the mean of supplier capacity used / installed."""
    return mean(history.market["utilisation_share"])


def installed_end(history: History) -> Numbers:
    """Return the capacity of suppliers and labs' own sites in the last month, million H100e."""
    return (at_month(history, "installed_h100e", -1) + at_month(history, "build_h100e", -1)) / 1e6


def stranded_share(history: History) -> Numbers:
    """Return the mean share of usable capacity that nobody took."""
    return mean(history.market["idle_h100e"] / np.maximum(history.market["usable_h100e"], 1.0))


def stranded_beyond_reserve(history: History) -> Table:
    """Return the part of suppliers' installed capacity that is unused beyond a reserve of a tenth, by month.

    Each supplier by itself, so that none makes up for another: sum (K (1 - u) - 0.1 K)+ / sum K.
    """
    suppliers = history.suppliers
    installed = suppliers["alive"] * suppliers["installed_h100e"]
    unused = np.maximum(0.0, 1.0 - suppliers["utilisation_share"] - RESERVE_SHARE) * installed
    return part(unused.sum(axis=-1), installed.sum(axis=-1))


def stranded_beyond_reserve_share(history: History) -> Numbers:
    """Return the mean part of suppliers' capacity that is unused beyond a reserve of a tenth."""
    stranded = stranded_beyond_reserve(history)
    return mean_where(np.isfinite(stranded), stranded)


def deep_stranded_share(history: History) -> Numbers:
    """Return the same, counted only while the mean spot price of six months is below the cost of running a site."""
    spot, opex = (history.market[f"{name}_usd_per_h100e_hour"] for name in ("spot_price", "opex"))
    if spot.shape[-1] < DEEP_MONTHS:
        return unknown(spot)
    below = mean(sliding_window_view(spot, DEEP_MONTHS, axis=-1)) < opex[..., DEEP_MONTHS - 1 :]
    return mean(np.where(below, np.nan_to_num(stranded_beyond_reserve(history)[..., DEEP_MONTHS - 1 :]), 0.0))


def partner_share_peak(history: History) -> Numbers:
    """Return the largest share of partner contracts in the capacity labs hold."""
    market = history.market
    held = market["build_h100e"] + market["lease_h100e"] + market["partner_h100e"] + market["spot_lab_h100e"]
    return np.max(market["partner_h100e"] / np.maximum(held, 1.0), axis=-1)


def unserved_peak(history: History) -> Numbers:
    """Return the largest unserved share of a lab there from the start, in any month."""
    labs = history.labs
    first = (labs["entered_month"] == 0) & (labs["alive"] == 1)
    return np.max(np.where(first, labs["unserved_share"], 0.0), axis=(-1, -2))


def rationed_months(history: History) -> Numbers:
    """Return the number of months in which labs together refused more than 5% of inference."""
    return np.sum(history.market["unserved_share"] > 0.05, axis=-1).astype(np.float64)


def queue_wait_peak(history: History) -> Numbers:
    """Return the longest mean wait in the queue, months."""
    return np.max(history.market["queue_wait_months"], axis=-1)


def queue_length(history: History) -> Numbers:
    """Return the mean capacity that labs wait for at hyperscalers at the end of a month, H100e."""
    return mean(history.market["queue_h100e"])


def queue_wait(history: History) -> Numbers:
    """Return how long capacity that joined the queue stays in it, months: mean length / mean that joined in a month.

    Little (1961). It leaves the queue when it is let or no longer asked for, at the earliest a month after it joined;
    what still waits in the last month counts as long as it is seen. nan where nobody ever joined.
    """
    return part(mean(history.market["queue_h100e"]), mean(history.market["queue_joined_h100e"]))


def take_or_pay_waste(history: History) -> Numbers:
    """Return what was paid for unused contracts, USD bn over the run."""
    return np.sum(history.market["take_or_pay_waste_usd_m"], axis=-1) / 1e3


def commitment_waste_share(history: History) -> Numbers:
    """Return the part of labs' compute bills that was paid for contracts they did not use, over the run."""
    labs = history.labs
    bill = np.sum(labs["alive"] * labs["compute_bill_usd_m"], axis=(-1, -2))
    return part(np.sum(history.market["take_or_pay_waste_usd_m"], axis=-1), bill)


def unmet_demand_share(history: History) -> Numbers:
    """Return the part of the inference wanted over the run that was refused."""
    labs = history.labs
    wanted, served = (
        np.sum(labs["alive"] * labs[f"{name}_inference_h100e"], axis=(-1, -2)) for name in ("need", "served")
    )
    return part(wanted - served, wanted)


def debt_stranded(history: History) -> Numbers:
    """Return the part of the debt on sites that they did not earn, over the run."""
    stranded, debt = (np.sum(history.market[name], axis=-1) for name in ("stranded_usd_m", "site_debt_usd_m"))
    return stranded / np.maximum(1.0, debt)


def lab_revenue_end(history: History) -> Numbers:
    """Return the yearly revenue of labs in the last month, USD bn."""
    return at_month(history, "lab_revenue_usd_m", -1) * 12.0 / 1e3


def total(column: str) -> Callable[[History], Numbers]:
    """Return the metric that adds up a market column over the run."""
    return lambda history: np.sum(history.market[column], axis=-1).astype(np.float64)


def guard_share(history: History) -> Numbers:
    """Return the share of lab-months in which a numerical guard bound."""
    bound, all_months = (np.sum(history.market[name], axis=-1) for name in ("guard_bindings", "labs_alive"))
    return bound / np.maximum(1, all_months)


CAPACITY = (
    Metric("utilisation", "capacity", "share", "mean supplier capacity used / installed", utilisation),
    Metric("installed_end", "capacity", "M H100e", "capacity in the last month, labs' own included", installed_end),
    Metric("stranded_share", "capacity", "share", "mean share of usable capacity nobody took", stranded_share),
    Metric(
        "stranded_beyond_reserve_share",
        "capacity",
        "share",
        "mean part of suppliers' capacity unused beyond a reserve of a tenth",
        stranded_beyond_reserve_share,
    ),
    Metric(
        "deep_stranded_share",
        "capacity",
        "share",
        "the same while spot has not paid for running a site for six months",
        deep_stranded_share,
    ),
    Metric(
        "partner_share_peak", "capacity", "share", "largest share of partners in what labs hold", partner_share_peak
    ),
)
RATIONING = (
    Metric("unserved_peak", "rationing", "share", "largest unserved share of a first lab", unserved_peak),
    Metric("unmet_demand_share", "rationing", "share", "inference refused / wanted, over the run", unmet_demand_share),
    Metric("rationed_months", "rationing", "months", "months with more than 5% refused", rationed_months),
    Metric("queue_wait_peak", "rationing", "months", "longest mean wait in the queue", queue_wait_peak),
    Metric("queue_length", "rationing", "H100e", "mean capacity that labs wait for at hyperscalers", queue_length),
    Metric("queue_wait", "rationing", "months", "mean stay in the queue, by Little's law: length / joined", queue_wait),
)
MONEY = (
    Metric("take_or_pay_waste", "money", "USD bn", "paid for unused contracts", take_or_pay_waste),
    Metric(
        "commitment_waste_share",
        "money",
        "share",
        "part of compute bills paid for unused contracts",
        commitment_waste_share,
    ),
    Metric("debt_stranded", "money", "share", "debt on sites that do not earn it", debt_stranded),
    Metric("lab_revenue_end", "money", "USD bn/year", "revenue of labs in the last month", lab_revenue_end),
)
EVENTS = (
    Metric("recalls", "events", "count", "contracts recalled", total("recalls")),
    Metric("lab_defaults", "events", "count", "labs that failed", total("lab_defaults")),
    Metric("supplier_exits", "events", "count", "suppliers that failed or left", total("supplier_exits")),
    Metric("lab_entries", "events", "count", "labs that entered", total("lab_entries")),
    Metric("supplier_entries", "events", "count", "suppliers that entered", total("supplier_entries")),
    Metric("guard_share", "sanity", "share", "lab-months with a numerical guard binding", guard_share),
)
