"""All figures, in the order of the report; each has a script of its own in `experiments/figures/scripts`."""

from experiments.figures.figure import Figure
from experiments.figures.scripts import (
    contract_timing,
    diversification_frontier,
    effects,
    price_rules,
    rival_premium,
    verdicts,
)

FIGURES: tuple[Figure, ...] = (
    verdicts.FIGURE,
    *effects.FIGURES,
    diversification_frontier.FIGURE,
    rival_premium.FIGURE,
    contract_timing.FIGURE,
    price_rules.FIGURE,
)
"""What `bazaar figures` draws."""
