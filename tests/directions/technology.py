"""What each number of technology and of the supply of chips does to a market."""

from tests.directions.figures import (
    CONTRACT,
    DOWN,
    UP,
    early,
    installed,
    mean_of,
    turn,
)

CASES = {
    # --- sites ---
    "dear sites make list prices high": turn("capex_start_usd_per_h100e", mean_of("list_price_usd_per_h100e_hour"), UP),
    "costs that fall slowly keep list prices high": turn(
        "capex_growth_start_x_per_year", mean_of("list_price_usd_per_h100e_hour"), UP
    ),
    "costs that stop falling keep list prices high": turn(
        "capex_growth_long_run_x_per_year", mean_of("list_price_usd_per_h100e_hour"), UP
    ),
    "costs that fall for longer bring list prices down": turn(
        "capex_half_life_months", mean_of("list_price_usd_per_h100e_hour"), DOWN
    ),
    # contracts by 1.5%, less surely: they are split between what an hour costs and what it is worth
    "dear running makes list prices high": turn(
        "opex_start_usd_per_h100e_hour", mean_of("list_price_usd_per_h100e_hour"), UP
    ),
    "running costs that fall with chips bring list prices down": turn(
        "opex_capex_exponent", mean_of("list_price_usd_per_h100e_hour"), DOWN
    ),
    "hungry chips meet the limits of power": turn("power_start_kw_per_h100e", installed, DOWN),
    "hunger that falls slowly meets the limits of power": turn("power_growth_x_per_year", installed, DOWN),
    "more power lets more be built": turn("power_supply_growth_x_per_year", installed, UP),
    "sites that last leave more standing": turn("site_life_months", installed, UP),
    "sites that age fast must earn more": turn("obsolescence_per_year", mean_of("list_price_usd_per_h100e_hour"), UP),
    # --- chips ---
    "more chips let more be built": turn("chip_supply_start_h100e_per_month", installed, UP),
    "chips that grow faster let more be built": turn("chip_growth_base_x_per_year", installed, UP),
    "chip makers who answer more bring more chips": turn("chip_response", early("chips_h100e"), UP),
    "chip makers who cut less leave more chips": turn("chip_growth_low_x_per_year", mean_of("chips_h100e"), UP),
    "chip makers who can grow faster make contracts cheap": turn("chip_growth_high_x_per_year", CONTRACT, DOWN),
    "chip makers who answer fast make contracts cheap": turn("chip_smoothing_per_month", CONTRACT, DOWN),
}
