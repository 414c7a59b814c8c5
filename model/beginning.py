"""The first month: from what a population says of firms to what they hold, owe, believe and charge as a run begins."""

import math
from typing import Any

from agents import suppliers as supplier_rules
from agents.choices import LOGIT
from agents.compiling import inner, stage
from agents.costs import term_discount
from agents.labs.adaptive import remember
from agents.labs.names import TRIED
from agents.packages import STANDARD
from agents.suppliers.expecting import expect_price
from agents.suppliers.kinds import WITHOUT_SPOT
from model.capacity import survey
from model.contracts import Terms, sign
from model.demand import need_compute, settle_brand
from model.founding import found_own_sites, found_supplier_sites, sites_of
from model.measure import measure_labs, measure_suppliers, note_use
from model.operation import deliver, rate_quality, serve
from model.porting import note_ported
from model.regional_power import price_power
from model.state import INVESTORS, World
from model.technology import running_usd_per_hour


@stage
def begin(world: World) -> bool:
    """Fill a world that holds what a population says up to its first month; false, and nothing done, without room.

    `market["seed"]` is left as it is: no draw is needed to begin.
    """
    if not has_room_to_begin(world):
        return False
    begin_market(world)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            believe_as_lab(world, world.labs[i])
    believe_as_lab(world, world.lab_template[0])
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            believe_as_supplier(world, world.suppliers[j])
    for row in range(len(world.supplier_templates)):
        believe_as_supplier(world, world.supplier_templates[row])
    tie_owners(world)
    plan_rounds(world)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            found_own_sites(world, i)
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            found_supplier_sites(world, j)
    sign_agreements(world)
    fund(world)
    prepare(world)
    return True


@inner
def has_room_to_begin(world: World) -> bool:
    """Tell whether the sites, contracts and deals of the first month have room."""
    chips, sites, contracts = world.parameters[0]["chip_lead_months"], 0, 0
    for i in range(len(world.labs)):
        sites += world.labs[i]["alive"] * sites_of(max(world.labs[i]["build_lead_months"], chips))
    for j in range(len(world.suppliers)):
        sites += world.suppliers[j]["alive"] * sites_of(max(world.suppliers[j]["lead_months"], chips))
    for row in range(len(world.agreements)):
        contracts += world.agreements[row]["tranches"]
    return sites <= len(world.sites) and contracts <= len(world.contracts) and contracts <= len(world.deals)


@inner
def begin_market(world: World) -> None:
    """Write the prices and quantities of the market at the start."""
    market, parameters = world.market[0], world.parameters[0]
    price, list_price = starting_prices(world)
    market["contract_price_usd_per_h100e_hour"] = price
    market["reference_contract_usd_per_h100e_hour"] = price
    market["contract_to_list_ratio"] = price / list_price
    market["list_price_usd_per_h100e_hour"] = list_price
    spot = parameters["spot_patient_ask_ratio"] * list_price
    market["spot_price_usd_per_h100e_hour"] = spot
    market["spot_price_mean_log"] = math.log(spot)
    market["fringe_reference_usd_per_h100e_hour"] = spot
    stock = 0.0
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["available_from_month"] == 0:
            stock += world.suppliers[j]["installed_h100e"]
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


@inner
def starting_prices(world: World) -> tuple[float, float]:
    """Return the contract price and the list price of the start, of what is signed, or of suppliers by size."""
    signed, paid, listed = 0.0, 0.0, 0.0
    for row in range(len(world.agreements)):
        agreement = world.agreements[row]
        capacity = agreement["capacity_h100e"]
        signed += capacity
        paid += capacity * agreement["price_usd_per_h100e_hour"]
        listed += capacity * world.suppliers[agreement["supplier"]]["list_price_usd_per_h100e_hour"]
    if signed > 0.0:
        return paid / signed, listed / signed
    sizes, terms = 0.0, 0.0
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        if supplier["alive"] == 1:
            size = max(1.0, supplier["installed_h100e"])
            sizes += size
            listed += size * supplier["list_price_usd_per_h100e_hour"]
            terms += size * supplier["term_months"]
    list_price = listed / sizes
    return list_price * (1.0 - term_discount(world.parameters[0], terms / sizes)), list_price


