"""Errors in the spot market and in what suppliers expect."""

from tests.model.theory.mutations.mutation import Mutation

AUCTION = "model.auction"
AGREED = {"asks": [[10, 3], [10, 5]]}
"""Steps that clear at any price between two."""

MUTATIONS = (
    Mutation("spot_clearing", "price", AUCTION, "return 0.5 * (low", "return 0.505 * (low", AGREED),
    Mutation("spot_clearing", "price", AUCTION, "spare = supply - wanted", "spare = supply + wanted"),
    Mutation("spot_clearing", "quantity", AUCTION, "firm_bids += bids", "firm_bids -= bids"),
    Mutation("spot_clearing", "quantity", AUCTION, "quantity = min(", "quantity = 1.01 * min("),
    Mutation("spot_clearing", "surplus", AUCTION, "share * order[", "1.01 * share * order["),
    Mutation("spot_clearing", "surplus", AUCTION, "quantity - firm)", "quantity + firm)"),
)
