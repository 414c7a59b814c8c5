"""A world of regions for tests: the bare one, with capacity and users where a test puts them."""

import numpy as np

from model.state import DTYPES, World
from tests.worlds import bare_world


def regional_world(labs: int = 1, suppliers: int = 2, regions: int = 2, **parameters: float) -> World:
    """Return a bare world of regions with equal parts of users and sites, and no link; firm 0 is in region 0, ...

    A tenth of inference must be local and nothing else near unless `parameters` say so; power costs what is usual.
    """
    usual = {"localised_share": 0.1, "latency_sensitive_share": 0.0, "latency_bound_ms": 100.0}
    world = bare_world(labs, suppliers, **(usual | {"backbone_growth_x_per_year": 1.0} | parameters))
    world = world._replace(
        regions=np.zeros(regions, DTYPES["regions"]),
        routes=np.zeros((regions, regions), DTYPES["routes"]),
        lab_regions=np.zeros((labs, regions), DTYPES["lab_regions"]),
    )
    world.regions["id"] = 1 + np.arange(regions)
    for column in ("user_share", "site_share"):
        world.regions[column] = 1.0 / regions
    world.regions["power_price_usd_per_mwh"] = 75.0
    world.regions["power_mw_per_month"] = 1e6
    world.regions["connected_share"] = 1.0
    for table in (world.labs, world.suppliers):
        table["region"] = np.arange(len(table)) % regions
    world.routes["latency_ms"] = np.inf
    world.routes["next_region"] = world.routes["nearest_region"] = -1
    for region in range(regions):
        world.routes["nearest_region"][region, 0] = region
    return world
