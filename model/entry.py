"""Who leaves and who comes: failure, exit, and entry on both sides of the market."""

from typing import Any

from agents.choices import FORESIGHT, REAL_OPTION
from agents.compiling import inner, rule, stage
from agents.costs import annuity_months
from agents.labs.adaptive import remember
from agents.labs.names import TRIED
from agents.suppliers import NEOCLOUD, NONTRADITIONAL, SOVEREIGN
from agents.suppliers.economics import cost_of_new, fresh_running_cost
from agents.suppliers.expecting import expect_price
from agents.suppliers.investment import option_trigger
from agents.units import USD_M_PER_MONTH
from model import luck
from model.arrival import kind_that_looks, looking_chance
from model.contracts import end_contracts_of
from model.demand import settle_brand
from model.equity import write_off
from model.forwards import LAB_SIDE, SUPPLIER_SIDE, close_forwards
from model.money import transfer
from model.ordering import add_site
from model.porting import forget_porting
from model.salvage import hand_over_sites
from model.state import INVESTORS, LENDERS, STAFF, World


@stage
def leave(world: World) -> None:
    """Close labs and suppliers that ran out of money, and suppliers long little used and at a loss."""
    market = world.market[0]
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1 and world.labs[i]["cash_usd_m"] < 0.0:
            close_lab(world, i)
            market["lab_defaults"] += 1
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 1:
            watch_low_use(world, j)
            tired = supplier["low_use_months"] >= world.parameters[0]["exit_months"]
            if supplier["cash_usd_m"] < 0.0 or tired:
                close_supplier(world, j)
                market["supplier_exits"] += 1


@inner
def watch_low_use(world: World, j: int) -> None:
    """Count the months in a row in which supplier `j` had nothing, or was little used and did not earn its cost."""
    supplier = world.suppliers[j]
    nothing = supplier["installed_h100e"] + supplier["pipeline_h100e"] + supplier["ordered_h100e"] <= 0.0
    idle = supplier["utilisation_share"] < world.parameters[0]["exit_utilisation_share"]
    losing = supplier["revenue_usd_m"] <= supplier["cost_usd_m"]
    if nothing or (supplier["installed_h100e"] > 0.0 and idle and losing):
        supplier["low_use_months"] += 1
    else:
        supplier["low_use_months"] = 0


@inner
def wind_up(world: World, row: Any) -> None:
    """Close an account: investors get what is left, lenders bear what is missing."""
    transfer(row, world.accounts[INVESTORS], max(0.0, row["cash_usd_m"]))
    transfer(world.accounts[LENDERS], row, max(0.0, -row["cash_usd_m"]))


@inner
def close_lab(world: World, i: int) -> None:
    """Close lab `i`: contracts end, sites are sold, its users wait outside the market."""
    lab = world.labs[i]
    close_forwards(world, LAB_SIDE, i, lab)
    wind_up(world, lab)
    end_contracts_of(world, i, -1)
    write_off(world, i)
    lab["alive"] = 0
    hand_over_sites(world, 1, i)
    for delivery in range(world.requirements.shape[1]):
        world.requirements[i, delivery]["open_h100e"] = 0.0
    for j in range(len(world.suppliers)):
        world.pairs[i, j]["asked_rank"] = 0
    world.market[0]["outside_users_h100e"] += lab["users_h100e"] + lab["arriving_users_h100e"]
    lab["users_h100e"] = 0.0
    lab["arriving_users_h100e"] = 0.0
    lab["training_stock_h100e_months"] = 0.0


@inner
def close_supplier(world: World, j: int) -> None:
    """Close supplier `j`: contracts end, sites are sold or stranded, its enterprise customers go elsewhere."""
    supplier = world.suppliers[j]
    close_forwards(world, SUPPLIER_SIDE, j, supplier)
    wind_up(world, supplier)
    end_contracts_of(world, -1, j)
    supplier["alive"] = 0
    hand_over_sites(world, 0, j)
    total = 0.0
    for other in range(len(world.suppliers)):
        total += world.suppliers[other]["alive"] * world.suppliers[other]["installed_h100e"]
    for other in range(len(world.suppliers)):
        if world.suppliers[other]["alive"] == 1 and total > 0.0:
            share = world.suppliers[other]["installed_h100e"] / total
            world.suppliers[other]["enterprise_h100e"] += share * supplier["enterprise_h100e"]
    supplier["enterprise_h100e"] = 0.0


