"""The one place that compiles: equal bits, and a cache that cannot be stale."""

import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import compiling, costs, envelope, expectations, fringe
from agents.suppliers import conduct, expecting, investment
from model import bargaining, capacity, double_auction, luck, technology
from tests.worlds import plain

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[2]


def copy_agents(folder):
    """Copy the agents' sources, all that a small rule needs."""
    shutil.copytree(ROOT / "agents", folder / "agents", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_hash_depends_on_every_source(tmp_path):
    copy_agents(tmp_path)
    before = compiling.source_hash(tmp_path)
    assert compiling.source_hash(tmp_path) == before
    with (tmp_path / "agents" / "suppliers" / "pricing.py").open("a") as source:
        source.write("\n")
    assert compiling.source_hash(tmp_path) != before


def test_hash_depends_on_names(tmp_path):
    copy_agents(tmp_path)
    before = compiling.source_hash(tmp_path)
    (tmp_path / "agents" / "units.py").rename(tmp_path / "agents" / "constants.py")
    assert compiling.source_hash(tmp_path) != before


def test_cache_is_in_the_folder_of_this_source():
    assert compiling.CACHE_FOLDER.name == compiling.source_hash()


def test_inner_runs_its_plain_twin_from_python():
    @compiling.inner
    def twice(x: float) -> float:
        return 2.0 * x

    assert twice(1.5) == 3.0
    assert plain(twice)(1.5) == 3.0


small = st.floats(-0.5, 0.5)
share = st.floats(0.01, 0.99)
positive = st.floats(0.01, 50.0)
months = st.integers(1, 48)
many = st.integers(0, 2**51)
growth = st.builds(investment.Growth, small, small, share)
settings_ = st.builds(investment.StockAdjustment, months, share, share, share)
limits = st.builds(envelope.Limits, positive, positive)
choice = st.integers(0, 1)
purpose = st.integers(0, luck.SHOUT)
elastic = st.builds(fringe.Elastic, positive, positive, st.floats(0.2, 5.0), st.just(0.0) | positive)
lines = st.builds(envelope.Lines, st.tuples(*[positive] * 5), st.tuples(*[positive] * 5))

SCALAR_RULES = [
    (expectations.learned, (small, small, share)),
    (expectations.expected_growth_log, (small, small, share, positive)),
    (expectations.normal_above, (st.floats(-8, 8),)),
    (expectations.normal_quantile, (st.floats(0, 1),)),
    (costs.annuity_months, (share, positive)),
    (envelope.requirement_quantile, (positive, share, share, choice)),
    (envelope.probability_of_need, (positive, share, positive, choice)),
    (envelope.split_requirement, (lines, positive, share, positive, limits, choice)),
    (fringe.elastic_demand, (elastic, positive)),
    (fringe.elastic_price, (elastic, positive)),
    (fringe.elastic_response, (elastic, positive)),
    (bargaining.seller_share, (positive, positive)),
    (bargaining.nash_price, (positive, positive, share)),
    (bargaining.settled_price, (positive, positive, st.tuples(positive, positive), share)),
    (bargaining.rubinstein_share, (share, share, months)),
    (bargaining.concession, (positive, positive, share, positive)),
    (bargaining.faratin_price, (st.tuples(*[positive] * 3), st.tuples(*[positive] * 3))),
    (capacity.whole_loss, (share, share, positive, positive)),
    (double_auction.shout, (positive, positive, share, st.booleans(), st.booleans())),
    (capacity.ramp_share, (months, months, small)),
    (technology.faded_log, (positive, positive, positive, positive)),
    (investment.desired_capacity, (positive, growth, positive)),
    (investment.option_multiple, (share, share, share)),
    (conduct.curve_capacity, (positive, small, positive, st.booleans())),
    (expecting.logit_share, (positive, positive, positive)),
    (investment.stock_adjustment_order, (positive, positive, positive, growth, settings_)),
    (luck.uniform, (many, purpose, st.integers(0, 1200), many)),
    (luck.normal, (many, purpose, st.integers(0, 1200), st.integers(0, 2**40))),
    (luck.exponential, (many, purpose, st.integers(0, 1200), many)),
]


@pytest.mark.parametrize(("compiled", "arguments"), SCALAR_RULES, ids=[rule.__name__ for rule, _ in SCALAR_RULES])
def test_compiled_gives_the_bits_of_its_plain_twin(compiled, arguments):
    @given(st.tuples(*arguments))
    def same_bits(values):
        here, there = compiled(*values), plain(compiled)(*values)
        assert here == there or (math.isnan(here) and math.isnan(there))

    same_bits()


@pytest.mark.all
def test_an_edit_in_a_called_module_is_seen(tmp_path):
    """`probability_of_need` is cached; then `normal_above` in another module, which it calls, is edited."""
    copy_agents(tmp_path)
    (tmp_path / "model").mkdir()

    def run():
        code = "from agents.envelope import probability_of_need as f; print(f(10.0, 1.0, 10.0), *f.entry.stats.cache_hits.values())"  # noqa: E501
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        value, *hits = done.stdout.split()
        return float(value), sum(map(int, hits))

    assert run() == (0.5, 0)
    value, hits = run()
    assert value == 0.5
    assert hits > 0, "the second run must come from the cache, else this test proves nothing"
    rule = tmp_path / "agents" / "expectations.py"
    text = rule.read_text()
    assert "return 0.5 * math.erfc" in text
    rule.write_text(text.replace("return 0.5 * math.erfc", "return 0.25 * math.erfc"))
    assert run()[0] == 0.25
