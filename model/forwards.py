"""The forward market: spot hours of the months ahead, traded today and settled in money, with margin.

Labs buy forward, suppliers sell, and traders from outside take what is left over, at one price a delivery month. All
pay and are paid through the clearing house: each month what a position gained or lost as its price moved.
"""

import math
from typing import Any, NamedTuple

from agents.compiling import inner, rule, stage
from agents.expectations import faded_log
from agents.hedging import affordable_hedge, margin_cost, margin_limit, price_risk, wanted_share
from agents.labs.hedger import expected_spot_hours
from agents.units import USD_M_PER_MONTH
from model.books import FORWARD_MARGINS, FORWARD_POSITIONS, expect
from model.money import transfer
from model.state import CLEARING_HOUSE, MOST_FORWARD_MONTHS, TRADERS, World

LAB_SIDE, SUPPLIER_SIDE, TRADER_SIDE = range(3)
"""First index of the table of forwards."""
QUARTER_MONTHS = 3
"""Months ahead of the forward price that is recorded, or the horizon if that is shorter."""


class ForwardClearing(NamedTuple):
    """Price over the one expected, less one, and the parts of what buyers and sellers want that they get at it."""

    premium: float
    bought_share: float
    sold_share: float


@stage
def trade_forwards(world: World) -> None:
    """Settle what was held for this month, then let every month ahead trade, and take deposits; 0 months: no market."""
    horizon = world.parameters[0]["forward_horizon_months"]
    if horizon == 0:
        return
    settle_delivery(world)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            wish(world, LAB_SIDE, i, world.labs[i], world.labs[i]["hedge_share"])
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            wish(world, SUPPLIER_SIDE, j, world.suppliers[j], world.parameters[0]["supplier_hedge_share"])
    for months in range(1, horizon + 1):
        trade_month(world, months)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            post_margin(world, LAB_SIDE, i, world.labs[i])
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            post_margin(world, SUPPLIER_SIDE, j, world.suppliers[j])


@inner
def slot_of(world: World, months: int) -> int:
    """Return the place in the ring of the delivery month so many months ahead."""
    return int((world.market[0]["month"] + months) % MOST_FORWARD_MONTHS)


@inner
def expected_spot_price(world: World, months: int) -> float:
    """Return the spot price that everybody expects `months` ahead, USD per H100e-hour.

    ln E = ln spot + (1 - (1 - r)^h) (m + d - ln spot) + h g: back towards the slow mean m, and down with the cost of
    sites, g a month; d is what a slow mean of something that moves by g a month lags behind by now.
    """
    market, parameters = world.market[0], world.parameters[0]
    start, long_run = parameters["capex_growth_start_x_per_year"], parameters["capex_growth_long_run_x_per_year"]
    month, speed = float(market["month"]), parameters["spot_risk_learning_per_month"]
    trend = faded_log(start, long_run, parameters["capex_half_life_months"], month) / 12.0
    lag = month
    if speed > 0.0:
        lag = (1.0 - math.exp(month * math.log(max(1.0 - speed, 1e-12)))) / speed
    spot = math.log(market["spot_price_usd_per_h100e_hour"])
    back = 1.0 - math.exp(months * math.log(1.0 - parameters["forward_reversion_per_month"]))
    return math.exp(spot + back * (market["spot_price_mean_log"] + lag * trend - spot) + months * trend)


@inner
def wish(world: World, side: int, row: int, firm: Any, most: float) -> None:
    """Write what a firm wants to hold for each month, as far as the deposit for all of it is within its limit.

    The deposit is reckoned at the dearest that forwards can be; see `clear_forwards`.
    """
    market, parameters = world.market[0], world.parameters[0]
    horizon, risk, value = parameters["forward_horizon_months"], price_risk(market, parameters), 0.0
    for months in range(1, horizon + 1):
        position = world.forwards[side, row, slot_of(world, months)]
        if side == LAB_SIDE:
            position["exposure_h100e"] = expected_spot_hours(world, row, months)
        else:
            position["exposure_h100e"] = world.suppliers[row]["spot_sold_h100e"]
        share = wanted_share(most, margin_cost(parameters, firm["wacc_per_year"], months), risk)
        position["wanted_h100e"] = share * position["exposure_h100e"]
        value += position["wanted_h100e"] * expected_spot_price(world, months) * (1.0 + risk)
    scale = affordable_hedge(margin_limit(firm, parameters), value, parameters)
    for months in range(1, horizon + 1):
        world.forwards[side, row, slot_of(world, months)]["wanted_h100e"] *= scale


