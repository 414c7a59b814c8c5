"""The tables, declared once."""

import numpy as np
import pytest

from model.columns import INITIAL_CONTRACT_COLUMNS
from model.state import (
    CHANNELS,
    DELIVERY_MONTHS,
    DTYPES,
    EXTERNAL_ACCOUNTS,
    TABLE_COLUMNS,
    Capacity,
    World,
    capacity_of,
    copy_into,
    empty_world,
    table_shape,
)

CAPACITY = Capacity(2, 3, 5, 7, 11, 13)
COLUMNS = [(table, column) for table, columns in TABLE_COLUMNS.items() for column in columns]
UNIT_IN_NAME = {
    "H100e": "h100e",
    "H100e/month": "h100e",
    "H100e-months": "h100e_months",
    "USD/H100e-hour": "usd_per_h100e_hour",
    "USD/H100e": "usd_per_h100e",
    "USD m": "usd_m",
    "USD m/month": "usd_m",
    "MW/month": "mw_per_month",
    "USD/MWh": "usd_per_mwh",
    "ms": "ms",
    "MW": "_mw",
    "kW/H100e": "kw_per_h100e",
    "months": "months",
    "x/year": "x_per_year",
    "ln/month": "per_month",
    "1/month": "per_month",
    "1/year": "per_year",
    "ln": "log",
    "ln^2": "log",
    "USD/hour": "usd_per_hour",
    "USD^2": "usd2",
}
"""How a unit is written in a name."""
SHARES_WITHOUT_SUFFIX = {"share_of_supply"}
UNITS_WITHOUT_A_NAME = {"-", "0/1", "count", "row", "rows", "month", "0-10000", "H100e or USD m"}


def test_every_table_has_a_dtype_and_a_place_in_the_world():
    assert {*TABLE_COLUMNS, "parameters"} == set(World._fields) == set(DTYPES)
    for name, columns in TABLE_COLUMNS.items():
        assert DTYPES[name].names == tuple(column.name for column in columns)


def names_its_unit(column):
    if column.unit in UNIT_IN_NAME:
        return UNIT_IN_NAME[column.unit] in column.name
    if column.unit == "share":
        return column.name.endswith("_share") or column.name in SHARES_WITHOUT_SUFFIX
    if column.unit == "ratio":
        return column.name.endswith(("_ratio", "_index", "_scale", "tightness"))
    return column.unit in UNITS_WITHOUT_A_NAME


def test_the_unit_is_in_the_name():
    assert [f"{table}.{column.name}" for table, column in COLUMNS if not names_its_unit(column)] == []


def test_every_column_has_a_unit_and_a_meaning():
    assert [f"{table}.{column.name}" for table, column in COLUMNS if not (column.unit and column.meaning)] == []


def test_defaults_lie_within_their_bounds():
    given = [(table, column.name, column.given) for table, column in COLUMNS if column.given]
    assert len(given) > 40
    for table, name, (low, high, default) in given:
        assert low < high, (table, name)
        assert default is None or low <= default <= high, (table, name)


def test_shapes():
    world = empty_world(CAPACITY)
    assert capacity_of(world) == CAPACITY
    assert world.pairs.shape == (2, 3)
    assert world.requirements.shape == (2, DELIVERY_MONTHS)
    assert world.bids.shape == (4,)
    assert world.accounts.shape == (len(EXTERNAL_ACCOUNTS),)
    assert all(getattr(world, name).shape == table_shape(name, CAPACITY) for name in World._fields)
    assert all(not table.view(np.uint8).any() for table in world)


def test_a_copy_into_larger_tables_keeps_the_leading_rows():
    small, large = empty_world(CAPACITY), empty_world(Capacity(4, 3, 5, 7, 11, 13))
    small.pairs["asked_rank"] = ((1, 2, 3), (4, 5, 6))
    copy_into(small, large)
    assert large.pairs["asked_rank"].tolist() == [[1, 2, 3], [4, 5, 6], [0, 0, 0], [0, 0, 0]]
    with pytest.raises(ValueError, match="does not fit"):
        copy_into(large, small)


def test_what_a_population_says_of_a_contract():
    assert [column.name for column in INITIAL_CONTRACT_COLUMNS if column.given and column.given.default is None] == [
        "capacity_h100e",
        "price_usd_per_h100e_hour",
        "first_end_month",
        "last_end_month",
    ]
    assert CHANNELS == ("lease", "partner")
