"""No knob is dead: every parameter and every field of a population changes what comes out of a run.

Generated from the declarations. A setting is tried between the two ends of its range in one context after another,
under the same luck, until some column of the tables of results differs.
"""

import functools
import hashlib

import numpy as np
import pytest

from agents.lab import LAB_COLUMNS
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS, MINER
from model import Ensemble
from model.columns import MARKET_COLUMNS
from model.parameters import PARAMETERS
from model.regional_columns import REGION_COLUMNS
from model.settings import (
    CONTRACT_SETTINGS,
    ENTRANTS,
    EQUITY_SETTINGS,
    LINK_SETTINGS,
    REGION_SETTINGS,
    Setting,
)
from model.tables import recorded

pytestmark = pytest.mark.all

MONTHS, RUNS = 48, 2
REGION = next(setting for setting in ENTRANTS["lab"] if setting.name == "region")
OTHER_TRADES: dict[str, object] = {
    "parameters.supplier_entry_per_month": 0.9,
    "parameters.entrant_nontraditional_share": 1.0,
    "parameters.entry_hurdle_ratio": 0.1,
    "parameters.investment_ramp_start_ratio": -1.0,
    "entrants.orbital.lead_months": 12,
} | {f"parameters.entrant_{kind}_weight": 5.0 for kind in KINDS[MINER:]}
"""All trades enter whatever it costs, satellites within a year."""
CONTEXTS: dict[str, dict[str, object]] = {
    "default": {},
    "faratin": {"parameters.bargaining_rule": "faratin"},
    "busy entry": {"parameters.lab_entry_per_month": 0.5, "parameters.supplier_entry_per_month": 0.5},
    "entering neoclouds": {
        "parameters.backstop_share": 0.5,
        "parameters.supplier_entry_per_month": 0.7,
        "parameters.entrant_nontraditional_share": 0.0,
        "parameters.lab_entry_per_month": 0.5,
    },
    "glut": {
        "parameters.demand_growth_start_x_per_year": 0.4,
        "parameters.demand_growth_long_run_x_per_year": 0.5,
        "parameters.lab_entry_per_month": 0.3,
        "suppliers.coreweave.cash_usd_m": 100,
        "labs.openai.cash_usd_m": 10,
        "labs.anthropic.surge_months": 0,
    },
    "wary investors": {
        "parameters.round_revenue_months": 1,
        "parameters.round_burn_months": 60,
        "parameters.round_cost_months": 1,
        "labs.openai.cash_usd_m": 1000,
        "labs.anthropic.cash_usd_m": 1000,
    },
    "one group": {"labs.openai.group": "microsoft"},
    "enterprises everywhere": {
        "parameters.supplier_entry_per_month": 0.5,
        "entrants.neocloud.enterprise_h100e": 9000,
        "entrants.nontraditional.enterprise_h100e": 90_000,
        "suppliers.spacex_colossus.enterprise_h100e": 200_000,
    },
    "own sites are cheap": {
        "parameters.lab_entry_per_month": 0.5,
        "parameters.integration_overhead_share": 0.0,
        "parameters.build_hurdle_ratio": 1.0,
        "parameters.obsolescence_per_year": 0.0,
        "parameters.list_markup_share": 3.0,
    },
    "a supplier nobody needs": {
        "suppliers.coreweave.enterprise_h100e": 0,
        "suppliers.coreweave.cash_usd_m": 1_000_000,
        "contracts.openai_coreweave.capacity_h100e": 0,
        "contracts.mistral_coreweave.capacity_h100e": 0,
        "parameters.demand_growth_start_x_per_year": 0.2,
        "parameters.demand_growth_long_run_x_per_year": 0.5,
        "parameters.fringe_share_of_stock": 0.01,
        "parameters.on_demand_reserve_share": 0.5,
        "labs.anthropic.surge_months": 0,
    },
    "a supplier without money": {
        "suppliers.coreweave.cash_usd_m": 1,
        "parameters.demand_growth_start_x_per_year": 0.3,
        "labs.anthropic.surge_months": 0,
    },
    "a contract that starts later": {"contracts.openai_azure.start_month": 3},
    "recall": {"parameters.recall_hazard_per_month": 0.3, "parameters.replacement_months": 12},
    "users choose by logit": {"parameters.user_choice_rule": "logit"},
    "offers alternate": {"parameters.bargaining_rule": "rubinstein"},
    "prices are shouted": {"parameters.spot_rule": "double_auction"},
    "suppliers undercut": {"parameters.spot_rule": "posted", "parameters.spot_ask_rule": "undercut"},
    "a lab of the partner's group": {"labs.mistral.group": "xai", "parameters.foreclosure_share": 1.0},
    "capacity by price": {"parameters.investment_rule": "supply_curve"},
    "prices go on": {"parameters.investment_rule": "supply_curve", "parameters.price_expectation": "trend"},
    "the better forecast wins": {
        "parameters.investment_rule": "supply_curve",
        "parameters.price_expectation": "switching",
    },
    "capacity up to sales": {"parameters.investment_rule": "order_up_to"},
    "waiting has a value": {"parameters.investment_hurdle": "real_option"},
    "spot prices are smoothed": {"parameters.spot_rule": "smoothed"},
    "on a map": {"scenario": "regions"},
    "newcomers in Asia": {
        "scenario": "regions",
        "entrants.lab.region": "asia",
        "parameters.lab_entry_per_month": 0.5,
        "parameters.localised_share": 0.5,
    },
    "hardware gets old fast": {"parameters.obsolescence_per_year": 0.6},
    "hardware does not get old": {"parameters.obsolescence_per_year": 0.0},
    "service may be cut": {
        "parameters.interruption_cost_ratio": 1.0,
        "parameters.interruptible_cut_share": 0.02,
        "parameters.interruptible_saving_share": 0.3,
    },
    "a feared recall": {"parameters.recall_hazard_per_month": 0.05},
    "the partner's lab is short": {"labs.openai.group": "xai", "parameters.recall_need_per_month": 0.3},
    "every deal brings equity": {"parameters.anchor_deal_h100e": 1000, "parameters.equity_offer_share": 0.5},
    "investors in labs that fail": {
        "parameters.anchor_deal_h100e": 1000,
        "labs.openai.cash_usd_m": 10,
        "labs.mistral.cash_usd_m": 1,
        "parameters.demand_growth_start_x_per_year": 0.4,
        "labs.anthropic.surge_months": 0,
    },
    "sites together": {
        "parameters.joint_venture_share": 0.3,
        "equity.microsoft_openai.stake_share": 0.3,
        "parameters.build_hurdle_ratio": 1.0,
        "parameters.obsolescence_per_year": 0.0,
    },
    "hours are traded forward": {
        "parameters.forward_horizon_months": 3,
        "parameters.lab_hedge_share": 1.0,
        "labs.openai.strategy": "hedger",
        "labs.anthropic.strategy": "integrated",
    },
    "labs of many manners": {
        "labs.openai.strategy": "diversifier",
        "labs.anthropic.strategy": "opportunist",
        "labs.google_deepmind.strategy": "planner",
        "labs.mistral.strategy": "zero_intelligence",
    },
    "labs learn by experience": {
        f"labs.{lab}.strategy": "adaptive" for lab in ("openai", "anthropic", "google_deepmind", "mistral")
    },
    "deals take effort": {"parameters.relationship_cost_usd_m": 30, "parameters.relationship_months": 2},
    "power is made on the spot": {"parameters.behind_the_meter_share": 0.4},
    "old sites are scrapped": {
        "parameters.running_cost_rule": "vintage",
        "parameters.refresh_rule": "worth_less_than_scrap",
    },
    "own chips": {"parameters.custom_silicon_cost_usd_m": 100, "parameters.custom_silicon_delay_months": 12},
    "chips of other makers": {
        "suppliers.aws.chip_family": 1,
        "parameters.lab_entry_per_month": 0.5,
        "parameters.supplier_entry_per_month": 0.5,
    },
    "other trades enter": OTHER_TRADES,
    "other trades serve enterprises": OTHER_TRADES
    | {f"entrants.{kind}.enterprise_h100e": 9000 for kind in KINDS[MINER:]}
    | {f"entrants.{kind}.cash_usd_m": 1 for kind in KINDS[MINER:]},
    "deals have followers": {"parameters.follower_multiple": 10.0, "parameters.visible_deal_h100e": 50_000},
    "sites are sold": {
        "parameters.asset_sale_rule": "highest_bid",
        "parameters.round_interval_months": 600,
        "parameters.demand_growth_start_x_per_year": 0.3,
        "labs.anthropic.surge_months": 0,
        "suppliers.azure.parent_backed": 0,
        "suppliers.azure.cash_usd_m": 100,
        "suppliers.coreweave.cash_usd_m": 100,
    },
    "labs race": {"parameters.training_rule": "endogenous"},
    "labs learn of each other": {"parameters.spillover_rule": "frontier"},
}


