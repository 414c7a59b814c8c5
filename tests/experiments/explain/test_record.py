"""The recorder sees every line of the month and changes nothing."""

import numpy as np
import pytest

from experiments.explain.record import record_month, row_of, watch_month, whole_run
from model import ComputeMarket, load_scenario
from model.settings import BadRequest
from model.state import World
from tests.draws import assert_same_bits, market_bits

pytestmark = pytest.mark.all


def test_a_watched_market_has_the_bits_of_one_that_is_not(small):
    watched, alone = ComputeMarket(small, seed=2), ComputeMarket(small, seed=2).run(9)
    watched.run(5)
    for _ in range(4):
        watch_month(watched)
    assert_same_bits(market_bits(watched), market_bits(alone))
    for name, one, other in zip(World._fields, watched.world, alone.world, strict=True):
        assert one.tobytes() == other.tobytes(), name


def test_views_are_copies_of_what_each_line_left(small):
    market = ComputeMarket(small, seed=2)
    market.run(3)
    views = watch_month(market)
    assert next(iter(views)) == "begin"
    assert list(views)[-1] == "end_month"
    assert views["begin"].market["month"][0] == 2
    assert all(views[line].market["month"][0] == 3 for line in list(views)[1:])
    assert not np.array_equal(views["plan"].suppliers["list_price_usd_per_h100e_hour"],
                              views["respond"].suppliers["list_price_usd_per_h100e_hour"])  # fmt: skip
    assert np.isnan(views["negotiate"].pairs["price_usd_per_h100e_hour"]).any()
    market.step()
    assert views["end_month"].market["month"][0] == 3


def test_what_is_recorded_is_a_month_of_the_run(small):
    run = whole_run(small, 2)
    recorded = record_month(small, 2, 7, run)
    assert recorded.before["end_month"].market["month"][0] == 6
    for field in ("market", "labs", "suppliers"):
        last = getattr(recorded.views["end_month"], field)
        kept = np.atleast_1d(getattr(run.history, field)[7])[: len(last)]
        assert kept.tobytes() == last.tobytes(), field


def test_the_first_month_has_none_before_it(small):
    assert record_month(small, 1, 0, whole_run(small, 1)).before == {}


def test_a_firm_that_is_not_in_business_is_refused(small):
    recorded = record_month(small, 1, 2, whole_run(small, 1))
    assert row_of(recorded, "lab", "mistral") == 3
    with pytest.raises(BadRequest, match="no supplier is called azur; nearest: azure"):
        row_of(recorded, "supplier", "azur")
    for view in recorded.views.values():
        view.labs["alive"][3] = 0
    with pytest.raises(BadRequest, match="mistral is not in business in month 2"):
        row_of(recorded, "lab", "mistral")
    assert "Mistral" not in [recorded.lab(row) for row in recorded.alive_labs()]


def test_entrants_are_named_with_their_number():
    busy = load_scenario("small", {"parameters.lab_entry_per_month": 1.0})
    recorded = record_month(busy, 1, 3, whole_run(busy, 1))
    assert any(recorded.lab(row).startswith("Entrant lab ") for row in recorded.alive_labs())
