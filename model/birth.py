"""From a scenario to the first month: every table filled, the same for each run but for the seed."""

import math
import zlib
from typing import Any

import numpy as np

from agents import suppliers as supplier_rules
from agents.choices import LOGIT, SHOCKS
from agents.columns import Column
from agents.compiling import inner, stage
from agents.costs import term_discount
from agents.lab import LAB_COLUMNS
from agents.labs import STRATEGIES
from agents.labs.names import TRIED
from agents.packages import STANDARD
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers import KINDS, NEOCLOUD
from agents.suppliers.expecting import expect_price
from agents.suppliers.kinds import WITHOUT_SPOT
from model.capacity import survey
from model.checks import STRUCK
from model.columns import EVENT_COLUMNS
from model.contracts import Terms, sign
from model.demand import need_compute, settle_brand
from model.founding import VINTAGES, found_own_sites, found_supplier_sites
from model.luck import ENTRANT
from model.measure import measure_labs, measure_suppliers, note_use
from model.operation import deliver, rate_quality, serve
from model.parameters import PARAMETER_DTYPE
from model.porting import note_ported
from model.regional_power import price_power
from model.regions import fill_regions
from model.scenario import Scenario
from model.shocks import EVERYBODY
from model.state import INVESTORS, Capacity, Table, World, empty_world
from model.technology import running_usd_per_hour


def starting_capacity(scenario: Scenario) -> Capacity:
    """Return a comfortable size of the tables for a scenario; they grow when they must."""
    labs, suppliers = len(scenario.labs), len(scenario.suppliers)
    sites = 64 * (labs + suppliers)
    deals = 64 * labs
    fixed = max(1, len(scenario.events)), max(1, len(scenario.regions))
    return Capacity(labs + 2, suppliers + 2, sites, deals, 4 * labs, deals, *fixed)


def least_capacity(scenario: Scenario) -> Capacity:
    """Return the smallest tables that hold the first month."""
    labs, suppliers = len(scenario.labs), len(scenario.suppliers)
    sites = (labs + suppliers) * VINTAGES
    chips = scenario.parameters["chip_lead_months"]
    sites += sum(int(max(lab["build_lead_months"], chips)) for lab in scenario.labs.values())
    sites += sum(int(max(supplier["lead_months"], chips)) for supplier in scenario.suppliers.values())
    contracts = sum(int(contract["tranches"]) for contract in scenario.contracts.values())
    fixed = max(1, len(scenario.events)), max(1, len(scenario.regions))
    return Capacity(labs, suppliers, sites, max(1, contracts), labs, max(1, contracts), *fixed)


def world_at_start(scenario: Scenario, capacity: Capacity | None = None) -> World:
    """Return the world of a scenario before its first month; `market["seed"]` is still 0.

    `capacity` sets the rows of the tables, at least those that the first month needs.
    """
    least = least_capacity(scenario)
    asked = capacity or starting_capacity(scenario)
    world = empty_world(Capacity(*(max(pair) for pair in zip(asked, least, strict=True))))
    for name in PARAMETER_DTYPE.names or ():
        world.parameters[name] = scenario.parameters[name]
    groups: dict[str, int] = {}
    fill_market(world, scenario)
    for row, (key, lab) in enumerate(scenario.labs.items()):
        fill_firm(world.labs, row, lab, LAB_COLUMNS, groups)
        world.labs["strategy"][row] = STRATEGIES.index(lab["strategy"])
        world.labs["id"][row] = row + 1
        world.labs["luck_key"][row] = name_key(scenario.luck_names.get(key, key))
    for row, (key, supplier) in enumerate(scenario.suppliers.items()):
        fill_firm(world.suppliers, row, supplier, SUPPLIER_COLUMNS, groups)
        world.suppliers["kind"][row] = KINDS.index(supplier["kind"])
        world.suppliers["id"][row] = len(scenario.labs) + row + 1
        world.suppliers["luck_key"][row] = name_key(scenario.luck_names.get(key, key))
    world.market["next_id"] = len(scenario.labs) + len(scenario.suppliers)
    fill_templates(world, scenario)
    fill_beliefs(world)
    tie_owners(world, scenario)
    fill_regions(world, scenario)
    for row in range(len(scenario.labs)):
        found_own_sites(world, row)
    for row in range(len(scenario.suppliers)):
        found_supplier_sites(world, row)
    sign_initial_contracts(world, scenario)
    schedule_events(world, scenario)
    world.accounts["cash_usd_m"][INVESTORS] = -(world.labs["cash_usd_m"].sum() + world.suppliers["cash_usd_m"].sum())
    prepare(world)
    return world


