"""The tab of prices: contract, spot and forward, what kinds of deals cost, and what users pay."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab, say_nothing
from experiments.view.series import (
    by_line,
    day_numbers,
    draw_series,
    finish_dates,
    finish_values,
    fit_height,
    line_width,
    name_ends,
    say_unit,
    series,
    style_of_line,
    with_band,
)

USD = "usd_per_h100e_hour"
UNIT = "USD per H100e-hour"
MARKET = {
    "contract": "contract_price_usd_per_h100e_hour",
    "spot": "spot_price_usd_per_h100e_hour",
    "full cost": "full_cost_usd_per_h100e_hour",
}
BANDS = ("contract", "spot")
POSTED = {
    "list": "list_price_usd_per_h100e_hour",
    "spot": "spot_price_usd_per_h100e_hour",
    "forward": "forward_price_usd_per_h100e_hour",
}
DEALS = {"new leases": "lease_price_usd_per_h100e_hour", "new partner deals": "partner_price_usd_per_h100e_hour"}
SERVICE = {
    "service": "service_price_usd_per_h100e_hour",
    "contract": "contract_price_usd_per_h100e_hour",
    "full cost": "full_cost_usd_per_h100e_hour",
}
STYLES = {"contract": 0, "spot": 1, "full cost": 2, "list": 4, "forward": 6, "service": 3}
"""The look of each price, the same in every picture."""
MARKS = ("o", "^")


def market_prices(moment: Moment) -> pl.DataFrame:
    """Return the prices of contracts and of the spot market with their bands, and the full cost of new capacity."""
    return with_band(prices(moment, MARKET), moment, {name: MARKET[name] for name in BANDS})


def prices(moment: Moment, columns: dict[str, str]) -> pl.DataFrame:
    """Return some prices; where nobody has had a contract there is no contract price."""
    market = moment.history.market
    had = np.maximum.accumulate(market["lease_h100e"] + market["partner_h100e"]) > 0.0 if len(market) else True
    values = {name: market[column] for name, column in columns.items()}
    if "contract" in values:
        values["contract"] = np.where(had, values["contract"], np.nan)
    return series(moment, values, USD)


def draw_prices(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw prices."""
    draw_series(axes, frame, look, USD, styles=STYLES)
    say_unit(axes, UNIT, look)


def posted_prices(moment: Moment) -> pl.DataFrame:
    """Return list, spot and forward prices; forward prices are nan where no forward market runs."""
    return prices(moment, POSTED)


def draw_posted(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw list, spot and forward prices, or say that there are no forwards."""
    draw_prices(axes, frame, look)
    if frame.filter((pl.col("line") == "forward") & pl.col(USD).is_finite()).is_empty():
        say_unit(axes, UNIT, look, note="no forward is traded")


def deal_prices(moment: Moment) -> pl.DataFrame:
    """Return the prices of leases and partner deals of each month; nan where none was signed."""
    return prices(moment, DEALS)


def draw_deals(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw a dot for each month with new leases, and a triangle for each with new partner deals."""
    if frame[USD].is_nan().all():
        say_nothing(axes, "no deal has been signed yet", look)
        return
    ends = []
    for place, (name, line) in enumerate(by_line(frame).items()):
        colour, _ = style_of_line(look, place)
        days, values = day_numbers(line["date"]), line[USD].to_numpy()
        axes.update_datalim([(days[0], 0.0), (days[-1], 0.0)], updatey=False)
        known, size = np.isfinite(values), 2.5 * line_width(len(days))
        axes.plot(days, values, MARKS[place], color=colour, markersize=size, markeredgewidth=0, clip_on=False)
        if known.any():
            ends.append((name, float(values[known][-1]), colour))
    fit_height(axes, np.inf, from_zero=True, least_top=0.0)
    finish_dates(axes)
    finish_values(axes)
    name_ends(axes, ends, look)
    say_unit(axes, UNIT, look)


def service_prices(moment: Moment) -> pl.DataFrame:
    """Return what users pay for an hour of inference, and what an hour of compute costs."""
    return prices(moment, SERVICE)


TAB = Tab(
    "prices",
    "Prices",
    (
        Panel(
            "market_prices",
            "What an hour of compute costs",
            "Lines are this run; the shade is where 8 of 10 runs with other luck lie. Above full cost, building pays.",
            market_prices,
            draw_prices,
        ),
        Panel(
            "posted_prices",
            "Posted, on the day, and ahead",
            "Suppliers post list prices; spot is what idle hours fetch; a forward fixes a spot price today.",
            posted_prices,
            draw_posted,
        ),
        Panel(
            "deal_prices",
            "What new deals cost",
            "A mark is a month's mean price. Partners may recall what they let, so they are cheaper when all is well.",
            deal_prices,
            draw_deals,
        ),
        Panel(
            "service_prices",
            "What users pay, and what compute costs",
            "Labs sell inference; the gap to the contract price is what an hour of compute earns them.",
            service_prices,
            draw_prices,
        ),
    ),
)
