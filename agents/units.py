"""Units and constants of the whole project."""

HOURS_PER_MONTH = 730.0
USD_M_PER_MONTH = HOURS_PER_MONTH / 1e6
"""USD millions a month of one H100e at one USD an hour."""