def name_key(name: str) -> int:
    """Return the key of a firm's draws, which depends on its name alone, so that other firms do not change its luck."""
    return zlib.crc32(name.encode()) % ENTRANT


def fill_firm(
    table: Table, row: int, values: dict[str, Any], columns: tuple[Column, ...], groups: dict[str, int]
) -> None:
    """Write a firm's given columns and its group, and put it in business."""
    for column in columns:
        if column.given is not None:
            table[column.name][row] = values.get(column.name, column.given.default or 0.0)
    group = values.get("group")
    if group:
        table["group"][row] = groups.setdefault(group, len(groups) + 1)
    table["alive"][row] = 1
    table["name_code"][row] = row


def tie_owners(world: World, scenario: Scenario) -> None:
    """Write how far labs and suppliers belong together: by group, or by a stake."""
    labs, suppliers = list(scenario.labs), list(scenario.suppliers)
    same = world.labs["group"][:, None] == world.suppliers["group"][None, :]
    world.pairs["tie_share"] = np.where(same & (world.labs["group"][:, None] > 0), 1.0, 0.0)
    for stake in scenario.equity.values():
        pair = world.pairs[labs.index(stake["lab"]), suppliers.index(stake["supplier"])]
        pair["tie_share"] = max(pair["tie_share"], stake["stake_share"])


def fill_market(world: World, scenario: Scenario) -> None:
    """Write the prices and quantities of the market at the start."""
    market, parameters = world.market, world.parameters[0]
    contracts = [contract for contract in scenario.contracts.values() if contract["capacity_h100e"] > 0]
    signed = sum(contract["capacity_h100e"] for contract in contracts)
    suppliers = scenario.suppliers
    sizes = [max(1.0, supplier["installed_h100e"]) for supplier in suppliers.values()]
    lists = [supplier["list_price_usd_per_h100e_hour"] for supplier in suppliers.values()]
    list_price = float(np.average(lists, weights=sizes))
    usual_term = float(np.average([supplier["term_months"] for supplier in suppliers.values()], weights=sizes))
    price = list_price * (1.0 - term_discount(parameters, usual_term))
    if signed > 0:
        price = sum(c["capacity_h100e"] * c["price_usd_per_h100e_hour"] for c in contracts) / signed
        lists = [suppliers[c["supplier"]]["list_price_usd_per_h100e_hour"] for c in contracts]
        list_price = sum(c["capacity_h100e"] * p for c, p in zip(contracts, lists, strict=True)) / signed
    market["contract_price_usd_per_h100e_hour"] = price
    market["reference_contract_usd_per_h100e_hour"] = price
    market["contract_to_list_ratio"] = price / list_price
    market["list_price_usd_per_h100e_hour"] = list_price
    spot = parameters["spot_patient_ask_ratio"] * list_price
    market["spot_price_usd_per_h100e_hour"] = spot
    market["spot_price_mean_log"] = math.log(spot)
    market["fringe_reference_usd_per_h100e_hour"] = spot
    stock = sum(s["installed_h100e"] for s in suppliers.values() if s["available_from_month"] == 0)
    market["fringe_h100e"] = parameters["fringe_share_of_stock"] * stock
    market["enterprise_scale"] = 1.0
    market["capex_usd_per_h100e"] = parameters["capex_start_usd_per_h100e"]
    market["opex_usd_per_h100e_hour"] = running_usd_per_hour(parameters, 0.0, parameters["power_start_kw_per_h100e"])
    market["power_kw_per_h100e"] = parameters["power_start_kw_per_h100e"]
    market["chips_h100e"] = parameters["chip_supply_start_h100e_per_month"]
    market["chips_growth_per_month"] = math.log(parameters["chip_growth_base_x_per_year"]) / 12.0
    market["orders_wanted_h100e"] = parameters["chip_supply_start_h100e_per_month"]
    market["growth_per_month"] = math.log(parameters["demand_growth_start_x_per_year"]) / 12.0
    market["service_price_usd_per_h100e_hour"] = parameters["service_price_start_usd_per_h100e_hour"]
    market["margin_share"] = parameters["margin_start_share"]
    market["lease_price_usd_per_h100e_hour"] = math.nan
    market["partner_price_usd_per_h100e_hour"] = math.nan
    market["forward_price_usd_per_h100e_hour"] = math.nan


