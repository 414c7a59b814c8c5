"""Sensitivity against functions whose indices are known, with luck, gaps and shuffled rows."""

import math

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rich.console import Console

from experiments.sweep.designs import make_design
from experiments.sweep.functions import FUNCTIONS
from experiments.sweep.ranges import Range
from experiments.sweep.sensitivity import convergence, sensitivity
from experiments.sweep.sensitivity_picture import draw_sensitivity, sensitivity_figure, shown_metrics
from experiments.sweep.sensitivity_table import BLOCKS, print_sensitivity, short_names
from model.settings import BadRequest

NEAR = 0.03
"""What 1,024 base samples may miss an index by."""


def design_of(kind, name="ishigami", count=1024, seed=1):
    return make_design(kind, FUNCTIONS[name].ranges, count, 4, seed)


def runs_of(design, values, replicates=1):
    """Return runs with `values`, of shape (points, replicates) or (points,), as the metric `value`."""
    values = np.broadcast_to(np.reshape(values, (len(design.unit), -1)), (len(design.unit), replicates))
    points, numbers = np.indices(values.shape)
    frame = {"point": points.T.ravel(), "replicate": numbers.T.ravel(), "value": values.T.ravel()}
    return pl.DataFrame(frame).with_row_index("run")


def of_function(kind, name="ishigami", count=1024, seed=1):
    design = design_of(kind, name, count, seed)
    return design, runs_of(design, FUNCTIONS[name].value(design.points))


def noise(design, replicates, seed=5):
    return np.random.default_rng(seed).standard_normal((len(design.unit), replicates))


def quality_of(found):
    assert found.quality.height == 1
    return found.quality.row(0, named=True)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["ishigami", "sobol_g"])
def test_sobol_indices_of_known_functions(name, seed):
    design, runs = of_function("sobol", name, seed=seed)
    found = sensitivity(design, runs, ["value"]).indices
    assert found["factor"].to_list() == list(design.names)
    for index in ("first", "total"):
        exact = np.array(getattr(FUNCTIONS[name], index))
        assert np.abs(found[index].to_numpy() - exact).max() < NEAR
        assert (found[f"{index}_low"].to_numpy() <= exact).all()
        assert (exact <= found[f"{index}_high"].to_numpy()).all()


def test_effects_of_a_linear_function_are_exact():
    weights = np.array([3.0, -2.0, 0.0, 0.5])
    design = make_design("morris", [Range(f"x{n}", 0.0, 1.0, whole=False) for n in range(4)], 20, 4, 1)
    found = sensitivity(design, runs_of(design, design.unit @ weights), ["value"])
    np.testing.assert_allclose(found.indices["mu_star"], np.abs(weights), atol=1e-12)
    np.testing.assert_allclose(found.indices["mu"], weights, atol=1e-12)
    np.testing.assert_allclose(found.indices["sigma"], 0.0, atol=1e-12)
    assert quality_of(found)["half_change"] == pytest.approx(0.0, abs=1e-12)


def test_effects_rank_the_factors_of_sobol_g():
    design, runs = of_function("morris", "sobol_g", 200)
    found = sensitivity(design, runs, ["value"]).indices
    assert found.sort("mu_star", descending=True)["factor"].head(4).to_list() == ["x1", "x2", "x3", "x4"]
    assert found["mu_star"][4:].max() < 0.5 * found["mu_star"][3]


def test_half_of_the_blocks_is_the_first_half():
    design, runs = of_function("sobol")
    steps = convergence(design, runs, "value")
    assert steps["blocks"].unique().to_list() == [128, 256, 512, 1024]
    half, whole = (steps.filter(pl.col("blocks") == count) for count in (512, 1024))
    found = sensitivity(design, runs, ["value"])
    assert whole.drop("blocks").equals(found.indices)
    change = max((whole[index] - half[index]).abs().max() for index in ("first", "total"))
    assert quality_of(found)["half_change"] == pytest.approx(change)


def test_luck_is_unknown_without_replicates():
    row = quality_of(sensitivity(*of_function("sobol"), ["value"]))
    assert (row["luck_share"], row["noise_floor"]) == (None, None)
    assert (row["points"], row["runs"], row["runs_missing"], row["blocks"], row["blocks_dropped"]) == (
        5120,
        5120,
        0,
        1024,
        0,
    )


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_share_of_luck_is_recovered(kind):
    design = design_of(kind, count=256)
    values = FUNCTIONS["ishigami"].value(design.points)
    spread = 1.5
    runs = runs_of(design, values[:, None] + spread * noise(design, 4), 4)
    row = quality_of(sensitivity(design, runs, ["value"]))
    assert row["luck_share"] == pytest.approx(spread**2 / (spread**2 + values.var(ddof=1)), rel=0.05)