@inner
def believe_as_lab(world: World, lab: Any) -> None:
    """Write what a lab believes and charges at the start."""
    market, parameters = world.market[0], world.parameters[0]
    price = market["contract_price_usd_per_h100e_hour"]
    lab["service_price_usd_per_h100e_hour"] = parameters["service_price_start_usd_per_h100e_hour"]
    lab["unit_cost_usd_per_h100e_hour"] = price
    lab["growth_belief_per_month"] = math.log(max(lab["planned_growth_x_per_year"], 1e-9)) / 12.0
    lab["trend_belief_per_month"] = market["growth_per_month"]
    lab["revenue_growth_per_year"] = 12.0 * lab["growth_belief_per_month"]
    lab["spot_price_belief_usd_per_h100e_hour"] = market["spot_price_usd_per_h100e_hour"]
    lab["spot_fill_belief_share"] = 1.0
    lab["price_memory_usd_per_h100e_hour"] = price
    for strategy in range(TRIED):
        remember(lab, strategy, price)
    lab["training_share"] = parameters["training_share"]
    flexible = parameters["training_share"] / (1.0 - parameters["training_share"])
    lab["requirement_last_h100e"] = lab["users_h100e"] * (1.0 + flexible)


@inner
def believe_as_supplier(world: World, supplier: Any) -> None:
    """Write what a supplier believes at the start."""
    market = world.market[0]
    supplier["growth_belief_per_month"] = market["growth_per_month"]
    supplier["trend_belief_per_month"] = market["growth_per_month"]
    supplier["profitability_index"] = 1.0
    supplier["enterprise_reference_usd_per_h100e_hour"] = supplier["list_price_usd_per_h100e_hour"]
    expected = market["contract_to_list_ratio"] * supplier["list_price_usd_per_h100e_hour"]
    supplier["realised_price_usd_per_h100e_hour"] = expected
    expect_price(supplier, expected)
    supplier["sell_through_share"] = 0.0 if supplier["kind"] in WITHOUT_SPOT else 1.0


@inner
def tie_owners(world: World) -> None:
    """Write how far labs and suppliers belong together: by group, or by a stake."""
    for i in range(len(world.labs)):
        for j in range(len(world.suppliers)):
            pair, group = world.pairs[i, j], world.labs[i]["group"]
            pair["aspiration_share"] = 1.0
            pair["most_h100e"] = math.inf
            if group > 0 and group == world.suppliers[j]["group"]:
                pair["tie_share"] = 1.0
    for row in range(len(world.stakes)):
        stake = world.stakes[row]
        pair = world.pairs[stake["lab"], stake["supplier"]]
        pair["tie_share"] = max(pair["tie_share"], stake["stake_share"])


@inner
def plan_rounds(world: World) -> None:
    """Stagger the funding rounds of labs; suppliers may have one at once."""
    interval = int(world.parameters[0]["round_interval_months"])
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            world.labs[i]["months_since_round"] = (5 * world.labs[i]["id"]) % interval
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            world.suppliers[j]["months_since_round"] = interval


@inner
def sign_agreements(world: World) -> None:
    """Sign the contracts that run at the start, in tranches with staggered ends; what they need has been ported."""
    market = world.market[0]
    market["month"] = -1
    for row in range(len(world.agreements)):
        agreement = world.agreements[row]
        i, j, parts = agreement["lab"], agreement["supplier"], agreement["tranches"]
        supplier, first, quantity = (
            world.suppliers[j],
            agreement["first_end_month"],
            agreement["capacity_h100e"] / parts,
        )
        if quantity <= 0.0:
            continue
        world.pairs[i, j]["deals_count"] += 1
        starts_later = agreement["start_month"] > 0
        start = agreement["start_month"] if starts_later else -1
        ramp = agreement["ramp_months"] if starts_later else 0
        notice, recallable = supplier["notice_months"], supplier["recallable"]
        for part in range(parts):
            end = first + round((agreement["last_end_month"] - first) * part / max(1, parts - 1))
            terms = Terms(start, ramp, end, STANDARD, notice, recallable, 0.0)
            sign(world, i, j, quantity, agreement["price_usd_per_h100e_hour"], terms)
            note_ported(world, i, j, quantity)
    market["month"] = 0


@inner
def fund(world: World) -> None:
    """Let investors have paid what firms hold, so that all accounts sum to zero."""
    held = 0.0
    for i in range(len(world.labs)):
        held += world.labs[i]["cash_usd_m"]
    for j in range(len(world.suppliers)):
        held += world.suppliers[j]["cash_usd_m"]
    world.accounts[INVESTORS]["cash_usd_m"] = -held


@inner
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