@functools.cache
def fingerprint(context: str, overrides: tuple[tuple[str, object], ...]) -> str:
    """Return a hash of every byte of the recorded columns of a few short runs; the field itself does not count."""
    values = {"scenario": "small"} | CONTEXTS[context] | dict(overrides)
    own = overrides[0][0].rpartition(".")[2]
    ensemble = Ensemble(str(values.pop("scenario")), runs=RUNS, months=MONTHS, seed=7, overrides=values)
    hashed = hashlib.sha256()
    for run in ensemble.histories():
        for table, declared in zip(
            run.history, (MARKET_COLUMNS, LAB_COLUMNS, SUPPLIER_COLUMNS, REGION_COLUMNS), strict=True
        ):
            for name in recorded(declared):
                hashed.update(table[name].tobytes() if name != own else b"")
    return hashed.hexdigest()


def bites(key: str, low: object, high: object) -> bool:
    """Tell whether a setting changes what is recorded in some context."""
    return any(fingerprint(name, ((key, low),)) != fingerprint(name, ((key, high),)) for name in CONTEXTS)


def ends(setting: Setting) -> tuple[object, object]:
    """Return two values of a population field: half and double its usual one inside its bounds, or both of a flag."""
    if (setting.low, setting.high) == (0, 1) and setting.kind is int:
        return 0, 1
    usual = setting.default if isinstance(setting.default, (int, float)) and setting.default else None
    if usual is None:
        usual = {"h100e": 50_000, "month": 6}.get(setting.name.split("_")[-1], 1.0)
        usual = min(max(float(usual), setting.low + 1e-3), setting.high)
    low, high = max(setting.low, usual / 2), min(setting.high, usual * 2)
    if setting.kind is int:
        return int(low), max(int(low) + 1, int(high))
    if setting.name == "power_mw_per_month":
        return 1.0, 1000.0  # the bounds stand for none and for no limit
    if setting.high == 1 and not setting.default:
        return 0.0, 1.0
    return low, high


