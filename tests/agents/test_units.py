"""Units and constants."""

import pytest

from agents.units import HOURS_PER_MONTH, USD_M_PER_MONTH


def test_a_million_h100e_at_one_usd_cost_730_usd_m_a_month():
    assert HOURS_PER_MONTH == 730.0
    assert pytest.approx(730.0) == 1e6 * USD_M_PER_MONTH
