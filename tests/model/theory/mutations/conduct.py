"""Errors in how suppliers choose capacity, price it and enter."""

from tests.model.theory.mutations.mutation import Mutation

ORDERS = "agents.suppliers.investment"

MUTATIONS = (
    Mutation("time_to_build", "overshoot", ORDERS, "+ settings.adjustment * gap", "+ 1.01 * settings.adjustment * gap"),
    Mutation("time_to_build", "overshoot", ORDERS, "(pipeline_wanted - pipeline)", "(pipeline - pipeline_wanted)"),
    Mutation("time_to_build", "period", ORDERS, "+ settings.adjustment * gap", "+ 1.01 * settings.adjustment * gap"),
)
