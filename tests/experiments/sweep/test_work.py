"""The work of a sweep: which run is what, failures as rows, agents of the user's own."""

import textwrap

import numpy as np
import polars as pl
import pytest

from experiments.sweep.experiment import experiment_of
from experiments.sweep.work import Place, Worker
from model import Ensemble
from model.ensemble import Runner, world_seed
from model.market_runner import failure_text
from model.scenario import load_scenario
from model.settings import BadRequest

PAGE = {
    "scenario": "small",
    "months": 3,
    "runs": 2,
    "part_runs": 5,
    "design": "grid",
    "levels": 2,
    "factors": {"parameters.usable_share": [0.7, 0.9], "labs.openai.cash_usd_m": [1e3, 1e4]},
    "arms": {"usual": None, "faratin": {"overrides": {"parameters.bargaining_rule": "faratin"}}},
    "tables": {"months": ["spot_price_usd_per_h100e_hour"], "labs": "all", "contracts": None},
}


def whole(experiment):
    """Return the tables of all parts."""
    worker = Worker(experiment)
    parts = [worker.part(number) for number in range(worker.place.parts)]
    return {name: pl.concat([part[name] for part in parts]) for name in parts[0]}


@pytest.fixture(scope="module")
def swept():
    return whole(experiment_of("mine", PAGE))


def test_replicates_come_last_so_that_more_of_them_change_no_number_of_a_run(swept):
    few, more = (Place(experiment_of("mine", PAGE | {"runs": runs})) for runs in (2, 3))
    runs = np.arange(few.runs)
    assert few.runs == 2 * 4 * 2
    for name in ("arm", "point", "replicate", "world_seed"):
        assert getattr(few, name)(runs).tolist() == getattr(more, name)(runs).tolist()
    table = swept["runs"]
    assert table["run"].to_list() == list(range(16))
    assert table["replicate"].to_list() == [0] * 8 + [1] * 8
    assert table["arm"].to_list() == ["usual", "faratin"] * 8
    assert table["parameters.usable_share"].to_list() == [0.7] * 4 + [0.9] * 4 + [0.7] * 4 + [0.9] * 4


def test_arms_and_points_share_their_luck_unless_points_are_to_have_their_own(swept):
    assert swept["runs"]["seed"].to_list() == [world_seed(1, 0)] * 8 + [world_seed(1, 1)] * 8
    apart = Place(experiment_of("mine", PAGE | {"luck": "by_point"}))
    seeds = apart.world_seed(np.arange(apart.runs))
    assert len(set(seeds.tolist())) == 8
    assert seeds[0] == seeds[1]


def test_a_run_is_that_of_an_ensemble_with_its_settings(swept):
    overrides = {
        "parameters.usable_share": 0.9,
        "labs.openai.cash_usd_m": 1e3,
        "parameters.bargaining_rule": "faratin",
    }
    batch = Ensemble("small", runs=2, months=3, overrides=overrides).run()
    row = swept["runs"].filter(arm="faratin", point=2)
    metrics = [name for name in batch.runs.columns if name not in ("run", "seed")]
    assert row.select(metrics).equals(batch.runs.select(metrics))
    labs = swept["labs"].filter(pl.col("run").is_in(row["run"].to_list())).drop("run")
    assert labs.equals(batch.labs.drop("run"))
    assert swept["months"].columns == ["run", "seed", "month", "binding_constraint", "spot_price_usd_per_h100e_hour"]


def test_only_the_metrics_of_the_page_are_taken():
    page = PAGE | {"metrics": ["spot_volatility", "contract_price_end"], "runs": 1, "tables": {}}
    page |= {"factors": {"parameters.delivery_prompt_months": [1, 6]}, "design": "grid"}  # one of which cannot be run
    runs = whole(experiment_of("mine", page))["runs"]
    assert runs.columns[-3:] == ["failure", "contract_price_end", "spot_volatility"]
    assert runs["contract_price_end"].null_count() == runs["failure"].len() - runs["failure"].null_count() == 2


def test_parts_of_any_size_give_the_same_rows(swept):
    for size in (1, 7, 100):
        other = whole(experiment_of("mine", PAGE | {"part_runs": size}))
        assert other["runs"].equals(swept["runs"])
        for name in ("months", "labs", "contracts"):
            assert other[name].sort("run", maintain_order=True).equals(swept[name].sort("run", maintain_order=True))


def test_what_does_not_fit_together_is_a_row_that_says_so():
    page = PAGE | {
        "factors": {"parameters.delivery_prompt_months": [1, 6], "parameters.usable_share": [0.8, 0.9]},
        "arms": {},
    }
    tables = whole(experiment_of("mine", page))
    failed = tables["runs"].filter(pl.col("failure").is_not_null())
    assert set(failed["parameters.delivery_prompt_months"]) == {6.0}
    assert failed.height == 4
    reason = "BadRequest: parameters.delivery_prompt_months = 6 must be less than parameters.delivery_short_months = 6"
    assert set(failed["failure"]) == {reason}
    assert failed["contract_price_end"].null_count() == 4
    assert not set(tables["months"]["run"]) & set(failed["run"])
    everything = whole(experiment_of("mine", page | {"factors": {"parameters.delivery_prompt_months": [6, 7]}}))
    assert everything["runs"]["failure"].null_count() == 0
    assert everything["months"].height == everything["labs"].height == 0


