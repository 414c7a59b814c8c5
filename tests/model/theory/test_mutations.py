"""Each row notices an error in the rule that it names: rules are read, changed and run in the benchmark's place."""

import inspect
import sys

import pytest

from agents.costs import annuity_months, full_cost
from agents.envelope import split_requirement
from agents.suppliers.investment import stock_adjustment_order
from model.auction import clearing_price, fill_order, traded
from model.bargaining import concession, faratin_price, nash_price
from model.capacity import strike_outages
from model.theory import BENCHMARKS
from model.theory.benchmark import values_of

ORDER = (stock_adjustment_order,)
FARATIN = (concession, faratin_price)
COST = (annuity_months, full_cost)
MUTATIONS = [
    ("spot_clearing", "price", (clearing_price,), "return 0.5 * (low", "return 0.505 * (low"),
    ("spot_clearing", "price", (clearing_price,), "spare = supply - wanted", "spare = supply + wanted"),
    ("spot_clearing", "quantity", (traded,), "firm_bids += bids", "firm_bids -= bids"),
    ("spot_clearing", "quantity", (traded,), "quantity = min(", "quantity = 1.01 * min("),
    ("spot_clearing", "surplus", (fill_order, traded), "share * order[", "1.01 * share * order["),
    ("spot_clearing", "surplus", (fill_order, traded), "quantity - firm)", "quantity + firm)"),
    ("time_to_build", "overshoot", ORDER, "+ settings.adjustment * gap", "+ 1.01 * settings.adjustment * gap"),
    ("time_to_build", "overshoot", ORDER, "(pipeline_wanted - pipeline)", "(pipeline - pipeline_wanted)"),
    ("time_to_build", "period", ORDER, "+ settings.adjustment * gap", "+ 1.01 * settings.adjustment * gap"),
    ("faratin", "price", FARATIN, "start + (limit - start) *", "start - (limit - start) *"),
    ("faratin", "price", FARATIN, "math.log(time) / speed", "math.log(time) * speed"),
    ("faratin", "price", FARATIN, "return 0.5 * (bid", "return 0.505 * (bid"),
    ("outside_options", "price", (nash_price,), "seller + share", "seller - share"),
    ("outside_options", "price", (nash_price,), "seller + share", "seller + 1.01 * share"),
    *(
        ("newsvendor", row, (split_requirement,), "quantity = upper - level", change)
        for row in ("commitment", "probability_covered", "cost")
        for change in ("quantity = 1.01 * (upper - level)", "quantity = upper - 0.01 * forecast")
    ),
    ("diversification", "mean_lost", (strike_outages,), "(1.0 - share) * own", "(1.0 + share) * own"),
    ("diversification", "sd", (strike_outages,), "share * common)", "share * own)"),
    ("diversification", "sd", (strike_outages,), "(1.0 - share) * own", "(1.0 + share) * own"),
    ("owned_cost", "cost", COST, "hours + opex", "hours - opex"),
    ("owned_cost", "cost", COST, "* annuity_months(", "* 1.01 * annuity_months("),
    ("owned_cost", "cost", COST, "(1.0 - math.exp(-rate", "(1.0 + math.exp(-rate"),
]
"""Benchmark, row, the rules that are run as plain Python, and what becomes what; the last rule is the one it calls."""
PRICES_AGREED = {"asks": [[10, 3], [10, 5]]}
"""Steps that clear at any price between two."""


def rewritten(rules, old="", new=""):
    """Return the last of the rules, all compiled anew from their sources, of which one is changed."""
    plain = [getattr(rule, "py_func", rule) for rule in rules]
    text = "\n".join(inspect.getsource(function) for function in plain)
    assert not old or text.count(old) == 1, text.count(old)
    names = dict(vars(sys.modules[plain[-1].__module__]))
    names |= dict.fromkeys(("rule", "inner", "stage"), lambda function: function)
    exec(text.replace(old, new) if old else text, names)
    return names[plain[-1].__name__]


def verdicts(name, overrides):
    benchmark = next(benchmark for benchmark in BENCHMARKS if benchmark.name == name)
    return {q.name: q.passed for q in benchmark.ask(values_of(benchmark, overrides)).quantities}


def settings_of(name, old):
    """Return settings at which the row depends on the line."""
    if name == "spot_clearing" and "low" in old:
        return PRICES_AGREED
    return {"buyer_beta": 0.5} if name == "faratin" else {}


@pytest.mark.parametrize(("name", "row", "rules", "old", "new"), MUTATIONS)
def test_an_error_in_the_rule_turns_the_row_outside(name, row, rules, old, new, monkeypatch):
    place = f"model.theory.{name}.{rules[-1].__name__}"
    monkeypatch.setattr(place, rewritten(rules))
    assert verdicts(name, settings_of(name, old))[row]
    monkeypatch.setattr(place, rewritten(rules, old, new))
    assert verdicts(name, settings_of(name, old))[row] is False


def test_every_row_has_its_error():
    told = {(mutation[0], mutation[1]) for mutation in MUTATIONS}
    assert told == {(benchmark.name, row) for benchmark in BENCHMARKS for row in verdicts(benchmark.name, {})}
