"""Survival curves, with stays counted by hand."""

import polars as pl
import pytest

from experiments.answers.survival import curve, differ, stays, survival_at
from model.settings import BadRequest

MONTHS = 30


def table(*firms):
    """Rows of the labs' table for firms of (run, key, id, first month, last month)."""
    rows = [(run, key, one, month) for run, key, one, first, last in firms for month in range(first, last + 1)]
    return pl.DataFrame(rows, schema=["run", "lab", "lab_id", "month"], orient="row")


FIRMS = table(
    (0, "openai", 1, 0, 29),
    (0, "xai", 2, 0, 11),
    (0, "entrant_lab", 7, 0, 29),  # there at the end: 29 months old
    (0, "entrant_lab", 8, 0, 8),  # gone before the end of its 9th month
    (1, "entrant_lab", 7, 0, 19),  # gone in the 20th
    (1, "entrant_lab", 9, 20, 29),  # 9 months old at the end
)


def test_how_long_firms_stay():
    entrants = stays(FIRMS, "lab", MONTHS, entrants=True)
    assert entrants.select("run", "lab_id", "months", "left").rows() == [
        (0, 7, 29, False),
        (0, 8, 9, True),
        (1, 7, 20, True),
        (1, 9, 9, False),
    ]
    first = stays(FIRMS, "lab", MONTHS, entrants=False)
    assert first.select("lab", "months", "left").rows() == [("openai", 29, False), ("xai", 12, True)]


def test_the_product_limit():
    # four at risk in the 9th month, of which one leaves (3/4); in the 20th one of two that are still seen (3/8)
    table = curve(stays(FIRMS, "lab", MONTHS, entrants=True))
    assert table["month"].to_list() == [0, 9, 20, 29]
    assert table["at_risk"].to_list() == [4, 4, 2, 1]
    assert table["left"].to_list() == [0, 1, 1, 0]
    assert table["survival"].to_list() == pytest.approx([1, 3 / 4, 3 / 8, 3 / 8])
    assert (table["low"] <= table["survival"]).all()
    assert (table["survival"] <= table["high"]).all()


def test_survival_at_a_month():
    spans = stays(FIRMS, "lab", MONTHS, entrants=True)
    share = survival_at(spans, 24)
    assert share.value == pytest.approx(3 / 8)
    # Greenwood: 1/(4 x 3) + 1/(2 x 1) = 0.5833; S to the power exp(+-1.96 sqrt 0.5833 / ln S) = exp(+-1.5262)
    assert share.low == pytest.approx((3 / 8) ** 4.6006, abs=1e-4)
    assert share.high == pytest.approx((3 / 8) ** (1 / 4.6006), abs=1e-4)
    assert survival_at(spans, 30) is None
    everybody_left = table((0, "entrant_lab", 7, 0, 3), (0, "entrant_lab", 8, 1, 2))
    assert survival_at(stays(everybody_left, "lab", MONTHS, entrants=True), 24).value == 0.0


def test_groups_that_survive_alike_and_that_do_not():
    early = table(*((run, "entrant_lab", 7, 0, 2) for run in range(20)))
    late = table(*((run, "entrant_lab", 7, 0, 25) for run in range(20)))
    early, late = (stays(firms, "lab", MONTHS, entrants=True) for firms in (early, late))
    assert differ(early, early) == pytest.approx(1.0)
    assert differ(early, late) < 1e-6


def test_nobody_tells_nothing():
    with pytest.raises(BadRequest, match="no firm of that kind"):
        curve(stays(FIRMS.filter(pl.col("lab") == "openai"), "lab", MONTHS, entrants=True))
