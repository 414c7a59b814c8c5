"""Points of a design: cells written into the tables give the world that the scenario itself would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.beginning import begin
from model.birth import given_world, world_at_start
from model.ensemble import Runner, world_seed
from model.points import cell_values, cells_of_factors, factor_of, varied
from model.scenario import load_scenario
from model.settings import MEMBERS, PARAMETER_SETTINGS, BadRequest, member_settings
from model.state import cells_of
from tests.worlds import recorded

SMALL = load_scenario("small")
REGIONS = load_scenario("regions")
POINT = {
    "parameters.usable_share": 0.9,
    "parameters.demand_growth_start_x_per_year": 3.0,
    "parameters.bargaining_rule": "faratin",
    "labs.openai.cash_usd_m": 9_000.0,
    "labs.anthropic.strategy": "renter",
    "suppliers.aws.lead_months": 30,
    "contracts.openai_azure.price_usd_per_h100e_hour": 1.5,
    "equity.microsoft_openai.stake_share": 0.6,
    "entrants.lab.cash_usd_m": 77.0,
    "entrants.neocloud.lead_months": 7,
}


def numbers(scenario, values):
    factors = [factor_of(scenario, name) for name in values]
    return factors, np.array([[factor.number(value) for factor, value in zip(factors, values.values(), strict=True)]])


def born_of_cells(scenario, values):
    """Return the world at its start as `run_many` makes it: what is given, then the cells, then its beginning."""
    world = given_world(scenario)
    factors, points = numbers(scenario, values)
    cells_of(world)[cells_of_factors(world, factors)] = cell_values(factors, points)[0]
    assert begin(world)
    return world


def same(world, other):
    return all(np.array_equal(one.view(np.uint8), two.view(np.uint8)) for one, two in zip(world, other, strict=True))


def keys_of(scenario):
    """Return the dotted name of every number or choice of a scenario, one member a section."""
    names = [f"parameters.{setting.name}" for setting in PARAMETER_SETTINGS]
    for section in (*MEMBERS, "entrants"):
        for member in getattr(scenario, section):
            names += [f"{section}.{member}.{setting.name}" for setting in member_settings(section, member)]
    return names


def accepted(scenario, name):
    try:
        return factor_of(scenario, name)
    except BadRequest:
        return None


FACTORS = [factor for name in keys_of(SMALL) if (factor := accepted(SMALL, name))]


def test_a_world_of_cells_is_that_of_the_scenario():
    assert same(born_of_cells(SMALL, POINT), world_at_start(varied(SMALL, POINT)))
    assert not same(world_at_start(SMALL), world_at_start(varied(SMALL, POINT)))


@settings(max_examples=60)
@given(st.data())
def test_every_number_can_be_set_either_way(data):
    factor = data.draw(st.sampled_from(FACTORS))
    setting = factor.setting
    low, high = (max(bound, -1e9) for bound in (setting.low, min(setting.high, 1e9)))
    if setting.choices:
        value = data.draw(st.sampled_from(setting.choices))
    elif setting.kind is int:
        value = data.draw(st.integers(int(low), min(int(high), int(low) + 40)))
    else:
        value = data.draw(st.floats(low, high))
    try:
        other = world_at_start(varied(SMALL, {factor.name: value}))
    except (BadRequest, ArithmeticError, ValueError):
        return  # what does not fit together is refused before a world is made
    assert same(born_of_cells(SMALL, {factor.name: value}), other), factor.name


def test_whole_numbers_are_numbers_too():
    factors = [factor_of(SMALL, "parameters.usable_share"), factor_of(SMALL, "parameters.plan_cycle_months")]
    whole, real = (cell_values(factors, np.array([[1, 3]], kind)) for kind in (np.int64, np.float64))
    assert whole.tolist() == real.tolist()
    assert whole[:, 0].view(np.float64).tolist() == [1.0]


def test_regions_and_events_can_be_set():
    names = [name for name in keys_of(REGIONS) if name.startswith("regions.") and accepted(REGIONS, name)]
    _, member, field = names[0].split(".")
    values = {names[0]: REGIONS.regions[member][field]}
    assert same(born_of_cells(REGIONS, values), world_at_start(REGIONS))


def test_a_factor_may_be_of_every_firm():
    values = {"parameters.usable_share": 0.9, "labs.*.build_lead_months": 7, "suppliers.*.wacc_per_year": 0.2}
    world = born_of_cells(SMALL, values)
    assert same(world, world_at_start(varied(SMALL, values)))
    assert same(world, world_at_start(load_scenario("small", values)))
    assert not same(world, world_at_start(varied(SMALL, values | {"labs.*.build_lead_months": 8})))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("labs.*.label", "cannot be a factor"),
        ("labs.*.cash", "nearest: cash_usd_m"),
        ("months", "cannot be a factor"),
        ("labs.openai.label", "cannot be a factor"),
        ("suppliers.azure.group", "cannot be a factor"),
        ("parameters.usable_shar", "nearest: usable_share"),
        ("labs.opneai.cash_usd_m", "nearest: openai"),
        ("links.a.latency_ms", "links.a is unknown"),
        ("usable_share", "parameters.usable_share"),
    ],
)
def test_what_is_no_factor_is_refused(name, reason):
    with pytest.raises(BadRequest, match=reason):
        factor_of(SMALL, name)


def test_values_are_checked():
    with pytest.raises(BadRequest, match="above its upper bound 1 share"):
        varied(SMALL, {"parameters.usable_share": 1.2})
    with pytest.raises(BadRequest, match="must be less than"):
        varied(SMALL, {"parameters.delivery_prompt_months": 12})
    assert varied(SMALL, {}).parameters == SMALL.parameters


def test_runs_of_many_points_are_those_of_each_alone():
    factors, point = numbers(SMALL, POINT)
    grown = point.copy()
    grown[0, 5] = 120  # a lead time whose orders under way need more room than there is
    points = np.concatenate([point, grown, point])
    runs = np.arange(3)
    runner = Runner(SMALL, 5, given_world(SMALL), factors)
    together = runner.run_many(runs, world_seed(1, runs), points)
    assert together.failures == [""] * 3
    for row, lead in enumerate((30, 120, 30)):
        scenario = varied(SMALL, POINT | {"suppliers.aws.lead_months": lead})
        alone = Runner(scenario, 5, world_at_start(scenario)).run(row, 1)
        assert recorded(together.single(row)) == recorded(alone)