@pytest.mark.parametrize("name", [parameter.name for parameter in PARAMETERS])
def test_parameter_bites(name: str) -> None:
    parameter = next(parameter for parameter in PARAMETERS if parameter.name == name)
    low, high = parameter.plausible_range
    if parameter.kind is int:
        low, high = int(low), int(high)
    if parameter.choices:
        pairs = zip(parameter.choices, parameter.choices[1:], strict=False)
        assert all(bites(f"parameters.{name}", first, second) for first, second in pairs)
        return
    if name.startswith("delivery_"):  # the four must keep their order
        low, high = int(parameter.default), int(parameter.default) + 1
    assert np.isfinite([low, high]).all()
    assert low < high
    assert bites(f"parameters.{name}", low, high), f"{name} changes nothing between {low} and {high}"


@pytest.mark.parametrize("name", [column.name for column in LAB_COLUMNS if column.given])
def test_lab_field_bites(name: str) -> None:
    if name == "surge_start_month":
        assert bites("labs.anthropic.surge_start_month", 1, 3)
        return
    if name in {"surge_months", "surge_growth_x_per_year"}:
        assert bites(f"labs.anthropic.{name}", 2, 4)
        return
    low, high = ends(field(LAB_COLUMNS, name))
    assert any(bites(f"labs.{lab}.{name}", low, high) for lab in ("google_deepmind", "openai", "mistral"))


@pytest.mark.parametrize("name", [column.name for column in SUPPLIER_COLUMNS if column.given])
def test_supplier_field_bites(name: str) -> None:
    low, high = ends(field(SUPPLIER_COLUMNS, name))
    assert any(bites(f"suppliers.{supplier}.{name}", low, high) for supplier in ("spacex_colossus", "coreweave"))