def test_luck_of_all_points_alike_is_luck_but_moves_no_index():
    design = design_of("sobol", count=256)
    values = FUNCTIONS["ishigami"].value(design.points)
    common = np.array([-3.0, 0.0, 5.0, 1.0])
    plain = sensitivity(design, runs_of(design, values), ["value"])
    lifted = sensitivity(design, runs_of(design, values[:, None] + common, 4), ["value"])
    for name in ("first", "total", "total_low", "total_high"):
        np.testing.assert_allclose(lifted.indices[name], plain.indices[name], atol=1e-9)
    row = quality_of(lifted)
    luck = common.var(ddof=1)
    assert row["luck_share"] == pytest.approx(luck / (luck + values.var(ddof=1)))
    assert row["noise_floor"] == pytest.approx(0.0, abs=1e-12)


def test_noise_gives_idle_factors_the_index_of_the_floor():
    for kind, index in (("sobol", "total"), ("morris", "mu_star")):
        design = make_design(kind, [Range(f"x{n}", 0.0, 1.0, whole=False) for n in range(3)], 512, 4, 1)
        runs = runs_of(design, design.unit[:, :1] + 0.5 * noise(design, 3), 3)
        found = sensitivity(design, runs, ["value"])
        idle = found.indices[index].to_numpy()[1:]
        np.testing.assert_allclose(idle, quality_of(found)["noise_floor"], rtol=0.1)


