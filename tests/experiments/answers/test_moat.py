"""The moat index, on labs whose users follow compute and quality in known parts."""

import math

import numpy as np
import polars as pl
import pytest

from experiments.answers.moat import differences_of_labs, explained, moat_index, shares
from model.settings import BadRequest

COMPUTE, QUALITY = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0])  # of equal variance, unrelated


@pytest.mark.parametrize(
    ("compute", "quality", "part"), [(1, 0, 1.0), (0, 1, 0.0), (1, 1, 0.5), (2, 1, 0.8), (-2, 1, 0.8)]
)
def test_unrelated_causes_have_their_variances(compute, quality, part):
    # 2 c + a: variances 4 and 1, so 4/5 of what is explained
    table = np.column_stack([COMPUTE, QUALITY, compute * COMPUTE + quality * QUALITY])
    assert shares(table) == pytest.approx((part, 1.0))


def test_what_two_causes_have_in_common_is_halved():
    # the outcome is c; a is c and as much noise: R^2 of c 1, of a 1/2, of both 1: (1 + 1 - 1/2) / 2
    table = np.column_stack([COMPUTE, COMPUTE + QUALITY, COMPUTE])
    assert explained(table[:, [1]], COMPUTE) == pytest.approx(0.5)
    assert shares(table)[0] == pytest.approx(0.75)


def labs(runs=6):
    rows = []
    for run in range(runs):
        for lab, (compute, quality) in enumerate(zip(COMPUTE, QUALITY, strict=True)):
            users = math.exp(2.0 * compute + 0.1 * quality)
            rows += [(run, 0, lab, 1.0, 1.0, 0.0, 1.0), (run, 1, lab, 1.5 + compute, 0.5, quality, users)]
    columns = ["run", "month", "lab_id", "own_h100e", "contract_h100e", "quality_log", "users_h100e"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_labs_of_the_last_month_are_compared_by_share():
    table = differences_of_labs(labs(1))
    # compute 3, 3, 1, 1 of 8; users e^2.1, e^1.9, e^-1.9, e^-2.1
    assert table["compute"].to_list() == pytest.approx([3 / 8, 3 / 8, 1 / 8, 1 / 8])
    whole = 2 * (math.cosh(2.1) + math.cosh(1.9))
    share = math.exp(2.1) / whole
    assert table["logit"][0] == pytest.approx(math.log(share / (1 - share)))


def test_users_that_follow_compute_make_a_moat():
    found = moat_index(labs())
    assert found.compute_part > 0.95
    assert found.low <= found.compute_part <= found.high
    assert (found.labs, found.runs) == (24, 6)
    assert found == moat_index(labs())
    with pytest.raises(BadRequest, match="8 labs are too few"):
        moat_index(labs(2))
    lone = pl.concat([labs(1).with_columns(lab_id=pl.col("lab_id") + 10 * n) for n in range(3)])
    assert math.isnan(moat_index(lone).low), "one run says nothing of luck"
