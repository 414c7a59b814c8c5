"""How prices move from month to month, by hand."""

import math

import numpy as np
import pytest

from model.metrics.volatility import annual_volatility_where
from tests.histories import history, of, value

SPOT, CONTRACT = (f"market__{kind}_price_usd_per_h100e_hour" for kind in ("spot", "contract"))


def test_a_spike_is_above_twice_the_median_of_the_year_before():
    # 12 months of 2; then 4 (not above 2 x 2), 4.1 (a spike), 2, 2: one month of four
    prices = np.array(12 * [2.0] + [4.0, 4.1, 2.0, 2.0])
    assert value("spot_spike_share", months=16, **{SPOT: prices}) == 0.25
    assert value("spot_spike_share", months=16, **{SPOT: 7.0 * prices}) == 0.25, "in other units"
    assert math.isnan(value("spot_spike_share", months=12))
    assert value("spot_spike_share", months=13) == 0.0


def tight(months=40):
    """Prices that move by a fifth up and down after months of high use and by a tenth after those of low use."""
    used = np.where(np.arange(months) // 8 % 2 == 0, 0.95, 0.85)
    changes = np.where(used[:-1] > 0.9, 0.2, 0.1) * np.where(np.arange(months - 1) % 2 == 0, 1.0, -1.0)
    return used, np.exp(np.concatenate([[0.0], np.cumsum(changes)]))


def test_volatility_follows_tightness():
    used, prices = tight()
    told = {"market__utilisation_share": used, SPOT: prices}
    found = value("tightness_volatility_correlation", months=40, **told)
    # of 8 months of high use 6 have three more changes of 0.2; the seventh two, the eighth one
    after = np.array([math.sqrt(np.mean(np.diff(np.log(prices))[month : month + 3] ** 2)) for month in range(37)])
    assert found == pytest.approx(np.corrcoef(used[:37], after)[0, 1])
    assert found > 0.7
    told = {"market__utilisation_share": 1.8 - used, SPOT: prices}
    assert value("tightness_volatility_correlation", months=40, **told) == pytest.approx(-found)
    assert math.isnan(value("tightness_volatility_correlation", months=40)), "nothing varies"
    assert math.isnan(value("tightness_volatility_correlation", months=23))


def test_pass_through_is_the_slope_of_contract_on_spot():
    # the contract price moves by 0.4 of what the spot price does, in logs
    spot = np.exp(np.cumsum(np.where(np.arange(24) % 3 == 0, 0.2, -0.1)))
    told = {SPOT: spot, CONTRACT: 3.0 * spot**0.4}
    assert value("spot_pass_through", months=24, **told) == pytest.approx(0.4)
    assert value("spot_pass_through", months=24, **{SPOT: spot}) == pytest.approx(0.0)
    assert math.isnan(value("spot_pass_through", months=24)), "spot does not move"
    assert math.isnan(value("spot_pass_through", months=23, **{SPOT: spot[:23]}))


def test_months_of_settling_down_do_not_count_in_long_runs():
    # 241 months, the first 120 wild: +-ln 1.1 after them; of 240 months all count
    prices = np.where(np.arange(241) < 120, 1e3 ** (np.arange(241) % 2), 1.1 ** (np.arange(241) % 2))
    step, count = math.log(1.1), 120
    by_hand = math.sqrt(12.0 * count / (count - 1)) * step  # 60 up and 60 down: mean 0
    for kind, column in (("spot", SPOT), ("contract", CONTRACT)):
        assert of(f"{kind}_volatility", history(241, **{column: prices})) == pytest.approx(by_hand)
        assert of(f"{kind}_volatility", history(240, **{column: prices[:240]})) > 10.0


def test_gaps_are_bridged_by_the_price_before_them():
    # 2, -, 2.2, 2, 2.2: changes +a, -a, +a, 4 a as ever; a firm with two prices says nothing
    prices = np.array([[2.0, 1.0], [9.0, 1.0], [2.2, 1.0], [2.0, 1.0], [2.2, 1.0]])
    known = np.array([[True, True], [False, True], [True, False], [True, False], [True, False]])
    found = annual_volatility_where(known, prices)
    assert found[0] == pytest.approx(4.0 * math.log(1.1))
    assert math.isnan(found[1])