def fill_templates(world: World, scenario: Scenario) -> None:
    """Write what labs and suppliers that enter later are like."""
    fill_firm(world.lab_template, 0, scenario.entrants["lab"], LAB_COLUMNS, {})
    world.lab_template["strategy"] = STRATEGIES.index(scenario.entrants["lab"]["strategy"])
    world.lab_template["name_code"] = len(scenario.labs)
    for row, kind in enumerate(KINDS[NEOCLOUD:]):
        fill_firm(world.supplier_templates, row, scenario.entrants[kind], SUPPLIER_COLUMNS, {})
        world.supplier_templates["kind"][row] = KINDS.index(kind)
        world.supplier_templates["name_code"][row] = len(scenario.suppliers) + row
    for template in (world.lab_template, world.supplier_templates):
        template["alive"] = 0


def fill_beliefs(world: World) -> None:
    """Write what firms believe and charge at the start."""
    market, parameters = world.market[0], world.parameters[0]
    trend = market["growth_per_month"]
    for labs in (world.labs, world.lab_template):
        labs["service_price_usd_per_h100e_hour"] = parameters["service_price_start_usd_per_h100e_hour"]
        labs["unit_cost_usd_per_h100e_hour"] = market["contract_price_usd_per_h100e_hour"]
        labs["growth_belief_per_month"] = np.log(np.maximum(labs["planned_growth_x_per_year"], 1e-9)) / 12.0
        labs["trend_belief_per_month"] = trend
        labs["revenue_growth_per_year"] = 12.0 * labs["growth_belief_per_month"]
        labs["spot_price_belief_usd_per_h100e_hour"] = market["spot_price_usd_per_h100e_hour"]
        labs["spot_fill_belief_share"] = 1.0
        labs["price_memory_usd_per_h100e_hour"] = market["contract_price_usd_per_h100e_hour"]
        for strategy in STRATEGIES[:TRIED]:
            labs[f"cost_as_{strategy}_usd_per_h100e_hour"] = market["contract_price_usd_per_h100e_hour"]
        labs["training_share"] = parameters["training_share"]
    flexible = parameters["training_share"] / (1.0 - parameters["training_share"])
    world.labs["requirement_last_h100e"] = world.labs["users_h100e"] * (1.0 + flexible)
    interval = int(parameters["round_interval_months"])
    world.labs["months_since_round"] = (5 * world.labs["id"]) % interval
    world.suppliers["months_since_round"] = interval
    for suppliers in (world.suppliers, world.supplier_templates):
        suppliers["growth_belief_per_month"] = trend
        suppliers["trend_belief_per_month"] = trend
        suppliers["profitability_index"] = 1.0
        suppliers["enterprise_reference_usd_per_h100e_hour"] = suppliers["list_price_usd_per_h100e_hour"]
        expected = market["contract_to_list_ratio"] * suppliers["list_price_usd_per_h100e_hour"]
        suppliers["realised_price_usd_per_h100e_hour"] = expected
        for row in range(len(suppliers)):
            expect_price(suppliers[row], expected[row])
        suppliers["sell_through_share"] = np.where(np.isin(suppliers["kind"], WITHOUT_SPOT), 0.0, 1.0)
    world.pairs["aspiration_share"] = 1.0
    world.pairs["most_h100e"] = math.inf
    for table in (world.labs, world.suppliers):
        table[table["id"] == 0] = np.zeros((), table.dtype)


