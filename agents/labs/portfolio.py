"""The strategy `portfolio`: cover each delivery month by the lower envelope of all channels, ask, and bargain."""

import math
from typing import Any, NamedTuple

from agents.base import LEASE, PARTNER, Tables, channel_of, months_ahead
from agents.compiling import inner, rule
from agents.costs import posted_price
from agents.envelope import Limits, Lines, Split, split_requirement
from agents.expectations import expected_growth_log
from agents.hardware import lab_lead
from agents.labs.asking import ask_by_channel, ask_suppliers, limit_shares, sellable
from agents.labs.chance import split_by_chance
from agents.labs.costs import own_cost, risk_charge, serving_value, spot_cost
from agents.labs.foresight import coming_growth_log, forecast_spread
from agents.labs.integration import own_work_h100e
from agents.labs.manner import FIRST, NEVER, USUAL, Manner
from agents.units import USD_M_PER_MONTH


class Basket(NamedTuple):
    """What a lab would rent through a channel: mean expected price, and the part of a year's bill due in any case."""

    price: float
    due_share: float


NOTHING = Basket(math.inf, 1.0)


class RivalQuotes(NamedTuple):
    """The supplier with the lowest quote, that quote, and the next: the lowest for whoever bargains with `best`."""

    best: int
    lowest: float
    second: float


@inner
def forecast_requirement(tables: Tables, i: int, months: int) -> float:
    """Return the requirement lab `i` expects `months` ahead, H100e: its growth belief fades to the trend.

    What it could not serve because its capacity stood elsewhere it needs once more.
    """
    lab, parameters = tables.labs[i], tables.parameters[0]
    trend = believed_trend(tables, i)
    growth = expected_growth_log(
        lab["growth_belief_per_month"], trend, parameters["growth_persistence_per_month"], float(months)
    )
    needed = lab["need_inference_h100e"] + lab["need_training_h100e"] + lab["misplaced_h100e"]
    return float(needed * math.exp(growth))


@inner
def believed_trend(tables: Tables, i: int) -> float:
    """Return the long-run growth lab `i` believes in: part the true trend, part its own experience."""
    anchor = tables.parameters[0]["trend_anchor_share"]
    return anchor * tables.market[0]["growth_per_month"] + (1.0 - anchor) * tables.labs[i]["trend_belief_per_month"]


@inner
def basket_of(tables: Tables, i: int, channel: int, delivery: int, wanted: float) -> Basket:
    """Fill what lab `i` wants, H100e, from a channel, cheapest suppliers first.

    What nobody has free is a lease at the mean of all lessors by size; partners count only with what they have.
    """
    wanted = max(1.0, wanted)
    quantity, value, due = 0.0, 0.0, 0.0
    for place in range(len(tables.suppliers)):
        j = tables.pairs[i, place]["supplier_by_price"]
        if quantity >= wanted or j < 0:
            break
        if channel_of(tables.suppliers[j]) == channel:
            taken = min(tables.offers[j, delivery]["free_h100e"], wanted - quantity)
            quantity += taken
            value += taken * tables.pairs[i, j]["expected_price_usd_per_h100e_hour"]
            due += taken * due_share(tables.suppliers[j], tables.pairs[i, j])
    if channel == LEASE and quantity < wanted:
        mean = mean_lease(tables, i, delivery)
        if mean.price < math.inf:
            value += (wanted - quantity) * mean.price
            due += (wanted - quantity) * mean.due_share
            quantity = wanted
    if quantity < 1.0:
        return NOTHING
    return Basket(value / quantity, due / quantity)


@inner
def mean_lease(tables: Tables, i: int, delivery: int) -> Basket:
    """Return what a lease costs lab `i` at the mean of all lessors, by the capacity they expect to have."""
    size, value, due = 0.0, 0.0, 0.0
    for j in range(len(tables.suppliers)):
        if tables.suppliers[j]["alive"] == 1 and channel_of(tables.suppliers[j]) == LEASE:
            capacity = tables.offers[j, delivery]["capacity_h100e"]
            size += capacity
            value += capacity * tables.pairs[i, j]["expected_price_usd_per_h100e_hour"]
            due += capacity * due_share(tables.suppliers[j], tables.pairs[i, j])
    return Basket(value / size, due / size) if size > 0.0 else NOTHING


