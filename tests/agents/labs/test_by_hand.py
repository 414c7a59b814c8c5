"""A lab played by hand: it asks for what was ordered and for nothing else, and what it orders comes about."""

import math

import numpy as np
import pytest

from agents import labs
from agents.base import LEASE, PARTNER
from agents.lab import Lab
from agents.labs import STRATEGIES, by_hand
from agents.labs.asking import ask_by_channel
from model import ComputeMarket, Ensemble, load_scenario
from model.build_to_suit import build_to_suit
from model.negotiation import match
from model.ordering import place_orders
from tests.draws import assert_same_bits, market_bits, run_bits
from tests.worlds import bare_world, with_events

BUILD, LEASED, PARTNERED = "hand_build_h100e", "hand_lease_h100e", "hand_partner_h100e"
LIMIT = "buyer_reservation_usd_per_h100e_hour"


def played(suppliers=2, lease=300.0, partner=0.0, build=0.0, stubbornness=0.0, **parameters):
    """Return a bare world in which lab 1 needs 1000 and is played by hand; the last supplier is a partner."""
    world = bare_world(2, suppliers, **parameters)
    world.labs["need_inference_h100e"] = 1000.0
    world.suppliers["recallable"][-1] = 1
    world.offers["free_h100e"], world.offers["capacity_h100e"] = 1e4, 1e4
    world.labs["by_hand"][0], world.labs[BUILD][0] = 1, build
    world.labs[LEASED][0], world.labs[PARTNERED][0] = lease, partner
    world.labs["hand_stubbornness_share"][0] = stubbornness
    return world


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_it_asks_for_what_was_ordered_whatever_its_strategy(strategy):
    world, own = played(lease=300.0, partner=200.0, build=50.0, usable_share=0.5), played(usable_share=0.5)
    world.requirements["draw_share"], own.requirements["draw_share"] = 0.5, 0.5
    own.labs["by_hand"] = 0
    for table in (world, own):
        table.labs["strategy"], table.labs["planned_build_h100e"] = STRATEGIES.index(strategy), 7e5
        table.requirements["coverage_h100e"] = 1500.0
        labs.plan(table, 0)
    rows = world.requirements[0]
    assert rows["lease_h100e"].tolist() == [300.0, 0.0, 0.0, 0.0]
    assert rows["partner_h100e"].tolist() == [200.0, 0.0, 0.0, 0.0]
    assert rows["open_h100e"].tolist() == [500.0, 0.0, 0.0, 0.0]
    assert not rows["build_h100e"].any()
    assert not rows["spot_h100e"].any()
    assert world.labs["planned_build_h100e"][0] == 25.0  # usable, of 50 installed
    assert world.labs["spare_h100e"][0] == 0.0
    for told in ("forecast_h100e", "coverage_h100e", "months_ahead"):
        assert rows[told].tolist() == own.requirements[told][0].tolist()
    assert rows["forecast_h100e"][0] > 900.0


def test_it_may_order_more_than_it_can_pay():
    world = played(lease=1e6)
    world.labs["cash_usd_m"], world.labs["revenue_usd_m"] = -1e6, 0.0
    labs.plan(world, 0)
    assert world.requirements["open_h100e"][0, 0] == 1e6


@pytest.mark.parametrize("strategy", ["portfolio", "renter", "partner_seeker", "diversifier"])
@pytest.mark.parametrize(("lease", "partner", "ranks"), [(300, 0, 0b011), (0, 200, 0b100), (300, 200, 0b111)])
def test_it_asks_everybody_who_sells_what_was_ordered(strategy, lease, partner, ranks):
    world = played(3, lease, partner, suppliers_asked=1)
    world.labs["strategy"] = STRATEGIES.index(strategy)
    labs.plan(world, 0)
    labs.bid(world, 0)
    asked = world.pairs["asked_rank"][0] > 0
    assert [bool(ranks & 1 << j) for j in range(3)] == asked.tolist()
    assert sorted(world.pairs["asked_rank"][0][asked]) == list(range(1, 1 + asked.sum()))
    assert world.pairs["most_h100e"][0].tolist() == [lease, lease, partner]


