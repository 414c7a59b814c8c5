"""Entry: who enters and survives, how long it takes to matter or to get capacity, and what entrants pay more."""

from typing import NamedTuple

import numpy as np

from agents.units import HOURS_PER_MONTH, USD_M_PER_MONTH
from model.history import History
from model.metrics.base import Metric, Numbers, at_month, mean_where, months_of, part, unknown
from model.state import Table

FEWEST_MONTHS = 12
"""A shorter run says nothing of entrants."""
SCALE_SHARE = 0.05
"""A lab with this share of all users is one to be reckoned with."""
SUPPLIED_SHARE = 0.8
"""A lab that holds this part of what it needs has access."""
LIFE_YEARS, USE_SHARE = 5.0, 0.9
"""Life of a site and the part of it that is used, in the cost of own capacity."""
SUNK_MONTHS = 12
"""What an entrant sinks is what it binds itself to within so many months."""


class Stays(NamedTuple):
    """A month more in business, or not, of each entrant and each month: of which run, at which age, and if it left."""

    run: Table
    age_months: Table
    left: Table


def stays(table: Table, alive: Table) -> Stays:
    """Return what each month but the last says of the entrants in business at its end; `alive` is (runs, months, rows).

    A firm is as old as the months since the end of that in which it entered. Of a row that another firm takes over the
    first has left.
    """
    months, rows = alive.shape[1:]
    entered, firms = (table[name].reshape(-1, months, rows) for name in ("entered_month", "id"))
    run, month, row = np.nonzero(alive[:, :-1] & (entered[:, :-1] > 0))
    same = alive[run, month + 1, row] & (firms[run, month + 1, row] == firms[run, month, row])
    return Stays(run, np.maximum(0, month + 1 - entered[run, month, row]), ~same)


def survival(history: History, side: str, months: int) -> Numbers:
    """Return the share of entrants that are in business so many months after they entered.

    Product-limit estimate (Kaplan and Meier 1958): those not yet that old at the end of the run count as long as they
    are seen. nan where nobody was ever seen so old, or without entrants.
    """
    length = months_of(history)
    if length <= months:
        return unknown(history.market["month"])
    table: Table = getattr(history, side)
    alive = table["alive"].reshape(-1, *table["alive"].shape[-2:]) == 1
    seen = stays(table, alive)
    place, size = seen.run * length + seen.age_months, alive.shape[0] * length
    at_risk, left = (np.bincount(place, weights, size).reshape(-1, length) for weights in (None, seen.left))
    kept = 1.0 - left[:, :months] / np.maximum(at_risk[:, :months], 1.0)
    share = np.prod(kept, axis=-1)
    told = (share == 0.0) | (at_risk[:, :months] > 0.0).all(axis=-1)
    return np.where(told, share, np.nan).reshape(history.market["month"].shape[:-1])[()]


def lab_survival_24(history: History) -> Numbers:
    """Return the share of labs that entered which are in business two years later."""
    return survival(history, "labs", 24)


def lab_survival_60(history: History) -> Numbers:
    """Return the share of labs that entered which are in business five years later."""
    return survival(history, "labs", 60)


def supplier_survival_24(history: History) -> Numbers:
    """Return the share of suppliers that entered which are in business two years later."""
    return survival(history, "suppliers", 24)


def supplier_survival_60(history: History) -> Numbers:
    """Return the share of suppliers that entered which are in business five years later."""
    return survival(history, "suppliers", 60)


def months_to(history: History, reached: Table) -> Table:
    """Return the months from entry to the first in which an entrant in business at the end has reached something.

    Shape (.., L); infinite where it has not, nan for all other labs. `reached` is (.., months, L).
    """
    labs = history.labs
    last = {name: labs[name][..., -1:, :] for name in ("alive", "entered_month", "id")}
    month = np.arange(months_of(history))[:, np.newaxis]
    since = month + 1 - last["entered_month"]
    done = reached & (labs["id"] == last["id"]) & (since >= 0)
    first = np.where(done, since, np.inf).min(axis=-2)
    entrant = (last["alive"] == 1) & (last["entered_month"] > 0)
    return np.where(entrant[..., 0, :], first, np.nan)


