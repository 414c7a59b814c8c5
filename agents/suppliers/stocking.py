"""Capacity as stock: orders that bring what is free and under way up to the sales of a lead time.

The order-up-to rule of Chen, Drezner, Ryan & Simchi-Levi (2000), with sales forecast by a moving average.
"""

from agents.base import Tables
from agents.compiling import inner
from agents.hardware import supplier_lead

MEMORY_MONTHS = 36
"""Months of sales that a supplier can remember."""


@inner
def remember_sales(tables: Tables, j: int, wanted: float) -> None:
    """Note what supplier `j`'s customers newly want this month, H100e: more than last month, and what wears out."""
    supplier, month = tables.suppliers[j], tables.market[0]["month"]
    worn = supplier["installed_h100e"] / tables.parameters[0]["site_life_months"]
    new = wanted - supplier["wanted_before_h100e"]
    tables.sales[j, month % MEMORY_MONTHS]["sold_h100e"] = new + worn
    supplier["wanted_before_h100e"] = wanted


@inner
def mean_sales(tables: Tables, j: int) -> float:
    """Return the moving average of supplier `j`'s sales, H100e a month, over the months it looks back on."""
    month, window = tables.market[0]["month"], tables.parameters[0]["moving_average_months"]
    total, count = 0.0, min(window, month - tables.suppliers[j]["entered_month"] + 1)
    for back in range(count):
        total += tables.sales[j, (month - back) % MEMORY_MONTHS]["sold_h100e"]
    return total / max(1, count)


@inner
def order_up_to(tables: Tables, j: int) -> float:
    """Return the order of supplier `j`, H100e: sales expected over the lead time, less what is free or under way.

    What is free is capacity less what customers want, so a backlog counts as less than nothing.
    """
    supplier = tables.suppliers[j]
    free = supplier["installed_h100e"] - supplier["wanted_before_h100e"]
    return max(0.0, supplier_lead(tables, j) * mean_sales(tables, j) - free - supplier["pipeline_h100e"])