def test_nobody_is_asked_for_nothing():
    world = played(lease=0.0)
    world.pairs["asked_rank"], world.pairs["supplier_by_price"][0] = 1, (0, 1)
    ask_by_channel(world, 0)
    assert not world.pairs["asked_rank"][0].any()


def test_stubbornness_takes_a_part_off_what_it_would_pay():
    free, stubborn, hard = (played(stubbornness=share) for share in (0.0, 0.25, 1.0))
    for world in (free, stubborn, hard):
        labs.plan(world, 0)
        labs.bid(world, 0)
    asked = free.pairs["asked_rank"][0] > 0
    assert (free.pairs[LIMIT][0][asked] > 1.0).all()
    assert stubborn.pairs[LIMIT][0].tolist() == (0.75 * free.pairs[LIMIT][0]).tolist()
    assert hard.pairs[LIMIT][0].tolist() == [0.0, 0.0]


def test_stubbornness_does_not_raise_what_is_below_nothing():
    limits = []
    for share in (0.0, 0.5):
        world = played(stubbornness=share, relationship_cost_usd_m=10.0)
        world.labs["service_price_usd_per_h100e_hour"] = 0.0
        labs.plan(world, 0)
        labs.bid(world, 0)
        limits.append(float(world.pairs[LIMIT][0, 0]))
    assert limits[0] == limits[1]
    assert limits[0] < 0.0


def test_another_lab_is_not_played():
    world, own = played(lease=300.0, build=50.0), played()
    own.labs["by_hand"] = 0
    for table in (world, own):
        labs.plan(table, 1)
        labs.bid(table, 1)
    for name in ("labs", "requirements", "pairs"):
        assert getattr(world, name)[1].tobytes() == getattr(own, name)[1].tobytes()


def matched(lease, partner, free, prices=(2.0, 2.1, 2.2, 1.0)):
    """Return what lab 1 holds of two lessors and two partners, and what stays open, after a match."""
    world = played(4, lease, partner)
    world.suppliers["recallable"] = (0, 0, 1, 1)
    world.pairs["price_usd_per_h100e_hour"], world.pairs["asked_rank"] = math.nan, 0
    world.pairs["price_usd_per_h100e_hour"][0], world.offers["free_h100e"] = prices, np.array([free] * 4).T
    by_hand.plan(world, 0)
    match(world, 0)
    return world.pairs["held_h100e"][0].tolist(), float(world.requirements["open_h100e"][0, 0])


@pytest.mark.parametrize(
    ("lease", "partner", "free", "held", "left"),
    [
        (300, 0, (900, 900, 900, 900), [300, 0, 0, 0], 0),
        (0, 200, (900, 900, 900, 900), [0, 0, 0, 200], 0),
        (300, 200, (900, 900, 900, 900), [300, 0, 0, 200], 0),
        (300, 200, (100, 900, 900, 50), [100, 200, 150, 50], 0),
        (300, 200, (900, 900, 0, 50), [300, 0, 0, 50], 150),  # lessors do not stand in for partners
        (300, 200, (100, 50, 900, 900), [100, 50, 0, 200], 150),
    ],
)
def test_it_buys_through_each_channel_what_was_ordered_there(lease, partner, free, held, left):
    assert matched(lease, partner, free) == (held, left)


def test_nobody_builds_to_suit_for_what_was_ordered_of_partners():
    world = played(3, 300.0, 200.0, build_to_suit_share=0.5)
    world.pairs["price_usd_per_h100e_hour"], world.pairs["asked_rank"] = 9.0, 1
    world.pairs[LIMIT], world.suppliers["lead_months"] = 10.0, 1
    by_hand.plan(world, 0)
    world.pairs["held_h100e"][0] = (100.0, 0.0, 50.0)
    world.requirements["open_h100e"][0, 0] = 350.0  # 200 of lessors, 150 of partners
    build_to_suit(world, 0)
    assert world.requirements["signed_h100e"][0, 0] == 100.0


