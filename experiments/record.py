"""The record: what the runs sign with the supplier of a real deal, beside that deal."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from experiments.deals import USD_BN_PER_YEAR, Basis, Deal, read_deals
from model.scenario import Scenario
from model.tables import lab_labels

SIZE_SHARE = 0.75
"""A partnership is of the size of the real one from this share of the capacity of its smallest basis on. That capacity
is installed and about 0.9 of it can be sold; who has five sixths of what is sold, has the place."""


Spread = tuple[float, float, float]
Months = tuple[float | str, float | str, float | str]


class LabShare(NamedTuple):
    """A lab, and the share of all runs in which it is the one."""

    lab: str
    label: str
    share: float


class Quantity(NamedTuple):
    """A quantity over runs; `record` has what each basis of the deal says of it, one value or from low to high."""

    quantity: str
    p10: float | str
    median: float | str
    p90: float | str
    record: dict[str, list[Any]]
    unit: str
    meaning: str


class Record(NamedTuple):
    """A real deal and the runs beside it: `partners` are the first of its size, `largest` have the most of a run.

    What the supplier starts with is an input of the scenario, not a result.
    """

    deal: str
    lab: str
    lab_label: str
    supplier: str
    supplier_label: str
    installed_h100e: float
    on_sale_from: float | str
    list_price_usd_per_h100e_hour: float
    bases: list[Basis]
    size_h100e: float
    runs: int
    one_lab_runs: int
    all_labs_runs: int
    partners: list[LabShare]
    largest: list[LabShare]
    quantities: list[Quantity]


def records_of(contracts: pl.LazyFrame, runs: pl.Series, scenario: Scenario) -> list[Record]:
    """Return every real deal whose supplier the scenario has beside the runs of these numbers."""
    records = []
    for deal in read_deals():
        if deal.supplier in scenario.suppliers:
            signed = contracts.filter(
                pl.col("supplier") == deal.supplier,
                pl.col("signed_month") >= 0,
                pl.col("start_month") < pl.col("end_month"),
                pl.col("run").is_in(runs.implode()),
            )
            records.append(record_of(deal, signed.collect(), runs.len(), scenario))
    return records


def record_of(deal: Deal, signed: pl.DataFrame, runs: int, scenario: Scenario) -> Record:
    """Return one deal beside the contracts that its supplier signs in the runs."""
    labels = dict(zip([*scenario.labs, "entrant_lab"], lab_labels(scenario)))
    supplier = scenario.suppliers[deal.supplier]
    size_h100e = SIZE_SHARE * min(basis.capacity_h100e for basis in deal.bases)
    held = held_of(signed, "run", "lab", "lab_id")
    partners = partners_of(signed, held, size_h100e)
    largest, largest_of_all = largest_of(held), largest_of(held_of(signed, "run"))
    most = [frame["held_h100e"].extend_constant(0.0, runs - frame.height) for frame in (largest, largest_of_all)]
    return Record(
        deal.name,
        deal.lab,
        labels.get(deal.lab, deal.lab),
        deal.supplier,
        supplier["label"],
        supplier["installed_h100e"],
        calendar(supplier["available_from_month"], scenario),
        supplier["list_price_usd_per_h100e_hour"],
        deal.bases,
        size_h100e,
        runs,
        partners.height,
        int((most[1] >= size_h100e).sum()),
        shares(partners, runs, labels),
        shares(largest, runs, labels),
        [*partner_quantities(partners, deal, scenario), *value_quantities(partners, deal), *most_quantities(most)],
    )


def held_of(signed: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return the capacity under contract, from full delivery to its end, in each month in which it changes."""
    capacity = pl.col("capacity_h100e")
    starts = signed.select(*keys, month=pl.min_horizontal("full_month", "end_month"), change_h100e=capacity)
    ends = signed.select(*keys, month="end_month", change_h100e=-capacity)
    changes = pl.concat([starts, ends]).sort(*keys, "month", maintain_order=True)
    held = changes.with_columns(held_h100e=pl.col("change_h100e").cum_sum().over(keys))
    return held.group_by(*keys, "month", maintain_order=True).agg(pl.col("held_h100e").last())


