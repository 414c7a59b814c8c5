"""Errors in how prices are agreed and commitments chosen."""

from tests.model.theory.mutations.mutation import Mutation

BARGAINING = "model.bargaining"
SLOW_BUYER = {"buyer_beta": 0.5}
PRINCIPLE = {"convention": "outside_option_principle"}
SHORT = {"rounds": 7, "delta_2": 0.8}
LOGNORMAL = {"distribution": "lognormal"}

MUTATIONS = (
    *(
        Mutation("rubinstein", row, BARGAINING, old, new, SHORT)
        for row in ("share", "price")
        for old, new in (
            ("(1.0 - second) * (1.0 - pairs)", "(1.0 + second) * (1.0 - pairs)"),
            ("(1.0 - second) * (1.0 - pairs)", "1.01 * (1.0 - second) * (1.0 - pairs)"),
            ("return share + pairs if", "return share - pairs if"),
            (
                'parameters["seller_patience_per_round"]) * pace.seller',
                '1.01 * parameters["seller_patience_per_round"])',
            ),
        )
    ),
    Mutation("faratin", "price", BARGAINING, "start + (limit - start) *", "start - (limit - start) *", SLOW_BUYER),
    Mutation("faratin", "price", BARGAINING, "math.log(time) / speed", "math.log(time) * speed", SLOW_BUYER),
    Mutation("faratin", "price", BARGAINING, "return 0.5 * (bid", "return 0.505 * (bid", SLOW_BUYER),
    Mutation("faratin", "price", BARGAINING, "Pace(tight * urgent", "Pace(tight / urgent", SLOW_BUYER),
    Mutation("faratin", "price", BARGAINING, "1.0 / tight)", "tight)", {"seller_beta": 0.5}),
    Mutation("faratin", "price", BARGAINING, "* (buyer - anchor)", "* (buyer + anchor)"),
    Mutation("faratin", "price", BARGAINING, "opening_ask = max(list_price", "opening_ask = min(list_price"),
    Mutation("outside_options", "price", BARGAINING, "return seller + share", "return seller - share"),
    Mutation("outside_options", "price", BARGAINING, "return seller + share", "return seller + 1.01 * share"),
    Mutation("outside_options", "price", BARGAINING, "outside[0]), outside[1])", "outside[1]), outside[0])", PRINCIPLE),
    Mutation(
        "outside_options", "price", BARGAINING, "nash_price(value, cost", "nash_price(1.01 * value, cost", PRINCIPLE
    ),
    Mutation("outside_options", "pass_through", BARGAINING, "return seller + share", "return seller - share"),
    Mutation("outside_options", "pass_through", BARGAINING, "return seller + share", "return seller + 1.01 * share"),
    Mutation(
        "outside_options",
        "pass_through",
        BARGAINING,
        'if parameters["outside_option_rule"] == OUTSIDE_OPTION_PRINCIPLE',
        'if parameters["outside_option_rule"] != OUTSIDE_OPTION_PRINCIPLE',
        PRINCIPLE,
    ),
    *(
        Mutation("newsvendor", row, "agents.envelope", "quantity = upper - level", change, values)
        for row in ("commitment", "probability_covered", "cost")
        for change in ("quantity = 1.01 * (upper - level)", "quantity = upper - 0.01 * forecast")
        for values in ({}, LOGNORMAL)
    ),
    Mutation("newsvendor", "commitment", "agents.envelope", "(1.0 - spread *", "(1.0 + spread *"),
    Mutation("newsvendor", "commitment", "agents.envelope", "math.exp(-spread *", "math.exp(spread *", LOGNORMAL),
)
