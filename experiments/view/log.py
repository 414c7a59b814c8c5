"""The log of what happened: deals, recalls, entries, failures and shocks, each in a short plain sentence."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from agents.choices import SHOCKS
from experiments.view.moment import Moment, Names
from model import luck
from model.contracts import BY_BUYER, BY_CONDUCT, BY_FAILURE, BY_RECALL, BY_TERM
from model.shocks import EVERYBODY
from model.state import CHANNELS, Table

SHOCK = "shock"
SURGE = "surge"
SUPPLY = "new supply"
LAB_DEFAULT = "lab fails"
SUPPLIER_EXIT = "supplier leaves"
LAB_ENTRY = "lab enters"
SUPPLIER_ENTRY = "supplier enters"
RECALL = "recall"
NOTICE = "notice"
END = "early end"
DEAL = "deal"
KINDS = (
    SHOCK,
    SURGE,
    SUPPLY,
    LAB_DEFAULT,
    SUPPLIER_EXIT,
    LAB_ENTRY,
    SUPPLIER_ENTRY,
    RECALL,
    NOTICE,
    END,
    DEAL,
)
"""Kinds of happenings; those of a month are listed in this order."""
SCHEMA = {
    "month": pl.Int64,
    "date": pl.Date,
    "kind": pl.String,
    "who": pl.String,
    "what": pl.String,
    "h100e": pl.Float64,
    "usd_per_h100e_hour": pl.Float64,
}
SHOCK_WORDS = {
    "surge": "demand surges",
    "demand_bust": "users leave",
    "chip_embargo": "chips become scarce",
    "power_cap": "less power can be connected",
    "outage": "capacity is down",
    "credit_crunch": "investors and lenders stay away",
    "price_war": "list prices are cut",
    "recall": "every recallable contract is recalled",
    "orders": "it does as it is told by hand",
}
ALL_FIRMS = {"surge": "all labs", "demand_bust": "all labs", "recall": "all suppliers", "outage": "all suppliers"}
NEVER = -(10**6)


class Happening(NamedTuple):
    """A line of the log; capacity and price where it has them."""

    month: int
    kind: str
    who: str
    what: str
    h100e: float | None = None
    usd_per_h100e_hour: float | None = None


def event_log(moment: Moment) -> pl.DataFrame:
    """Return what has happened so far, newest first: month, date, kind, who, what, h100e and usd_per_h100e_hour.

    `who` and `what` read as a sentence; kinds are those of `KINDS`. Deals of the start are left out, recalls of them
    are not.
    """
    names = moment.names
    found = [*_deals(moment, names), *_recalls(moment, names), *_firms(moment, names), *_shocks(moment, names)]
    found += _foreseen(moment)
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda one: (-one.month, order[one.kind], -(one.h100e or 0.0), one.who, one.what))
    month, kind, who, what, h100e, price = zip(*found, strict=True) if found else ([],) * 6
    dates = moment.dates[np.array(month, int)] if found else []
    columns = (month, dates, kind, who, what, h100e, price)
    return pl.DataFrame(dict(zip(SCHEMA, columns, strict=True)), schema=SCHEMA)


def deals_so_far(moment: Moment) -> Table:
    """Return every contract signed so far, those of the start included; shape (D,)."""
    return moment.market.world.deals[: int(moment.market.world.market["deal_rows"][0])]


def _deals(moment: Moment, names: Names) -> Iterator[Happening]:
    """Yield the deals signed, the notices of buyers, and the contracts that ended before their time."""
    for deal in _rows(deals_so_far(moment)):
        lab, supplier = parties(deal, names)
        terms = (deal["capacity_h100e"], deal["price_usd_per_h100e_hour"])
        end, by = deal["end_month"], deal["ended_by"]
        if deal["signed_month"] >= 0:
            until = f" to {names.month(end - 1)}" if by == BY_TERM else ""
            verb = "leases from" if CHANNELS[deal["channel"]] == "lease" else "rents from its partner"
            what = f"{verb} {supplier}, from {names.month(deal['start_month'])}{until}"
            yield Happening(deal["signed_month"], DEAL, lab, what, *terms)
        if by == BY_BUYER:
            what = f"gives notice to {supplier}, for {names.month(end)}"
            yield Happening(end - deal["notice_months"], NOTICE, lab, what, *terms)
        if by in (BY_BUYER, BY_RECALL, BY_CONDUCT) and end < moment.months:
            what = f"leaves a contract with {supplier}" if by == BY_BUYER else f"loses what {supplier} has recalled"
            yield Happening(end, END, lab, what, *terms)


def _recalls(moment: Moment, names: Names) -> list[Happening]:
    """Return each recall in the month of its notice, as many as the market counts."""
    deals = deals_so_far(moment)
    months = recall_months(deals)
    found = [_recall(deal, month, names) for deal, month in zip(_rows(deals), months, strict=True) if month != NEVER]
    counted = moment.history.market["recalls"]
    known = np.bincount(months[months != NEVER], minlength=moment.months)
    for month in np.nonzero(counted > known)[0]:
        found += _late_recalls(deals, months, int(month), int(counted[month] - known[month]), names)
    return found


def recall_months(deals: Table) -> Any:
    """Return the month in which each deal's supplier gave notice, `NEVER` where it did not; shape (D,)."""
    notice = np.where(deals["ended_by"] == BY_CONDUCT, 1, np.maximum(1, deals["notice_months"]))
    recalled = (deals["ended_by"] == BY_RECALL) | (deals["ended_by"] == BY_CONDUCT)
    return np.where(recalled, deals["end_month"] - notice, NEVER)


