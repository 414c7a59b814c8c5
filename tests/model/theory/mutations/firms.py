"""Errors in outages, foreclosure, users, money and costs."""

from tests.model.theory.mutations.mutation import Mutation

CAPACITY, COST, PRICING, DEMAND = "model.capacity", "agents.costs", "agents.suppliers.pricing", "model.demand"
SHORT = {"months": 100, "p": 0.1, "shares": [1.0]}
COMMON = SHORT | {"common_cause": 0.6, "shares": [0.6, 0.4]}
GRADED = SHORT | {"outages": "graded", "common_cause": 0.2}
SOME = {"labs": 600, "months": 6, "cash": 3.0, "drift": -1.0}
CLOSE = {"w_outside": 3.0}
CHARGE, MARGIN = 'parameters["foreclosure_share"] * rivalry', '- lab["unit_cost_usd_per_h100e_hour"]'

MUTATIONS = (
    Mutation("diversification", "mean_lost", CAPACITY, "(mean - with_all)", "(mean + 4.0 * with_all)", COMMON),
    Mutation("diversification", "mean_lost", CAPACITY, "math.exp(-own) < alone", "math.exp(-own) > alone", SHORT),
    Mutation("diversification", "sd", CAPACITY, "math.exp(-own) < alone", "math.exp(-own) > 8 * alone", SHORT),
    Mutation(
        "diversification", "all_fail", CAPACITY, "math.exp(-common) < with_all", "math.exp(-common) > with_all", COMMON
    ),
    Mutation("diversification", "all_fail", CAPACITY, "math.exp(-own) < alone", "math.exp(-own) > alone", SHORT),
    Mutation("diversification", "mean_lost", CAPACITY, "(1.0 - share) * own", "(1.0 + share) * own", GRADED),
    Mutation("diversification", "sd", CAPACITY, "(1.0 - share) * own", "(1.0 + share) * own", GRADED),
    *(
        Mutation("foreclosure", row, PRICING, old, new)
        for row in ("charge", "price_with_alternative")
        for old, new in (
            (CHARGE, f"1.01 * {CHARGE}"),
            (MARGIN, MARGIN.replace("-", "+")),
            ("price + terms) + foreclosure)", "price + terms) - foreclosure)"),
        )
    ),
    Mutation("foreclosure", "charge", PRICING, "1.0 - free /", "1.0 + free /"),
    Mutation(
        "foreclosure", "deal_with_alternative", "model.bargaining", "or buyer < seller", "or buyer > seller", CLOSE
    ),
    Mutation(
        "foreclosure",
        "price_with_alternative",
        "model.bargaining",
        "return seller + share",
        "return seller + 1.01 * share",
    ),
    Mutation("foreclosure", "price_when_free", PRICING, "1.0 - free /", "1.0 + free /"),
    Mutation("foreclosure", "price_when_free", PRICING, "max(floor, opportunity", "max(1.01 * floor, opportunity"),
    Mutation("foreclosure", "price_with_alternative", COST, "* (1.0 - discount)", "* (1.01 - discount)"),
    Mutation(
        "foreclosure", "price_with_alternative", "agents.labs.portfolio", "min(spot, rival))", "max(spot, rival))"
    ),
    *(
        Mutation("logit", row, DEMAND, old, new)
        for row in ("share_1", "share_2", "share_3", "outside", "elasticity")
        for old, new in (
            ('"user_price_weight"] * price', '"user_price_weight"] * -price'),
            ('"user_price_weight"] * price', '"user_price_weight"] * 1.01 * price'),
        )
    ),
    Mutation("logit", "overflow", DEMAND, 'gain * world.labs[i]["users_h100e"]', "gain"),
    Mutation("logit", "overflow", DEMAND, '"user_quality_weight"] * lab', '"user_quality_weight"] * 1.01 * lab'),
    *(
        Mutation("survival", row, module, old, new, SOME)
        for row in ("survival", "minimum_capital")
        for module, old, new in (
            ("model.finance", 'LENDERS], lab["repayment_usd_m"])', 'LENDERS], 1.01 * lab["repayment_usd_m"])'),
            ("model.finance", "transfer(world.accounts[USERS], lab,", "transfer(world.accounts[USERS], lab, -"),
            ("model.entry", 'world.labs[i]["cash_usd_m"] < 0.0', 'world.labs[i]["cash_usd_m"] < -10.0'),
        )
    ),
    Mutation("owned_cost", "cost", COST, "hours + opex", "hours - opex"),
    Mutation("owned_cost", "cost", COST, "* annuity_months(", "* 1.01 * annuity_months("),
    Mutation("owned_cost", "cost", COST, "return -math.expm1(-monthly", "return -math.expm1(monthly"),
)
