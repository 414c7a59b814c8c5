"""What it takes to run on chips of another maker: money and months once, less with experience and with standards.

Switching costs, Klemperer (1995): learned with use; a lab that has moved as much as it needs has nothing left to move.
"""

from agents.base import Tables
from agents.compiling import inner
from agents.units import HOURS_PER_MONTH

CHIP_FAMILIES = 4
"""Families of chips; 0 is the usual one."""


@inner
def left_to_port(tables: Tables, i: int, j: int) -> float:
    """Return the part of lab `i`'s work that does not run on supplier `j`'s chips yet, as standards count it."""
    lab, family = tables.labs[i], tables.suppliers[j]["chip_family"]
    if lab["chip_family"] == family:
        return 0.0
    need = max(1.0, lab["need_inference_h100e"] + lab["need_training_h100e"])
    unported = max(0.0, 1.0 - tables.ported[i, family]["ported_h100e"] / need)
    return float(unported * (1.0 - tables.parameters[0]["standardisation_share"]))


@inner
def porting_usd_m(tables: Tables, i: int, j: int, quantity: float) -> float:
    """Return what lab `i` pays to move so much work, H100e, to supplier `j`'s chips, USD m."""
    return float(quantity * left_to_port(tables, i, j) * tables.parameters[0]["porting_cost_usd_per_h100e"] / 1e6)


@inner
def porting_delay(tables: Tables, i: int, j: int) -> int:
    """Return the months by which that delays what lab `i` signs with supplier `j`."""
    return int(tables.parameters[0]["porting_months"] * left_to_port(tables, i, j) + 0.5)


@inner
def porting_charge(tables: Tables, i: int, j: int, value: float) -> float:
    """Return what porting to supplier `j` adds to lab `i`'s cost of an hour over the usual term, USD per H100e-hour.

    The money, and the gain (value - contract price)+ that the months of delay forgo.
    """
    if tables.labs[i]["chip_family"] == tables.suppliers[j]["chip_family"]:
        return 0.0
    term = max(1.0, float(tables.suppliers[j]["term_months"]))
    gain = max(0.0, value - tables.market[0]["contract_price_usd_per_h100e_hour"])
    return float(
        porting_usd_m(tables, i, j, 1e6) / (HOURS_PER_MONTH * term) + gain * porting_delay(tables, i, j) / term
    )
