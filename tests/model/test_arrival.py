"""Who looks at the market as a supplier."""

from collections import Counter

import pytest

from agents.packages import STANDARD
from agents.suppliers import HYPERSCALER, MINER, NEOCLOUD, NONTRADITIONAL, ORBITAL
from model.arrival import kind_that_looks, looking_chance, note_visible_deal
from model.contracts import Terms, sign
from tests.worlds import bare_world


def watched(kind, **parameters):
    world = bare_world(1, 1, supplier_entry_per_month=0.04, follower_multiple=3.0, follower_months=12, **parameters)
    world.market["month"], world.suppliers["kind"] = 8, kind
    return world


@pytest.mark.parametrize(
    ("kind", "quantity", "until"),
    [
        (NONTRADITIONAL, 1e5, 20),
        (MINER, 2e5, 20),
        (NONTRADITIONAL, 0.9e5, 0),
        (HYPERSCALER, 1e6, 0),
        (NEOCLOUD, 1e6, 0),
    ],
)
def test_a_large_deal_with_another_trade_is_seen(kind, quantity, until):
    world = watched(kind, visible_deal_h100e=1e5)
    sign(world, 0, 0, quantity, 2.0, Terms(9, 0, 45, STANDARD, 0, 0, 0.0))
    assert world.market["followers_until_month"][0] == until


def test_deals_of_the_past_are_no_news():
    world = watched(NONTRADITIONAL)
    world.market["month"] = -1
    note_visible_deal(world, 0, 1e6)
    assert world.market["followers_until_month"][0] == 0


def test_followers_come_while_it_is_news():
    world = watched(NONTRADITIONAL)
    assert looking_chance(world) == pytest.approx(0.04)
    note_visible_deal(world, 0, 1e6)
    for month, chance in ((9, 0.12), (19, 0.12), (20, 0.04)):
        world.market["month"] = month
        assert looking_chance(world) == pytest.approx(chance)


def looked(months=4000, **parameters):
    world = bare_world(1, 1, **parameters)
    found = Counter()
    for month in range(months):
        world.market["month"] = month
        found[kind_that_looks(world)] += 1
    return {kind: count / months for kind, count in found.items()}


def test_without_weights_they_own_idle_capacity_or_are_neoclouds():
    shares = looked(entrant_nontraditional_share=0.3)
    assert set(shares) == {NEOCLOUD, NONTRADITIONAL}
    assert shares[NONTRADITIONAL] == pytest.approx(0.3, abs=0.03)  # s.d. 0.007


def test_other_trades_come_by_their_weights():
    # 0.8 of other trades: one part idle owners, two parts miners, one part in orbit
    shares = looked(entrant_nontraditional_share=0.8, entrant_miner_weight=2.0, entrant_orbital_weight=1.0)
    assert set(shares) == {NEOCLOUD, NONTRADITIONAL, MINER, ORBITAL}
    for kind, share in ((NEOCLOUD, 0.2), (NONTRADITIONAL, 0.2), (MINER, 0.4), (ORBITAL, 0.2)):
        assert shares[kind] == pytest.approx(share, abs=0.03)


def test_with_no_other_trades_all_are_neoclouds():
    assert looked(100, entrant_nontraditional_share=0.0, entrant_orbital_weight=1.0) == {NEOCLOUD: 1.0}