@rule
def due_share(supplier: Any, pair: Any) -> float:
    """Return the part of a year's bill that is due even if nothing is needed: up to notice or term, as take-or-pay."""
    term = float(pair["term_months"])
    if pair["notice_months"] > 0:
        term = min(term, float(pair["notice_months"]))
    return float(supplier["take_or_pay_share"] * min(1.0, term / 12.0))


@inner
def expect_prices(tables: Tables, i: int) -> None:
    """Write what lab `i` thinks the risks of each supplier are worth, and what an hour there will cost it with them."""
    value, ratio = serving_value(tables, i), tables.market[0]["contract_to_list_ratio"]
    for j in range(len(tables.suppliers)):
        pair = tables.pairs[i, j]
        if tables.suppliers[j]["alive"] == 1:
            risk = risk_charge(tables, i, j, value)
            pair["risk_charge_usd_per_h100e_hour"] = risk
            pair["expected_price_usd_per_h100e_hour"] = (
                tables.suppliers[j]["list_price_usd_per_h100e_hour"] * ratio + risk
            )
    order_by_price(tables, i)


@inner
def order_by_price(tables: Tables, i: int) -> None:
    """Write the suppliers in business in lab `i`'s order of expected price, of equal ones the first row first."""
    count = 0
    for j in range(len(tables.suppliers)):
        if tables.suppliers[j]["alive"] == 1:
            price, place = tables.pairs[i, j]["expected_price_usd_per_h100e_hour"], count
            while place > 0:
                other = tables.pairs[i, place - 1]["supplier_by_price"]
                if tables.pairs[i, other]["expected_price_usd_per_h100e_hour"] <= price:
                    break
                tables.pairs[i, place]["supplier_by_price"] = other
                place -= 1
            tables.pairs[i, place]["supplier_by_price"] = j
            count += 1
    for place in range(count, len(tables.suppliers)):
        tables.pairs[i, place]["supplier_by_price"] = -1


@inner
def partner_capacity(tables: Tables, i: int, delivery: int) -> float:
    """Return what partners could still give lab `i` at a delivery month, H100e: free, and not asked for earlier."""
    free = 0.0
    for j in range(len(tables.suppliers)):
        if tables.suppliers[j]["alive"] == 1 and channel_of(tables.suppliers[j]) == PARTNER:
            free += tables.offers[j, delivery]["free_h100e"]
    for earlier in range(delivery):
        free -= tables.requirements[i, earlier]["partner_h100e"]
    return max(0.0, free)


@inner
def cost_lines(tables: Tables, i: int, delivery: int, build_cost: float, manner: Manner, wanted: float) -> Lines:
    """Return the expected cost of each channel for one delivery month, linear in the probability of need.

    A lease costs p (pi + (1 - pi) chi): chi is the part of a year's bill that is due even if nothing is needed.
    """
    value = serving_value(tables, i)
    lease, partner = NOTHING, NOTHING
    if manner.leases:
        lease = basket_of(tables, i, LEASE, delivery, wanted)
    if manner.partners != NEVER:
        partner = basket_of(tables, i, PARTNER, delivery, wanted)
    return Lines(
        (0.0, 0.0, lease.price * lease.due_share, partner.price * partner.due_share, build_cost),
        (
            value,
            spot_cost(tables, i, value),
            lease.price * (1.0 - lease.due_share) if lease.price < math.inf else 0.0,
            partner.price * (1.0 - partner.due_share) if partner.price < math.inf else 0.0,
            0.0,
        ),
    )


@inner
def affordable_share(tables: Tables, i: int, growth: float, committed: float, wanted_usd_m: float) -> float:
    """Return the share of new monthly bills lab `i` may sign: bills stay under expected revenue plus a part of cash.

    `growth` is the factor expected on revenue, `committed` the capacity already covered, H100e.
    """
    lab, parameters = tables.labs[i], tables.parameters[0]
    if lab["parent_backed"] == 1 or wanted_usd_m <= 0.0:
        return 1.0
    limit = parameters["bill_revenue_cap_ratio"] * lab["revenue_usd_m"] * growth
    limit += max(0.0, lab["cash_usd_m"]) / parameters["bill_cash_months"]
    bills = committed * lab["unit_cost_usd_per_h100e_hour"] * USD_M_PER_MONTH
    return min(1.0, max(0.0, limit - bills) / wanted_usd_m)


