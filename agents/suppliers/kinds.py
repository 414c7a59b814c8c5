"""The kinds of suppliers, by name and by value."""

KINDS = ("hyperscaler", "neocloud", "nontraditional", "miner", "energy_developer", "edge", "sovereign", "orbital")
"""Names of `suppliers["kind"]`, by value."""
HYPERSCALER, NEOCLOUD, NONTRADITIONAL, MINER, ENERGY_DEVELOPER, EDGE, SOVEREIGN, ORBITAL = range(8)
WITHOUT_SPOT = (NONTRADITIONAL, MINER, ENERGY_DEVELOPER, ORBITAL)
"""Kinds without a spot business: at the start they expect nothing of it."""