def test_one_run_that_raises_does_not_stop_its_part(monkeypatch):
    run_many = Runner.run_many

    def raising(self, runs, seeds, points=None):
        if 3 in runs:
            raise MemoryError("no room in /some/folder/file.py for it\nsecond line")
        return run_many(self, runs, seeds, points)

    monkeypatch.setattr(Runner, "run_many", raising)
    tables = whole(experiment_of("mine", PAGE | {"arms": {}}))
    failed = tables["runs"].filter(pl.col("failure").is_not_null())
    assert failed.select("run", "failure").rows() == [(3, "MemoryError: no room in file.py for it")]
    assert 3 not in tables["labs"]["run"]
    assert tables["runs"].height == 8


def test_an_error_is_told_without_folders():
    assert failure_text(ValueError("")) == "ValueError: "
    assert failure_text(ValueError("a/b is 1/2 of x")) == "ValueError: a/b is 1/2 of x"
    assert failure_text(ValueError("<Lab at 0x7f00aB>")) == "ValueError: <Lab at 0x>"
    assert failure_text(OSError("cannot open '/home/me/data/x.csv'")) == "OSError: cannot open 'x.csv'"


OWN = """
    from agents.lab import Lab


    class Idle(Lab):
        def plan(self) -> None:
            super().plan()
            self.requirements["open_h100e"] = 0.0


    class Broken(Lab):
        def plan(self) -> None:
            if self.model.months_run == 2:
                raise RuntimeError("gave up in month two")
            super().plan()


    LABS = {"openai": %s}
    """


@pytest.fixture
def own(tmp_path):
    (tmp_path / "scenario").mkdir()
    for name in ("idle", "broken"):
        (tmp_path / "scenario" / f"{name}.yaml").write_text(
            f"# @package _global_\ndefaults:\n  - small\n  - _self_\ntitle: Small, one lab {name}\nagents: {name}.py\n"
        )
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(OWN) % name.capitalize())
    return tmp_path


def test_agents_of_ones_own_are_swept_like_ours(own):
    page = PAGE | {"arms": {"usual": None, "idle": {"scenario": "idle"}, "broken": {"scenario": "broken"}}}
    tables = whole(experiment_of("mine", page, own=own))
    runs = tables["runs"]
    assert runs.height == 24
    usual, idle, broken = (runs.filter(arm=arm) for arm in ("usual", "idle", "broken"))
    assert (usual["dependence_hhi"] != idle["dependence_hhi"]).any()
    assert set(broken["failure"]) == {"RuntimeError: gave up in month two"}
    months = tables["months"].filter(pl.col("run").is_in(broken["run"].to_list()))
    assert months["month"].unique().sort().to_list() == [0, 1]


@pytest.mark.parametrize("error", ["ValueError('no plan')", "SystemExit('enough')"])
def test_an_agent_that_raises_at_once_is_a_row_that_says_so(own, error):
    code = f"from agents.lab import Lab\n\n\nclass Bad(Lab):\n    def plan(self):\n        raise {error}\n"
    (own / "idle.py").write_text(code + "\n\nLABS = {'openai': Bad}\n")
    tables = whole(experiment_of("mine", {"scenario": "idle", "months": 2, "runs": 2, "tables": ["months"]}, own=own))
    said = "ValueError: no plan" if "Value" in error else "SystemExit: enough"
    assert tables["runs"]["failure"].to_list() == [said] * 2
    assert tables["months"].height == 0


def test_a_class_that_changes_nothing_changes_no_bit(own):
    (own / "idle.py").write_text("from agents.lab import Lab\n\nLABS = {'openai': Lab}\n")
    page = PAGE | {"arms": {"usual": None, "idle": {"scenario": "idle"}}}
    tables = whole(experiment_of("mine", page, own=own))
    one, other = (tables["runs"].filter(arm=arm).drop("run", "arm") for arm in ("usual", "idle"))
    assert one.equals(other)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("LABS = ['openai']", "LABS is to be a dictionary"),
        ("import sys; sys.exit(1)", "cannot be run: SystemExit: 1"),
        ("", "names no agents; end it with LABS"),
        ("import nothing_of_that_name", "cannot be run: ModuleNotFoundError"),
        ("LABS = {'opnai': int}", "no lab is called opnai; nearest: openai"),
        ("LABS = {'openai': int}", "openai is to be a subclass of Lab, and is <class 'int'>"),
    ],
)
def test_agents_that_cannot_act_are_refused(own, text, reason):
    (own / "idle.py").write_text(text)
    with pytest.raises(BadRequest, match=reason):
        whole(experiment_of("mine", {"scenario": "idle", "months": 1}, own=own))


def test_agents_are_looked_for_beside_the_scenario(own):
    assert load_scenario("idle", conf_dir=own).agents == str(own / "idle.py")
    (own / "idle.py").unlink()
    with pytest.raises(BadRequest, match="is no Python file"):
        whole(experiment_of("mine", {"scenario": "idle", "months": 1}, own=own))