@rule
def clear_forwards(risk: float, premium: float, bought: float, sold: float, size: float) -> ForwardClearing:
    """Return where what firms want to buy and sell forward meets the traders, H100e.

    Traders ask a premium x = p (bought - sold) / size. It moves firms as their margin cost does: of the side that pays
    it a part 1 - |x| / k stays, k being their risk. So |x| < k, and < p where no more is sold than the size.
    """
    if bought > sold:
        left = premium * (bought - sold) / (risk * size + premium * bought) if risk * size > 0.0 else 1.0
        return ForwardClearing(risk * left, 1.0 - left, 1.0)
    if sold > bought:
        left = premium * (sold - bought) / (risk * size + premium * sold) if risk * size > 0.0 else 1.0
        return ForwardClearing(-risk * left, 1.0, 1.0 - left)
    return ForwardClearing(0.0, 1.0, 1.0)


@inner
def trade_month(world: World, months: int) -> None:
    """Find the price of one delivery month, and let every firm hold what it wants at it; traders take the rest."""
    market, parameters, slot = world.market[0], world.parameters[0], slot_of(world, months)
    bought, sold, size = 0.0, 0.0, 0.0
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            bought += world.forwards[LAB_SIDE, i, slot]["wanted_h100e"]
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            sold += world.forwards[SUPPLIER_SIDE, j, slot]["wanted_h100e"]
            size += world.suppliers[j]["spot_sold_h100e"]
    clearing = clear_forwards(price_risk(market, parameters), parameters["forward_premium_share"], bought, sold, size)
    price = expected_spot_price(world, months) * (1.0 + clearing.premium)
    traders = world.forwards[TRADER_SIDE, 0, slot]
    mark(world, world.accounts[TRADERS], traders, price)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            position = world.forwards[LAB_SIDE, i, slot]
            world.labs[i]["variation_usd_m"] += mark(world, world.labs[i], position, price)
            hold(position, traders, clearing.bought_share * position["wanted_h100e"], price)
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            position = world.forwards[SUPPLIER_SIDE, j, slot]
            world.suppliers[j]["variation_usd_m"] += mark(world, world.suppliers[j], position, price)
            hold(position, traders, -clearing.sold_share * position["wanted_h100e"], price)
    if months == min(QUARTER_MONTHS, parameters["forward_horizon_months"]):
        market["forward_price_usd_per_h100e_hour"] = price
        market["forward_premium"] = clearing.premium


@inner
def mark(world: World, lab: Any, position: Any, price: float) -> float:
    """Pay a holder what its position gained since it was last marked, or have it pay; return that, USD m."""
    move = price - position["price_usd_per_h100e_hour"]
    gain = float(position["quantity_h100e"] * move * USD_M_PER_MONTH)
    pay_out(world, lab, gain)
    position["price_usd_per_h100e_hour"] = price
    return gain


@inner
def pay_out(world: World, lab: Any, amount_usd_m: float) -> None:
    """Pay a lab, a supplier or the traders out of the clearing house; below 0 they pay it."""
    transfer(world.accounts[CLEARING_HOUSE], lab, max(0.0, amount_usd_m))
    transfer(lab, world.accounts[CLEARING_HOUSE], max(0.0, -amount_usd_m))


@rule
def hold(position: Any, traders: Any, quantity: float, price: float) -> None:
    """Trade with the traders at a price until a position is of a quantity, H100e."""
    change = quantity - position["quantity_h100e"]
    position["quantity_h100e"] = quantity
    position["cost_usd_per_hour"] += change * price
    traders["quantity_h100e"] -= change
    traders["cost_usd_per_hour"] -= change * price


@inner
def settle_delivery(world: World) -> None:
    """Settle what is held for this month at its spot price, and note what it brought in all."""
    spot, slot = world.market[0]["spot_price_usd_per_h100e_hour"], slot_of(world, 0)
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            receive(world, world.labs[i], world.forwards[LAB_SIDE, i, slot], spot)
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            receive(world, world.suppliers[j], world.forwards[SUPPLIER_SIDE, j, slot], spot)
    mark(world, world.accounts[TRADERS], world.forwards[TRADER_SIDE, 0, slot], spot)
    clear_position(world.forwards[TRADER_SIDE, 0, slot])


