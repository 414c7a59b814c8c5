"""What moves nothing, or less than one per cent: placebos, and parameters that no figure shows."""

from model import load_scenario
from model.ensemble import Run
from tests.directions.deals import signed
from tests.directions.figures import (
    CONTRACT,
    DOWN,
    UP,
    Case,
    early,
    entries,
    installed,
    rivals_price,
    turn,
)
from tests.directions.rules import FORESEES

XAI = list(load_scenario("colossus").labs).index("xai")
EARLY = early("contract_price_usd_per_h100e_hour")
FARATIN = {"bargaining_rule": "faratin"}
NO_TIES = {
    "rival_discount_share": 0.0,
    "own_group_bonus_usd_per_h100e_hour": 0.0,
    "equity_offer_share": 0.0,
    "labs.openai.group": "microsoft",
}
"""Labels of affiliation that nobody minds."""
ROOM = {f"suppliers.{name}.installed_h100e": 4_000_000 for name in ("coreweave", "nebius")}
"""Two independents with room for all."""


def paid_by_rivals(run: Run) -> float:
    """Return the mean price of all that labs other than xAI sign."""
    deals = signed(run)
    deals = deals[deals["lab_name_code"] != XAI]
    bill = (deals["price_usd_per_h100e_hour"] * deals["capacity_h100e"]).sum()
    return float(bill / deals["capacity_h100e"].sum())


def first_prices(run: Run) -> float:
    """Return what labs other than xAI pay SpaceX in the first year and a half; nan where they sign nothing."""
    return rivals_price(run._replace(deals=run.deals[run.deals["signed_month"] < 18]))


NOTHING = {
    # --- labels ---
    "a label that nobody minds": Case({"suppliers.azure.lab_affiliation_share": 1}, CONTRACT, UP, NO_TIES),
    "the label on another supplier": Case(
        {"suppliers.azure.lab_affiliation_share": 0, "suppliers.aws.lab_affiliation_share": 1},
        CONTRACT,
        UP,
        NO_TIES | {"suppliers.azure.lab_affiliation_share": 1, "suppliers.aws.lab_affiliation_share": 0},
    ),
    "foreclosure by a supplier that belongs to no lab": Case(
        {"foreclosure_share": 1.0},
        rivals_price,
        UP,
        {"suppliers.spacex_colossus.group": "nobody", "suppliers.spacex_colossus.lab_affiliation_share": 0},
        "colossus",
    ),
    # the owner itself is dearer, since a pair splits a surplus and does not bid against others; but rivals need little
    # of it where two independents have room
    "foreclosure, for what rivals pay in all, where two independents have room": Case(
        {"foreclosure_share": 1.0}, paid_by_rivals, UP, ROOM, "colossus"
    ),
    # --- news of two sizes has the mean and the s.d. of normal news; only the tails differ ---
    "news of two sizes, for capacity": Case({"demand_news_rule": "two_point"}, installed, UP),
    # --- a permit, a team and a network, and no more ---
    "a sunk cost of the usual size": Case({"supplier_entry_cost_usd_m": 200}, entries, DOWN, FORESEES),
}
"""Changes after which pairs go neither way."""

LITTLE = {
    # most of the first year and a half there is room elsewhere, and the owner charges nothing
    "foreclosure, while two independents have room": Case(
        {"foreclosure_share": 1.0}, first_prices, UP, dict.fromkeys(ROOM, 20_000_000), "slack"
    ),
}
"""Changes that go one way by less than one per cent."""

AMBIGUOUS = {
    # labs that are refused open higher, but few are, and where a curve opens moves little of where it ends
    "aspiration_fall_share": turn("aspiration_fall_share", EARLY, UP, FARATIN),
    "aspiration_rise_share": turn("aspiration_rise_share", EARLY, DOWN, FARATIN),
    "aspiration_floor_share": turn("aspiration_floor_share", EARLY, DOWN, FARATIN),
}
"""Parameters for which no figure goes one way by one per cent, and what goes one way by less."""
