"""Errors in how suppliers choose capacity, price it and enter."""

from tests.model.theory.mutations.mutation import Mutation

ORDERS, CONDUCT = "agents.suppliers.investment", "agents.suppliers.conduct"
UNDERCUT, POSTED, ENTRY = "agents.suppliers.undercutting", "model.posted", "model.entry"
SHORT = {"lead_months": 4, "life_months": 20}
"""What takes little time to build, and to watch."""
UNEQUAL = {"capacity_1": 2.2, "capacity_2": 3.8, "tick": 0.02}
AMPLE = {"capacity_1": 6, "capacity_2": 6, "tick": 0.05}
FEW_FIRMS = {"s_over_f": 9, "largest": 4}
TWO_SIZES = {"s_over_f": 4, "largest": 11}
FEW_MONTHS = {"months": 1500}
GAP = '+ parameters["inventory_adjustment_per_month"] * gap'
HHI = '["hhi_suppliers"] = 1e4 * squares'
REPLY = "max(0.0, 0.5 * (usable + margin"
PROFIT = "max(0.0, price - running) / max(1e-9, cost - running)"

MUTATIONS = (
    Mutation("time_to_build", "overshoot", ORDERS, "+ settings.adjustment * gap", "+ 1.01 * settings.adjustment * gap"),
    Mutation("time_to_build", "overshoot", ORDERS, "(pipeline_wanted - pipeline)", "(pipeline - pipeline_wanted)"),
    Mutation("time_to_build", "period", ORDERS, "+ settings.adjustment * gap", "+ 1.01 * settings.adjustment * gap"),
    *(
        Mutation("time_to_build", row, ORDERS, "settings.supply_line_weight * (", change, SHORT)
        for row in ("critical_gain", "critical_period")
        for change in ("1.01 * settings.supply_line_weight * (", "-settings.supply_line_weight * (")
    ),
    Mutation("time_to_build", "cycle_of_full_replacement", CONDUCT, "* (1.0 + rise)", "* (1.0 - rise)", SHORT),
    Mutation("time_to_build", "cycle_of_full_replacement", CONDUCT, "(lead - 1.0) - pipe", "lead - pipe", SHORT),
    *(
        Mutation("time_to_build", "under_way", ORDERS, "wanted + settings.depreciation", change, SHORT)
        for change in ("wanted + 1.01 * settings.depreciation", "wanted - settings.depreciation")
    ),
    *(
        Mutation("cournot", row, CONDUCT, REPLY, change)
        for row in ("quantity", "price", "profit", "lerner")
        for change in ("max(0.0, 0.5 * (usable - margin", "max(0.0, 0.505 * (usable + margin")
    ),
    Mutation("cournot", "hhi", "model.measure", HHI, HHI.replace("1e4", "1.01e4")),
    Mutation("cournot", "hhi", "model.measure", HHI, HHI.replace("1e4", "-1e4")),
    Mutation("cournot", "multiplier", CONDUCT, GAP, GAP.replace("*", "* 1.01 *")),
    Mutation("cournot", "multiplier", CONDUCT, GAP, GAP.replace("+", "-"), {"n": 3}),
    *(
        Mutation("capacity_then_price", "price", UNDERCUT, old, new, UNEQUAL)
        for old, new in (("wanted - cheaper", "wanted + cheaper"), ("wanted = elastic", "wanted = 1.01 * elastic"))
    ),
    *(
        Mutation("capacity_then_price", row, UNDERCUT, old, new, AMPLE)
        for row in ("low", "high")
        for old, new in (("wanted - cheaper", "wanted + cheaper"), ("gain > most", "gain < most"))
    ),
    Mutation("capacity_then_price", "revenue", POSTED, "price) - sold) / offered", "price) + sold) / offered", AMPLE),
    Mutation(
        "capacity_then_price", "revenue", POSTED, '"filled_h100e"]) * price', '"filled_h100e"]) * 1.01 * price', AMPLE
    ),
    *(
        Mutation("free_entry", row, ENTRY, old, new, values)
        for row, values, rounded in (
            ("firms", FEW_FIRMS, ("return profit *", "return 0.99 * profit *")),
            ("price", FEW_FIRMS, ("return profit *", "return 0.99 * profit *")),
            ("slope", TWO_SIZES, ("less * less *", "less / less *")),
        )
        for old, new in (("profit = (value - used", "profit = (value + used"), rounded)
    ),
    *(
        Mutation("free_entry", "threshold_ratio", CONDUCT, REPLY, change, FEW_FIRMS)
        for change in ("max(0.0, 0.5 * (usable - margin", "max(0.0, 0.505 * (usable + margin")
    ),
    *(
        Mutation("peak_load", row, CONDUCT, old, new, FEW_MONTHS)
        for row in ("capacity", "mean_price", "high_price", "low_price", "sd")
        for old, new in ((PROFIT, PROFIT.replace("cost - running", "cost + running")), (GAP, GAP.replace("+", "-")))
    ),
    *(
        Mutation("real_option", row, ORDERS, old, new)
        for row in ("trigger", "best_trigger")
        for old, new in (("return beta / (", "return 1.01 * beta / ("), ("beta = drift + math", "beta = drift - math"))
    ),
)
