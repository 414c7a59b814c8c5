"""The tabs of panels, in the order in which they stand on the page."""

from experiments.view.panel import Tab
from experiments.view.panels import (
    binding,
    capacity,
    concentration,
    firm,
    network,
    prices,
    queue,
    rationing,
    regions,
)

TABS: tuple[Tab, ...] = (
    prices.TAB,
    network.TAB,
    capacity.TAB,
    rationing.TAB,
    firm.TAB,
    concentration.TAB,
    queue.TAB,
    regions.TAB,
    binding.TAB,
)
