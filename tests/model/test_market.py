"""The stage: agents on rows, the public face, and the order of agents."""

import ast
import inspect
import textwrap

import numpy as np
import pytest
from mesa.agent import AgentSet

from agents.lab import Lab
from model import BadRequest, ComputeMarket
from model import month as month_module
from tests.worlds import digest, plain, run_scenario, with_parameters

pytestmark = pytest.mark.all


def test_a_market_gives_the_bits_of_run_zero_of_an_ensemble(small):
    market = ComputeMarket(small, seed=3).run(18)
    run = run_scenario(small, 18, 3)
    for here, there in zip(market.history, run.history, strict=True):
        assert here[:18].tobytes() == there.tobytes()


def test_months_add_up(small):
    at_once = ComputeMarket(small).run(9)
    step_by_step = ComputeMarket(small)
    for _ in range(9):
        step_by_step.step()
    assert at_once.months_run == step_by_step.months_run == 9
    assert digest(at_once.history) == digest(step_by_step.history)


def test_a_run_ends_with_the_scenario(small):
    market = ComputeMarket(small._replace(months=5)).run()
    assert market.months_run == 5
    assert market.run().months_run == 5
    assert market.run(2).months_run == 7  # further on request
    assert len(market.months()) == 7


def test_the_seed_matters(small):
    first, second = (ComputeMarket(small, seed=seed).run(4) for seed in (1, 2))
    assert digest(first.history) != digest(second.history)


@pytest.mark.parametrize("shuffle", [1, 2, 3])
def test_the_order_of_the_agents_does_not_matter(small, monkeypatch, shuffle):
    crowded = with_parameters(small, {"lab_entry_per_month": 0.3, "supplier_entry_per_month": 0.3})
    in_order = ComputeMarket(crowded).run(20)
    orders = []

    def do_in_any_order(agents, method):
        order = np.random.default_rng([shuffle, len(orders)]).permutation(len(agents)).tolist()
        orders.append(order)
        present = list(agents)
        for place in order:
            getattr(present[place], method)()

    monkeypatch.setattr(AgentSet, "do", do_in_any_order)
    shuffled = ComputeMarket(crowded).run(20)
    assert any(order != sorted(order) for order in orders)
    assert digest(shuffled.history) == digest(in_order.history)
    assert shuffled.contracts().equals(in_order.contracts())


def test_every_firm_in_business_has_its_agent(small):
    crowded = with_parameters(small, {"lab_entry_per_month": 0.5, "supplier_entry_per_month": 0.5})
    market = ComputeMarket(crowded)
    for _ in range(36):
        market.step()
        for agents, table in ((market.labs, market.world.labs), (market.suppliers, market.world.suppliers)):
            alive = {int(row): int(table["id"][row]) for row in np.flatnonzero(table["alive"] == 1)}
            assert {agent.index: agent.firm_id for agent in agents} == alive
            assert [agent.index for agent in agents] == sorted(alive)
    assert len(market.agents) == len(market.labs) + len(market.suppliers)
    assert market.world.market["lab_defaults"][0] >= 0
    assert len(market.labs) > 4


def test_entrants_may_have_their_own_class(small):
    class Newcomer(Lab):
        pass

    crowded = with_parameters(small, {"lab_entry_per_month": 1.0})
    market = ComputeMarket(crowded, lab_classes={"entrants": Newcomer}).run(3)
    assert [type(lab) is Newcomer for lab in market.labs] == [False] * 4 + [True] * 3
    assert {lab.name for lab in market.labs if type(lab) is Newcomer} == {"Entrant lab"}


def test_a_class_for_an_unknown_firm_is_refused(small):
    with pytest.raises(BadRequest, match=r"^no lab is called openay; nearest: openai$"):
        ComputeMarket(small, lab_classes={"openay": Lab})


def test_names(small):
    market = ComputeMarket(small)
    assert [lab.name for lab in market.labs] == ["OpenAI", "Anthropic", "Google DeepMind", "Mistral"]
    assert market.supplier_name(3) == "SpaceX Colossus"


def test_overrides_reach_the_world():
    market = ComputeMarket("small", overrides={"labs.anthropic.cash_usd_m": 5000, "parameters.suppliers_asked": 2})
    assert market.world.labs["cash_usd_m"][1] == 5000.0
    assert market.world.parameters["suppliers_asked"][0] == 2


def called(node):
    """Return what a line of the month calls: a stage, or `labs_plan` for `self.labs.do("plan")`; "" for neither."""
    if not (isinstance(node, ast.Expr | ast.Assign) and isinstance(node.value, ast.Call)):
        return ""
    function = node.value.func
    if isinstance(function, ast.Name):
        return function.id
    if function.attr == "do":
        return f"{function.value.attr}_{node.value.args[0].value}"
    return "" if function.attr.startswith("_") else function.attr


def lines_of(function):
    source = textwrap.dedent(inspect.getsource(function))
    return [name for node in ast.parse(source).body[0].body if (name := called(node))]


def test_the_step_has_the_lines_of_the_month():
    monthly = lines_of(plain(month_module.month))
    assert lines_of(ComputeMarket.lines) == ["begin_month", *monthly, "end_month"]
    assert len(monthly) > 20
