"""A population without real names is the same population."""

import re

import pytest

from model import BadRequest, Ensemble, load_scenario
from model.anonymity import anonymise
from tests.worlds import digest

pytestmark = pytest.mark.all

REAL, ANONYMOUS = load_scenario("colossus"), load_scenario("colossus", {"population": "anonymous"})


def test_numbers_instead_of_names_give_the_same_bits():
    pair = [Ensemble(scenario, runs=2, months=24, seed=3).histories() for scenario in (REAL, ANONYMOUS)]
    for here, there in zip(*pair, strict=True):
        assert here.failure == there.failure == ""
        assert digest(here.history) == digest(there.history)
        assert here.deals.tobytes() == there.deals.tobytes()


def test_firms_and_contracts_are_numbered_in_their_order():
    assert list(ANONYMOUS.labs) == [f"lab_{number}" for number in range(1, 9)]
    assert list(ANONYMOUS.suppliers) == [f"supplier_{number}" for number in range(1, 13)]
    assert list(ANONYMOUS.contracts) == [f"contract_{n}" for n in range(1, len(REAL.contracts) + 1)]
    assert [lab["label"] for lab in ANONYMOUS.labs.values()] == [f"Lab {number}" for number in range(1, 9)]
    assert [dict(lab, label="", group="") for lab in ANONYMOUS.labs.values()] == [
        dict(lab, label="", group="") for lab in REAL.labs.values()
    ]


def test_no_name_is_left_but_for_luck():
    told = ANONYMOUS._replace(luck_names={}, resolved={k: v._replace(source="") for k, v in ANONYMOUS.resolved.items()})
    names = {*REAL.labs, *REAL.suppliers, *REAL.contracts, *REAL.equity}
    names |= {str(firm["label"]) for firm in (*REAL.labs.values(), *REAL.suppliers.values())}
    names |= {str(firm["group"]) for firm in (*REAL.labs.values(), *REAL.suppliers.values())}
    text = repr(told._replace(name="", title=""))
    text = re.sub(r"origin='[^']*'", "", text)  # the files are called population colossus
    assert sorted(name for name in names if re.search(rf"['.]{re.escape(name)}['.]", text)) == []


def test_groups_stay_together():
    for section in ("labs", "suppliers"):
        real, numbered = getattr(REAL, section), getattr(ANONYMOUS, section)
        of_real = [firm["group"] for firm in real.values()]
        of_numbered = [firm["group"] for firm in numbered.values()]
        assert [of_real.index(g) for g in of_real] == [of_numbered.index(g) for g in of_numbered]
    google = [ANONYMOUS.labs["lab_3"]["group"], ANONYMOUS.suppliers["supplier_2"]["group"]]
    assert google[0] == google[1]


def test_every_value_still_says_where_it_came_from():
    assert len(ANONYMOUS.resolved) == len(REAL.resolved)
    assert (
        ANONYMOUS.resolved["labs.lab_1.cash_usd_m"].source
        == REAL.resolved["labs.openai.cash_usd_m"].source
        == "S23, S24"
    )
    assert ANONYMOUS.resolved["contracts.contract_1.capacity_h100e"].source == "J, S38"


def test_overrides_use_the_numbers():
    changed = load_scenario("colossus", {"population": "anonymous", "labs.lab_1.cash_usd_m": 5, "~labs.lab_2": None})
    assert changed.labs["lab_1"]["cash_usd_m"] == 5.0
    assert "lab_2" not in {contract["lab"] for contract in changed.contracts.values()}
    with pytest.raises(BadRequest, match=r"labs\.openai is unknown"):
        load_scenario("colossus", {"population": "anonymous", "labs.openai.cash_usd_m": 5})


def test_a_firm_keeps_its_luck():
    assert ANONYMOUS.luck_names["lab_2"] == "anthropic"
    assert ANONYMOUS.luck_names["supplier_12"] == "akamai"
    assert REAL.luck_names == {}


def test_names_are_real_or_anonymous():
    with pytest.raises(BadRequest, match=r"names"):
        load_scenario("colossus", {"names": "secret"})


def test_by_eye():
    values = {
        "labs": {"a": {"label": "A", "group": "x"}},
        "suppliers": {"b": {"label": "B", "group": "y"}, "c": {"label": "C", "group": "x"}, "d": {"label": "D"}},
        "contracts": {"a_c": {"lab": "a", "supplier": "c"}},
        "equity": {"c_a": {"lab": "a", "supplier": "c"}},
        "events": {"storm": {"shock": "outage", "target": "c"}, "war": {"shock": "price_war"}},
    }
    origins = {"labs.a.label": 1, "contracts.a_c.lab": 2, "months": 3}
    assert anonymise(values, origins) == {"lab_1": "a", "supplier_1": "b", "supplier_2": "c", "supplier_3": "d"}
    assert values["labs"] == {"lab_1": {"label": "Lab 1", "group": "group_1"}}
    assert [firm.get("group") for firm in values["suppliers"].values()] == ["group_2", "group_1", None]
    assert values["contracts"] == {"contract_1": {"lab": "lab_1", "supplier": "supplier_2"}}
    assert values["equity"] == {"stake_1": {"lab": "lab_1", "supplier": "supplier_2"}}
    assert values["events"] == {"storm": {"shock": "outage", "target": "supplier_2"}, "war": {"shock": "price_war"}}
    assert origins == {"labs.lab_1.label": 1, "contracts.contract_1.lab": 2, "months": 3}


SHAKEN = """# @package _global_
defaults:
  - colossus
  - _self_

title: Colossus under shocks
events:
  storm: {shock: outage, first_month: 3, target: aws}  # J
  crunch: {shock: credit_crunch, chance_per_month: 0.1}  # J
"""


def test_shocks_of_a_scenario_strike_the_same_firms_under_the_same_luck(tmp_path):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "shaken.yaml").write_text(SHAKEN)
    pair = [load_scenario("shaken", {"names": names}, tmp_path) for names in ("real", "anonymous")]
    assert pair[1].events["storm"]["target"] == f"supplier_{list(REAL.suppliers).index('aws') + 1}"
    real, numbered = (next(Ensemble(scenario, runs=1, months=12).histories()) for scenario in pair)
    assert digest(real.history) == digest(numbered.history)


def test_a_file_of_events_uses_the_numbers(tmp_path):
    (tmp_path / "events.yaml").write_text("events: {storm: {shock: outage, first_month: 3, target: aws}}")
    with pytest.raises(BadRequest, match=r"events\.storm\.target = aws is unknown; there are: supplier_1"):
        load_scenario("colossus", {"names": "anonymous", "events": tmp_path / "events.yaml"})
    (tmp_path / "events.yaml").write_text("events: {storm: {shock: outage, first_month: 3, target: supplier_2}}")
    scenario = load_scenario("colossus", {"names": "anonymous", "events": tmp_path / "events.yaml"})
    assert scenario.events["storm"]["target"] == "supplier_2"