def test_gaps_drop_whole_blocks():
    for kind, size in (("sobol", 5), ("morris", 4)):
        design, runs = of_function(kind, count=512)
        gaps = {3: None, 4: math.nan, 2 * size: math.inf, 7 * size + 1: None}  # in blocks 0, (0 or 1), 2 and 7
        blocks = {point // size for point in gaps}
        for point, value in gaps.items():
            runs = runs.with_columns(value=pl.when(pl.col("point") == point).then(value).otherwise("value"))
        found = sensitivity(design, runs, ["value"])
        row = quality_of(found)
        assert (row["runs_missing"], row["blocks_dropped"]) == (4, len(blocks))
        assert (row["blocks"], row["points"]) == (512 - len(blocks), size * (512 - len(blocks)))
        assert row["runs"] == row["points"]
        if kind == "sobol":
            exact = np.array(FUNCTIONS["ishigami"].total)
            assert np.abs(found.indices["total"].to_numpy() - exact).max() < 2 * NEAR


def test_a_point_is_the_mean_of_the_replicates_that_have_a_number():
    design, runs = of_function("sobol", count=64)
    twice = pl.concat([runs, runs.with_columns(pl.col("replicate") + 1)])
    holes = twice.with_columns(
        value=pl.when((pl.col("replicate") == 1) & (pl.col("point") % 3 == 0)).then(None).otherwise("value")
    )
    found, plain = sensitivity(design, holes, ["value"]), sensitivity(design, runs, ["value"])
    assert_frame_equal(found.indices, plain.indices)
    assert quality_of(found)["runs"] == 2 * 320 - 107
    assert quality_of(found)["luck_share"] == pytest.approx(0.0, abs=1e-12)


def test_gaps_do_not_make_shared_luck_a_difference_between_points():
    design, runs = of_function("sobol", count=256)
    lucky = pl.concat([runs.with_columns(pl.col("replicate") + r, value=design.unit[:, 0] + 3.0 * r) for r in range(4)])
    gone = np.random.default_rng(1).random(lucky.height) < 0.1
    holes = lucky.with_columns(value=pl.when(pl.Series(gone)).then(None).otherwise("value"))
    found = sensitivity(design, holes, ["value"]).indices
    assert found["total"].to_list() == pytest.approx([1.0, 0.0, 0.0], abs=0.05)


@pytest.mark.parametrize(
    ("kind", "count", "broken", "said"),
    [
        ("sobol", 64, 13, "13 of 64 base samples lack a number at a point, more than 20%"),
        ("morris", 10, 3, "3 of 10 trajectories lack a number at a point, more than 20%"),
        ("sobol", 8, 1, "7 base samples are fewer than 8; run more points"),
        ("morris", 5, 0, "5 trajectories are fewer than 8"),
    ],
)
def test_too_little_is_refused_in_words(kind, count, broken, said):
    design, runs = of_function(kind, count=count)
    size = len(design.unit) // count
    gone = (pl.col("point") < broken * size) & (pl.col("point") % size == 1)
    runs = runs.with_columns(value=pl.when(gone).then(None).otherwise("value"))
    found = sensitivity(design, runs, ["value"])
    assert quality_of(found)["refused"].startswith(said)
    assert found.indices.height == 0
    assert convergence(design, runs, "value").height == 0


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_a_constant_is_refused_and_others_are_not(kind):
    design, runs = of_function(kind, count=64)
    found = sensitivity(design, runs.with_columns(still=pl.lit(3.7)), ["still", "value"])
    assert found.quality["refused"].to_list() == [f"the metric does not vary over the 64 {BLOCKS[kind]}", None]
    assert found.indices["metric"].unique().to_list() == ["value"]


def test_a_metric_that_hardly_ever_varies_has_indices():
    design, runs = of_function("sobol", count=64)
    rare = (pl.col("point") == 315).cast(pl.Float64)
    found = sensitivity(design, runs.with_columns(value=rare), ["value"])
    assert found.indices["total"].is_finite().all()
    assert quality_of(found)["half_change"] is None
    assert convergence(design, runs.with_columns(value=rare), "value")["blocks"].unique().to_list() == [64]


def test_runs_without_rows_are_refused_in_words():
    design, runs = of_function("sobol", count=64)
    row = quality_of(sensitivity(design, runs.clear(), ["value"]))
    assert (row["runs"], row["runs_missing"]) == (0, 320)
    assert row["refused"].startswith("64 of 64 base samples")


def test_order_of_rows_does_not_matter_and_the_same_comes_twice():
    for kind in ("sobol", "morris"):
        design = design_of(kind, count=32)
        runs = runs_of(design, FUNCTIONS["ishigami"].value(design.points)[:, None] + noise(design, 3), 3)
        once = sensitivity(design, runs, ["value"])
        np.random.seed(9)  # noqa: NPY002 - SALib falls back to NumPy's own state where it is given no seed
        again = sensitivity(design, runs.sample(fraction=1.0, shuffle=True, seed=3), ["value"])
        assert once.indices.equals(again.indices)
        assert once.quality.equals(again.quality)


def test_what_has_no_indices_is_a_bad_request():
    design, runs = of_function("sobol", count=8)
    with pytest.raises(BadRequest, match="design = lhs has no sensitivity indices; use sobol or morris"):
        sensitivity(design._replace(kind="lhs"), runs, ["value"])
    with pytest.raises(BadRequest, match="valeu is no column of numbers of the runs; nearest: value"):
        sensitivity(design, runs, ["valeu"])
    with pytest.raises(BadRequest, match="pass the runs of one arm"):
        sensitivity(design, pl.concat([runs, runs]), ["value"])
    with pytest.raises(BadRequest, match="the runs have point 40, the design ends at 39"):
        sensitivity(design, runs.with_columns(pl.col("point") + 1), ["value"])


def test_short_names_stay_apart():
    names = ["parameters.usable_share", "labs.openai.cash_usd_m", "market.growth", "suppliers.growth"]
    assert list(short_names(names).values()) == [
        "usable_share",
        "openai cash_usd_m",
        "market.growth",
        "suppliers.growth",
    ]


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_the_table_says_what_is_known(kind):
    design, runs = of_function(kind, count=64)
    runs = runs.with_columns(still=pl.lit(1.0), value=pl.when(pl.col("point") == 9).then(None).otherwise("value"))
    console = Console(record=True, width=140)
    print_sensitivity(sensitivity(design, runs, ["value", "still"]), console)
    text = console.export_text()
    assert f"63 {BLOCKS[kind]}; 1 more dropped (runs without a number: 1)" in text
    assert "luck unknown without replicates; largest change from half to all" in text
    assert f"still: no indices, the metric does not vary over the 64 {BLOCKS[kind]}" in text
    assert [line.split()[0] for line in text.splitlines()[1:4]] == ["x1", "x2", "x3"]


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_the_picture_says_what_is_seen(kind, tmp_path):
    design, runs = of_function(kind, count=64)
    runs = runs.with_columns(flat=pl.lit(1.0), other=pl.col("value") ** 2)
    metrics = ["value", "flat", "other"]
    found = sensitivity(design, runs, metrics)
    assert shown_metrics(found) == ["value", "other"]
    steps = pl.concat([convergence(design, runs, metric) for metric in shown_metrics(found)])
    figure = sensitivity_figure(found, steps, "ishigami")
    said = {text.get_text() for part in (figure, *figure.subfigs) for text in part.texts}
    assert f"no indices of flat: the metric does not vary over the 64 {BLOCKS[kind]}" in said
    assert any(text.startswith("value: ") for text in said)
    assert len(figure.subfigs) == 2
    for name in ("a.png", "b.png"):
        draw_sensitivity(found, steps, "ishigami", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_without_indices_the_picture_says_why(tmp_path):
    design, runs = of_function("sobol", count=8)
    runs = runs.with_columns(value=pl.lit(1.0))
    figure = sensitivity_figure(sensitivity(design, runs, ["value"]), convergence(design, runs, "value"), "still")
    assert "no indices of value: the metric does not vary over the 8 base samples" in {
        t.get_text() for t in figure.texts
    }
