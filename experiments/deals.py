"""Real deals of data/deals.csv: outcomes to compare with."""

import csv
from importlib.resources import files
from typing import NamedTuple

import data
from agents.units import HOURS_PER_MONTH

USD_BN_PER_YEAR = HOURS_PER_MONTH * 12.0 / 1e9
"""USD billions a year of one H100e at one USD an hour."""


class Basis(NamedTuple):
    """What one report says of a deal; price and value are one number, or from low to high."""

    basis: str
    month: str
    source: str
    capacity_h100e: float
    price_usd_per_h100e_hour: list[float]
    value_usd_bn_per_year: list[float]


class Deal(NamedTuple):
    """A real deal: its parties by their keys, and the reports of it."""

    name: str
    lab: str
    supplier: str
    bases: list[Basis]


def read_deals() -> list[Deal]:
    """Return the deals of data/deals.csv."""
    text = (files(data) / "deals.csv").read_text(encoding="utf-8")
    deals: dict[str, Deal] = {}
    for row in csv.DictReader(text.splitlines()):
        deal = deals.setdefault(row["deal"], Deal(row["deal"], row["lab"], row["supplier"], []))
        deal.bases.append(basis_of(row))
    return list(deals.values())


def basis_of(row: dict[str, str]) -> Basis:
    """Return what a row of data/deals.csv says; where it gives a range of values, prices have the same."""
    capacity_h100e = float(row["capacity_h100e"])
    values, prices = [float(row["value_usd_bn_per_year"])], [float(row["price_usd_per_h100e_hour"])]
    low, high = float(row["value_low_usd_bn_per_year"]), float(row["value_high_usd_bn_per_year"])
    if low < high:
        values, prices = [low, high], [value / (capacity_h100e * USD_BN_PER_YEAR) for value in (low, high)]
    return Basis(row["basis"], row["date"][:7], row["source"], capacity_h100e, prices, values)
