"""What each number of bargaining and contracts does to a market."""

from agents.base import LEASE, PARTNER
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    SPOT,
    UP,
    early,
    mean_of,
    rivals_price,
    signed,
    turn,
)

CASES = {
    "an owner charges rivals until more is free": turn(
        "foreclosure_slack_share", rivals_price, UP, {"foreclosure_share": 1.0}, "colossus"
    ),
    # --- the market is short at first and slack later; the sharper, the dearer first ---
    "a wider portfolio of offers makes contracts cheap": turn("suppliers_asked", CONTRACT, DOWN),
    "tightness that tells makes the boom dear": turn(
        "tightness_exponent", early("contract_price_usd_per_h100e_hour"), UP
    ),
    "a discount for the term makes contracts cheap": turn("term_discount_share", CONTRACT, DOWN),
    "sellers who doubt the buyer let hours go to spot": turn("credit_spread_share", SPOT, DOWN),
    "late deliveries feared are a discount asked": turn("non_delivery_per_month", CONTRACT, DOWN),
    "terms that bind are a discount asked": turn("term_inflexibility_share", CONTRACT, DOWN),
    "a market price that follows deals fast falls fast": turn("deal_price_smoothing_per_month", CONTRACT, DOWN),
    "a rival's affiliate is shunned": turn("rival_discount_share", mean_of("partner_h100e"), DOWN),
    "refused users make a lab pay a rival's affiliate more": turn(
        "rival_urgency", early("partner_price_usd_per_h100e_hour"), UP
    ),
    "refused users make a lab buy from a rival's affiliate": turn("rival_urgency", signed(PARTNER), UP, {}, "colossus"),
    "cancelled places shorten the queue": turn(
        "queue_cancel_per_month", mean_of("queue_wait_months"), DOWN, {}, "colossus"
    ),
    "longer anchor deals are signed less often": turn("anchor_term_ratio", signed(LEASE), DOWN),
    "fewer anchor deals leave less capacity unused": turn(
        "anchor_deal_h100e", mean_of("take_or_pay_waste_usd_m"), DOWN
    ),
    "labs that tolerate slack keep partners": turn("renewal_slack_share", mean_of("partner_h100e"), UP),
    "terms that differ are signed again more often": turn("term_spread_share", signed(LEASE), UP),
    # --- concession curves ---
    "a high first bid makes contracts dear": turn(
        "faratin_opening_buyer_share", CONTRACT, UP, {"bargaining_rule": "faratin"}
    ),
    "a high first ask makes contracts dear": turn(
        "faratin_opening_seller_ratio", CONTRACT, UP, {"bargaining_rule": "faratin"}
    ),
    "tightness slows sellers": turn(
        "pace_tightness", early("contract_price_usd_per_h100e_hour"), UP, {"bargaining_rule": "faratin"}
    ),
    "refused users hurry buyers": turn(
        "pace_urgency", early("contract_price_usd_per_h100e_hour"), UP, {"bargaining_rule": "faratin"}
    ),
}
