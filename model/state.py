"""The state of a world: every table, declared once.

Letters in shapes: L labs, S suppliers, H delivery months, K contracts, N sites, Q queue rows, D deals, E events,
A accounts, F the more of labs and suppliers, M months of the forward market, R regions.
Rows never move; a row with `id` 0 is empty and may be reused under a new id.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.columns import Column, table_dtype
from agents.lab import LAB_COLUMNS
from agents.labs.porting import CHIP_FAMILIES
from agents.pointers import by_pointer
from agents.supplier import SUPPLIER_COLUMNS
from agents.suppliers.kinds import KINDS, NEOCLOUD
from agents.suppliers.stocking import MEMORY_MONTHS
from model.columns import (
    ACCOUNT_COLUMNS,
    AGREEMENT_COLUMNS,
    BOOK_COLUMNS,
    CONTRACT_COLUMNS,
    DEAL_COLUMNS,
    EVENT_COLUMNS,
    FORWARD_COLUMNS,
    GRID_COLUMNS,
    MARKET_COLUMNS,
    OFFER_COLUMNS,
    PAIR_COLUMNS,
    PORTED_COLUMNS,
    QUEUE_COLUMNS,
    REQUIREMENT_COLUMNS,
    SALES_COLUMNS,
    SITE_COLUMNS,
    STAKE_COLUMNS,
)
from model.parameters import PARAMETER_DTYPE
from model.regional_columns import LAB_REGION_COLUMNS, REGION_COLUMNS, ROUTE_COLUMNS

GRID_MONTHS = 96
"""Months of the ring of the grid queue; no wait is as long."""

DELIVERY_MONTHS = 4
"""H: delivery months for which labs plan and suppliers sell, see `delivery_*_months` in the parameters."""

CHANNELS = ("lease", "partner")
"""Names of `contracts["channel"]`."""

EXTERNAL_ACCOUNTS = (
    "users",
    "investors",
    "lenders",
    "chip_makers",
    "power_and_land",
    "enterprises",
    "fringe",
    "staff",
    "traders",
    "clearing_house",
)
"""Who else pays and is paid; row numbers of the accounts table."""
USERS, INVESTORS, LENDERS, CHIP_MAKERS, POWER_AND_LAND, ENTERPRISES, FRINGE, STAFF, TRADERS, CLEARING_HOUSE = range(10)

MOST_FORWARD_MONTHS = 12
"""M: delivery months of the forward market that are kept; its horizon is no longer."""

TABLE_COLUMNS: dict[str, tuple[Column, ...]] = {
    "market": MARKET_COLUMNS,
    "labs": LAB_COLUMNS,
    "suppliers": SUPPLIER_COLUMNS,
    "requirements": REQUIREMENT_COLUMNS,
    "offers": OFFER_COLUMNS,
    "pairs": PAIR_COLUMNS,
    "sites": SITE_COLUMNS,
    "contracts": CONTRACT_COLUMNS,
    "queue": QUEUE_COLUMNS,
    "deals": DEAL_COLUMNS,
    "accounts": ACCOUNT_COLUMNS,
    "bids": BOOK_COLUMNS,
    "asks": BOOK_COLUMNS,
    "sales": SALES_COLUMNS,
    "grid": GRID_COLUMNS,
    "ported": PORTED_COLUMNS,
    "events": EVENT_COLUMNS,
    "lab_template": LAB_COLUMNS,
    "supplier_templates": SUPPLIER_COLUMNS,
    "forwards": FORWARD_COLUMNS,
    "regions": REGION_COLUMNS,
    "routes": ROUTE_COLUMNS,
    "lab_regions": LAB_REGION_COLUMNS,
    "market_aside": MARKET_COLUMNS,
    "labs_aside": LAB_COLUMNS,
    "suppliers_aside": SUPPLIER_COLUMNS,
    "agreements": AGREEMENT_COLUMNS,
    "stakes": STAKE_COLUMNS,
}
"""Every table but the parameters, by name."""

Table = NDArray[Any]


@by_pointer
class World(NamedTuple):
    """All tables of one world; the fields are in the order in which compiled rules receive them."""

    parameters: Table
    market: Table
    labs: Table
    suppliers: Table
    requirements: Table
    offers: Table
    pairs: Table
    sites: Table
    contracts: Table
    queue: Table
    deals: Table
    accounts: Table
    bids: Table
    asks: Table
    sales: Table
    grid: Table
    ported: Table
    events: Table
    lab_template: Table
    supplier_templates: Table
    forwards: Table
    regions: Table
    routes: Table
    lab_regions: Table
    market_aside: Table
    labs_aside: Table
    suppliers_aside: Table
    agreements: Table
    stakes: Table


class Capacity(NamedTuple):
    """Rows of the tables that grow, and of what the scenario lists: events, regions, agreements, stakes."""

    labs: int
    suppliers: int
    sites: int
    contracts: int
    queue: int
    deals: int
    events: int = 1
    regions: int = 1
    agreements: int = 0
    stakes: int = 0


DTYPES = {name: table_dtype(columns) for name, columns in TABLE_COLUMNS.items()} | {"parameters": PARAMETER_DTYPE}
"""The structured dtype of every table."""


def table_shape(name: str, capacity: Capacity) -> tuple[int, ...]:
    """Return the shape of a table in a world of that capacity."""
    labs, suppliers = capacity.labs, capacity.suppliers
    shapes: dict[str, tuple[int, ...]] = {
        "parameters": (1,),
        "market": (1,),
        "labs": (labs,),
        "suppliers": (suppliers,),
        "requirements": (labs, DELIVERY_MONTHS),
        "offers": (suppliers, DELIVERY_MONTHS),
        "pairs": (labs, suppliers),
        "sites": (capacity.sites,),
        "contracts": (capacity.contracts,),
        "queue": (capacity.queue,),
        "deals": (capacity.deals,),
        "accounts": (len(EXTERNAL_ACCOUNTS),),
        "bids": (2 * labs,),
        "asks": (2 * suppliers,),
        "sales": (suppliers, MEMORY_MONTHS),
        "grid": (2, max(labs, suppliers), GRID_MONTHS),
        "ported": (labs, CHIP_FAMILIES),
        "events": (capacity.events,),
        "lab_template": (1,),
        "supplier_templates": (len(KINDS) - NEOCLOUD,),
        "forwards": (3, max(labs, suppliers), MOST_FORWARD_MONTHS),
        "regions": (capacity.regions,),
        "routes": (capacity.regions, capacity.regions),
        "lab_regions": (labs, capacity.regions),
        "market_aside": (1,),
        "labs_aside": (labs,),
        "suppliers_aside": (suppliers,),
        "agreements": (capacity.agreements,),
        "stakes": (capacity.stakes,),
    }
    return shapes[name]


def empty_world(capacity: Capacity) -> World:
    """Return a world of empty tables, which lie one after another in one block of memory."""
    shapes = [table_shape(name, capacity) for name in World._fields]
    sizes = [math.prod(shape) * DTYPES[name].itemsize for name, shape in zip(World._fields, shapes, strict=True)]
    block, ends = np.zeros(sum(sizes), np.uint8), np.cumsum(sizes)
    parts = zip(World._fields, shapes, sizes, ends, strict=True)
    return World(*(block[end - size : end].view(DTYPES[name]).reshape(shape) for name, shape, size, end in parts))


def cells_of(world: World) -> NDArray[np.int64]:
    """Return the block in which the tables of a world made by `empty_world` lie: eight bytes a cell."""
    block: Any = world.parameters.base
    cells: NDArray[np.int64] = block.view(np.int64)
    return cells


def capacity_of(world: World) -> Capacity:
    """Return the rows of the tables of `world` that grow."""
    return Capacity(*(len(getattr(world, name)) for name in Capacity._fields))


def copy_into(source: World, target: World) -> None:
    """Copy every table of `source` into the leading rows of `target`, which is at least as large.

    Raises ValueError where a table of `target` is smaller.
    """
    for old, new in zip(source, target, strict=True):
        if old.shape == new.shape:
            new.reshape(-1).view(np.uint8)[:] = old.reshape(-1).view(np.uint8)
            continue
        if any(there < here for here, there in zip(old.shape, new.shape, strict=True)):
            raise ValueError(f"a table of shape {old.shape} does not fit into {new.shape}")
        new[tuple(slice(length) for length in old.shape)] = old
