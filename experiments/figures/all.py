"""All figures, in the order of the report; each has a script of its own in `experiments/figures/scripts`."""

from experiments.figures.figure import Figure

FIGURES: tuple[Figure, ...] = ()
"""What `bazaar figures` draws."""
