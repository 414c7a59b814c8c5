"""All figures, in the order of the report; each has a script of its own in `experiments/figures/scripts`."""

from experiments.figures.figure import Figure
from experiments.figures.scripts import (
    build_lease_partner_map,
    colossus_deal,
    contract_network,
    contract_timing,
    diversification_frontier,
    effects,
    hedging,
    market_size,
    minimum_capital,
    moat_map,
    placebos,
    price_paths,
    price_rules,
    relief_and_overshoot,
    rival_premium,
    sensitivities,
    verdicts,
    volatility_map,
)

FIGURES: tuple[Figure, ...] = (
    verdicts.FIGURE,
    placebos.FIGURE,
    colossus_deal.FIGURE,
    price_paths.FIGURE,
    relief_and_overshoot.FIGURE,
    contract_network.FIGURE,
    moat_map.FIGURE,
    market_size.FIGURE,
    minimum_capital.FIGURE,
    build_lease_partner_map.FIGURE,
    volatility_map.FIGURE,
    hedging.FIGURE,
    *effects.FIGURES,
    diversification_frontier.FIGURE,
    rival_premium.FIGURE,
    contract_timing.FIGURE,
    price_rules.FIGURE,
    *sensitivities.FIGURES,
)
"""What `bazaar figures` draws."""