def largest_of(held: pl.DataFrame) -> pl.DataFrame:
    """Return for each run the row with the most capacity."""
    ordered = held.sort("held_h100e", descending=True, maintain_order=True)
    return ordered.unique("run", keep="first", maintain_order=True)


def partners_of(signed: pl.DataFrame, held: pl.DataFrame, size_h100e: float) -> pl.DataFrame:
    """Return for each run that has one the first lab of the size, with its contracts of the month it gets there."""
    reached = held.filter(pl.col("held_h100e") >= size_h100e)
    ordered = reached.sort("month", "held_h100e", descending=[False, True], maintain_order=True)
    partners = ordered.unique("run", keep="first", maintain_order=True)
    running = signed.join(partners, on=["run", "lab", "lab_id"], maintain_order="left").filter(
        pl.col("full_month") <= pl.col("month"), pl.col("month") < pl.col("end_month")
    )
    price, capacity = pl.col("price_usd_per_h100e_hour"), pl.col("capacity_h100e")
    return running.group_by("run", "lab", "month", "held_h100e", maintain_order=True).agg(
        pl.col("signed_month").max(), (price * capacity).sum() / capacity.sum()
    )


def shares(frame: pl.DataFrame, runs: int, labels: dict[str, str]) -> list[LabShare]:
    """Return the labs of a frame of one row a run, the most frequent first."""
    counts = frame.group_by("lab").len().sort("len", "lab", descending=[True, False])
    return [LabShare(lab, labels[lab], count / runs) for lab, count in counts.iter_rows()]


def partner_quantities(partners: pl.DataFrame, deal: Deal, scenario: Scenario) -> list[Quantity]:
    """Return when the partners sign, how much, and at what price."""
    months = {b.basis: [b.month] for b in deal.bases}
    capacities = {b.basis: [b.capacity_h100e] for b in deal.bases}
    prices = {b.basis: b.price_usd_per_h100e_hour for b in deal.bases}
    signed, delivered = (spread_in_calendar(partners[name], scenario) for name in ("signed_month", "month"))
    capacity, price = spread(partners["held_h100e"]), spread(partners["price_usd_per_h100e_hour"])
    return [
        Quantity("signed", *signed, months, "month", "last of its contracts"),
        Quantity("in full from", *delivered, {}, "month", "first month of that size"),
        Quantity("capacity", *capacity, capacities, "H100e", "in that month"),
        Quantity("price", *price, prices, "USD/H100e-hour", "mean, by capacity"),
    ]


def value_quantities(partners: pl.DataFrame, deal: Deal) -> list[Quantity]:
    """Return what a year costs at the price of the partners and the capacity of each basis."""
    quantities = []
    for basis in deal.bases:
        values = spread(partners["price_usd_per_h100e_hour"] * basis.capacity_h100e * USD_BN_PER_YEAR)
        told = {basis.basis: basis.value_usd_bn_per_year}
        meaning = f"price x {basis.capacity_h100e:,.0f} H100e"
        quantities.append(Quantity(f"value, {basis.basis}", *values, told, "USD bn/year", meaning))
    return quantities


def most_quantities(most: Sequence[pl.Series]) -> list[Quantity]:
    """Return the most capacity at once of one lab and of all labs together, over all runs."""
    names = ("most, one lab", "most, all labs")
    meaning = "at once, over all runs"
    return [Quantity(name, *spread(values), {}, "H100e", meaning) for name, values in zip(names, most)]


def spread(values: pl.Series, interpolation: Any = "linear") -> Spread:
    """Return 10th percentile, median and 90th percentile; no numbers where there are no values."""
    p10, median, p90 = (values.quantile(share, interpolation) for share in (0.1, 0.5, 0.9))
    return (math.nan, math.nan, math.nan) if p10 is None or median is None or p90 is None else (p10, median, p90)


def spread_in_calendar(months: pl.Series, scenario: Scenario) -> Months:
    """Return the spread of months since the start as months of the calendar."""
    p10, median, p90 = (calendar(month, scenario) for month in spread(months, "nearest"))
    return p10, median, p90


def calendar(month: float, scenario: Scenario) -> float | str:
    """Return a month since the start as a month of the calendar; no number stays one."""
    return month if math.isnan(month) else str(np.datetime64(scenario.start, "M") + np.timedelta64(int(month), "M"))
