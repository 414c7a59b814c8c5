"""Welfare: what the capacity of a month is worth where it goes, against what it could be worth, and who gets it."""

from typing import NamedTuple

import numpy as np

from agents.units import USD_M_PER_MONTH
from model.history import History
from model.metrics.base import Metric, Numbers, mean_where, part
from model.state import DTYPES, Table
from model.surplus import largest_surplus


class Buyers(NamedTuple):
    """Who uses capacity: what an hour is worth to them, what they want and get; shape (.., months, buyers)."""

    values: Table
    wants: Table
    gets: Table


class Sellers(NamedTuple):
    """Who has capacity: what a used hour costs, how much there is and how much is used; shape (.., months, sellers)."""

    costs: Table
    capacities: Table
    used: Table


def buyers(history: History) -> Buyers:
    """Return labs, enterprises by supplier, and the fringe.

    An hour of work, be it for users or training, is worth to a lab the price of its service less its other costs; to
    enterprises the list price, to the fringe the spot price. The fringe wants what it gets.
    """
    market, labs, suppliers = history.market, history.labs, history.suppliers
    here, open_for = labs["alive"] == 1, suppliers["alive"] == 1
    need = labs["need_inference_h100e"] + labs["need_training_h100e"]
    done = labs["served_inference_h100e"] + labs["served_training_h100e"]
    kept = 1.0 - np.where(here, part(other_cost(history), labs["revenue_usd_m"]), 0.0)
    worth = labs["service_price_usd_per_h100e_hour"] * np.where(np.isfinite(kept), kept, 1.0)
    fringe = market["spot_fringe_h100e"][..., np.newaxis]
    return Buyers(
        joined(worth, suppliers["list_price_usd_per_h100e_hour"], market["spot_price_usd_per_h100e_hour"][..., None]),
        joined(here * need, open_for * suppliers["enterprise_wanted_h100e"], fringe),
        joined(here * done, open_for * suppliers["enterprise_served_h100e"], fringe),
    )


def other_cost(history: History) -> Table:
    """Return what labs pay for staff and all else that is no compute, USD m a month."""
    labs = history.labs
    return labs["cost_usd_m"] - labs["compute_bill_usd_m"] + labs["forward_gain_usd_m"]


def sellers(history: History) -> Sellers:
    """Return suppliers, and labs with sites of their own; each hour costs what new sites cost to run where it is.

    Contracted hours run whether they are used or not. A lab that gets more work out of its own sites than these have
    hours counts with the work.
    """
    labs, suppliers, opex = history.labs, history.suppliers, history.market["opex_usd_per_h100e_hour"][..., None]
    here, open_for = labs["alive"] == 1, suppliers["alive"] == 1
    done = labs["served_inference_h100e"] + labs["served_training_h100e"]
    work = done - labs["contract_h100e"] - labs["spot_h100e"]
    own, used = (np.maximum(hours * labs["own_h100e"], work) for hours in (1.0, labs["used_share"]))
    sold = suppliers["delivered_h100e"] + suppliers["enterprise_served_h100e"] + suppliers["spot_sold_h100e"]
    premium = joined(*(table["power_premium_usd_per_h100e_hour"] for table in (suppliers, labs)))
    return Sellers(
        np.maximum(0.0, opex + premium),
        joined(open_for * np.maximum(suppliers["usable_h100e"], sold), here * own),
        joined(open_for * sold, here * used),
    )


def joined(*tables: Table) -> Table:
    """Return columns of several tables side by side."""
    return np.concatenate(tables, axis=-1)


def realised_surplus(buying: Buyers, selling: Sellers) -> Table:
    """Return what the hours used each month are worth to their users, less the cost of running them, USD/hour."""
    return np.sum(buying.values * buying.gets, axis=-1) - np.sum(selling.costs * selling.used, axis=-1)


def best_surplus(buying: Buyers, selling: Sellers) -> Table:
    """Return the most that each month's capacity could be worth, USD/hour: those get it who value it most."""
    values, wants, costs, capacities = (
        np.ascontiguousarray(one.reshape(-1, one.shape[-1]), np.float64) for one in (*buying[:2], *selling[:2])
    )
    books = np.zeros((2, max(values.shape[1], costs.shape[1])), DTYPES["bids"])
    surplus = np.empty(len(values))
    largest_surplus(values, wants, costs, capacities, books, surplus)
    return surplus.reshape(buying.values.shape[:-1])


def allocative_efficiency(history: History) -> Numbers:
    """Return the mean of realised surplus / the most possible with the capacity of the month."""
    trade = buyers(history), sellers(history)
    efficiency = part(realised_surplus(*trade), best_surplus(*trade))
    return mean_where(np.isfinite(efficiency), efficiency)


def lab_surplus_share(history: History) -> Numbers:
    """Return labs' part of the surplus of the run: what their hours are worth less what they pay for them.

    Repayment of own sites is sunk and no part of it; suppliers have the rest, as enterprises and the fringe pay what an
    hour is worth to them.
    """
    labs, buying = history.labs, buyers(history)
    count = labs["alive"].shape[-1]
    worth = np.sum((buying.values * buying.gets)[..., :count], axis=(-1, -2)) * USD_M_PER_MONTH
    paid = np.sum(labs["alive"] * (labs["compute_bill_usd_m"] - labs["repayment_usd_m"]), axis=(-1, -2))
    whole = np.sum(realised_surplus(buying, sellers(history)), axis=-1) * USD_M_PER_MONTH
    return part(worth - paid, whole)


def lab_profit(history: History) -> Numbers:
    """Return the profit of labs over the run, repayment of their sites deducted, USD bn."""
    return profit(history.labs)


def supplier_profit(history: History) -> Numbers:
    """Return the profit of suppliers over the run, repayment of their sites deducted, USD bn."""
    return profit(history.suppliers)


def profit(firms: Table) -> Numbers:
    """Return revenue less cost of firms in business, added up over months and firms, USD bn."""
    return np.sum(firms["alive"] * (firms["revenue_usd_m"] - firms["cost_usd_m"]), axis=(-1, -2)) / 1e3


WELFARE = (
    Metric(
        "allocative_efficiency",
        "welfare",
        "share",
        "mean of what a month's capacity is worth where it goes / the most it could be worth",
        allocative_efficiency,
    ),
    Metric("lab_surplus_share", "welfare", "share", "labs' part of what capacity is worth", lab_surplus_share),
    Metric("lab_profit", "welfare", "USD bn", "profit of labs over the run", lab_profit),
    Metric("supplier_profit", "welfare", "USD bn", "profit of suppliers over the run", supplier_profit),
)
