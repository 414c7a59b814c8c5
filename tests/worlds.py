"""Worlds for tests: a bare one of round numbers, and runs of a scenario with other values."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml  # type: ignore[import-untyped]

from model.birth import world_at_start
from model.ensemble import Run, Runner
from model.history import History
from model.parameters import PARAMETERS, default_record
from model.scenario import Scenario
from model.settings import EVENT_SETTINGS
from model.state import Capacity, World, empty_world

EXAMPLE = Path(__file__).parents[1] / "docs" / "events.yaml"
ROOM = Capacity(2, 2, 60, 60, 10, 200)
EVERYTHING = {
    "integration_overhead_rise_share": 0.1,
    "integration_gain_share": 0.1,
    "foreclosure_share": 0.5,
    "ramp_discount_share": 0.3,
    "backstop_share": 0.3,
    "standardisation_share": 0.2,
    "lab_hedge_share": 0.5,
    "supplier_entry_cost_usd_m": 50,
    "product_limit_speed_per_month": 0.3,
    "forward_horizon_months": 6,
    "joint_venture_share": 0.2,
    "relationship_cost_usd_m": 10,
    "relationship_months": 2,
    "exclusivity_months": 6,
    "conduct_recall_per_month": 0.02,
    "grid_queue_months": 24,
    "chip_lead_months": 6,
    "behind_the_meter_share": 0.3,
    "running_cost_rule": "vintage",
    "refresh_rule": "worth_less_than_scrap",
    "scrap_share": 0.3,
    "asset_sale_rule": "highest_bid",
    "chip_allocation_rule": "highest_bid",
    "custom_silicon_cost_usd_m": 100,
    "user_choice_rule": "logit",
    "training_rule": "endogenous",
    "spillover_rule": "frontier",
    "generation_months": 6,
    "index_linked_share": 0.3,
    "supplier_entry_per_month": 0.3,
    "entrant_miner_weight": 1,
    "entrant_energy_developer_weight": 1,
    "entrant_edge_weight": 1,
    "entrant_sovereign_weight": 1,
    "entrant_orbital_weight": 1,
}
"""Parameters that switch on every mechanism that is off by default."""
DELIVERY_NAMES = tuple(f"delivery_{word}_months" for word in ("prompt", "short", "medium", "long"))


def plain(function: Any) -> Any:
    """Return the uncompiled twin of a rule; the rule itself where nothing is compiled."""
    return getattr(function, "py_func", function)


def bare_world(labs: int = 2, suppliers: int = 2, **parameters: float) -> World:
    """Return a world of labs 1, 2, ... and suppliers 11, 12, ... in business, with nothing but prices of 2 USD.

    Every price and cost is 2 USD, capex 36,500 USD, running cost 0.5 USD, power 1 kW; the parameters are the defaults
    but for those given.
    """
    world = empty_world(ROOM._replace(labs=labs, suppliers=suppliers))
    world.parameters[:] = default_record()
    for name, value in parameters.items():
        world.parameters[name] = value
    fill_market(world.market)
    world.labs["id"] = 1 + np.arange(labs)
    world.labs["alive"] = 1
    world.labs["service_price_usd_per_h100e_hour"] = 4.0
    world.labs["unit_cost_usd_per_h100e_hour"] = 2.0
    world.labs["spot_price_belief_usd_per_h100e_hour"] = 2.0
    world.labs["spot_fill_belief_share"] = 1.0
    world.labs["wacc_per_year"] = 0.1
    world.labs["build_lead_months"] = 24
    world.labs["build_cost_ratio"] = 1.0
    world.labs["power_mw_per_month"] = 1e5
    world.suppliers["id"] = 11 + np.arange(suppliers)
    world.suppliers["alive"] = 1
    for column in ("list_price", "enterprise_reference", "realised_price", "full_cost"):
        world.suppliers[f"{column}_usd_per_h100e_hour"] = 2.0
    world.suppliers["availability_share"] = 1.0
    world.suppliers["take_or_pay_share"] = 0.9
    world.suppliers["term_months"] = 36
    world.suppliers["lead_months"] = 12
    world.suppliers["power_mw_per_month"] = 1e5
    world.suppliers["wacc_per_year"] = 0.1
    world.pairs["aspiration_share"] = 1.0
    world.pairs["term_months"] = 36
    world.pairs["most_h100e"] = np.inf
    world.requirements["months_ahead"] = (1, 6, 12, 24)
    return world


def indebted(repayment_usd_m: float) -> World:
    """Return a bare world of suppliers with 1000 H100e and a monthly repayment, half of which lenders want covered."""
    world = bare_world(usable_share=1.0, debt_covenant_share=0.5, term_discount_share=0.0)
    world.suppliers["installed_h100e"], world.suppliers["repayment_usd_m"] = 1000.0, repayment_usd_m
    return world


def fill_market(market: Any) -> None:
    """Write round numbers into the one row of the market."""
    for column in ("contract_price", "reference_contract", "list_price", "spot_price", "fringe_reference"):
        market[f"{column}_usd_per_h100e_hour"] = 2.0
    market["service_price_usd_per_h100e_hour"] = 4.0
    market["full_cost_usd_per_h100e_hour"] = 2.0
    market["seed"] = 7
    market["next_id"] = 100
    market["contract_to_list_ratio"] = 1.0
    market["enterprise_scale"] = 1.0
    market["capex_usd_per_h100e"] = 36_500.0
    market["opex_usd_per_h100e_hour"] = 0.5
    market["power_kw_per_h100e"] = 1.0
    market["chips_h100e"] = 1e9
    market["margin_share"] = 0.5
    market["tightness"] = 1.0
    market["spot_price_mean_log"] = np.log(2.0)


def put_contract(world: World, lab: int, supplier: int, capacity: float, **values: float) -> int:
    """Write a running contract of price 2 with its line in the log of deals; return its row."""
    row = int(world.market["contract_rows"][0])
    given = {"price_usd_per_h100e_hour": 2.0, "start_month": 0, "end_month": 36, "take_or_pay_share": 0.9} | values
    given = {"signed_price_usd_per_h100e_hour": given["price_usd_per_h100e_hour"]} | given
    given = {"signed_index_usd_per_h100e_hour": float(world.market["spot_price_usd_per_h100e_hour"][0])} | given
    contract, deal = world.contracts[row], world.deals[row]
    contract["id"] = 1000 + row
    contract["lab"], contract["supplier"], contract["capacity_h100e"] = lab, supplier, capacity
    contract["deal"] = row
    for name, value in given.items():
        contract[name] = value
    deal["end_month"] = contract["end_month"]
    world.market["contract_rows"] = world.market["deal_rows"] = row + 1
    return row


def put_site(
    world: World, owner: int, capacity: float, *, lab: bool = False, online: int = -1, retire: int = 99
) -> int:
    """Write a site of a supplier, or of a lab, that repays 0.01 USD m a month; return its row."""
    row = int(world.market["site_rows"][0])
    site = world.sites[row]
    site["id"] = 2000 + row
    site["owner_is_lab"], site["owner"], site["capacity_h100e"] = int(lab), owner, capacity
    site["online_month"], site["retire_month"], site["repayment_usd_m"] = online, retire, 0.01
    world.market["site_rows"] = world.market["site_hint"] = row + 1
    return row


def all_cash(world: World) -> float:
    """Return the sum of all accounts, USD m; it must never change."""
    return float(sum(table["cash_usd_m"].sum() for table in (world.labs, world.suppliers, world.accounts)))


def with_parameters(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return the scenario with other values of some parameters, unchecked."""
    return scenario._replace(parameters={**scenario.parameters, **values})


