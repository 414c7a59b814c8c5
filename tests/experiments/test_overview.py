"""The picture: four panels that say what they show, of whatever length the runs are."""

import itertools

import numpy as np
import polars as pl
import pytest

from experiments.overview import bands, calendar, overview, spread
from experiments.report import ILLUSTRATIVE
from model.scenario import load_scenario

pytestmark = pytest.mark.all


def drawn(folder, keep):
    months, labs = (pl.read_parquet(folder / f"{name}.parquet").filter(keep) for name in ("months", "labs"))
    return overview(load_scenario("small"), ["labs.openai.cash_usd_m=5"], months, labs)


@pytest.mark.parametrize("keep", [pl.col("run") >= 0, pl.col("month") == 0, pl.col("run") == 0], ids=str)
def test_four_panels_with_units_and_names(small_results, keep):
    figure = drawn(small_results, keep)
    assert [axis.get_ylabel() for axis in figure.axes] == [
        "USD per H100e-hour",
        "share of usable capacity; above: million H100e",
        "share of a lab's inference demand",
        "share of inference demand",
    ]
    assert any("Anthropic: demand grows 80x a year" in text.get_text() for text in figure.axes[2].texts) == (
        len(figure.axes[2].lines[0].get_xdata()) > 1  # the surge starts in the second month
    )
    words = [text.get_text() for text in figure.texts]
    assert "Four labs, four suppliers and a surge" in words
    assert any(word.startswith("scenario small with labs.openai.cash_usd_m=5 · ") for word in words)
    assert any(ILLUSTRATIVE in word for word in words)
    labels = {text.get_text() for text in figure.axes[3].texts}
    assert {"OpenAI", "Anthropic", "Google DeepMind"} <= labels
    figure.canvas.draw()


def test_a_market_that_all_labs_have_left_is_drawn(small_results):
    months, labs = (pl.read_parquet(small_results / f"{name}.parquet") for name in ("months", "labs"))
    for left in (labs.filter(pl.col("month") < 2), labs.clear()):
        overview(load_scenario("small"), [], months, left).canvas.draw()


def test_without_contracts_there_is_no_contract_price(small_results):
    months, labs = (pl.read_parquet(small_results / f"{name}.parquet") for name in ("months", "labs"))
    none = months.with_columns(lease_h100e=pl.lit(0.0), partner_h100e=pl.lit(0.0))
    names = [
        {text.get_text() for text in overview(load_scenario("small"), [], frame, labs).axes[0].texts}
        for frame in (months, none)
    ]
    assert names[0] - names[1] == {"contract price"}


def test_totals_of_fifty_years_do_not_touch(small_results):
    months, labs = (pl.read_parquet(small_results / f"{name}.parquet") for name in ("months", "labs"))
    first = months.filter(pl.col("month") == 0)
    long = pl.concat([first.with_columns(month=pl.lit(month, dtype=pl.Int64)) for month in range(600)])
    words = [text.get_text() for text in overview(load_scenario("small"), [], long, labs).axes[1].texts]
    assert 2 <= sum(word.endswith(" M") for word in words) <= 6


def test_time_is_in_calendar_months():
    assert [str(month) for month in calendar("2025-12", 3)] == ["2025-12", "2026-01", "2026-02"]


def test_a_band_is_the_spread_over_runs_and_empty_where_there_is_no_number():
    frame = pl.DataFrame({"month": [0, 0, 0, 1], "price": [1.0, 2.0, 3.0, np.nan]})
    band = bands(frame, "price", 2)
    assert (band.low[0], band.median[0], band.high[0]) == pytest.approx((1.2, 2.0, 2.8))
    assert np.isnan(band.median[1])


def test_labels_that_would_touch_move_apart():
    assert spread([0.1, 0.5, 0.9], [0.1] * 3) == [0.1, 0.5, 0.9]
    places = spread([0.5, 0.5, 0.52, 0.99, 1.0], [0.1] * 5)
    assert all(after - before > 0.099 for before, after in itertools.pairwise(places))
    assert places[-1] <= 1.0