@stage
def come(world: World) -> None:
    """Draw whether a new lab and a new supplier enter this month; nobody does in a credit crunch."""
    market, parameters = world.market[0], world.parameters[0]
    if market["credit_closed"] == 1:
        return
    seed, month = market["seed"], market["month"]
    if luck.uniform(seed, luck.LAB_ENTRY, month, 0) < parameters["lab_entry_per_month"]:
        found_lab(world)
    if luck.uniform(seed, luck.SUPPLIER_ENTRY, month, 0) < looking_chance(world):
        consider_entry(world, kind_that_looks(world))


@rule
def empty_row(table: Any) -> int:
    """Return the first row without a firm, not even one that closed this month; there is always one, see `room`."""
    row = 0
    while table[row]["alive"] == 1 or table[row]["received_usd_m"] > 0.0 or table[row]["paid_usd_m"] > 0.0:
        row += 1
    return row


@inner
def found_lab(world: World) -> None:
    """Found a lab with seed money and a small share of all users, those without a lab included."""
    market, parameters = world.market[0], world.parameters[0]
    total = 0.0
    for other in range(len(world.labs)):
        total += world.labs[other]["alive"] * world.labs[other]["users_h100e"]
    taken = parameters["entrant_lab_users_share"] * (total + market["outside_users_h100e"])
    market["outside_users_h100e"] *= 1.0 - parameters["entrant_lab_users_share"]
    i = empty_row(world.labs)
    for other in range(len(world.labs)):
        if world.labs[other]["alive"] == 1:
            world.labs[other]["users_h100e"] *= 1.0 - parameters["entrant_lab_users_share"]
    template = world.lab_template[0]
    seed_money = template["cash_usd_m"]
    world.labs[i] = template
    lab = world.labs[i]
    market["next_id"] += 1
    lab["id"] = market["next_id"]
    lab["luck_key"] = luck.ENTRANT + market["month"]
    lab["alive"] = 1
    lab["entered_month"] = market["month"] + 1
    lab["users_h100e"] = taken
    lab["cash_usd_m"] = 0.0
    transfer(world.accounts[INVESTORS], lab, seed_money)
    lab["service_price_usd_per_h100e_hour"] = market["service_price_usd_per_h100e_hour"]
    lab["unit_cost_usd_per_h100e_hour"] = market["contract_price_usd_per_h100e_hour"]
    lab["spot_price_belief_usd_per_h100e_hour"] = market["spot_price_usd_per_h100e_hour"]
    lab["trend_belief_per_month"] = market["growth_per_month"]
    lab["price_memory_usd_per_h100e_hour"] = market["contract_price_usd_per_h100e_hour"]
    for strategy in range(TRIED):
        remember(lab, strategy, market["contract_price_usd_per_h100e_hour"])
    settle_brand(world, i)
    forget_porting(world, i)
    for j in range(len(world.suppliers)):
        meet(world, i, j)
    market["lab_entries"] += 1


@inner
def meet(world: World, i: int, j: int) -> None:
    """Let a lab and a supplier, one of which is new, start as strangers."""
    pair = world.pairs[i, j]
    pair["aspiration_share"] = 1.0
    pair["tie_share"] = 0.0
    pair["deals_count"] = 0
    pair["invested_usd_m"] = 0.0
    pair["exclusive_until_month"] = 0


@inner
def consider_entry(world: World, kind: int) -> None:
    """Let a potential supplier enter if what it could sell pays: idle capacity its running cost, others their all.

    By the hurdle, at the price of contracts; by foresight, once its own competition is reckoned with.
    """
    market, parameters = world.market[0], world.parameters[0]
    template = world.supplier_templates[kind - NEOCLOUD]
    cost = cost_to_cover(world, kind)
    if parameters["supplier_entry_rule"] == FORESIGHT:
        if foreseen_value(world, cost, template["wacc_per_year"]) < parameters["supplier_entry_cost_usd_m"]:
            return
    elif market["contract_price_usd_per_h100e_hour"] < parameters["entry_hurdle_ratio"] * cost:
        return
    draw = luck.uniform(market["seed"], luck.IDLE_CAPACITY, market["month"], 0)
    low, high = parameters["entrant_idle_low_h100e"], parameters["entrant_idle_high_h100e"]
    capacity = template["installed_h100e"]
    if kind == NONTRADITIONAL:
        capacity = low + draw * max(0.0, high - low)
    enter_supplier(world, kind, capacity)


