"""What an hour could earn without a contract, and what lenders ask of it."""

import pytest

from agents.suppliers.alternatives import contract_opportunity, covenant, debt_service, expected_spot_revenue
from tests.worlds import bare_world, indebted


def test_debt_service_per_hour():
    assert debt_service(indebted(1.46), 0) == pytest.approx(2.0)  # 1.46 m / (1000 x 730 h)
    assert debt_service(bare_world(), 0) == 0.0  # nothing installed


def test_lenders_want_a_part_of_it_covered():
    assert covenant(indebted(1.46), 0) == pytest.approx(1.0)


def test_a_contract_must_beat_spot_but_no_more_than_the_posted_price():
    # spot 5 of which 0.3 sells; posted price 2
    world = bare_world(term_discount_share=0.0)
    world.market["spot_price_usd_per_h100e_hour"], world.suppliers["sell_through_share"] = 5.0, 0.3
    assert expected_spot_revenue(world, 0) == pytest.approx(1.5)
    assert contract_opportunity(world, 0) == pytest.approx(1.5)
    world.suppliers["sell_through_share"] = 1.0
    assert contract_opportunity(world, 0) == pytest.approx(2.0)
