"""What the first offer and patience are worth to two sides who make offers in turn."""

from agents.choices import RUBINSTEIN
from model.bargaining import agree
from model.parameters import default_record
from model.state import Capacity, World, empty_world
from model.theory.benchmark import Benchmark, Comparison, Outcome, Picture, Quantity, Series, Values, number

SHORTEST = 20
"""Rounds up to which the picture goes."""


def pair_that_talks(values: Values, rounds: int) -> World:
    """Return a world of one lab and one supplier whom it has asked, in a market that is neither tight nor slack."""
    world = empty_world(Capacity(1, 1, 1, 1, 1, 1))
    world.parameters[:] = default_record()
    world.parameters["bargaining_rule"], world.parameters["bargaining_rounds"] = RUBINSTEIN, rounds
    world.parameters["seller_patience_per_round"] = values["delta_1"]
    world.parameters["buyer_patience_per_round"] = values["delta_2"]
    world.market["tightness"], world.labs["unserved_share"] = 1.0, 0.0
    pair = world.pairs[0, 0]
    pair["asked_rank"] = 1
    pair["buyer_reservation_usd_per_h100e_hour"] = values["buyer_reservation"]
    pair["seller_reservation_usd_per_h100e_hour"] = values["seller_reservation"]
    return world


def market_price(values: Values, rounds: int) -> float:
    """Return the price that the pair agrees on in the market, where the supplier offers first."""
    return float(agree(pair_that_talks(values, rounds), 0, 0))


def market_share(values: Values, rounds: int) -> float:
    """Return the part of what there is to share that the first offer brings in the market."""
    least, most = values["seller_reservation"], values["buyer_reservation"]
    return (market_price(values, rounds) - least) / (most - least)


def share_by_induction(values: Values, rounds: int) -> float:
    """Return the share of the first offer, reasoned backward from the last round, whose offer is taken as it is.

    Whoever answers takes what is worth as much as offering in the next round.
    """
    share = 1.0
    for number_of_round in range(rounds - 1, 0, -1):
        answers = values["delta_2"] if number_of_round % 2 == 1 else values["delta_1"]
        share = 1.0 - answers * share
    return share


def ask(values: Values) -> Outcome:
    """Let a pair of the market agree, and reason backward."""
    rounds, least, most = values["rounds"], values["seller_reservation"], values["buyer_reservation"]
    axes = ("rounds", "share of whoever offers first")
    if most <= least:
        said = "The buyer would pay no more than the seller takes: there is nothing to share."
        return Outcome((), Picture(*axes, ()), said)
    share = share_by_induction(values, rounds)
    price = least + share * (most - least)
    rounding = 1e-9 + 1e-15 * most / (most - least)
    quantities = (
        Quantity("share", share, market_share(values, rounds), rounding),
        Quantity("price", price, market_price(values, rounds), rounding * (most - least) + 1e-12 * most),
    )
    endless = (1.0 - values["delta_2"]) / (1.0 - values["delta_1"] * values["delta_2"])
    counts = list(range(1, SHORTEST + 1))
    places = [float(count) for count in counts]
    series = (
        Series("backward induction", places, [share_by_induction(values, n) for n in counts], simulated=False),
        Series("without a last round", places, [endless] * SHORTEST, simulated=False),
        Series("a pair in the market", places, [market_share(values, n) for n in counts], simulated=True),
    )
    said_elsewhere = Comparison(
        "closed form, share without a last round",
        endless,
        quantities[0].simulated,
        "Rubinstein (1982): (1 - d2) / (1 - d1 d2)",
    )
    return Outcome(quantities, Picture(*axes, series), comparisons=(said_elsewhere,))


BENCHMARK = Benchmark(
    "rubinstein",
    "What are the first offer and patience worth when two sides make offers in turn?",
    "x(t) = 1 - d x(t + 1), d of whoever answers, x = 1 in the last round; (1 - d2) / (1 - d1 d2) without a last round",
    ("model/bargaining.py: agree, alternate, rubinstein_share",),
    "Rubinstein (1982), Stahl (1972); backward induction round by round",
    "1e-9 of what there is to share: both sides are exact",
    (
        number("delta_1", 0.9, 0.01, 0.999, "1/round", "patience of the supplier, who offers first"),
        number("delta_2", 0.9, 0.01, 0.999, "1/round", "patience of the lab"),
        number("rounds", 10_000, 1, 100_000, "rounds", "most offers; whoever makes the last one takes all"),
        number("buyer_reservation", 3.0, 0, 1e6, "USD/H100e-hour", "most the lab pays"),
        number("seller_reservation", 1.2, 0, 1e6, "USD/H100e-hour", "least the supplier takes"),
    ),
    ask,
)