def median_of_known(values: Table) -> Numbers:
    """Return the median over the last axis of what is not nan; nan where it is infinite, or where there is nothing."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    ordered = np.sort(np.where(known, values, np.inf), axis=-1)
    middle = np.stack([np.maximum(count - 1, 0) // 2, count // 2], axis=-1)
    pair = np.take_along_axis(ordered, np.minimum(middle, values.shape[-1] - 1), axis=-1).mean(axis=-1)
    return np.where((count > 0) & np.isfinite(pair), pair, np.nan)[()]


def scaled(history: History) -> Table:
    """Return the months that each entrant took to 5% of users; see `months_to`."""
    users = history.labs["alive"] * history.labs["users_h100e"]
    whole = users.sum(axis=-1, keepdims=True)
    return months_to(history, (users >= SCALE_SHARE * whole) & (users > 0.0))


def time_to_scale(history: History) -> Numbers:
    """Return the median months to 5% of users, of the entrants in business at the end; nan if half never got there."""
    if months_of(history) < FEWEST_MONTHS:
        return unknown(history.market["month"])
    return median_of_known(scaled(history))


def scaled_share(history: History) -> Numbers:
    """Return the share of the entrants in business at the end that ever had 5% of users."""
    if months_of(history) < FEWEST_MONTHS:
        return unknown(history.market["month"])
    months = scaled(history)
    return mean_where(~np.isnan(months), np.isfinite(months))


def access_delay(history: History) -> Numbers:
    """Return the median months from entry to 80% of the capacity needed, of the entrants in business at the end.

    Own sites, contracts and spot hours together; nan if half never got there. An entrant asks from its first month.
    """
    if months_of(history) < FEWEST_MONTHS:
        return unknown(history.market["month"])
    need = history.labs["need_inference_h100e"] + history.labs["need_training_h100e"]
    return median_of_known(months_to(history, (held(history) >= SUPPLIED_SHARE * need) & (need > 0.0)))


def held(history: History) -> Table:
    """Return the capacity that labs hold: own sites, contracts, spot hours."""
    labs = history.labs
    return labs["own_h100e"] + labs["contract_h100e"] + labs["spot_h100e"]


def sunk_share(history: History) -> Numbers:
    """Return the most that entrant labs were bound to pay in their first year / the cash they came with: the median.

    It is bound to take-or-pay bills and to the repayments of own sites, which lenders pay for, whatever it uses. What
    entry sinks is a barrier to it (Sutton 1991). Counted are those that entered a year or more before the end, whether
    they failed since or not; nan without any, or where they came without cash.
    """
    months, labs = months_of(history) - SUNK_MONTHS, history.labs
    if months <= 0:
        return unknown(history.market["month"])
    firms, entered, bound, opening = (
        labs[name].reshape(-1, *labs[name].shape[-2:])
        for name in ("id", "entered_month", "committed_usd_m", "opening_cash_usd_m")
    )
    came = (entered[:, :months] == np.arange(months)[:, np.newaxis]) & (entered[:, :months] > 0)
    run, month, row = (place[:, np.newaxis] for place in np.nonzero(came))
    later = month + np.arange(SUNK_MONTHS + 1)
    same = firms[run, later, row] == firms[run, month, row]
    most = np.where(same, bound[run, later, row], 0.0).max(axis=-1)
    ratio = np.full(came.shape, np.nan)
    ratio[came] = part(most, opening[:, :months][came])
    return median_of_known(ratio.reshape(*history.market["month"].shape[:-1], -1))


def net_entry(history: History, side: str) -> Numbers:
    """Return by how many firms a year their number grew, entries less exits."""
    months = months_of(history)
    grown = at_month(history, f"{side}_alive", -1) - history.market[f"{side}_alive"][..., 0]
    return grown * 12.0 / (months - 1) if months > 1 else unknown(history.market["month"])


def lab_net_entry(history: History) -> Numbers:
    """Return by how many labs a year their number grew."""
    return net_entry(history, "labs")


def supplier_net_entry(history: History) -> Numbers:
    """Return by how many suppliers a year their number grew."""
    return net_entry(history, "suppliers")


def own_capital_cost(capex_usd: Table, wacc_per_year: Table) -> Table:
    """Return what capital costs an hour of own capacity, USD per H100e-hour: capex x recovery factor / hours used.

    The factor is of monthly payments over five years at an effective annual rate; nine tenths of hours are used.
    """
    monthly = np.expm1(np.log1p(wacc_per_year) / 12.0)
    kept = 1.0 - (1.0 + wacc_per_year) ** -LIFE_YEARS
    factor = np.where(monthly > 0.0, monthly / np.where(monthly > 0.0, kept, 1.0), 1.0 / (12.0 * LIFE_YEARS))
    return capex_usd * factor / (HOURS_PER_MONTH * USE_SHARE)


def capital_cost_wedge(history: History) -> Numbers:
    """Return how much more capital costs entrant labs than those of the start, per hour of own capacity.

    Mean of the months in which there are both, labs alike; by the cost of capital alone.
    """
    if months_of(history) < FEWEST_MONTHS:
        return unknown(history.market["month"])
    labs, capex = history.labs, history.market["capex_usd_per_h100e"][..., np.newaxis]
    cost, here = own_capital_cost(capex, labs["wacc_per_year"]), labs["alive"] == 1
    new, first = (mean_where(here & group, cost) for group in (labs["entered_month"] > 0, labs["entered_month"] == 0))
    return mean_where(np.isfinite(new - first), new - first)


def procurement_wedge(history: History) -> Numbers:
    """Return what entrant labs pay for an hour of capacity / what those of the start pay, less one, over the run."""
    if months_of(history) < FEWEST_MONTHS:
        return unknown(history.market["month"])
    labs, hours, here = history.labs, held(history) * USD_M_PER_MONTH, history.labs["alive"] == 1
    paid = []
    for group in (here & (labs["entered_month"] > 0), here & (labs["entered_month"] == 0)):
        bill, used = (
            np.sum(np.where(group, values, 0.0), axis=(-1, -2)) for values in (labs["compute_bill_usd_m"], hours)
        )
        paid.append(part(bill, used))
    return part(paid[0], paid[1]) - 1.0


SURVIVE = "part of the {} that entered which are in business {} years later (Kaplan-Meier)"
ENTRY = (
    Metric("lab_survival_24", "entry", "share", SURVIVE.format("labs", "2"), lab_survival_24),
    Metric("lab_survival_60", "entry", "share", SURVIVE.format("labs", "5"), lab_survival_60),
    Metric("supplier_survival_24", "entry", "share", SURVIVE.format("suppliers", "2"), supplier_survival_24),
    Metric("supplier_survival_60", "entry", "share", SURVIVE.format("suppliers", "5"), supplier_survival_60),
    Metric("lab_net_entry", "entry", "1/year", "labs more a year, entries less failures", lab_net_entry),
    Metric("supplier_net_entry", "entry", "1/year", "suppliers more a year, entries less exits", supplier_net_entry),
    Metric("time_to_scale", "entry", "months", "from entry to 5% of users, median of entrants left", time_to_scale),
    Metric("scaled_share", "entry", "share", "part of the entrants left that ever had 5% of users", scaled_share),
    Metric(
        "access_delay", "entry", "months", "from entry to 80% of what it needs, median of entrants left", access_delay
    ),
    Metric(
        "capital_cost_wedge",
        "entry",
        "USD/H100e-hour",
        "what capital costs entrants more than first labs, per hour of own capacity",
        capital_cost_wedge,
    ),
    Metric(
        "procurement_wedge",
        "entry",
        "ratio",
        "what an hour costs entrants / what it costs first labs, less one",
        procurement_wedge,
    ),
    Metric(
        "sunk_share",
        "entry",
        "ratio",
        "most that an entrant lab must pay whatever it uses, in its first year / cash it came with, median",
        sunk_share,
    ),
)