@inner
def plan(tables: Tables, i: int) -> None:
    """Plan lab `i`'s purchases through every channel."""
    plan_purchases(tables, i, USUAL)


@inner
def in_planning_month(tables: Tables, i: int) -> bool:
    """Tell whether lab `i` plans all delivery months now: once in its own planning cycle, or else in the usual one."""
    lab = tables.labs[i]
    cycle = lab["plan_cycle_months"]
    if cycle == 0:
        cycle = tables.parameters[0]["plan_cycle_months"]
    return bool((tables.market[0]["month"] + lab["id"]) % cycle == 0)


@inner
def write_forecasts(tables: Tables, i: int, foresees: bool) -> None:
    """Write what lab `i` expects to need at each delivery month: as it believes, or as it knows if it `foresees`."""
    need = tables.labs[i]["need_inference_h100e"] + tables.labs[i]["need_training_h100e"]
    for delivery in range(tables.requirements.shape[1]):
        row = tables.requirements[i, delivery]
        months = months_ahead(tables.parameters[0], delivery)
        row["months_ahead"] = months
        if foresees:
            row["forecast_h100e"] = need * math.exp(coming_growth_log(tables, i, months))
        else:
            row["forecast_h100e"] = forecast_requirement(tables, i, months)


@inner
def plan_purchases(tables: Tables, i: int, manner: Manner) -> None:
    """Plan lab `i`'s purchases: every delivery month in a planning month, else only the promptest.

    In its manner it may never plan ahead, or buy nothing but in its planning month.
    What it builds is planned for the first delivery month that its lead time allows, and stays planned until it is
    ordered or planned anew.
    """
    lab, parameters = tables.labs[i], tables.parameters[0]
    last = 0 if manner.keeps_to_plan else 1
    if manner.plans_ahead and in_planning_month(tables, i):
        last = tables.requirements.shape[1]
    own, lead = own_cost(tables, i), lab_lead(tables, i)
    write_forecasts(tables, i, manner.foresees)
    expect_prices(tables, i)
    if last > 1 or not manner.builds:
        lab["planned_build_h100e"] = 0.0
    bought = 0.0
    for delivery in range(tables.requirements.shape[1]):
        row = tables.requirements[i, delivery]
        if delivery < last:
            build_cost = math.inf
            earlier = months_ahead(parameters, delivery - 1) if delivery > 0 else 0
            if manner.builds and earlier < lead <= row["months_ahead"]:
                build_cost = own * parameters["build_hurdle_ratio"]
            bought += cover(tables, i, delivery, build_cost, row["coverage_h100e"] + bought, manner)
            lab["planned_build_h100e"] += row["build_h100e"] / own_work_h100e(1.0, parameters)
        else:
            clear_plan(row)
    lab["spare_h100e"] = spare_capacity(tables, i)


@rule
def clear_plan(row: Any) -> None:
    """Ask for nothing at this delivery month."""
    row["build_h100e"] = 0.0
    row["lease_h100e"] = 0.0
    row["partner_h100e"] = 0.0
    row["spot_h100e"] = 0.0
    row["open_h100e"] = 0.0