def sign_initial_contracts(world: World, scenario: Scenario) -> None:
    """Sign the contracts that run at the start, in tranches with staggered ends; what they need has been ported."""
    labs, suppliers = list(scenario.labs), list(scenario.suppliers)
    world.market["month"] = -1
    for contract in scenario.contracts.values():
        i, j, parts = labs.index(contract["lab"]), suppliers.index(contract["supplier"]), int(contract["tranches"])
        first, last = int(contract["first_end_month"]), int(contract["last_end_month"])
        world.pairs[i, j]["deals_count"] += int(contract["capacity_h100e"] > 0)
        for part in range(parts):
            end = first + round((last - first) * part / max(1, parts - 1))
            quantity = contract["capacity_h100e"] / parts
            start, ramp = int(contract["start_month"]), int(contract["ramp_months"])
            notice, recallable = int(world.suppliers[j]["notice_months"]), int(world.suppliers[j]["recallable"])
            start, ramp = (start, ramp) if start > 0 else (-1, 0)
            terms = Terms(start, ramp, end, STANDARD, notice, recallable, 0.0)
            if quantity > 0:
                sign(world, i, j, quantity, contract["price_usd_per_h100e_hour"], terms)
                note_ported(world, i, j, quantity)
    world.market["month"] = 0


def schedule_events(world: World, scenario: Scenario) -> None:
    """Write the events of the scenario."""
    for row, (name, event) in enumerate(scenario.events.items()):
        for column in EVENT_COLUMNS:
            if column.given is not None:
                world.events[column.name][row] = event[column.name]
        firms, table = (scenario.suppliers, world.suppliers)
        if event["shock"] in STRUCK["labs"]:
            firms, table = (scenario.labs, world.labs)
        world.events["id"][row] = row + 1
        world.events["luck_key"][row] = name_key(name)
        world.events["shock"][row] = SHOCKS.index(event["shock"])
        world.events["target"][row] = EVERYBODY
        if event["target"]:
            world.events["target"][row] = table["id"][list(firms).index(event["target"])]


@stage
def prepare(world: World) -> None:
    """Work out deliveries, tightness, offers and beliefs as if a month had just ended."""
    price_power(world)
    survey(world)
    need_compute(world)
    deliver(world)
    serve(world)
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        supplier["demand_belief_h100e"] = supplier["contracted_h100e"] + supplier["enterprise_wanted_h100e"]
        if supplier["installed_h100e"] <= 0.0:
            supplier["demand_belief_h100e"] += supplier["pipeline_h100e"]
        supplier["spot_sold_h100e"] = supplier["spot_offered_h100e"] * supplier["sell_through_share"]
        supplier["wanted_before_h100e"] = supplier["demand_belief_h100e"] + supplier["spot_sold_h100e"]
        if supplier["available_from_month"] > 0:
            supplier["demand_belief_h100e"] = 0.0
    start_training(world)
    rate_quality(world)
    start_choice(world)
    note_use(world)
    measure_suppliers(world)
    measure_labs(world)
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            supplier_rules.quote(world, j)
    world.market[0]["orders_placed_h100e"] = 0.0


@inner
def start_choice(world: World) -> None:
    """Under logit, let there be potential users of no lab, and set brands so that labs keep the users they have."""
    parameters, users = world.parameters[0], 0.0
    if parameters["user_choice_rule"] != LOGIT:
        return
    for i in range(len(world.labs)):
        users += world.labs[i]["users_h100e"]
    outside = parameters["outside_choice_share"]
    world.market[0]["outside_users_h100e"] = users * outside / (1.0 - outside)
    for i in range(len(world.labs)):
        settle_brand(world, i)


@inner
def start_training(world: World) -> None:
    """Give labs without a stated stock of training the one their present training would have built."""
    for i in range(len(world.labs)):
        lab = world.labs[i]
        if lab["alive"] == 1 and lab["training_stock_h100e_months"] <= lab["served_training_h100e"]:
            life = world.parameters[0]["training_stock_life_months"]
            lab["training_stock_h100e_months"] = life * lab["served_training_h100e"]
