"""Errors in how prices are agreed and commitments chosen."""

from tests.model.theory.mutations.mutation import Mutation

BARGAINING = "model.bargaining"
SLOW_BUYER = {"buyer_beta": 0.5}

MUTATIONS = (
    Mutation("faratin", "price", BARGAINING, "start + (limit - start) *", "start - (limit - start) *", SLOW_BUYER),
    Mutation("faratin", "price", BARGAINING, "math.log(time) / speed", "math.log(time) * speed", SLOW_BUYER),
    Mutation("faratin", "price", BARGAINING, "return 0.5 * (bid", "return 0.505 * (bid", SLOW_BUYER),
    Mutation("outside_options", "price", BARGAINING, "return seller + share", "return seller - share"),
    Mutation("outside_options", "price", BARGAINING, "return seller + share", "return seller + 1.01 * share"),
    *(
        Mutation("newsvendor", row, "agents.envelope", "quantity = upper - level", change)
        for row in ("commitment", "probability_covered", "cost")
        for change in ("quantity = 1.01 * (upper - level)", "quantity = upper - 0.01 * forecast")
    ),
)
