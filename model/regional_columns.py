"""The columns of regions and of the backbone between them.

R regions; a world without named regions has one row that says nothing, with `id` 0.
"""

from agents.columns import Column, given

NO_LIMIT_MW = 1e6
"""Power that can be connected in a month where a region sets no limit."""

REGION_COLUMNS = (
    Column("id", "-", "number of the region; 0 where a scenario names none", int),
    Column("user_share", "share", "part of every lab's inference that users there want", float, given(0, 1)),
    Column("site_share", "share", "part of the sites of firms in no one region that stands there", float, given(0, 1)),
    Column("power_price_usd_per_mwh", "USD/MWh", "price of power there", float, given(0, 1000, 75)),
    Column(
        "power_mw_per_month",
        "MW/month",
        "power that all firms together can connect there at the start",
        float,
        given(0, NO_LIMIT_MW, NO_LIMIT_MW),
    ),
    Column("connected_share", "share", "part of the orders there that could be connected this month"),
    Column("ordered_mw_per_month", "MW/month", "power of the sites ordered there"),
    Column("demand_h100e", "H100e", "inference that users there want"),
    Column("capacity_h100e", "H100e", "capacity that labs hold there"),
    Column("served_h100e", "H100e", "inference of users there that is served"),
    Column("imported_h100e", "H100e", "of that, served in other regions"),
    Column("misplaced_h100e", "H100e", "inference refused there although the lab's capacity elsewhere would do"),
    Column("installed_h100e", "H100e", "capacity of suppliers online there"),
    Column("utilisation_share", "share", "of that, used"),
    Column("signed_h100e", "H100e", "capacity of contracts signed this month there"),
    Column("contract_price_usd_per_h100e_hour", "USD/H100e-hour", "mean price of those; nan for none"),
)
"""A region; shape (R,)."""

ROUTE_COLUMNS = (
    Column("latency_ms", "ms", "shortest round trip over the backbone; inf where there is none"),
    Column("next_region", "row", "first region on that way; -1 where there is none", int),
    Column("nearest_region", "row", "the region nearest to that of the row, in this place; -1 where none is left", int),
    Column("link_h100e", "H100e", "inference that the direct link carries this way at the start; 0 for no link"),
    Column("carried_h100e", "H100e", "inference that it carries this month"),
)
"""From the region where capacity stands to the region of the users; shape (R, R)."""

LAB_REGION_COLUMNS = (
    Column("demand_h100e", "H100e", "inference that its users there want"),
    Column("capacity_h100e", "H100e", "capacity it holds there"),
    Column("served_h100e", "H100e", "inference of users there that is served"),
    Column("imported_h100e", "H100e", "of that, served in other regions"),
    Column("misplaced_h100e", "H100e", "inference refused there although its capacity elsewhere would do"),
    Column("spare_h100e", "H100e", "capacity there that is left for users elsewhere, scratch"),
    Column("near_h100e", "H100e", "inference of users there that still looks for capacity near by, scratch"),
    Column("far_h100e", "H100e", "the same, for capacity anywhere, scratch"),
)
"""What a lab has and misses in a region; shape (L, R)."""

LINK_COLUMNS = (
    Column("latency_ms", "ms", "round trip between the two", float, given(0, 10_000)),
    Column("capacity_h100e", "H100e", "inference that it carries each way", float, given(0, 1e9)),
)
"""What a population says of a link of the backbone."""
