"""Money of the month: revenue, bills, repayment, funding rounds."""

from typing import Any

from agents.compiling import inner, rule, stage
from agents.costs import term_discount
from agents.hardware import own_running_cost
from agents.labs.integration import overhead_share, own_work_h100e
from agents.packages import INTERRUPTIBLE
from agents.suppliers.economics import running_cost
from agents.units import USD_M_PER_MONTH
from model.equity import pay_milestone
from model.money import transfer
from model.state import ENTERPRISES, FRINGE, INVESTORS, LENDERS, POWER_AND_LAND, STAFF, USERS, World


@stage
def settle(world: World) -> None:
    """Pay everything that is due this month."""
    for i in range(len(world.labs)):
        settle_lab(world, i)
    for j in range(len(world.suppliers)):
        settle_supplier(world, j)
    world.market[0]["take_or_pay_waste_usd_m"] = 0.0
    for row in range(world.market[0]["contract_rows"]):
        if world.contracts[row]["id"] != 0 and world.contracts[row]["due_h100e"] > 0.0:
            settle_contract(world, row)
    settle_spot(world)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            close_lab_accounts(world, i)
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            close_supplier_accounts(world, j)


@inner
def settle_lab(world: World, i: int) -> None:
    """Receive lab `i`'s revenue; pay staff, those who set up deals, and the running and repayment of own sites."""
    lab, parameters = world.labs[i], world.parameters[0]
    before = lab["revenue_usd_m"]
    revenue = lab["served_inference_h100e"] * lab["service_price_usd_per_h100e_hour"] * USD_M_PER_MONTH
    transfer(world.accounts[USERS], lab, revenue)
    other = parameters["other_cost_share"] * revenue
    transfer(lab, world.accounts[STAFF], other)
    running = lab["used_share"] * lab["own_h100e"] * own_running_cost(world, i) * USD_M_PER_MONTH
    need = lab["need_inference_h100e"] + lab["need_training_h100e"]
    running *= 1.0 + overhead_share(lab["own_h100e"], need, parameters)
    transfer(lab, world.accounts[POWER_AND_LAND], running)
    transfer(lab, world.accounts[LENDERS], lab["repayment_usd_m"])
    lab["revenue_usd_m"] = revenue
    transfer(lab, world.accounts[STAFF], lab["set_up_bill_usd_m"])
    lab["compute_bill_usd_m"] = running + lab["repayment_usd_m"] + lab["set_up_bill_usd_m"]
    lab["cost_usd_m"] = other
    if before > 0.0:
        growth = 12.0 * (revenue / before - 1.0)
        speed = parameters["growth_learning_per_month"]
        lab["revenue_growth_per_year"] += speed * (growth - lab["revenue_growth_per_year"])


@inner
def settle_supplier(world: World, j: int) -> None:
    """Receive supplier `j`'s revenue from enterprises; pay its running cost and repayment."""
    supplier, parameters = world.suppliers[j], world.parameters[0]
    price = supplier["list_price_usd_per_h100e_hour"] * (1.0 - term_discount(parameters, 12.0))
    revenue = supplier["enterprise_served_h100e"] * price * USD_M_PER_MONTH
    transfer(world.accounts[ENTERPRISES], supplier, revenue)
    used = supplier["enterprise_served_h100e"] + supplier["delivered_h100e"] + supplier["spot_sold_h100e"]
    running = used * running_cost(world, j) * USD_M_PER_MONTH
    transfer(supplier, world.accounts[POWER_AND_LAND], running)
    transfer(supplier, world.accounts[LENDERS], supplier["repayment_usd_m"])
    supplier["revenue_usd_m"] = revenue
    supplier["written_off_usd_m"] = 0.0
    supplier["cost_usd_m"] = running + supplier["repayment_usd_m"]


@rule
def contract_bill(contract: Any, used_share: float, month: int) -> float:
    """Return the month's bill of a contract, USD m: the take-or-pay part in full, the rest as used, less in a ramp."""
    fixed = contract["take_or_pay_share"]
    value = contract["delivered_h100e"] * contract["price_usd_per_h100e_hour"] * USD_M_PER_MONTH
    if month < contract["start_month"] + contract["ramp_months"]:
        value *= 1.0 - contract["ramp_discount_share"]
    return float(value * (fixed + (1.0 - fixed) * used_share))


@rule
def service_credit(contract: Any, parameters: Any) -> float:
    """Return the credit for capacity that was due and not delivered, USD m, up to a share of what is delivered.

    Nobody promised that interruptible capacity would be there.
    """
    if contract["service_level"] == INTERRUPTIBLE:
        return 0.0
    unit = contract["price_usd_per_h100e_hour"] * USD_M_PER_MONTH
    missing = (contract["due_h100e"] - contract["delivered_h100e"]) * unit
    cap = parameters["service_credit_cap_share"] * contract["delivered_h100e"] * unit
    return min(parameters["service_credit_ratio"] * missing, cap)


