"""Pages of conf/experiment: each loads in both sizes, asks something, and says what would refute what it expects."""

import functools

import numpy as np
import pytest

from experiments.sweep.experiment import experiment_names, load_experiment
from experiments.sweep.sizes import FULL, QUICK

PAGES = experiment_names()
MOST_QUICK_RUNS = 700
FEWEST_DRAWS = 200
MORE_COMPUTE = 1.1


@functools.cache
def page(name, size=FULL):
    return load_experiment(name, size=size)


def arms_of(name):
    return {arm.name: arm.scenario for arm in page(name).arms}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_something_and_can_be_refuted(name):
    experiment = page(name)
    assert experiment.question.endswith("?")
    assert all(one.sign in (-1, 0, 1) and one.smallest > 0 and one.falsifier for one in experiment.expectations)
    if experiment.expectations:
        assert len(experiment.design.points) >= FEWEST_DRAWS
        assert len(experiment.design.names) > 150, "judgement is drawn"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_quick_size_of_the_same_shape(name):
    full, quick = page(name), page(name, QUICK)
    assert quick.all_runs < full.all_runs
    assert quick.all_runs <= MOST_QUICK_RUNS
    assert [arm.name for arm in quick.arms] == [arm.name for arm in full.arms]
    assert (quick.design.names, quick.metrics, quick.tables) == (full.design.names, full.metrics, full.tables)


@pytest.mark.parametrize(
    ("placebo", "proposition"),
    [("placebo_zero_intelligence", "p12_price_rules"), ("placebo_oracle_forecasts", "p02_forecasts")],
)
def test_a_placebo_has_the_draws_and_the_luck_of_its_proposition(placebo, proposition):
    one, other = page(placebo), page(proposition)
    assert one.design.names == other.design.names
    assert np.array_equal(one.design.points, other.design.points)
    assert (one.seed, one.runs, one.months) == (other.seed, other.runs, other.months)


def test_without_labels_no_supplier_belongs_to_a_lab():
    for scenario in arms_of("placebo_affiliation").values():
        groups = {lab["group"] for lab in scenario.labs.values()}
        assert all(one["group"] not in groups for one in scenario.suppliers.values())
        assert all(one["lab_affiliation_share"] == 0 for one in scenario.suppliers.values())


def test_few_suppliers_have_as_much_as_many():
    arms = arms_of("supplier_numbers")
    numbers = {name: len(scenario.suppliers) for name, scenario in arms.items()}
    assert numbers == {"two": 2, "two_undercut": 2, "four": 4, "eight": 8, "twelve": 12, "twelve_undercut": 12}
    fields = ("installed_h100e", "orders_h100e_per_month", "enterprise_h100e", "power_mw_per_month", "cash_usd_m")
    for scenario in arms.values():
        firms = list(scenario.suppliers.values())
        assert all({**one, "label": ""} == {**firms[0], "label": ""} for one in firms), "all alike"
        totals = [sum(one[field] for one in firms) for field in fields]
        assert totals == pytest.approx([11_404_547, 11_404_547 / 60, 6_292_000, 1_689, 231_462], rel=1e-3)
        assert all(contract["capacity_h100e"] == 0 for contract in scenario.contracts.values())


@pytest.mark.parametrize(
    ("of", "names"), [("moat_or_commodity", ("colossus", "no_partners")), ("p07_intervention", ("commodity", "moat"))]
)
def test_the_intervention_gives_one_lab_a_tenth_more(of, names):
    arms = arms_of(of)
    for name in names:
        rented = sum(
            one["capacity_h100e"]
            for one in arms[name].contracts.values()
            if one["lab"] == "meta" and one["start_month"] <= 0
        )
        usual, more = (arms[arm].labs["meta"]["own_sites_h100e"] + rented for arm in (name, f"{name}_more"))
        assert more == pytest.approx(MORE_COMPUTE * usual)
        changed = {key for key, one in arms[name].resolved.items() if arms[f"{name}_more"].resolved[key] != one}
        assert changed == {"labs.meta.own_sites_h100e"}


def test_the_page_of_shares_has_the_worlds_of_early_movers_and_other_luck():
    one, other = page("p11_early_share"), page("p11_early_movers")
    settings = [{arm.name: arm.scenario.resolved for arm in of.arms} for of in (one, other)]
    assert settings[0] == settings[1]
    assert one.design.names == other.design.names
    assert one.seed != other.seed


def test_the_idle_site_is_on_sale_where_its_year_is_asked_for():
    arms = arms_of("p10_surging_lab")
    begins = arms["idle"].suppliers["spacex_colossus"]["available_from_month"]
    assert [one.firm.first_month for one in page("p10_surging_lab").expectations] == [begins, begins, begins + 12]
    assert "spacex_colossus" not in arms["without"].suppliers
