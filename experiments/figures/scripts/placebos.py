"""Placebos in one picture: effects where what is claimed to cause them is taken away."""

from experiments.figures.figure import Figure
from experiments.figures.scripts.verdicts import data, draw

FIGURE = Figure(
    "placebos",
    "Effects of placebos beside the smallest effect of interest",
    "As in the picture of all propositions, with the claimed cause taken away: no supplier is tied to a lab "
    "(affiliation), labs know how demand grows (oracle), labs split what they miss by chance (zero intelligence). "
    "Marks are medians over draws of paired effects divided by the smallest effect of interest, lines their 95% "
    "intervals.",
    (
        "placebo_affiliation",
        "placebo_oracle_forecasts",
        "placebo_oracle_lead_times",
        "placebo_oracle_orders",
        "placebo_oracle_terms",
        "placebo_zero_intelligence",
    ),
    data,
    draw,
    height_inches=4.2,
)