@inner
def settle_contract(world: World, row: int) -> None:
    """Pay one contract's bill, less the credit for what was not delivered."""
    contract = world.contracts[row]
    lab, supplier = world.labs[contract["lab"]], world.suppliers[contract["supplier"]]
    bill = contract_bill(contract, lab["used_share"], world.market[0]["month"])
    credit = service_credit(contract, world.parameters[0])
    ahead = min(contract["prepaid_usd_m"], contract["prepaid_part_usd_m"], bill)
    contract["prepaid_usd_m"] -= ahead
    transfer(lab, supplier, bill - ahead)
    transfer(supplier, lab, credit)
    pay_milestone(world, row)
    lab["compute_bill_usd_m"] += bill - credit
    supplier["revenue_usd_m"] += bill - credit
    waste = (1.0 - lab["used_share"]) * contract["take_or_pay_share"] * contract["delivered_h100e"]
    world.market[0]["take_or_pay_waste_usd_m"] += waste * contract["price_usd_per_h100e_hour"] * USD_M_PER_MONTH


@inner
def settle_spot(world: World) -> None:
    """Let every spot buyer pay every spot seller its part of the bill, by what the sellers earned."""
    earned = 0.0
    for j in range(len(world.suppliers)):
        earned += world.suppliers[j]["spot_revenue_usd_m"]
    if earned <= 0.0:
        return
    for j in range(len(world.suppliers)):
        supplier = world.suppliers[j]
        share = supplier["spot_revenue_usd_m"] / earned
        if share > 0.0:
            for i in range(len(world.labs)):
                if world.labs[i]["spot_bill_usd_m"] > 0.0:
                    transfer(world.labs[i], supplier, share * world.labs[i]["spot_bill_usd_m"])
            transfer(world.accounts[FRINGE], supplier, share * world.market[0]["spot_fringe_bill_usd_m"])
            supplier["revenue_usd_m"] += supplier["spot_revenue_usd_m"]
    for i in range(len(world.labs)):
        world.labs[i]["compute_bill_usd_m"] += world.labs[i]["spot_bill_usd_m"]


@inner
def close_lab_accounts(world: World, i: int) -> None:
    """Work out lab `i`'s cost, raise money if it is due, and let a parent cover what is missing."""
    lab, parameters = world.labs[i], world.parameters[0]
    hedged_bill = lab["compute_bill_usd_m"] - lab["forward_gain_usd_m"]
    lab["cost_usd_m"] += hedged_bill
    held = own_work_h100e(lab["own_h100e"], parameters) + lab["contract_h100e"] + lab["spot_h100e"]
    if held > 0.0:
        cost = max(0.0, hedged_bill) / (held * USD_M_PER_MONTH)
        speed = parameters["deal_price_smoothing_per_month"]
        lab["unit_cost_usd_per_h100e_hour"] += speed * (cost - lab["unit_cost_usd_per_h100e_hour"])
    lab["months_since_round"] += 1
    if lab["parent_backed"] == 1:
        transfer(world.accounts[INVESTORS], lab, max(0.0, -lab["cash_usd_m"]))
    elif may_raise(world, lab):
        raised = round_size(lab, parameters)
        if raised > 0.0:
            transfer(world.accounts[INVESTORS], lab, raised)
            lab["months_since_round"] = 0


@inner
def may_raise(world: World, firm: Any) -> bool:
    """Tell whether a firm's last funding round is long enough ago, and investors are there."""
    waited = firm["months_since_round"] >= world.parameters[0]["round_interval_months"]
    return bool(waited and world.market[0]["credit_closed"] == 0)


@rule
def round_size(lab: Any, parameters: Any) -> float:
    """Return what a funding round brings a lab, USD m.

    What it wants: months of burn and of cost, less cash. What investors give: months of revenue, more for growth,
    and at least some months of cost to a lab that grows.
    """
    burn = max(0.0, lab["cost_usd_m"] - lab["revenue_usd_m"])
    reserve = parameters["round_cost_months"] * lab["cost_usd_m"]
    wanted = parameters["round_burn_months"] * burn + reserve - lab["cash_usd_m"]
    growth = lab["revenue_growth_per_year"] / parameters["round_growth_scale_per_year"]
    appetite = min(max(growth, 0.0), parameters["round_growth_cap_ratio"])
    given = parameters["round_revenue_months"] * lab["revenue_usd_m"] * appetite
    if lab["revenue_growth_per_year"] > 0.0:
        given = max(given, reserve)
    return max(0.0, min(wanted, given))


@inner
def close_supplier_accounts(world: World, j: int) -> None:
    """Note supplier `j`'s realised price; raise money while new sites pay; let a parent cover what is missing.

    What it gains or loses on forwards is revenue, and no price of an hour: it is of hours that others may have sold.
    """
    supplier, parameters = world.suppliers[j], world.parameters[0]
    used = supplier["enterprise_served_h100e"] + supplier["delivered_h100e"] + supplier["spot_sold_h100e"]
    if used > 0.0:
        price = supplier["revenue_usd_m"] / (used * USD_M_PER_MONTH)
        speed = parameters["deal_price_smoothing_per_month"]
        supplier["realised_price_usd_per_h100e_hour"] += speed * (price - supplier["realised_price_usd_per_h100e_hour"])
    supplier["revenue_usd_m"] += supplier["forward_gain_usd_m"]
    supplier["months_since_round"] += 1
    if supplier["parent_backed"] == 1:
        transfer(world.accounts[INVESTORS], supplier, max(0.0, -supplier["cash_usd_m"]))
    elif may_raise(world, supplier):
        reserve = parameters["round_cost_months"] * supplier["cost_usd_m"]
        wanted = reserve - supplier["cash_usd_m"]
        if wanted > 0.0 and supplier["profitability_index"] >= 1.0:
            transfer(world.accounts[INVESTORS], supplier, wanted)
            supplier["months_since_round"] = 0
