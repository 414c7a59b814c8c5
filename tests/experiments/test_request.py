"""A request is split into what the command takes and what the scenario takes."""

import pytest

from experiments.request import RUN_SETTINGS, Request, run_defaults, take
from model import BadRequest


def test_a_command_takes_its_own_settings_and_leaves_the_rest():
    words = ("runs=20", "labs.openai.cash_usd_m=1", "~labs.mistral", "results='my results'")
    values, rest = take(Request("run", words), RUN_SETTINGS, run_defaults())
    assert (values["runs"], values["results"], values["seed"]) == (20, "my results", 1)
    assert rest == ["labs.openai.cash_usd_m=1", "~labs.mistral"]


def test_every_run_setting_has_a_default_in_the_configuration():
    assert set(run_defaults()) == {setting.name for setting in RUN_SETTINGS}


def test_text_may_hold_what_hydra_would_stumble_over():
    values, _ = take(Request("run", ("results=/home/jürgen/a=b (c)",)), RUN_SETTINGS, run_defaults())
    assert values["results"] == "/home/jürgen/a=b (c)"


def test_a_setting_without_a_value_is_refused():
    with pytest.raises(BadRequest, match="runs = nothing is not a number"):
        take(Request("run", ("runs=",)), RUN_SETTINGS, run_defaults())
