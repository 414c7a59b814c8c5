"""The tab of prices: contract, spot and forward, with the band of an ensemble behind the live path."""

import polars as pl
from matplotlib.axes import Axes

from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab
from experiments.view.series import draw_series, series, with_band

USD = "usd_per_h100e_hour"
MARKET = {
    "contract": "contract_price_usd_per_h100e_hour",
    "spot": "spot_price_usd_per_h100e_hour",
    "full cost": "full_cost_usd_per_h100e_hour",
}


def market_prices(moment: Moment) -> pl.DataFrame:
    """Return the prices of contracts and of the spot market, and the full cost of new capacity, with their bands."""
    market = moment.history.market
    return with_band(series(moment, {name: market[column] for name, column in MARKET.items()}, USD), moment, MARKET)


def draw_prices(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw prices."""
    draw_series(axes, frame, look, USD)
    axes.set_ylabel("USD per H100e-hour")


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
    ),
)