@inner
def cover(tables: Tables, i: int, delivery: int, build_cost: float, covered: float, manner: Manner) -> float:
    """Write what lab `i` wants at one delivery month, and return how much of it lasts to later months, H100e."""
    lab, parameters = tables.labs[i], tables.parameters[0]
    row = tables.requirements[i, delivery]
    forecast = row["forecast_h100e"]
    spread = forecast_spread(parameters, float(row["months_ahead"]), manner.foresees)
    lines = cost_lines(tables, i, delivery, build_cost, manner, max(0.0, forecast - covered))
    partners = partner_capacity(tables, i, delivery)
    first = min(partners, max(0.0, forecast - covered)) if manner.partners == FIRST else 0.0
    limits = Limits(partners - first, parameters["spot_plan_cap_share"] * forecast)
    left = lab["planned_hedge_share"] * parameters["hedger_spot_share"] * forecast
    if manner.by_chance:
        split = split_by_chance(tables, i, forecast - covered, build_cost < math.inf, partners)
    else:
        shape = parameters["requirement_distribution"]
        split = split_requirement(lines, forecast - left, spread, covered + first, limits, shape)
    split = Split(split.build, split.lease, split.partner + first, split.spot)
    hourly = split.lease * (lines.fixed[2] + lines.variable[2]) if split.lease > 0.0 else 0.0
    hourly += split.partner * (lines.fixed[3] + lines.variable[3]) if split.partner > 0.0 else 0.0
    hourly += split.build * own_cost(tables, i)
    growth = forecast / max(1e-9, lab["need_inference_h100e"] + lab["need_training_h100e"])
    share = affordable_share(tables, i, growth, covered, hourly * USD_M_PER_MONTH)
    if (split.build + split.lease + split.partner) * share < parameters["smallest_deal_share"] * forecast:
        share = 0.0
    row["build_h100e"] = split.build * share
    row["lease_h100e"] = split.lease * share
    row["partner_h100e"] = split.partner * share
    row["spot_h100e"] = split.spot + left
    row["open_h100e"] = row["lease_h100e"] + row["partner_h100e"]
    return float(row["build_h100e"] + row["open_h100e"])


@inner
def spare_capacity(tables: Tables, i: int) -> float:
    """Return the contracted capacity lab `i` no longer needs at the second delivery month, H100e."""
    row = tables.requirements[i, 1]
    wanted = row["forecast_h100e"] * (1.0 + tables.parameters[0]["renewal_slack_share"])
    return max(0.0, float(row["coverage_h100e"]) - wanted)


@inner
def bid(tables: Tables, i: int) -> None:
    """Ask suppliers in the usual manner."""
    bid_in(tables, i, USUAL)


@inner
def bid_in(tables: Tables, i: int, manner: Manner) -> None:
    """Ask suppliers, and set the most lab `i` would pay each of them; a list price is where talks start, no ceiling."""
    lab = tables.labs[i]
    value = serving_value(tables, i)
    spot = spot_cost(tables, i, value)
    expect_prices(tables, i)
    if manner.by_channel:
        ask_by_channel(tables, i)
    else:
        limit_shares(tables, i, manner.spreads)
        ask_suppliers(tables, i, manner.partners)
    quotes = rival_quotes(tables, i, largest_request(tables, i))
    for j in range(len(tables.suppliers)):
        pair = tables.pairs[i, j]
        if pair["asked_rank"] > 0:
            rival = quotes.second if j == quotes.best else quotes.lowest
            most = min(value, min(spot, rival)) - pair["risk_charge_usd_per_h100e_hour"]
            pair["buyer_reservation_usd_per_h100e_hour"] = most + lab["unserved_share"] * max(0.0, value - most)


@inner
def largest_request(tables: Tables, i: int) -> float:
    """Return the most lab `i` asks for at one delivery month, H100e."""
    wanted = 0.0
    for delivery in range(tables.requirements.shape[1]):
        wanted = max(wanted, tables.requirements[i, delivery]["open_h100e"])
    return wanted


@inner
def rival_quotes(tables: Tables, i: int, wanted: float) -> RivalQuotes:
    """Return the two lowest posted prices, risks included, of the suppliers worth naming; infinite where there is none.

    Worth naming is who could carry the part of what lab `i` wants that falls to one of the suppliers it asks.
    """
    best, lowest, second = -1, math.inf, math.inf
    least = max(1.0, wanted / tables.parameters[0]["suppliers_asked"])
    for j in range(len(tables.suppliers)):
        if tables.suppliers[j]["alive"] == 1 and sellable(tables, j) >= least:
            quote = posted_price(tables, j) + tables.pairs[i, j]["risk_charge_usd_per_h100e_hour"]
            if quote < lowest:
                best, lowest, second = j, quote, lowest
            else:
                second = min(second, quote)
    return RivalQuotes(best, lowest, second)
