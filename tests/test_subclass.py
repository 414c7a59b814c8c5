"""Agents of one's own: plain subclassing changes what one firm does, and nothing else."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from agents.compiling import stage
from agents.lab import Lab
from agents.supplier import Hyperscaler, Neocloud, NonTraditionalSupplier, Supplier
from model import BadRequest, ComputeMarket, Ensemble, load_scenario
from tests.draws import assert_same_bits, market_bits, run_bits

pytestmark = pytest.mark.all

BUSY = {"parameters.lab_entry_per_month": 0.4, "parameters.supplier_entry_per_month": 0.4}
LAB_ACTIONS = ("plan", "bid", "bid_spot", "price_service", "learn")
SUPPLIER_ACTIONS = ("consider_recall", "quote", "respond", "invest", "learn")


class CautiousLab(Lab):
    """A lab that asks for half of what its plan says."""

    def plan(self) -> None:
        """Plan as usual, then halve."""
        super().plan()
        self.requirements["open_h100e"] *= 0.5


def signed(market, lab, month):
    """Return the capacity a lab signed in a month of the run, H100e."""
    deals = market.world.deals[: int(market.world.market["deal_rows"][0])]
    row = list(market.assumptions.labs).index(lab)
    return float(deals["capacity_h100e"][(deals["lab_name_code"] == row) & (deals["signed_month"] == month)].sum())


AMPLE = {"suppliers.azure.installed_h100e": 2e7, "suppliers.aws.installed_h100e": 2e7}
"""So much capacity that a lab gets what it asks for; where labs are rationed, who asks for half may get the same."""


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_cautious_lab_signs_less(seed):
    usual = ComputeMarket("small", seed=seed, overrides=AMPLE).run(4)
    cautious = ComputeMarket("small", seed=seed, overrides=AMPLE, lab_classes={"anthropic": CautiousLab}).run(4)
    assert [lab.name for lab in cautious.labs if isinstance(lab, CautiousLab)] == ["Anthropic"]
    assert signed(cautious, "anthropic", 1) == pytest.approx(signed(usual, "anthropic", 1) / 2)
    for month in (1, 2, 3):
        assert 0 < signed(cautious, "anthropic", month) < signed(usual, "anthropic", month)


def test_a_cautious_lab_changes_the_course_of_small():
    usual, cautious = ComputeMarket("small"), ComputeMarket("small", lab_classes={"anthropic": CautiousLab})
    tables = [market.run(12).history.labs[:12].tobytes() for market in (usual, cautious)]
    assert tables[0] != tables[1]


EXTEND = Path(__file__).parents[1] / "docs" / "extend.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", EXTEND.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_a_strategy_of_ten_lines_leases_half_a_year_ahead_and_nothing_else():
    (code,) = (example for example in EXAMPLES if "class HalfYearAhead" in example)
    body = code.partition("class HalfYearAhead(Lab):\n")[2].partition("\n\n\n")[0]
    assert len([line for line in body.splitlines() if line.strip()]) <= 10
    names = {"__name__": "example"}
    exec(compile(code, "extend.md", "exec"), names)
    market = names["market"]
    signed = market.contracts().filter(lab="openai").filter(pl.col("signed_month") >= 0)
    assert signed.height > 0
    # what is signed for month 6 ahead begins after the prompt month and is there in full six months after signing
    assert (signed["full_month"] - signed["signed_month"] >= 6).all()
    assert market.world.labs["own_h100e"][0] == market.world.labs["planned_build_h100e"][0] == 0.0


@pytest.mark.slow
def test_the_compiled_strategy_of_the_page_compiles_and_keeps_to_its_plan(tmp_path):
    (code,) = (example for example in EXAMPLES if "calm_partner" in example)
    (tmp_path / "calm_partner.py").write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("calm_partner", tmp_path / "calm_partner.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plan, compiled = module.plan, stage(module.plan.py_func)
    bits = []
    for act in (plan, compiled):
        calm = type("Calm", (Lab,), {"plan": lambda self, act=act: act(self.tables, self.index)})
        market = ComputeMarket("small", seed=2, lab_classes={"anthropic": calm}).run(8)
        bits.append(market_bits(market))
    assert_same_bits(*bits)
    signed = set(market.contracts().filter(lab="anthropic")["signed_month"].to_list())
    assert signed <= {-1, 1, 4, 7}  # lab 2 plans where month + 2 is a multiple of 3


def counting(base, actions, counts):
    """Return a subclass of `base` whose actions count (month, firm) and then do as usual."""

    def counted(action):
        def act(self):
            counts[action].append((int(self.tables.market["month"][0]), int(self.row["id"])))
            getattr(super(Counting, self), action)()

        return act

    Counting = type(f"Counting{base.__name__}", (base,), {action: counted(action) for action in actions})
    return Counting


def counting_market(actions_of_labs, actions_of_suppliers, counts, overrides, seed):
    """Return a market in which every agent, entrants included, counts these actions."""
    scenario = load_scenario("small", overrides)
    lab = counting(Lab, actions_of_labs, counts)
    kinds = {"hyperscaler": Hyperscaler, "neocloud": Neocloud, "nontraditional": NonTraditionalSupplier}
    suppliers = {
        key: counting(kinds[str(firm["kind"])], actions_of_suppliers, counts)
        for key, firm in scenario.suppliers.items()
    }
    suppliers["entrants"] = counting(Supplier, actions_of_suppliers, counts)
    labs = dict.fromkeys([*scenario.labs, "entrants"], lab)
    return ComputeMarket(scenario, seed=seed, lab_classes=labs, supplier_classes=suppliers)


@pytest.mark.parametrize(
    ("side", "action"), [("labs", a) for a in LAB_ACTIONS] + [("suppliers", a) for a in SUPPLIER_ACTIONS]
)
def test_an_action_that_only_counts_changes_nothing(side, action):
    months, counts = 24, {action: []}
    actions = ((action,), ()) if side == "labs" else ((), (action,))
    market = counting_market(*actions, counts, BUSY, 2).run(months)
    run = next(Ensemble("small", runs=1, months=months, seed=2, overrides=BUSY).histories())
    assert_same_bits(market_bits(market), run_bits(run), action)
    calls = counts[action]
    assert len(calls) == len(set(calls)), "once a month for each firm"
    assert {month for month, _ in calls} == set(range(months))
    for firm in range(1, 5 if side == "labs" else 4):
        number = firm if side == "labs" else firm + 4
        assert (0, number) in calls


def test_each_firm_in_business_acts_once_a_month_in_every_action():
    months, counts = 36, {action: [] for action in (*LAB_ACTIONS, *SUPPLIER_ACTIONS)}
    market = counting_market(LAB_ACTIONS, SUPPLIER_ACTIONS, counts, BUSY, 5).run(months)
    run = next(Ensemble("small", runs=1, months=months, seed=5, overrides=BUSY).histories())
    assert_same_bits(market_bits(market), run_bits(run))
    for table, actions in ((market.history.labs, LAB_ACTIONS), (market.history.suppliers, SUPPLIER_ACTIONS)):
        at_end = {(month, int(n)) for month in range(months) for n in table[month]["id"][table[month]["alive"] == 1]}
        # learn comes last in the month, after entry; the others come before it, so on the firms of the month before
        for action in set(actions) - {"learn"}:
            later = {(month + 1, number) for month, number in at_end if month + 1 < months}
            assert {call for call in counts[action] if call[0] > 0} == later
    learned = {
        (month, int(n))
        for table in (market.history.labs, market.history.suppliers)
        for month in range(months)
        for n in table[month]["id"][table[month]["alive"] == 1]
    }
    assert set(counts["learn"]) == learned
    assert len(counts["learn"]) == len(learned)


def test_entrants_have_the_class_of_the_key_entrants():
    class NewLab(Lab):
        """A lab that enters."""

    class NewSupplier(Supplier):
        """A supplier that enters."""

    market = ComputeMarket(
        "small",
        overrides=BUSY,
        lab_classes={"entrants": NewLab},
        supplier_classes={"entrants": NewSupplier},
    ).run(24)
    for agents, kind, table in (
        (market.labs, NewLab, market.world.labs),
        (market.suppliers, NewSupplier, market.world.suppliers),
    ):
        entered = [agent for agent in agents if isinstance(agent, kind)]
        assert entered
        assert {agent.index for agent in entered} == set(
            np.flatnonzero((table["alive"] == 1) & (table["entered_month"] > 0)).tolist()
        )


def test_suppliers_have_the_class_of_their_kind():
    market = ComputeMarket("small")
    kinds = {agent.name: type(agent) for agent in market.suppliers}
    assert set(kinds.values()) == {Hyperscaler, Neocloud, NonTraditionalSupplier}


@pytest.mark.parametrize(
    ("classes", "line"),
    [
        ({"lab_classes": {"antropic": CautiousLab}}, "no lab is called antropic; nearest: anthropic"),
        ({"lab_classes": {"entrant": CautiousLab}}, "no lab is called entrant; nearest: entrants"),
        ({"supplier_classes": {"azur": Hyperscaler}}, "no supplier is called azur; nearest: azure"),
        ({"supplier_classes": {"anthropic": Hyperscaler}}, "no supplier is called anthropic"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_name(classes, line):
    with pytest.raises(BadRequest) as refusal:
        ComputeMarket("small", **classes)
    assert str(refusal.value).startswith(line)


def test_rows_are_live_views():
    market = ComputeMarket("small")
    lab = next(iter(market.labs))
    lab.row["cash_usd_m"] = 123.0
    lab.requirements["open_h100e"] = 7.0
    lab.pairs["aspiration_share"] = 0.25
    assert market.world.labs["cash_usd_m"][lab.index] == 123.0
    assert (market.world.requirements["open_h100e"][lab.index] == 7.0).all()
    assert (market.world.pairs["aspiration_share"][lab.index] == 0.25).all()
    supplier = next(iter(market.suppliers))
    supplier.offers["free_h100e"] = 3.0
    assert (market.world.offers["free_h100e"][supplier.index] == 3.0).all()