def _late_recalls(deals: Table, months: Any, month: int, missing: int, names: Names) -> list[Happening]:
    """Return recalls that the log of deals does not tell: of contracts about to end, or whose party failed in between.

    They are named where there are no more such contracts than such recalls, their supplier where it is one for all.
    """
    notice = np.maximum(1, deals["notice_months"])
    ended = np.isin(deals["ended_by"], (BY_TERM, BY_FAILURE)) & (months == NEVER) & (deals["recallable"] == 1)
    running = (deals["start_month"] <= month) & (month <= deals["end_month"]) & (deals["signed_month"] < month)
    ended &= running & (deals["end_month"] <= month + notice)
    rows = np.nonzero(ended)[0]
    if len(rows) == missing:
        return [_recall(deal, month, names) for deal in _rows(deals[rows])]
    suppliers = {parties(deal, names)[1] for deal in _rows(deals[rows])}
    who = suppliers.pop() if len(suppliers) == 1 else "a supplier"
    return [Happening(month, RECALL, who, "recalls a contract that was about to end")] * missing


def _recall(deal: dict[str, Any], month: int, names: Names) -> Happening:
    lab, supplier = parties(deal, names)
    why = ", for its conduct," if deal["ended_by"] == BY_CONDUCT else ""
    what = f"recalls capacity from {lab}{why} for {names.month(deal['end_month'])}"
    return Happening(month, RECALL, supplier, what, deal["capacity_h100e"], deal["price_usd_per_h100e_hour"])


def _firms(moment: Moment, names: Names) -> Iterator[Happening]:
    """Yield the labs and suppliers that failed, left or entered."""
    deals, history = deals_so_far(moment), moment.history
    sides = (
        ("lab", history.labs, len(moment.scenario.labs), LAB_ENTRY, LAB_DEFAULT),
        ("supplier", history.suppliers, len(moment.scenario.suppliers), SUPPLIER_ENTRY, SUPPLIER_EXIT),
    )
    patience = moment.scenario.parameters["exit_months"]
    for side, table, firsts, entry, closing in sides:
        entries, closings = comings_and_goings(table, firsts)
        for month, row in entries:
            firm = table[month, row]
            yield Happening(int(month), entry, names.firm(side, firm["name_code"], firm["id"]), "enters the market")
        for month, row in closings:
            firm = table[month, row]
            lost = deals["capacity_h100e"][
                (deals[f"{side}_id"] == firm["id"])
                & (deals["ended_by"] == BY_FAILURE)
                & (deals["end_month"] == month)
                & (deals["start_month"] <= month)
            ].sum()
            why = "runs out of money; its contracts end"
            if side == "supplier" and firm["low_use_months"] >= patience:
                why = "gives up, long little used and at a loss"
            who = names.firm(side, firm["name_code"], firm["id"])
            yield Happening(int(month), closing, who, why, float(lost) or None)


