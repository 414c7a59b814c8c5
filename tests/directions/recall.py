"""What each number of recall does to a market."""

from tests.directions.figures import (
    DOWN,
    UP,
    early,
    mean_of,
    of_suppliers,
    turn,
)

CASES = {
    "recall leaves labs with less from partners": turn(
        "recall_hazard_per_month", mean_of("partner_h100e"), DOWN, {}, "colossus"
    ),
    "recall is a discount that partners give": turn(
        "recall_hazard_per_month", early("partner_price_usd_per_h100e_hour"), DOWN
    ),
    "capacity that is hard to replace is not rented from partners": turn(
        "replacement_months", mean_of("partner_h100e"), DOWN, {}, "colossus"
    ),
    "owners who wait for a better price recall less": turn(
        "recall_price_trigger_ratio", of_suppliers("recall_hazard_per_month"), DOWN, {}, "colossus"
    ),
    "owners who wait for a better price leave labs more": turn(
        "recall_price_trigger_ratio", mean_of("partner_h100e"), UP, {}, "colossus"
    ),
    "owners tempted by high prices recall more": turn(
        "recall_hazard_multiple", of_suppliers("recall_hazard_per_month"), UP, {}, "colossus"
    ),
}
