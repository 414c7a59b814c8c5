"""The month, on one page: what happens, in which order.

Each line of `month` is a stage of the market or an action of every agent; `market.ComputeMarket.lines` has the same
lines, with agents that act for themselves.
"""

import math

from agents import labs, suppliers
from agents.choices import LOGIT
from agents.compiling import inner, stage
from model import technology
from model.books import check_capacity, check_money, check_prices
from model.capacity import strike_outages, survey
from model.conduct import draw_conduct
from model.contracts import give_notice, strike_recalls
from model.demand import (
    admit_overflow,
    choose_labs,
    grow_demand,
    lose_refused_users,
    move_users,
    need_compute,
    return_users,
)
from model.entry import come, leave
from model.finance import settle
from model.forwards import check_forwards, trade_forwards
from model.measure import count_firms, measure_channels, measure_labs, measure_suppliers, note_use
from model.money import open_accounts
from model.negotiation import negotiate
from model.network import measure_network
from model.operation import deliver, learn_from_the_best, note_refusals, rate_quality, remember_limits, serve
from model.ordering import place_orders
from model.packages import choose_packages
from model.queueing import measure_queue, open_queue
from model.regional_measure import measure_regions
from model.regional_power import price_power
from model.shocks import strike_shocks
from model.siting import move_sites
from model.spot import clear_spot
from model.state import World


@inner
def month(world: World) -> None:
    """Run one month."""
    open_month(world)
    suppliers_consider_recall(world)
    run_contracts(world)

    meet_users(world)
    labs_price_service(world)
    need_compute(world)

    choose_packages(world)
    labs_plan(world)
    give_notice(world)
    suppliers_quote(world)
    labs_bid(world)
    suppliers_respond(world)
    negotiate(world)

    deliver(world)
    labs_bid_spot(world)
    clear_spot(world)
    trade_forwards(world)
    operate(world)

    settle(world)
    measure_market(world)
    suppliers_invest(world)
    place_orders(world)
    leave(world)
    come(world)

    labs_learn(world)
    suppliers_learn(world)
    close_month(world)


@stage
def open_month(world: World) -> None:
    """Open the books, start the counts of events, let shocks strike, technology advance and outages come; draw."""
    market = world.market[0]
    open_accounts(world)
    remember_limits(world)
    market["recalls"] = 0
    market["lab_defaults"] = 0
    market["supplier_exits"] = 0
    market["lab_entries"] = 0
    market["supplier_entries"] = 0
    market["written_off_usd_m"] = 0.0
    market["contracts_lost_usd_m"] = 0.0
    market["backstops_usd_m"] = 0.0
    strike_shocks(world)
    technology.advance(world)
    price_power(world)
    technology.grow_chip_supply(world)
    strike_outages(world)
    draw_conduct(world)


@stage
def run_contracts(world: World) -> None:
    """Let recalls strike, sites come online and retire, contracts start, ramp and end; open the queue."""
    strike_recalls(world)
    survey(world)
    open_queue(world)


@stage
def meet_users(world: World) -> None:
    """Let demand grow, and let users come, return and move between labs."""
    grow_demand(world)
    admit_overflow(world)
    if world.parameters[0]["user_choice_rule"] == LOGIT:
        choose_labs(world)
    else:
        return_users(world)
        move_users(world)


@stage
def operate(world: World) -> None:
    """Let capacity serve demand; the refused leave; every H100e is accounted for."""
    serve(world)
    note_refusals(world)
    learn_from_the_best(world)
    rate_quality(world)
    lose_refused_users(world)
    note_use(world)
    check_capacity(world)


@stage
def measure_market(world: World) -> None:
    """Add up what the month brought, before anybody leaves or comes."""
    measure_suppliers(world)
    measure_labs(world)
    measure_channels(world)
    measure_queue(world)
    measure_regions(world)
    measure_network(world)


@stage
def close_month(world: World) -> None:
    """Count who is left, remember the spot price, move sites between regions, balance the books."""
    count_firms(world)
    note_spot_price(world)
    move_sites(world)
    check_prices(world)
    check_money(world)
    check_forwards(world)


@inner
def note_spot_price(world: World) -> None:
    """Update the slow mean and variance of the log spot price."""
    market = world.market[0]
    weight = world.parameters[0]["spot_risk_learning_per_month"]
    news = math.log(market["spot_price_usd_per_h100e_hour"]) - market["spot_price_mean_log"]
    market["spot_price_mean_log"] += weight * news
    market["spot_price_variance_log"] += weight * (news * news - market["spot_price_variance_log"])


@stage
def labs_price_service(world: World) -> None:
    """Every lab sets the price of its service."""
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            labs.price_service(world, i)


@stage
def labs_plan(world: World) -> None:
    """Every lab plans."""
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            labs.plan(world, i)


@stage
def labs_bid(world: World) -> None:
    """Every lab asks suppliers for capacity."""
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            labs.bid(world, i)


@stage
def labs_bid_spot(world: World) -> None:
    """Every lab bids on the spot market."""
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            labs.bid_spot(world, i)


@stage
def labs_learn(world: World) -> None:
    """Every lab updates its beliefs."""
    for i in range(len(world.labs)):
        if world.labs[i]["alive"] == 1:
            labs.learn(world, i)


@stage
def suppliers_consider_recall(world: World) -> None:
    """Every supplier sets the chance of a recall."""
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            suppliers.consider_recall(world, j)


@stage
def suppliers_quote(world: World) -> None:
    """Every supplier posts prices and free capacity."""
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            suppliers.quote(world, j)


@stage
def suppliers_respond(world: World) -> None:
    """Every supplier answers the labs that asked."""
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            suppliers.respond(world, j)


@stage
def suppliers_invest(world: World) -> None:
    """Every supplier decides on orders."""
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            suppliers.invest(world, j)


@stage
def suppliers_learn(world: World) -> None:
    """Every supplier updates its beliefs."""
    for j in range(len(world.suppliers)):
        if world.suppliers[j]["alive"] == 1:
            suppliers.learn(world, j)