def with_events(scenario: Scenario, **events: Mapping[str, object]) -> Scenario:
    """Return the scenario with these shocks by name, unchecked; what they do not say has its default."""
    usual = {setting.name: setting.default for setting in EVENT_SETTINGS}
    return scenario._replace(events={name: usual | dict(event) for name, event in events.items()})


def example_events() -> dict[str, dict[str, object]]:
    """Return the shocks of the example in docs/, one of each kind."""
    return dict(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["events"])


def random_parameters(draws: np.random.Generator) -> dict[str, float]:
    """Draw every parameter uniformly from its plausible range, again where delivery months do not increase."""
    while True:
        values: dict[str, float] = {}
        for parameter in PARAMETERS:
            low, high = (parameter.low, parameter.high) if parameter.choices else parameter.plausible_range
            if parameter.kind is int:
                values[parameter.name] = int(draws.integers(int(np.ceil(low)), int(np.floor(high)) + 1))
            else:
                values[parameter.name] = float(draws.uniform(low, high))
        months = [values[name] for name in DELIVERY_NAMES]
        if sorted(set(months)) == months:
            return values


def run_scenario(scenario: Scenario, months: int, seed: int = 1, capacity: Capacity | None = None) -> Run:
    """Run one world of a scenario, compiled."""
    return Runner(scenario, months, world_at_start(scenario, capacity)).run(0, seed)


def digest(history: History) -> str:
    """Return a hash of every byte of a history."""
    hashed = hashlib.sha256()
    for table in history:
        hashed.update(table.tobytes())
    return hashed.hexdigest()


def recorded(run: Run) -> tuple[bytes, ...]:
    """Return the bytes of all that is recorded of a run; rows that never held a firm left out."""
    firms = (table[table["id"] != 0].tobytes() for table in (run.history.labs, run.history.suppliers))
    return run.history.market.tobytes(), *firms, run.history.regions.tobytes(), run.deals.tobytes()
