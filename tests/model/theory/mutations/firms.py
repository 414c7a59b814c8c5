"""Errors in outages, costs, users and money."""

from tests.model.theory.mutations.mutation import Mutation

CAPACITY, COST = "model.capacity", "agents.costs"

MUTATIONS = (
    Mutation("diversification", "mean_lost", CAPACITY, "(1.0 - share) * own", "(1.0 + share) * own"),
    Mutation("diversification", "sd", CAPACITY, "share * common)", "share * own)"),
    Mutation("diversification", "sd", CAPACITY, "(1.0 - share) * own", "(1.0 + share) * own"),
    Mutation("owned_cost", "cost", COST, "hours + opex", "hours - opex"),
    Mutation("owned_cost", "cost", COST, "* annuity_months(", "* 1.01 * annuity_months("),
    Mutation("owned_cost", "cost", COST, "(1.0 - math.exp(-rate", "(1.0 + math.exp(-rate"),
)