def comings_and_goings(table: Table, firsts: int) -> tuple[Any, Any]:
    """Return month and row of each firm that entered, and of each that closed; shape (firms, 2) each.

    `table` is a history of shape (months, rows); in its first `firsts` rows are the firms of the population.
    """
    alive = table["alive"] == 1
    before = np.vstack([np.arange(alive.shape[1]) < firsts, alive[:-1]])
    return np.argwhere(alive & ~before), np.argwhere(~alive & before)


def _shocks(moment: Moment, names: Names) -> Iterator[Happening]:
    """Yield the shocks that began, as many as the market counts: those of the events, others without a name."""
    counted = moment.history.market["shocks_begun"]
    began = _events_begun(moment)
    for month in np.nonzero(counted)[0]:
        rows = began.get(int(month), [])[: counted[month]]
        yield from (_shock(moment, int(month), row) for row in rows)
        for _ in range(counted[month] - len(rows)):
            yield Happening(int(month), SHOCK, "the market", "a shock begins")


def _events_begun(moment: Moment) -> dict[int, list[int]]:
    """Return the rows of the events that began, by month: in their first month, or by the draws of the run."""
    began: dict[int, list[int]] = {}
    seed = int(moment.market.world.market["seed"][0])
    for row, event in enumerate(_rows(moment.market.world.events)):
        if event["id"] == 0:
            continue
        until, chance = 0, event["chance_per_month"]
        for month in range(moment.months):
            by_chance = chance > 0.0 and month >= until
            if by_chance and luck.uniform(seed, luck.SHOCK, month, event["luck_key"]) >= chance:
                by_chance = False
            if by_chance or 0 < event["first_month"] == month:
                began.setdefault(month, []).append(row)
                until = month + event["months"]
    return began


def _shock(moment: Moment, month: int, row: int) -> Happening:
    scenario, event = moment.scenario, moment.market.world.events[row]
    kind, target = SHOCKS[event["shock"]], int(event["target"])
    labels = [firm["label"] for firm in (*scenario.labs.values(), *scenario.suppliers.values())]
    everybody = ALL_FIRMS.get(kind, "the market")
    who = everybody if target == EVERYBODY else str(labels[target - 1])
    name = list(scenario.events)[row].replace("_", " ") if row < len(scenario.events) else kind.replace("_", " ")
    lasts = f", for {event['months']} months" if event["months"] > 1 else ""
    return Happening(month, SHOCK, who, f"{name}: {SHOCK_WORDS[kind]}{lasts}")


def _foreseen(moment: Moment) -> list[Happening]:
    """Return what the population itself says: surges of labs, and capacity that can be rented from a month on."""
    found = []
    for lab in moment.scenario.labs.values():
        if 0 < lab["surge_start_month"] < moment.months and lab["surge_months"] > 0:
            what = f"demand grows {lab['surge_growth_x_per_year']:g}x a year, for {lab['surge_months']} months"
            found.append(Happening(int(lab["surge_start_month"]), SURGE, str(lab["label"]), what))
    for supplier in moment.scenario.suppliers.values():
        if 0 < supplier["available_from_month"] < moment.months:
            label, size = str(supplier["label"]), float(supplier["installed_h100e"])
            found.append(
                Happening(int(supplier["available_from_month"]), SUPPLY, label, "can be rented from now on", size)
            )
    return found


def parties(deal: Mapping[str, Any], names: Names) -> tuple[str, str]:
    """Return the names of the lab and the supplier of a deal."""
    lab = names.firm("lab", deal["lab_name_code"], deal["lab_id"])
    return lab, names.firm("supplier", deal["supplier_name_code"], deal["supplier_id"])


def _rows(table: Table) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries of Python's own numbers."""
    columns = table.dtype.names or ()
    return [dict(zip(columns, row, strict=True)) for row in table.tolist()]
