"""The parameters of the rules, each declared once: unit, bounds, default, meaning, source.

A source is an id of data/sources.csv, or J for judgement; a judgement parameter has a plausible range, which is half
to double its default within the bounds unless it is declared.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents import choices


class Parameter(NamedTuple):
    """One parameter; `choices` names the values of a selectable rule, `kind` is float or int."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    meaning: str
    source: str = "J"
    plausible: tuple[float, float] | None = None
    kind: type = float
    choices: tuple[str, ...] = ()

    @property
    def plausible_range(self) -> tuple[float, float]:
        """Range over which draws of a judgement parameter are uniform."""
        if self.plausible is not None:
            return self.plausible
        return max(self.low, self.default / 2), min(self.high, self.default * 2)


def _months(
    name: str,
    default: int,
    low: int,
    high: int,
    meaning: str,
    plausible: tuple[int, int] | None = None,
) -> Parameter:
    return Parameter(name, default, low, high, "months", meaning, "J", plausible, kind=int)


def _choice(name: str, choices: tuple[str, ...], meaning: str, plausible: tuple[int, int] = (0, 0)) -> Parameter:
    return Parameter(name, 0, 0, len(choices) - 1, "-", meaning, "J", plausible, int, choices)


# fmt: off
PARAMETERS: tuple[Parameter, ...] = (
    # --- demand for AI services ---
    Parameter("demand_growth_start_x_per_year", 2.5, 0.2, 20, "x/year", "growth of demand at the start", "S31", (1.3, 3)),
    Parameter("demand_growth_long_run_x_per_year", 1.25, 0.5, 5, "x/year", "growth that demand fades to", "J", (1.1, 1.5)),
    Parameter("demand_growth_half_life_months", 24, 1, 600, "months", "half-life of the fade", "J", (12, 48)),
    Parameter("service_price_elasticity", 0.7, 0, 3, "-", "fall of inference demand with the service price", "S11", (0.3, 1.11)),
    Parameter("training_price_elasticity", 0.8, 0, 3, "-", "fall of wanted training with the price of compute", "J", (0.3, 1.5)),
    Parameter("enterprise_price_elasticity", 0.4, 0, 3, "-", "fall of enterprise demand with the list price", "J", (0.1, 1)),
    Parameter("fringe_price_elasticity", 1.2, 0.05, 5, "-", "fall of fringe demand with the spot price", "J", (0.6, 2)),
    Parameter("fringe_share_of_stock", 0.08, 0, 0.5, "share", "fringe demand / supplier stock at the start", "J", (0.04, 0.16)),
    _choice("fringe_demand_curve", choices.FRINGE_CURVES, "shape of fringe demand"),
    Parameter("enterprise_growth_ratio", 0.6, 0, 3, "ratio", "ln growth of enterprise and fringe demand / of demand for AI services", "J", (0.4, 1)),
    Parameter("lab_demand_noise_per_month", 0.04, 0, 0.5, "ln/month", "s.d. of a lab's own demand news", "J", (0.02, 0.08)),
    Parameter("market_demand_noise_per_month", 0.02, 0, 1, "ln/month", "s.d. of common demand news", "J", (0.01, 0.03)),
    Parameter("demand_news_persistence_per_month", 1.0, 0, 1, "1/month", "part of all demand news that lasts; 1 = for good", "J", (0.9, 1)),
    _choice("demand_news_rule", choices.DEMAND_NEWS_RULES, "distribution of demand news"),
    Parameter("training_share", 0.4, 0, 0.9, "share", "training / all compute a lab wants", "S32", (0.3, 0.5)),
    Parameter("training_flexible_share", 0.25, 0, 1, "share", "part of training that can wait", "J", (0.1, 0.5)),
    Parameter("training_stock_life_months", 18, 1, 240, "months", "months after which training is out of date", "J", (9, 36)),
    Parameter("quality_compute_elasticity", 0.3, 0, 1, "-", "quality gained with training done", "J", (0.1, 0.6)),
    Parameter("churn_per_month", 0.15, 0, 1, "1/month", "refused users who leave", "J"),
    Parameter("return_per_month", 0.05, 0, 1, "1/month", "users who left that come back", "J"),
    Parameter("overflow_share", 0.7, 0, 1, "share", "leavers who go to another lab at once", "J", (0.4, 0.9)),
    Parameter("user_switching_per_month", 0.03, 0, 1, "1/month", "speed at which users follow the better offer", "J"),
    _choice("user_choice_rule", choices.USER_CHOICE_RULES, "how users choose a lab"),
    Parameter("outside_choice_share", 0.25, 0.001, 0.99, "share", "potential users who choose no lab at the start, under logit", "J", (0.1, 0.5)),
    Parameter("user_quality_weight", 1.0, 0, 5, "-", "weight of quality for users", "J"),
    Parameter("user_price_weight", 0.35, 0, 5, "-", "weight of price for users", "J"),
    Parameter("user_availability_weight", 0.5, 0, 5, "-", "weight of being served for users", "J"),
    # --- training and rationing ---
    _choice("training_rule", choices.TRAINING_RULES, "how much labs train"),
    Parameter("training_adjustment_per_month", 0.1, 0, 1, "1/month", "part of the gap to the stock of training that pays closed a month, under endogenous", "J"),
    _choice("spillover_rule", choices.SPILLOVER_RULES, "from whom labs learn without training"),
    Parameter("training_spillover_per_month", 0.05, 0, 1, "1/month", "part of its gap to the frontier lab that a lab learns, under frontier", "J", (0.01, 0.1)),
    Parameter("product_limit_speed_per_month", 1.0, 0.01, 1, "1/month", "speed at which labs lift limits on use; 1 = at once", "J", (0.1, 1)),
    # --- price of AI services ---
    Parameter("service_price_start_usd_per_h100e_hour", 3.9, 0.1, 100, "USD/H100e-hour", "reference price of a service hour", "S03", (3, 5)),
    Parameter("margin_start_share", 0.40, 0, 0.95, "share", "gross margin labs aim at, at the start", "S16", (0.33, 0.7)),
    Parameter("margin_long_run_share", 0.60, 0, 0.95, "share", "gross margin labs aim at, later", "S17", (0.45, 0.7)),
    Parameter("margin_half_life_months", 24, 1, 600, "months", "half-life of the change", "J", (12, 48)),
    Parameter("service_price_speed_per_month", 0.15, 0, 1, "1/month", "speed at which the service price follows cost", "J"),
    Parameter("service_scarcity_markup", 0.7, 0, 5, "-", "rise of the service price with unmet need", "J"),
    Parameter("service_market_cost_weight", 0.5, 0, 1, "share", "weight of market price against own past cost", "J", (0.25, 0.75)),
    Parameter("serving_value_share", 0.9, 0, 1, "share", "value of an hour served / service price", "J", (0.7, 1)),
    Parameter("training_value_share", 0.6, 0, 1, "share", "value of an hour of flexible training / service price", "J", (0.3, 0.9)),
    Parameter("other_cost_share", 0.20, 0, 0.95, "share", "staff and other costs / revenue", "J", (0.1, 0.3)),
    # --- expectations ---
    Parameter("growth_learning_per_month", 0.2, 0, 1, "1/month", "weight of the last month in believed growth", "J"),
    Parameter("trend_learning_per_month", 0.1, 0, 1, "1/month", "weight of the last month in the believed trend", "J"),
    Parameter("trend_anchor_share", 0.5, 0, 1, "share", "weight of the true trend in the believed one", "J", (0.25, 0.75)),
    Parameter("growth_persistence_per_month", 0.9, 0, 0.999, "1/month", "persistence of growth above the trend", "J", (0.8, 0.95)),
    Parameter("forecast_error_per_root_month", 0.10, 0.001, 1, "ln/month^0.5", "s.d. of the forecast one month ahead", "J", (0.05, 0.25)),
    _months("plan_cycle_months", 3, 1, 60, "months between two plans of a lab"),
    Parameter("spot_learning_per_month", 0.25, 0, 1, "1/month", "weight of the last month in spot beliefs", "J"),
    Parameter("spot_risk_learning_per_month", 0.08, 0, 1, "1/month", "weight of the last month in the believed risk of spot prices", "J"),
    # --- plans of labs ---
    _months("delivery_prompt_months", 1, 1, 12, "first delivery month ahead", (1, 2)),
    _months("delivery_short_months", 6, 2, 24, "second delivery month ahead", (4, 8)),
    _months("delivery_medium_months", 12, 3, 36, "third delivery month ahead", (9, 18)),
    _months("delivery_long_months", 24, 4, 60, "fourth delivery month ahead", (19, 36)),
    _choice("requirement_distribution", choices.REQUIREMENT_DISTRIBUTIONS, "distribution of the requirement that labs plan for"),
    Parameter("spot_service_share", 0.8, 0.1, 1, "share", "work done by a spot hour, interruptions allowed for", "J", (0.6, 1)),
    Parameter("spot_plan_cap_share", 0.25, 0, 1, "share", "most of the requirement a lab leaves to spot", "J", (0.1, 0.5)),
    Parameter("risk_aversion", 1.0, 0, 10, "-", "weight of price and delivery risk", "J", (0, 4)),
    Parameter("bill_revenue_cap_ratio", 1.2, 0.1, 10, "ratio", "most a lab signs: bill / expected revenue", "J", (0.8, 2)),
    Parameter("bill_cash_months", 18, 1, 240, "months", "months over which cash may be spent on bills", "J", (9, 36)),
    Parameter("integration_overhead_share", 0.10, 0, 2, "share", "extra cost of building and running own sites", "J", (0, 0.3)),
    Parameter("build_hurdle_ratio", 1.237, 1, 5, "ratio", "cost of a lease / cost of own site needed to build", "J", (1, 1.5)),
    Parameter("integration_overhead_rise_share", 0.0, 0, 5, "share", "rise of that with the part of its need that stands on own sites", "J", (0, 0.3)),
    Parameter("integration_gain_share", 0.0, 0, 2, "share", "more work an hour on own sites, fitted to it, than on rented ones", "J", (0, 0.2)),
    # --- strategies of labs ---
    Parameter("largest_supplier_share", 0.4, 0.05, 1, "share", "most that a diversifier has from one supplier", "J", (0.25, 0.6)),
    Parameter("price_memory_per_month", 0.05, 0, 1, "1/month", "weight of the last month in the prices that an opportunist remembers", "J", (0.02, 0.3)),
    Parameter("strategy_learning_per_month", 0.1, 0, 1, "1/month", "weight of the last month in what an adaptive lab believes a strategy costs", "J"),
    Parameter("strategy_imitation_share", 0.5, 0, 1, "share", "weight of others' cost / own, in that belief", "J", (0, 1)),
    Parameter("strategy_choice_intensity", 10, 0, 1000, "-", "how surely an adaptive lab takes the cheapest strategy", "J", (2, 40)),
    Parameter("strategy_inertia_share", 0.5, 0, 1, "share", "chance that an adaptive lab keeps its strategy in a planning month", "J", (0, 0.9)),
    # --- relationships ---
    Parameter("relationship_cost_usd_m", 0.0, 0, 1e5, "USD m", "staff that set up the first deal of a lab with a supplier", "J", (0, 50)),
    _months("relationship_months", 0, 0, 24, "months by which that deal delivers later", (0, 3)),
    Parameter("relationship_learning_share", 0.2, 0, 1, "share", "fall of both with each deal of the two", "J", (0, 0.5)),
    # --- bargaining ---
    _choice("bargaining_rule", choices.BARGAINING_RULES, "how a pair agrees on a price", (0, 2)),
    _choice("outside_option_rule", choices.OUTSIDE_OPTION_RULES, "what the alternatives of a pair do to the Nash price"),
    Parameter("smallest_deal_share", 0.02, 0, 0.5, "share", "smallest request / requirement; less is left to spot", "J"),
    Parameter("suppliers_asked", 3, 1, 100, "count", "least suppliers a lab asks", "J", (1, 6), int),
    Parameter("tightness_exponent", 6, 0, 50, "-", "how fast tightness moves the split of the surplus", "J"),
    Parameter("pace_tightness", 0.5, 0, 10, "-", "how tightness slows sellers and hurries buyers", "J"),
    Parameter("pace_urgency", 2.0, 0, 20, "-", "how refused users hurry a buyer", "J"),
    Parameter("faratin_opening_buyer_share", 0.6, 0, 1, "share", "first bid / lower of list and reservation price", "J", (0.4, 0.9)),
    Parameter("faratin_opening_seller_ratio", 1.3, 1, 10, "ratio", "first ask / reservation price, unless list is more", "J", (1, 2)),
    Parameter("buyer_patience_per_round", 0.9, 0.01, 0.999, "1/round", "discount factor of a lab between two offers, under rubinstein", "J", (0.8, 0.98)),
    Parameter("seller_patience_per_round", 0.9, 0.01, 0.999, "1/round", "discount factor of a supplier between two offers", "J", (0.8, 0.98)),
    Parameter("bargaining_rounds", 1000, 1, 100_000, "rounds", "most offers, the supplier's first", "J", (2, 1000), int),
    Parameter("aspiration_fall_share", 0.10, 0, 1, "share", "fall of ambition after a failure", "J"),
    Parameter("aspiration_rise_share", 0.05, 0, 1, "share", "rise of ambition after a deal", "J"),
    Parameter("aspiration_floor_share", 0.5, 0, 1, "share", "least ambition", "J", (0.25, 0.75)),
    Parameter("term_discount_share", 0.10, 0, 1, "share", "discount per unit of ln(1 + years)", "J", (0.05, 0.2)),
    Parameter("credit_spread_share", 0.05, 0, 1, "share", "premium for the risk that the buyer fails", "J"),
    Parameter("entrant_credit_multiple", 2.0, 1, 20, "ratio", "that premium for entrants / for others", "J"),
    Parameter("non_delivery_per_month", 0.05, 0, 1, "1/month", "chance of a late or missing delivery that labs see", "J"),
    Parameter("term_inflexibility_share", 0.10, 0, 2, "share", "charge for a long term", "J"),
    Parameter("replacement_months", 6, 0, 60, "months", "months to replace recalled capacity", "J"),
    Parameter("rival_discount_share", 0.10, 0, 2, "share", "charge for buying from a rival's affiliate", "J", (0, 0.4)),
    Parameter("rival_urgency", 5.0, 0, 50, "-", "how refused users override that charge", "J", (0, 10)),
    Parameter("foreclosure_share", 0.0, 0, 2, "share", "part of its own lab's margin that a supplier charges a rival for", "J", (0, 1)),
    Parameter("foreclosure_slack_share", 0.2, 0.001, 1, "share", "free capacity from which it charges nothing for that", "J", (0.1, 0.4)),
    Parameter("own_group_bonus_usd_per_h100e_hour", 0.5, 0, 50, "USD/H100e-hour", "liking of suppliers for labs of their group", "J"),
    Parameter("queue_bonus_usd_per_h100e_hour_month", 0.05, 0, 10, "USD/H100e-hour/month", "liking per month waited in the queue", "J"),
    Parameter("queue_cancel_per_month", 0.03, 0, 1, "1/month", "chance that a queue entry is cancelled", "J"),
    Parameter("term_spread_share", 0.33, 0, 0.9, "share", "spread of contract terms, either side", "J", (0.1, 0.5)),
    Parameter("anchor_deal_h100e", 100_000, 0, 1e8, "H100e", "size from which a lease is an anchor deal", "J"),
    Parameter("anchor_term_ratio", 2.0, 0.1, 10, "ratio", "term of an anchor deal / usual term", "S21", (1.5, 2.5)),
    Parameter("index_linked_share", 0.0, 0, 1, "share", "part of a contract's price that follows the spot price", "J", (0, 0.8)),
    Parameter("deal_price_smoothing_per_month", 0.3, 0.001, 1, "1/month", "weight of the last month in deal prices", "J"),
    Parameter("renewal_slack_share", 0.10, 0, 5, "share", "coverage above forecast from which a lab gives notice", "J"),
    # --- packages ---
    Parameter("short_term_ratio", 1 / 3, 0.01, 1, "ratio", "shorter term on offer / usual term", "J", (0.2, 0.6)),
    Parameter("long_term_ratio", 5 / 3, 1, 10, "ratio", "longer term on offer / usual term", "J", (1.3, 2.5)),
    Parameter("progress_charge_share", 0.25, 0, 2, "share", "part of the lead of newer hardware that a term costs a lab", "J", (0.1, 0.5)),
    Parameter("interruption_cost_ratio", 3.0, 0, 100, "ratio", "cost of an hour's outage / value of an hour", "J", (1, 10)),
    Parameter("isolation_share", 0.05, 0, 1, "share", "capacity set apart per H100e of guaranteed service", "J", (0.02, 0.15)),
    Parameter("interruptible_cut_share", 0.05, 0, 1, "share", "part of interruptible hours that a lab expects to lose", "J", (0.02, 0.15)),
    Parameter("interruptible_saving_share", 0.03, 0, 1, "share", "part of the price that a supplier saves where it may interrupt", "J", (0.01, 0.3)),
    Parameter("prepayment_share", 0.20, 0, 1, "share", "part of a contract that may be paid ahead", "S13", (0, 0.25)),
    Parameter("prepayment_risk_per_year", 0.03, 0, 1, "1/year", "premium of a lab for money in a supplier's hands", "J", (0, 0.06)),
    Parameter("prepayment_cash_share", 0.25, 0, 1, "share", "most of its cash that a lab pays ahead", "J", (0.1, 0.5)),
    Parameter("ramp_discount_share", 0.0, 0, 1, "share", "part taken off the fee in the months of ramp of a partner", "J", (0, 0.5)),
    # --- equity and guarantees ---
    Parameter("equity_offer_share", 0.3, 0, 1, "share", "equity that suppliers offer anchor buyers / value of the contract", "S40", (0.2, 0.5)),
    Parameter("equity_upfront_share", 0.25, 0, 1, "share", "part of it paid at signing, the rest as capacity comes", "J", (0.2, 0.3)),
    Parameter("equity_cash_share", 0.25, 0, 1, "share", "most of its cash that a supplier has in one lab", "J", (0.1, 0.5)),
    Parameter("valuation_revenue_multiple", 25, 0.1, 1000, "ratio", "value of a lab / yearly revenue", "J", (10, 40)),
    Parameter("first_refusal", 1, 0, 1, "0/1", "investors may match the best offer of others", "J", (0, 1), int),
    _months("exclusivity_months", 0, 0, 240, "months after an investment in which a lab asks the investor first", (0, 36)),
    Parameter("backstop_share", 0.0, 0, 1, "share", "part of a weak lab's contract with a weak supplier that a guarantor stands for", "J", (0, 0.5)),
    Parameter("joint_venture_share", 0.0, 0, 0.9, "share", "part of a lab's new sites that the supplier closest to it builds and keeps", "J", (0, 0.5)),
    Parameter("build_to_suit_share", 0.3, 0, 1, "share", "part of what nobody will have free that is built to suit", "J", (0, 0.5)),
    # --- recall ---
    Parameter("recall_hazard_per_month", 0.01, 0, 1, "1/month", "chance of a recall at a usual price", "S09", (0, 0.05)),
    Parameter("recall_price_trigger_ratio", 1.3, 0.1, 10, "ratio", "list price / contract price from which it rises", "J", (1, 2)),
    Parameter("recall_hazard_multiple", 9.0, 1, 100, "ratio", "most by which it rises", "J"),
    Parameter("recall_need_per_month", 0.1, 0, 1, "1/month", "chance of a recall if the owner's labs had nothing", "J", (0, 0.3)),
    Parameter("recall_right_value_share", 0.15, 0, 2, "share", "worth of a right of recall at no notice / price", "J", (0.05, 0.3)),
    Parameter("long_notice_ratio", 2.0, 1, 12, "ratio", "longer notice on offer / usual notice", "J", (1.5, 4)),
    Parameter("conduct_recall_per_month", 0.0, 0, 1, "1/month", "chance that an owner ends a rival's contract for its conduct", "J", (0, 0.02)),
    # --- prices of suppliers ---
    Parameter("list_markup_share", 0.15, 0, 5, "share", "list price over full cost at target use", "J"),
    Parameter("list_scarcity_slope", 1.5, 0, 20, "-", "rise of the list price above target use", "J"),
    Parameter("target_utilisation_share", 0.85, 0.3, 0.99, "share", "use that suppliers aim at", "J", (0.75, 0.92)),
    Parameter("slack_discount_share", 0.6, 0, 1, "share", "fall of the list price with slack", "J", (0.3, 0.9)),
    Parameter("list_smoothing_per_month", 0.3, 0.001, 1, "1/month", "speed of list prices", "J"),
    _choice("spot_rule", choices.SPOT_RULES, "how the spot market finds prices"),
    Parameter("spot_smoothing_per_month", 0.3, 0.001, 1, "1/month", "part of the way to the clearing price, under smoothed", "J", (0.1, 0.6)),
    _choice("spot_traders", choices.SPOT_TRADERS, "limits of those who shout in a double auction"),
    Parameter("spot_shouts", 4000, 1, 1_000_000, "count", "shouts in a month's double auction", "J", (100, 4000), int),
    Parameter("spot_highest_shout_ratio", 4 / 3, 1, 10, "ratio", "highest shout / highest bid limit", "J", (1, 2)),
    _choice("spot_ask_rule", choices.SPOT_ASK_RULES, "how suppliers set spot asks"),
    Parameter("spot_price_tick_usd_per_h100e_hour", 0.01, 0.005, 1, "USD/H100e-hour", "step between asks when suppliers undercut", "J", (0.01, 0.1)),
    Parameter("spot_patient_share", 0.8, 0, 1, "share", "part of free capacity asked at a discount to list", "J", (0.5, 1)),
    Parameter("spot_patient_ask_ratio", 0.75, 0.01, 2, "ratio", "that ask / list price", "S04", (0.4, 1)),
    Parameter("spot_urgent_ask_ratio", 1.05, 0.5, 10, "ratio", "ask for the rest / running cost", "J", (1, 2)),
    Parameter("on_demand_reserve_share", 0.04, 0, 0.5, "share", "capacity never sold by contract, kept for spot", "J", (0.02, 0.08)),
    Parameter("debt_covenant_share", 0.5, 0, 2, "share", "part of debt service that a neocloud's contract must cover", "J"),
    # --- regions: without them none of these matters ---
    Parameter("localised_share", 0.10, 0, 1, "share", "part of inference that must be served in its users' region", "J", (0.02, 0.3)),
    Parameter("latency_sensitive_share", 0.3, 0, 1, "share", "part of the rest that cannot wait for capacity far away", "J", (0.1, 0.6)),
    Parameter("latency_bound_ms", 150, 0, 1000, "ms", "longest round trip for what cannot wait", "J", (60, 250)),
    Parameter("backbone_scale", 1.0, 0, 1e6, "ratio", "capacity of all links / that stated", "J", (0.25, 4)),
    Parameter("backbone_growth_x_per_year", 1.3, 0.5, 5, "x/year", "growth of the capacity of all links", "J", (1, 2)),
    Parameter("locality_weight_share", 0.5, 0, 1, "share", "part of the value of an hour that place gives or takes", "J", (0.1, 0.9)),
    Parameter("site_drift_per_month", 0.1, 0, 1, "1/month", "speed at which sites of firms in all regions go where capacity is missing", "J", (0.02, 0.4)),
    Parameter("power_price_usual_usd_per_mwh", 75, 0, 1000, "USD/MWh", "price of power within the usual running cost", "J", (50, 140)),
    # --- operation ---
    Parameter("usable_share", 0.95, 0.3, 1, "share", "installed capacity not in repair or fragmented", "S33", (0.9, 0.98)),
    _choice("outage_rule", choices.OUTAGE_RULES, "whether outages take a part of a supplier or all of it"),
    Parameter("outage_common_share", 0.2, 0, 1, "share", "part of outages that strikes all suppliers at once", "J"),
    Parameter("service_credit_ratio", 1.0, 0, 5, "ratio", "credit for missing capacity / its bill", "J"),
    Parameter("service_credit_cap_share", 0.3, 0, 1, "share", "most credit / bill", "J", (0.1, 0.6)),
    # --- technology ---
    Parameter("capex_start_usd_per_h100e", 33_000, 1000, 1e6, "USD/H100e", "cost of a new site with chips at the start", "S06", (25_000, 45_000)),
    Parameter("capex_growth_start_x_per_year", 0.85, 0.2, 2, "x/year", "change of that cost at the start", "J", (0.7, 0.95)),
    Parameter("capex_growth_long_run_x_per_year", 0.97, 0.2, 2, "x/year", "change of that cost later", "J", (0.9, 1)),
    Parameter("capex_half_life_months", 24, 1, 600, "months", "half-life of the change", "J", (12, 48)),
    Parameter("opex_start_usd_per_h100e_hour", 0.35, 0, 10, "USD/H100e-hour", "power, staff and space at the start", "S06", (0.25, 0.5)),
    Parameter("opex_capex_exponent", 0.7, 0, 2, "-", "fall of running cost with the cost of chips", "J", (0.3, 1)),
    Parameter("power_start_kw_per_h100e", 1.1, 0.01, 10, "kW/H100e", "facility power of new sites at the start", "S01", (1, 1.8)),
    Parameter("power_growth_x_per_year", 0.8, 0.2, 2, "x/year", "change of facility power per H100e", "S01", (0.7, 0.95)),
    Parameter("power_supply_growth_x_per_year", 1.23, 0.5, 5, "x/year", "growth of the power firms can connect", "S52", (1, 1.5)),
    Parameter("site_life_months", 60, 1, 1e9, "months", "life of a site", "S12", (48, 72), int),
    Parameter("obsolescence_per_year", 0.15, 0, 2, "1/year", "fall of the rental value of a site", "J", (0.1, 0.4)),
    Parameter("chip_supply_start_h100e_per_month", 1_000_000, 1, 1e15, "H100e/month", "chips that can be ordered at the start", "S01", (750_000, 1_300_000)),
    Parameter("chip_growth_base_x_per_year", 2.0, 0.5, 5, "x/year", "growth of chip supply when orders equal it", "S01", (1.5, 2.7)),
    Parameter("chip_response", 1.5, 0, 10, "-", "answer of chip supply to orders", "J"),
    Parameter("chip_growth_low_x_per_year", 1.0, 0.1, 5, "x/year", "least growth of chip supply", "J", (0.7, 1.2)),
    Parameter("chip_growth_high_x_per_year", 2.7, 1, 10, "x/year", "most growth of chip supply", "S01", (2, 3.5)),
    Parameter("chip_smoothing_per_month", 0.3, 0.001, 1, "1/month", "speed of that answer", "J"),
    # --- hardware ---
    _months("chip_lead_months", 0, 0, 36, "order of chips to a site that works, at least", (0, 12))._replace(source="S90"),
    _choice("chip_allocation_rule", choices.CHIP_ALLOCATION_RULES, "who gets chips when they do not go round"),
    _months("grid_queue_months", 0, 0, 95, "wait for power beyond what a firm can connect; 0 = none to be had", (0, 84))._replace(source="S65"),
    Parameter("behind_the_meter_share", 0.0, 0, 0.95, "share", "most of an order that may have generation of its own", "S91", (0, 0.5)),
    Parameter("behind_the_meter_cost_ratio", 1.1, 1, 3, "ratio", "cost of a site with its own generation / on the grid", "J", (1.05, 1.3)),
    _months("behind_the_meter_lead_months", 20, 1, 120, "order of such a site to its use, at least", (12, 30))._replace(source="S65"),
    Parameter("power_price_usd_per_mwh", 75.0, 0, 1000, "USD/MWh", "price of power; at 75 running cost is what opex_start says", "S92", (65, 135)),
    Parameter("generation_months", 0, 0, 60, "months", "time between releases at which the cost of a site steps down; 0 = smooth", "J", (0, 24), int),
    _choice("running_cost_rule", choices.RUNNING_COST_RULES, "whether old sites cost what new ones cost to run"),
    _choice("refresh_rule", choices.REFRESH_RULES, "whether sites are scrapped before the end of their life"),
    Parameter("scrap_share", 0.1, 0, 1, "share", "what a scrapped site brings / cost of a new one", "J", (0, 0.3)),
    Parameter("custom_silicon_cost_usd_m", 0.0, 0, 1e7, "USD m", "cost of a programme of own chips; 0 = there are none", "J", (0, 5000)),
    _months("custom_silicon_delay_months", 30, 0, 120, "start of such a programme to sites with its chips", (24, 42)),
    Parameter("custom_silicon_cost_ratio", 0.7, 0.05, 1, "ratio", "cost of a site with own chips / usual cost", "J", (0.5, 0.9)),
    Parameter("porting_cost_usd_per_h100e", 1000.0, 0, 1e6, "USD/H100e", "once, to move work to chips of another maker", "J", (300, 3000)),
    _months("porting_months", 3, 0, 36, "delay of what a lab signs there first", (1, 9)),
    Parameter("standardisation_share", 0.0, 0, 1, "share", "part of porting that common software saves", "J", (0, 0.8)),
    # --- investment of suppliers ---
    _choice("investment_rule", choices.INVESTMENT_RULES, "how suppliers choose capacity"),
    Parameter("supply_curve_slope", 1.0, 0, 50, "-", "rise of planned capacity with expected price / full cost", "J", (0.3, 3)),
    Parameter("moving_average_months", 12, 1, 36, "months", "months of sales that order_up_to looks back on", "J", (6, 24), int),
    _choice("price_expectation", choices.PRICE_EXPECTATIONS, "how suppliers expect prices, in rules that plan by price"),
    Parameter("price_learning_per_month", 0.25, 0, 1, "1/month", "weight of the last month in the expected price; 1 = naive", "J", (0.1, 1)),
    Parameter("price_extrapolation", 1.0, -2, 2, "-", "part of the last price change expected to go on, under trend", "J", (0.4, 1.3)),
    Parameter("switching_intensity_per_usd2", 1.5, 0, 1e6, "1/USD^2", "how fast the more accurate expectation wins", "J", (0.4, 3)),
    Parameter("switching_memory_share", 0.1, 0, 1, "share", "part of past accuracy remembered", "J", (0, 0.7)),
    Parameter("switching_inertia_share", 0.1, 0, 1, "share", "part that keeps its expectation rule in a month", "J", (0, 0.9)),
    Parameter("inventory_adjustment_per_month", 0.06, 0, 1, "1/month", "part of a capacity gap ordered a month", "J"),
    Parameter("supply_line_weight", 0.6, 0, 1, "share", "how far orders under way are counted", "S34", (0.2, 1)),
    Parameter("capacity_buffer_ratio", 1.10, 0.5, 3, "ratio", "capacity wanted / demand expected", "J", (1, 1.25)),
    Parameter("competition_neglect_share", 0.5, 0, 1, "share", "part of rivals' orders that is overlooked", "J", (0, 1)),
    Parameter("price_tightness_exponent", 0.7, 0, 5, "-", "expected price per expected tightness", "J"),
    Parameter("price_tightness_weight", 0.5, 0, 1, "share", "weight of that expectation against today's price", "J", (0.25, 0.75)),
    _choice("investment_hurdle", choices.INVESTMENT_HURDLES, "what profitability does to orders that follow demand"),
    Parameter("option_payout_per_year", 0.25, 0.001, 2, "1/year", "what waiting forgoes: fall of a site's value", "J", (0.1, 0.4)),
    Parameter("option_volatility_per_root_year", 0.4, 0.001, 2, "ln/year^0.5", "volatility of a site's value", "J", (0.2, 0.6)),
    Parameter("option_weight_share", 0.5, 0, 1, "share", "part of the value of waiting that suppliers reckon with", "J", (0, 1)),
    Parameter("investment_ramp_start_ratio", 0.9, -1e9, 5, "ratio", "profitability at which ordering starts", "J", (0.7, 1.1)),
    Parameter("investment_ramp_width_ratio", 0.4, 0.01, 5, "ratio", "width of the ramp to full ordering", "J"),
    Parameter("investment_ramp_cap_ratio", 1.25, 0, 5, "ratio", "most ordering / plain stock adjustment", "J", (1, 1.6)),
    Parameter("demand_smoothing_per_month", 0.3, 0, 1, "1/month", "weight of the last month in believed demand", "J"),
    # --- finance ---
    _months("round_interval_months", 6, 1, 1_000_000_000, "least months between funding rounds"),
    Parameter("round_burn_months", 24, 0, 120, "months", "months of burn a round covers", "J"),
    Parameter("round_cost_months", 6, 0, 120, "months", "months of cost a round keeps in hand", "J"),
    Parameter("round_revenue_months", 18, 0, 240, "months", "months of revenue investors lend on", "J"),
    Parameter("round_growth_scale_per_year", 0.9, 0.01, 10, "1/year", "growth at which they lend that much", "J"),
    Parameter("round_growth_cap_ratio", 1.5, 0, 10, "ratio", "most by which growth raises it", "J"),
    # --- forward market ---
    _months("forward_horizon_months", 0, 0, 12, "months ahead for which spot hours are traded forward; 0 for none", (0, 6)),
    Parameter("forward_reversion_per_month", 0.05, 0, 0.99, "1/month", "part of the way back to its slow mean that the spot price is expected to go", "J", (0, 0.2)),
    Parameter("forward_premium_share", 0.1, 0, 0.9, "share", "rise of a forward price when labs want to hold all that is sold on spot", "J", (0, 0.5)),
    Parameter("lab_hedge_share", 0.0, 0, 1, "share", "part of the spot hours they expect that labs other than hedgers buy forward", "J", (0, 1)),
    Parameter("supplier_hedge_share", 0.1, 0, 1, "share", "part of the spot hours they expect to sell that suppliers sell forward", "J", (0, 0.5)),
    Parameter("forward_margin_share", 0.1, 0, 1, "share", "deposit / value of what is held forward", "J", (0.05, 0.3)),
    Parameter("forward_margin_cash_share", 0.1, 0, 1, "share", "most of its cash that a firm without a parent deposits", "J", (0.02, 0.3)),
    Parameter("hedger_spot_share", 0.25, 0, 1, "share", "part of its requirement that a hedger leaves to spot, as far as it is hedged", "J", (0.1, 0.5)),
    # --- entry and exit ---
    Parameter("lab_entry_per_month", 0.03, 0, 1, "1/month", "chance that a new lab is founded", "J"),
    Parameter("supplier_entry_per_month", 0.04, 0, 1, "1/month", "chance that a new supplier looks at the market", "S35", (0.02, 0.1)),
    _choice("supplier_entry_rule", choices.SUPPLIER_ENTRY_RULES, "what a potential supplier looks at"),
    Parameter("supplier_entry_cost_usd_m", 0.0, 0, 1e6, "USD m", "sunk cost of entering as a supplier", "J", (0, 200)),
    Parameter("entry_hurdle_ratio", 1.0, 0, 10, "ratio", "profitability needed to enter", "J", (0.8, 1.4)),
    Parameter("entrant_lab_users_share", 0.002, 1e-5, 0.2, "share", "demand for a new lab / all demand", "J"),
    Parameter("entrant_idle_low_h100e", 50_000, 0, 1e7, "H100e", "least idle capacity of a non-traditional entrant", "J"),
    Parameter("entrant_idle_high_h100e", 250_000, 0, 1e7, "H100e", "most idle capacity of a non-traditional entrant", "J"),
    Parameter("entrant_nontraditional_share", 0.5, 0, 1, "share", "new suppliers that own idle capacity", "J", (0.25, 0.75)),
    # --- supplier kinds ---
    Parameter("entrant_miner_weight", 0.0, 0, 100, "ratio", "miners among new suppliers / owners of idle capacity", "J", (0, 2)),
    Parameter("entrant_energy_developer_weight", 0.0, 0, 100, "ratio", "energy developers / owners of idle capacity", "J", (0, 2)),
    Parameter("entrant_edge_weight", 0.0, 0, 100, "ratio", "edge networks / owners of idle capacity", "J", (0, 2)),
    Parameter("entrant_sovereign_weight", 0.0, 0, 100, "ratio", "sovereign funds / owners of idle capacity", "J", (0, 2)),
    Parameter("entrant_orbital_weight", 0.0, 0, 100, "ratio", "operators of satellites / owners of idle capacity", "J", (0, 2)),
    Parameter("mining_revenue_usd_per_mwh", 100, 0, 10_000, "USD/MWh", "what a miner's power earns by mining", "J", (50, 200)),
    Parameter("power_tariff_usd_per_mwh", 80, 0, 10_000, "USD/MWh", "what others pay for power, part of running cost", "S84", (65, 90)),
    Parameter("power_sale_price_usd_per_mwh", 60, 0, 10_000, "USD/MWh", "what a developer's power sells for", "S85", (30, 115)),
    Parameter("edge_premium_share", 0.10, 0, 2, "share", "what nearness to users adds to the worth of capacity", "J", (0, 0.3)),
    Parameter("edge_size_limit_h100e", 50_000, 0, 1e8, "H100e", "most that the sites of an edge network hold", "J"),
    Parameter("sovereign_discount_share", 0.10, 0, 0.9, "share", "what a sovereign fund gives up for an industry at home", "J", (0, 0.3)),
    Parameter("sovereign_patience_share", 0.5, 0, 1, "share", "part of its orders that it places whatever the profit", "J", (0.2, 1)),
    Parameter("orbital_cost_multiple", 3.0, 0.1, 100, "ratio", "cost of a site in orbit / on the ground", "S86", (2, 4)),
    Parameter("orbital_running_cost_share", 0.1, 0, 1, "share", "running cost in orbit / on the ground", "J", (0.02, 0.3)),
    _months("orbital_life_months", 40, 1, 600, "life of a site that nobody can repair", (24, 60)),
    # --- followers, exit and sale ---
    Parameter("visible_deal_h100e", 100_000, 0, 1e8, "H100e", "deal with another trade from which others take note", "J", (30_000, 200_000)),
    Parameter("follower_multiple", 1.0, 0, 100, "ratio", "potential suppliers after such a deal / before", "J", (1, 5)),
    _months("follower_months", 12, 1, 120, "how long such a deal is news", (6, 24)),
    _choice("asset_sale_rule", choices.ASSET_SALE_RULES, "who gets the sites of a failed owner"),
    Parameter("asset_scrap_share", 0.10, 0, 1, "share", "what the parts of a new site fetch / its cost, under highest_bid", "J", (0.05, 0.3)),
    Parameter("exit_utilisation_share", 0.3, 0, 1, "share", "use below which a supplier at a loss thinks of leaving", "J", (0.1, 0.5)),
    _months("exit_months", 6, 1, 1_000_000, "months of low use at a loss after which a supplier leaves"),
    Parameter("salvage_share", 0.5, 0, 1, "share", "debt that buyers of a failed owner's sites take over", "S36", (0.25, 0.75)),
)
# fmt: on

PARAMETER_DTYPE: np.dtype[Any] = np.dtype(
    [(parameter.name, np.float64 if parameter.kind is float else np.int64) for parameter in PARAMETERS]
)
"""One record a world."""


def default_record() -> NDArray[Any]:
    """Return the parameters at their defaults; shape (1,)."""
    record = np.zeros(1, PARAMETER_DTYPE)
    for parameter in PARAMETERS:
        record[parameter.name] = parameter.default
    return record
