"""How a table is declared."""

import numpy as np

from agents.columns import CASH_COLUMNS, Bounds, Column, given, table_dtype


def test_dtype_has_a_field_a_column():
    dtype = table_dtype((Column("id", "-", "number", int), Column("cash_usd_m", "USD m", "money")))
    assert dtype.names == ("id", "cash_usd_m")
    assert [dtype[name] for name in dtype.names] == [np.dtype(np.int64), np.dtype(np.float64)]


def test_given_without_a_default_is_a_must():
    assert given(0, 1) == Bounds(0, 1, None)
    assert given(0, 1, 0.5).default == 0.5


def test_only_cash_may_be_given_of_an_account():
    assert [column.name for column in CASH_COLUMNS if column.given] == ["cash_usd_m"]
