"""The kinds of suppliers and the switch between them."""

import pytest

from agents.suppliers import (
    EDGE,
    ENERGY_DEVELOPER,
    HYPERSCALER,
    KINDS,
    MINER,
    NEOCLOUD,
    NONTRADITIONAL,
    ORBITAL,
    SOVEREIGN,
    respond,
)
from tests.worlds import bare_world


def test_names_follow_the_values():
    assert (KINDS[HYPERSCALER], KINDS[NEOCLOUD], KINDS[NONTRADITIONAL]) == ("hyperscaler", "neocloud", "nontraditional")
    others = (KINDS[MINER], KINDS[ENERGY_DEVELOPER], KINDS[EDGE], KINDS[SOVEREIGN], KINDS[ORBITAL])
    assert others == ("miner", "energy_developer", "edge", "sovereign", "orbital")


def asked(kind):
    """One lab asks one supplier of a kind; no credit or term premium; spot 2 sells half, debt service 1 USD."""
    world = bare_world(
        1, 1, credit_spread_share=0.0, term_discount_share=0.0, usable_share=1.0, debt_covenant_share=0.8
    )
    world.pairs["asked_rank"], world.pairs["waited_months"] = 1, 4.0
    supplier = world.suppliers[0]
    supplier["kind"], supplier["sell_through_share"] = kind, 0.5
    supplier["installed_h100e"], supplier["repayment_usd_m"] = 1000.0, 0.73
    return world


@pytest.mark.parametrize(
    ("kind", "least", "liking"),
    # hyperscaler: spot 2 x 0.5, four months' wait x 0.05; neocloud: 0.5 + 0.8 x 1; nontraditional: the same, as what
    # mining earns is less; power that sells for 60 and not at 80 takes 0.02 off; edge: spot; sovereign: 0.9 of it;
    # in orbit a tenth of 0.5
    [
        (HYPERSCALER, 1.0, 0.2),
        (NEOCLOUD, 1.3, 0.0),
        (NONTRADITIONAL, 1.3, 0.0),
        (MINER, 1.3, 0.0),
        (ENERGY_DEVELOPER, 1.28, 0.0),
        (EDGE, 1.0, 0.0),
        (SOVEREIGN, 0.9, 0.0),
        (ORBITAL, 0.85, 0.0),
    ],
)
def test_each_kind_has_its_own_opportunity_cost_and_liking(kind, least, liking):
    world = asked(kind)
    respond(world, 0)
    assert world.pairs["seller_reservation_usd_per_h100e_hour"][0, 0] == pytest.approx(least)
    assert world.pairs["supplier_score_usd_per_h100e_hour"][0, 0] == pytest.approx(liking)


def test_idle_capacity_that_is_paid_for_costs_its_running_cost():
    world = asked(NONTRADITIONAL)
    world.suppliers["repayment_usd_m"] = 0.0
    respond(world, 0)
    assert world.pairs["seller_reservation_usd_per_h100e_hour"][0, 0] == pytest.approx(0.5)


def test_nobody_answers_a_lab_that_did_not_ask():
    world = asked(NEOCLOUD)
    world.pairs["asked_rank"] = 0
    respond(world, 0)
    assert world.pairs["seller_reservation_usd_per_h100e_hour"][0, 0] == 0.0
