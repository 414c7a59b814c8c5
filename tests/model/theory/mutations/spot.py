"""Errors in the spot market and in what suppliers expect."""

from tests.model.theory.mutations.mutation import Mutation

AUCTION, SHOUTS = "model.auction", "model.double_auction"
CONDUCT, EXPECTING, LEARNED = "agents.suppliers.conduct", "agents.suppliers.expecting", "agents.expectations"
STOCK, DEMAND, PLACED = "agents.suppliers.stocking", "model.demand", "model.ordering"
AGREED = {"asks": [[10, 3], [10, 5]]}
"""Steps that clear at any price between two."""
SLOW = {"expectations": "adaptive", "ticks": 2}
SESSIONS = {"sessions": 2}
LABORATORY = {"settling": 35, "runs": 2, "ticks": 10}
NOISY = {"runs": 4, "ticks": 12}
TWO_RULES = {"runs": 4, "ticks": 12, "noise_sd": 0.1}
STOCKED = {"lead": 2, "window": 3, "months": 80}

MUTATIONS = (
    Mutation("spot_clearing", "price", AUCTION, "return 0.5 * (low", "return 0.505 * (low", AGREED),
    Mutation("spot_clearing", "price", AUCTION, "spare = supply - wanted", "spare = supply + wanted"),
    Mutation("spot_clearing", "quantity", AUCTION, "firm_bids += bids", "firm_bids -= bids"),
    Mutation("spot_clearing", "quantity", AUCTION, "quantity = min(", "quantity = 1.01 * min("),
    Mutation("spot_clearing", "surplus", AUCTION, "share * order[", "1.01 * share * order["),
    Mutation("spot_clearing", "surplus", AUCTION, "quantity - firm)", "quantity + firm)"),
    Mutation("zero_intelligence", "efficiency", SHOUTS, "else limit + draw", "else limit - draw", SESSIONS),
    Mutation("zero_intelligence", "efficiency", SHOUTS, "price >= ask_price", "price <= ask_price", SESSIONS),
    Mutation(
        "zero_intelligence",
        "efficiency_unconstrained",
        SHOUTS,
        "return draw * highest",
        "return draw * highest if buys else 1.01 * highest",
        SESSIONS,
    ),
    Mutation("zero_intelligence", "price", AUCTION, "return 0.5 * (low", "return 0.505 * (low", SESSIONS),
    Mutation("zero_intelligence", "price", AUCTION, "spare = supply - wanted", "spare = supply + wanted", SESSIONS),
    Mutation("zero_intelligence", "quantity", AUCTION, "quantity = min(", "quantity = 1.01 * min(", SESSIONS),
    Mutation("zero_intelligence", "quantity", AUCTION, "firm_bids += bids", "firm_bids -= bids", SESSIONS),
    Mutation("zero_intelligence", "chance_to_meet", SHOUTS, "draw * limit if", "1.01 * draw * limit if", SESSIONS),
    Mutation("zero_intelligence", "chance_to_meet", SHOUTS, "else limit + draw", "else limit - draw", SESSIONS),
    Mutation("cobweb", "price", CONDUCT, "reference * (1.0 + rise)", "1.01 * reference * (1.0 + rise)"),
    Mutation("cobweb", "price", CONDUCT, "gap = wanted - installed", "gap = wanted + installed"),
    Mutation("cobweb", "deviation", CONDUCT, "else slope * margin", "else 1.01 * slope * margin"),
    Mutation("cobweb", "deviation", CONDUCT, "(1.0 + rise)", "(1.0 - rise)"),
    Mutation("cobweb", "deviation", LEARNED, "+ weight *", "+ 1.01 * weight *", SLOW),
    *(
        Mutation("experiment_hommes2007", row, CONDUCT, "(1.0 + rise)", change, LABORATORY)
        for row in ("price_at_rest", "low", "high")
        for change in ("(1.0 - rise)", "(1.01 + rise)")
    ),
    Mutation("experiment_hommes2007", "mean", CONDUCT, "(1.0 + rise)", "(1.0 - rise)", LABORATORY),
    Mutation("experiment_hommes2007", "variance", DEMAND, "spread * draw - 0.5", "3 * spread * draw - 0.5", LABORATORY),
    Mutation("switching", "adaptive_share", EXPECTING, "(error - other_error)", "(other_error - error)", TWO_RULES),
    Mutation("switching", "distance", EXPECTING, "(error - other_error)", "(other_error - error)", TWO_RULES),
    Mutation("switching", "distance", DEMAND, "spread * draw - 0.5", "3 * spread * draw - 0.5", NOISY),
    Mutation("switching", "price", CONDUCT, "reference * (1.0 + rise)", "1.01 * reference * (1.0 + rise)", TWO_RULES),
    Mutation("switching", "multiplier", LEARNED, "+ weight *", "- weight *", TWO_RULES),
    Mutation("switching", "multiplier", LEARNED, "+ weight *", "+ 1.01 * weight *", TWO_RULES),
    *(
        Mutation("bullwhip", row, STOCK, old, new, STOCKED)
        for row in ("ratio", "response")
        for old, new in (
            (
                '* mean_sales(tables, j) - free - supplier["pipe',
                '* 1.01 * mean_sales(tables, j) - free - supplier["pipe',
            ),
            ("return total / max(1, count)", "return -total / max(1, count)"),
        )
    ),
    Mutation("bullwhip", "mean_order", PLACED, "online + life", "online + 1", STOCKED),
    Mutation("bullwhip", "mean_order", STOCK, '- free - supplier["pipe', '- free + supplier["pipe', STOCKED),
)
