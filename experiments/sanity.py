"""The sanity row: a few ratios that no world should leave, each with its bounds."""

import csv
from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import polars as pl

import data
from agents.units import HOURS_PER_MONTH
from model.scenario import Scenario

Months = dict[str, Any]
"""Columns of the market, each of shape (runs, months)."""

COLUMNS = (
    "lab_revenue_usd_m",
    "installed_h100e",
    "build_h100e",
    "arrived_h100e",
    "power_kw_per_h100e",
    "capex_usd_m",
    "contract_price_usd_per_h100e_hour",
    "full_cost_usd_per_h100e_hour",
    "guard_bindings",
    "labs_alive",
)


class Check(NamedTuple):
    """A ratio with its bounds; `function` gives one value a run."""

    name: str
    meaning: str
    low: float
    high: float
    function: Callable[[Months, Scenario], Any]


class Checked(NamedTuple):
    """The median of a ratio over the runs, and whether it lies within its bounds."""

    name: str
    meaning: str
    value: float
    low: float
    high: float
    ok: bool


def world() -> dict[str, tuple[int, float]]:
    """Return year and value of the quantities of data/world.csv."""
    text = (files(data) / "world.csv").read_text(encoding="utf-8")
    return {row["quantity"]: (int(row["year"]), float(row["value"])) for row in csv.DictReader(text.splitlines())}


def grown(quantity: str, scenario: Scenario, months: int) -> Any:
    """Return a quantity of the world in each month, grown from the middle of its year; shape (months,)."""
    constants = world()
    year, value = constants[quantity]
    growth = constants[f"{quantity}_growth"][1]
    start_year, start_month = (int(part) for part in scenario.start.split("-"))
    years = start_year - year - 0.5 + (start_month - 0.5 + np.arange(months)) / 12.0
    return value * (1.0 + growth) ** years


def revenue_share(months: Months, scenario: Scenario) -> Any:
    """Return the largest share of labs' sales in world GDP."""
    sales = months["lab_revenue_usd_m"] * 12.0 / 1e3
    return (sales / grown("world_gdp", scenario, sales.shape[1])).max(axis=1)


def power_share(months: Months, scenario: Scenario) -> Any:
    """Return the largest share of suppliers' and labs' sites in world electricity, all of them at full load.

    Arrivals draw the power of new sites of their month; what retires drew the mean of the stock.
    """
    stock = months["installed_h100e"] + months["build_h100e"] / scenario.parameters["usable_share"]
    mw = stock[:, 0] * scenario.parameters["power_start_kw_per_h100e"] / 1e3
    most = np.zeros(len(stock))
    available = grown("world_electricity", scenario, stock.shape[1])
    for month in range(stock.shape[1]):
        if month > 0:
            arrived = np.maximum(months["arrived_h100e"][:, month], stock[:, month] - stock[:, month - 1])
            kept = np.maximum(stock[:, month] - arrived, 0.0) / np.maximum(stock[:, month - 1], 1.0)
            mw = mw * kept + arrived * months["power_kw_per_h100e"][:, month] / 1e3
        most = np.maximum(most, mw * HOURS_PER_MONTH * 12.0 / 1e6 / available[month])
    return most


def capex_ratio(months: Months, scenario: Scenario) -> Any:
    """Return what all sites ordered cost over what labs sold."""
    return months["capex_usd_m"].sum(axis=1) / np.maximum(months["lab_revenue_usd_m"].sum(axis=1), 1.0)


def price_ratio(months: Months, scenario: Scenario) -> Any:
    """Return the mean of contract price over the full cost of new capacity, in months with a supplier to have one."""
    price, cost = months["contract_price_usd_per_h100e_hour"], months["full_cost_usd_per_h100e_hour"]
    known = cost > 0
    ratio = np.divide(price, cost, out=np.zeros_like(price), where=known)
    return ratio.sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def guard_share(months: Months, scenario: Scenario) -> Any:
    """Return the share of lab-months in which a numerical guard binds."""
    return months["guard_bindings"].sum(axis=1) / np.maximum(months["labs_alive"].sum(axis=1), 1)


CHECKS = (
    Check("AI revenue / world GDP", "labs' sales, largest month", 0.0, 0.05, revenue_share),
    Check("AI power / world electricity", "all sites at full load, largest month", 0.0, 0.10, power_share),
    Check("capex / AI revenue", "sites ordered / labs' sales, whole run", 0.2, 3.0, capex_ratio),
    Check("contract price / full cost", "mean of the months", 0.5, 2.5, price_ratio),
    Check("guard share", "lab-months in which a numerical guard binds", 0.0, 0.01, guard_share),
)
"""Bounds are judgement: an AI market of a twentieth of the world's income or a tenth of its electricity within the
horizon of a run is not credible; three dollars of sites for each dollar sold, or prices far from cost for years, are
no equilibrium; a guard that binds in more than one lab-month of a hundred is a rule of the model in disguise."""


def sanity_rows(months: pl.DataFrame, scenario: Scenario) -> list[Checked]:
    """Return the checks, each the median over the complete runs of `months`."""
    length = scenario.months
    whole = months.select("run", "month", *COLUMNS).filter(pl.len().over("run") == length).sort("run", "month")
    columns = {name: whole[name].to_numpy().reshape(-1, length) for name in COLUMNS}
    rows = []
    for check in CHECKS:
        value = float(np.median(check.function(columns, scenario))) if len(whole) else float("nan")
        rows.append(Checked(check.name, check.meaning, value, check.low, check.high, check.low <= value <= check.high))
    return rows