@inner
def receive(world: World, firm: Any, position: Any, spot: float) -> None:
    """Settle one firm's position at the spot price."""
    gain = position["quantity_h100e"] * spot - position["cost_usd_per_hour"]
    firm["forward_gain_usd_m"] = gain * USD_M_PER_MONTH
    firm["variation_usd_m"] = mark(world, firm, position, spot)
    clear_position(position)


@rule
def clear_position(position: Any) -> None:
    """Leave nothing in a place of the ring."""
    position["quantity_h100e"] = 0.0
    position["exposure_h100e"] = 0.0
    position["wanted_h100e"] = 0.0
    position["cost_usd_per_hour"] = 0.0
    position["price_usd_per_h100e_hour"] = 0.0


@inner
def post_margin(world: World, side: int, row: int, firm: Any) -> None:
    """Bring a firm's deposit to its share of what it holds, and note how far the firm is hedged."""
    held, exposed, value = 0.0, 0.0, 0.0
    for months in range(1, world.parameters[0]["forward_horizon_months"] + 1):
        position = world.forwards[side, row, slot_of(world, months)]
        quantity = abs(position["quantity_h100e"])
        held += quantity
        exposed += position["exposure_h100e"]
        value += quantity * position["price_usd_per_h100e_hour"]
    deposit = world.parameters[0]["forward_margin_share"] * value * USD_M_PER_MONTH
    pay_out(world, firm, firm["margin_usd_m"] - deposit)
    firm["margin_usd_m"] = deposit
    firm["hedged_share"] = held / exposed if exposed > 0.0 else 1.0
    firm["forward_h100e"] = world.forwards[side, row, slot_of(world, 1)]["quantity_h100e"]


@inner
def close_forwards(world: World, side: int, row: int, firm: Any) -> None:
    """Close what a failed firm holds at the price it was marked at, and give its deposit back.

    What it then still owes of this month's losses on forwards is a loss of the clearing house.
    """
    if world.parameters[0]["forward_horizon_months"] == 0:
        return
    for slot in range(MOST_FORWARD_MONTHS):
        position = world.forwards[side, row, slot]
        hold(position, world.forwards[TRADER_SIDE, 0, slot], 0.0, position["price_usd_per_h100e_hour"])
        clear_position(position)
    pay_out(world, firm, firm["margin_usd_m"])
    firm["margin_usd_m"] = 0.0
    loss = min(max(0.0, -firm["cash_usd_m"]), max(0.0, -firm["variation_usd_m"]))
    pay_out(world, firm, loss)
    world.market[0]["clearing_loss_usd_m"] += loss


@inner
def check_forwards(world: World) -> None:
    """Check that what is held for each month adds up to nothing, and the deposits to what the clearing house has."""
    if world.parameters[0]["forward_horizon_months"] == 0:
        return
    for slot in range(MOST_FORWARD_MONTHS):
        traders = world.forwards[TRADER_SIDE, 0, slot]["quantity_h100e"]
        total, size = traders, abs(traders)
        for i in range(len(world.labs)):
            total += world.forwards[LAB_SIDE, i, slot]["quantity_h100e"]
            size += abs(world.forwards[LAB_SIDE, i, slot]["quantity_h100e"])
        for j in range(len(world.suppliers)):
            total += world.forwards[SUPPLIER_SIDE, j, slot]["quantity_h100e"]
            size += abs(world.forwards[SUPPLIER_SIDE, j, slot]["quantity_h100e"])
        expect(world, FORWARD_POSITIONS, slot, total, 1e3 * size)
    deposits = 0.0
    for i in range(len(world.labs)):
        deposits += world.labs[i]["margin_usd_m"]
    for j in range(len(world.suppliers)):
        deposits += world.suppliers[j]["margin_usd_m"]
    held = world.accounts[CLEARING_HOUSE]["cash_usd_m"] + world.market[0]["clearing_loss_usd_m"]
    expect(world, FORWARD_MARGINS, 0, held - deposits, 1e3 * (deposits + abs(held)))
