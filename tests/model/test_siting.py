"""Where firms in all regions put their sites."""

import pytest

from model.siting import move_sites
from tests.regional import regional_world


def test_sites_go_where_capacity_is_missing():
    world = regional_world(site_drift_per_month=0.5)
    world.regions["installed_h100e"] = (600.0, 200.0)
    world.regions["misplaced_h100e"] = (0.0, 200.0)
    move_sites(world)
    # aim 0.4 and 0.6: (0.5 x 800 + 200) / 1000
    assert world.regions["site_share"].tolist() == pytest.approx([0.45, 0.55])


def test_a_full_grid_draws_nobody():
    world = regional_world(site_drift_per_month=0.5)
    world.regions["installed_h100e"] = 400.0
    world.regions["misplaced_h100e"] = (0.0, 200.0)
    world.regions["connected_share"] = (1.0, 0.0)
    move_sites(world)
    assert world.regions["site_share"].tolist() == pytest.approx([0.5, 0.5])


def test_nothing_moves_without_sites_or_without_want():
    world = regional_world(site_drift_per_month=0.5)
    move_sites(world)
    world.regions["installed_h100e"] = 400.0
    move_sites(world)
    assert world.regions["site_share"].tolist() == pytest.approx([0.5, 0.5])