@inner
def cost_to_cover(world: World, kind: int) -> float:
    """Return what an hour must earn for a potential supplier of a kind, USD per H100e-hour.

    Idle capacity its running cost; others the full cost of new capacity, more where they reckon with the option to
    wait, less what a sovereign fund gives up.
    """
    template, parameters = world.supplier_templates[kind - NEOCLOUD], world.parameters[0]
    running = fresh_running_cost(world, template)
    if kind == NONTRADITIONAL:
        return running
    cost = cost_of_new(world, template)
    if parameters["investment_hurdle"] == REAL_OPTION:
        cost = running + option_trigger(template["wacc_per_year"], parameters) * (cost - running)
    if kind == SOVEREIGN:
        cost *= 1.0 - parameters["sovereign_discount_share"]
    return cost


@inner
def foreseen_value(world: World, cost: float, wacc_per_year: float) -> float:
    """Return the value that one more supplier of a cost foresees over the life of a site, USD m.

    Its profit when n suppliers have made room for it: (p - c) Q / n x ((n + 1) / (n + 2))^2, exact for Cournot
    competition on linear demand, p and Q being what all realise and use now.
    """
    suppliers, used, value = 0.0, 0.0, 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 1:
            quantity = supplier["utilisation_share"] * supplier["installed_h100e"]
            suppliers += 1.0
            used += quantity
            value += quantity * supplier["realised_price_usd_per_h100e_hour"]
    if used <= 0.0:
        return 0.0
    less = (suppliers + 1.0) / (suppliers + 2.0)
    profit = (value - used * cost) / suppliers * less * less * USD_M_PER_MONTH
    return profit * annuity_months(wacc_per_year, float(world.parameters[0]["site_life_months"]))


@inner
def enter_supplier(world: World, kind: int, capacity: float) -> None:
    """Enter a supplier: idle capacity is there and paid for, others will order their first site like anybody."""
    market, template = world.market[0], world.supplier_templates[kind - NEOCLOUD]
    money = template["cash_usd_m"]
    j = empty_row(world.suppliers)
    world.suppliers[j] = template
    supplier = world.suppliers[j]
    market["next_id"] += 1
    supplier["id"] = market["next_id"]
    supplier["luck_key"] = luck.ENTRANT + market["month"]
    supplier["alive"] = 1
    supplier["entered_month"] = market["month"] + 1
    supplier["installed_h100e"] = 0.0
    supplier["demand_belief_h100e"] = 0.0 if kind == NONTRADITIONAL else capacity
    supplier["trend_belief_per_month"] = market["growth_per_month"]
    supplier["growth_belief_per_month"] = market["growth_per_month"]
    supplier["list_price_usd_per_h100e_hour"] = market["list_price_usd_per_h100e_hour"]
    supplier["realised_price_usd_per_h100e_hour"] = market["contract_price_usd_per_h100e_hour"]
    supplier["enterprise_reference_usd_per_h100e_hour"] = market["list_price_usd_per_h100e_hour"]
    expect_price(supplier, market["contract_price_usd_per_h100e_hour"])
    supplier["cash_usd_m"] = 0.0
    entry_cost = world.parameters[0]["supplier_entry_cost_usd_m"]
    transfer(world.accounts[INVESTORS], supplier, money + entry_cost)
    transfer(supplier, world.accounts[STAFF], entry_cost)
    if kind == NONTRADITIONAL:
        add_site(world, 0, j, capacity, market["month"] + supplier["lead_months"], 0.0, supplier["wacc_per_year"])
    for delivery in range(world.offers.shape[1]):
        world.offers[j, delivery]["free_h100e"] = 0.0
    for i in range(len(world.labs)):
        meet(world, i, j)
    market["supplier_entries"] += 1
