"""The rules that may be chosen, by name; the value of a choice is its place in its tuple, the first is the default."""

BARGAINING_RULES = ("nash", "faratin", "posted", "rubinstein")
NASH, FARATIN, POSTED, RUBINSTEIN = range(4)

OUTSIDE_OPTION_RULES = ("threat_point", "outside_option_principle")
THREAT_POINT, OUTSIDE_OPTION_PRINCIPLE = range(2)

REQUIREMENT_DISTRIBUTIONS = ("lognormal", "normal")
LOGNORMAL, NORMAL = range(2)

SPOT_RULES = ("auction", "double_auction", "posted", "smoothed")
AUCTION, DOUBLE_AUCTION, POSTED_SPOT, SMOOTHED = range(4)

SPOT_TRADERS = ("constrained", "unconstrained")
CONSTRAINED, UNCONSTRAINED = range(2)

SPOT_ASK_RULES = ("cost_plus", "undercut")
COST_PLUS, UNDERCUT = range(2)

FRINGE_CURVES = ("constant_elasticity", "linear")
CONSTANT_ELASTICITY, LINEAR = range(2)

DEMAND_NEWS_RULES = ("normal", "two_point")
NORMAL_NEWS, TWO_POINT_NEWS = range(2)

USER_CHOICE_RULES = ("drift", "logit")
DRIFT, LOGIT = range(2)

OUTAGE_RULES = ("graded", "whole")
GRADED, WHOLE = range(2)

PRICE_EXPECTATIONS = ("adaptive", "trend", "switching")
ADAPTIVE, TREND, SWITCHING = range(3)

INVESTMENT_RULES = ("stock_adjustment", "order_up_to", "supply_curve", "s_curve", "cournot", "profit_led")
STOCK_ADJUSTMENT, ORDER_UP_TO, SUPPLY_CURVE, S_CURVE, COURNOT, PROFIT_LED = range(6)

INVESTMENT_HURDLES = ("ramp", "real_option")
RAMP, REAL_OPTION = range(2)

CHIP_ALLOCATION_RULES = ("pro_rata", "incumbents_first", "highest_bid")
PRO_RATA, INCUMBENTS_FIRST, HIGHEST_BID_FOR_CHIPS = range(3)

RUNNING_COST_RULES = ("frontier", "vintage")
FRONTIER, VINTAGE = range(2)

REFRESH_RULES = ("never", "worth_less_than_scrap")
NEVER, WORTH_LESS_THAN_SCRAP = range(2)

SUPPLIER_ENTRY_RULES = ("hurdle", "foresight")
HURDLE, FORESIGHT = range(2)

TRAINING_RULES = ("fixed", "endogenous")
FIXED_TRAINING, ENDOGENOUS_TRAINING = range(2)

SPILLOVER_RULES = ("none", "frontier")
NO_SPILLOVER, FRONTIER_SPILLOVER = range(2)

ASSET_SALE_RULES = ("lottery", "highest_bid", "stranded")
LOTTERY, HIGHEST_BID, STRANDED = range(3)

SHOCKS = (
    "surge",
    "demand_bust",
    "chip_embargo",
    "power_cap",
    "outage",
    "credit_crunch",
    "price_war",
    "recall",
    "orders",
)
SURGE, DEMAND_BUST, CHIP_EMBARGO, POWER_CAP, OUTAGE_SHOCK, CREDIT_CRUNCH, PRICE_WAR, RECALL_SHOCK, ORDERS = range(9)
