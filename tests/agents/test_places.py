"""Where a firm's sites and a lab's users are."""

import pytest

from agents.places import place_share, users_share
from tests.regional import regional_world


def test_a_firm_is_in_its_region_or_in_all_by_their_share_of_sites():
    world = regional_world()
    world.regions["site_share"] = (0.7, 0.3)
    world.suppliers["region"] = (1, -1)
    shares = [[place_share(world.regions, supplier, r) for r in range(2)] for supplier in world.suppliers]
    assert shares == [[0.0, 1.0], [0.7, 0.3]]


@pytest.mark.parametrize(("region", "shares"), [(1, [0.35, 0.65]), (0, [0.85, 0.15]), (-1, [0.7, 0.3])])
def test_some_users_are_at_home_and_the_others_where_users_are(region, shares):
    world = regional_world()
    world.regions["user_share"] = (0.7, 0.3)
    world.labs["region"], world.labs["home_users_share"] = region, 0.5
    assert [users_share(world.regions, world.labs[0], r) for r in range(2)] == pytest.approx(shares)
