"""Errors planted in rules: a sign flipped, one per cent more. Each must turn the row of a benchmark outside."""

from tests.model.theory.mutations import bargaining, conduct, firms, spot

MUTATIONS = (*spot.MUTATIONS, *conduct.MUTATIONS, *bargaining.MUTATIONS, *firms.MUTATIONS)