def order(build, chips=1e9, power_mw=1e5, **parameters):
    """Return the world after a month's orders, 1000 of which a supplier places."""
    world = played(build=build, usable_share=0.5, **parameters)
    world.market["chips_h100e"], world.labs["power_mw_per_month"] = chips, power_mw
    world.suppliers["order_h100e"][0] = 1000.0
    labs.plan(world, 0)
    place_orders(world)
    return world


def own_sites(world):
    return world.sites["capacity_h100e"][world.sites["owner_is_lab"] == 1].tolist()


def test_what_is_built_by_hand_is_installed_capacity():
    world = order(400.0)
    assert own_sites(world) == [400.0]
    assert world.labs["planned_build_h100e"][0] == 0.0
    site = world.sites[world.sites["owner_is_lab"] == 1][0]
    assert (site["order_month"], site["online_month"]) == (0, 24)


def test_a_gain_of_own_hardware_and_its_overhead_change_the_work_and_the_cost_and_not_the_size():
    assert own_sites(order(400.0, integration_gain_share=0.3, integration_overhead_share=0.5)) == [400.0]


@pytest.mark.parametrize(("limits", "size"), [({"chips": 700.0}, 200.0), ({"power_mw": 0.1}, 100.0)])
def test_chips_and_power_limit_it_and_nothing_of_it_stays_planned(limits, size):
    # 1400 wanted and half as many chips; 1 kW an H100e, so 100 kW do for 100
    world = order(400.0, power_growth_x_per_year=1.0, power_start_kw_per_h100e=1.0, power_supply_growth_x_per_year=1.0)
    assert own_sites(world) == [400.0]
    world = order(
        400.0, **limits, power_growth_x_per_year=1.0, power_start_kw_per_h100e=1.0, power_supply_growth_x_per_year=1.0
    )
    assert own_sites(world) == pytest.approx([size])
    assert world.labs["planned_build_h100e"][0] == 0.0


def test_without_lenders_nothing_is_built():
    world = played(build=400.0)
    world.market["credit_closed"] = 1
    labs.plan(world, 0)
    place_orders(world)
    assert own_sites(world) == []


def orders(first_month=36, target="openai", **fields):
    """Return an event in a month of the glut of `small`, in which there is something to buy and little is ordered."""
    return {"shock": "orders", "target": target, "first_month": first_month} | fields


def run_of(small, **event):
    """Return a run in which openai is played by hand for a month."""
    run = next(Ensemble(with_events(small, hand=orders(**event)), runs=1, months=40, seed=3).histories())
    assert not run.failure
    return run


def deals_of(run):
    """Return what openai signed in the month in which it is played."""
    return run.deals[(run.deals["lab_id"] == 1) & (run.deals["signed_month"] == 36)]


@pytest.mark.all
def test_what_is_ordered_is_signed_and_no_more(small):
    for lease, partner in ((0.0, 0.0), (1e4, 0.0), (5e4, 0.0), (0.0, 2e4), (3e4, 2e4)):
        deals = deals_of(run_of(small, lease_h100e=lease, partner_h100e=partner))
        for channel, ordered in ((LEASE, lease), (PARTNER, partner)):
            assert deals["capacity_h100e"][deals["channel"] == channel].sum() == pytest.approx(ordered)
        assert (deals["start_month"] == 37).all()


@pytest.mark.all
def test_the_more_stubborn_the_cheaper_until_nobody_signs(small):
    prices = []
    for share in (0.0, 0.1, 0.2, 0.4):
        deals = deals_of(run_of(small, lease_h100e=1e4, stubbornness_share=share))
        assert deals["capacity_h100e"].tolist() == [1e4]
        prices.append(float(deals["price_usd_per_h100e_hour"][0]))
    assert prices == sorted(prices, reverse=True)
    assert prices[-1] < 0.8 * prices[0]
    assert len(deals_of(run_of(small, lease_h100e=1e4, stubbornness_share=1.0))) == 0