@pytest.mark.parametrize(
    ("entrant", "name"),
    [(entrant, setting.name) for entrant, settings in ENTRANTS.items() for setting in settings if setting != REGION],
)
def test_entrant_field_bites(entrant: str, name: str) -> None:
    setting = next(setting for setting in ENTRANTS[entrant] if setting.name == name)
    low, high = setting.choices[:2] if setting.choices else ends(setting)
    assert bites(f"entrants.{entrant}.{name}", low, high), f"{name} changes nothing between {low} and {high}"


REGION_FIELDS: dict[str, tuple[tuple[tuple[str, float], ...], ...]] = {
    "user_share": (
        (("regions.us.user_share", 0.44), ("regions.asia.user_share", 0.28)),
        (("regions.us.user_share", 0.52), ("regions.asia.user_share", 0.20)),
    ),
    "site_share": (
        (("regions.us.site_share", 0.88), ("regions.asia.site_share", 0.04)),
        (("regions.us.site_share", 0.78), ("regions.asia.site_share", 0.14)),
    ),
    "power_price_usd_per_mwh": (
        (("regions.us.power_price_usd_per_mwh", 50.0),),
        (("regions.us.power_price_usd_per_mwh", 150.0),),
    ),
    "power_mw_per_month": (
        (("regions.europe.power_mw_per_month", 40.0),),
        (("regions.europe.power_mw_per_month", 400.0),),
    ),
}
"""Two values of each field of a region; shares of all regions add up to 1."""


@pytest.mark.parametrize("name", [setting.name for setting in REGION_SETTINGS if setting.kind is not str])
def test_region_field_bites(name: str) -> None:
    low, high = REGION_FIELDS[name]
    assert fingerprint("on a map", low) != fingerprint("on a map", high)


@pytest.mark.parametrize("name", [setting.name for setting in LINK_SETTINGS if setting.kind is not str])
def test_link_field_bites(name: str) -> None:
    low, high = {"latency_ms": (50.0, 190.0), "capacity_h100e": (2e5, 6e6)}[name]
    key = f"links.pacific.{name}"
    assert fingerprint("on a map", ((key, low),)) != fingerprint("on a map", ((key, high),))


@pytest.mark.parametrize(
    "key", ["labs.mistral", "suppliers.coreweave", "entrants.lab", "entrants.neocloud", "entrants.nontraditional"]
)
def test_where_a_firm_is_bites(key: str) -> None:
    rush = (("parameters.supplier_entry_per_month", 0.5), ("parameters.lab_entry_per_month", 0.5))
    one, other = (((f"{key}.region", region), *rush) for region in ("asia", "us"))
    assert fingerprint("on a map", one) != fingerprint("on a map", other)


def test_ramp_of_a_contract_that_starts_later_bites() -> None:
    key = "contracts.openai_azure.ramp_months"
    assert fingerprint("a contract that starts later", ((key, 0),)) != fingerprint(
        "a contract that starts later", ((key, 5),)
    )


CONTRACT_FIELDS = [s.name for s in CONTRACT_SETTINGS if s.kind is not str and s.name != "ramp_months"]


@pytest.mark.parametrize("name", CONTRACT_FIELDS)
def test_contract_field_bites(name: str) -> None:
    low, high = {
        "price_usd_per_h100e_hour": (1.5, 3.0),
        "start_month": (0, 5),
        "first_end_month": (8, 12),
        "last_end_month": (40, 47),
        "tranches": (2, 5),
    }.get(name, (1e5, 5e5))
    assert bites(f"contracts.openai_azure.{name}", low, high)


@pytest.mark.parametrize("name", [setting.name for setting in EQUITY_SETTINGS if setting.kind is not str])
def test_equity_field_bites(name: str) -> None:
    assert bites(f"equity.microsoft_openai.{name}", 0.0, 0.9)


def field(columns: tuple, name: str) -> Setting:  # type: ignore[type-arg]
    """Return a given column as a setting."""
    column = next(column for column in columns if column.name == name)
    bounds = column.given
    return Setting(name, column.kind, bounds.default, column.unit, column.meaning, bounds.low, bounds.high)