AMPLE = {"parameters.chip_supply_start_h100e_per_month": 1e12, "labs.mistral.power_mw_per_month": 1e5}


@pytest.mark.all
def test_what_is_built_comes_online_at_that_size():
    scenario, own = load_scenario("small", AMPLE), []
    for build in (0.0, 3e4, 6e4):
        rest = {"rest": orders(1, "mistral", months=30)}
        played = with_events(scenario, **rest, hand=orders(2, "mistral", build_h100e=build))
        run = next(Ensemble(played, runs=1, months=16, seed=3).histories())
        row = list(scenario.labs).index("mistral")
        assert run.history.labs["ordered_h100e"][:5, row].tolist()[2:] == pytest.approx([build, 0.0, 0.0])
        own.append(run.history.labs["own_h100e"][:, row])
    usable = scenario.parameters["usable_share"]
    for build, held in zip((3e4, 6e4), own[1:], strict=True):
        assert (held - own[0])[:14] == pytest.approx(0.0)
        assert (held - own[0])[14:] == pytest.approx(build * usable)  # after its twelve months


@pytest.mark.all
def test_a_month_by_hand_is_that_month_only(small):
    run = next(Ensemble(with_events(small, hand=orders(7, months=3)), runs=1, months=12, seed=3).histories())
    assert run.history.labs["by_hand"][:, 0].tolist() == [0] * 7 + [1] * 3 + [0] * 2
    planned = run.history.labs["planned_build_h100e"][:, 0]
    assert (planned[7:10] == 0.0).all()
    assert (planned[:7] > 0.0).any()
    signed = run.deals["signed_month"][run.deals["lab_id"] == 1]
    assert not np.isin(signed, (7, 8, 9)).any()


EVERY_MONTH = {
    "hand": {"first_month": 2, "months": 20, "build_h100e": 2e4, "lease_h100e": 4e4, "partner_h100e": 2e4},
    "later": {"first_month": 9, "months": 3, "lease_h100e": 9e4, "stubbornness_share": 0.3},
}


@pytest.mark.all
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_market_of_agents_equals_run_0_whatever_the_strategy_of_who_is_played(strategy):
    played = {name: orders(target="mistral") | event for name, event in EVERY_MONTH.items()}
    overrides = {"labs.mistral.strategy": strategy, "parameters.build_to_suit_share": 0.3}
    scenario = with_events(load_scenario("small", overrides), **played)
    run = next(Ensemble(scenario, runs=1, months=26, seed=2).histories())
    assert not run.failure
    assert run.history.labs["by_hand"].sum() == 20
    assert_same_bits(market_bits(ComputeMarket(scenario, seed=2).run(26)), run_bits(run), strategy)


class Follower(Lab):
    """Does what any lab does, by calling it."""

    def plan(self) -> None:
        super().plan()

    def bid(self) -> None:
        super().bid()


class HalfAsMuch(Lab):
    """Leases half of what it was about to."""

    def plan(self) -> None:
        super().plan()
        for column in ("lease_h100e", "open_h100e"):
            self.requirements[column] *= 0.5


@pytest.mark.all
def test_a_subclass_is_played_by_hand_too(small):
    scenario = with_events(small, hand=orders(lease_h100e=2e4))
    run = next(Ensemble(scenario, runs=1, months=38, seed=3).histories())
    market = ComputeMarket(scenario, seed=3, lab_classes={"openai": Follower}).run(38)
    assert_same_bits(market_bits(market), run_bits(run))
    market = ComputeMarket(scenario, seed=3, lab_classes={"openai": HalfAsMuch}).run(37).contracts()
    signed = market.filter(market["signed_month"] == 36).filter(lab="openai")
    assert signed["capacity_h100e"].to_list() == pytest.approx([1e4])
