"""The tab of one firm: where its capacity comes from or goes, what it needs or charges, its cash, and its partners."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from experiments.view.canvas import shortened
from experiments.view.log import deals_so_far
from experiments.view.moment import Moment
from experiments.view.panel import Look, Panel, Tab
from experiments.view.series import Scale, draw_series, draw_shares, say_unit, scale_of, series
from model.contracts import BY_FAILURE
from model.state import CHANNELS, Table

H100E, USD, MONEY, SHARE = "capacity_h100e", "usd_per_h100e_hour", "cash_usd_m", "share_of_what_it_holds"
COLOURS = {"own sites": 0, "lease": 5, "partner": 2, "spot": 1, "labs' contracts": 5, "enterprises": 4, "idle": 7}
"""Colours of channels and uses, as in the tab of capacity."""
SUPPLIER_PRICES = {
    "list price": "list_price_usd_per_h100e_hour",
    "its deals": "realised_price_usd_per_h100e_hour",
    "full cost": "full_cost_usd_per_h100e_hour",
}
USES = {
    "labs' contracts": "delivered_h100e",
    "enterprises": "enterprise_served_h100e",
    "spot": "spot_sold_h100e",
    "idle": "idle_h100e",
}
DEPENDENCE = {
    "largest supplier": "largest_supplier_share",
    "rivals' affiliates": "rival_supply_share",
    "can be recalled": "recall_risk_share",
}
MOST_CUSTOMERS = 6


class Track(NamedTuple):
    """The firm that is looked at: its number, its name, and the months in which it was in business.

    `rows` holds its row in each month, -1 where it is not in business; `left` is the month in which it left, or None.
    """

    side: str
    number: int
    name: str
    rows: Any
    left: int | None


def track(moment: Moment) -> Track | None:
    """Return the firm that is looked at; None where the population has none of that key or nothing has run."""
    side = moment.firm.side
    firms = moment.scenario.labs if side == "lab" else moment.scenario.suppliers
    if moment.firm.key not in firms or moment.months == 0:
        return None
    code, table = list(firms).index(moment.firm.key), table_of(moment, side)
    mine = (table["name_code"] == code) & (table["alive"] == 1)
    rows = np.where(mine.any(axis=1), mine.argmax(axis=1), -1)
    last = int(np.flatnonzero(rows >= 0).max(initial=-1))
    number = 1 + code if side == "lab" else 1 + len(moment.scenario.labs) + code
    left = last + 1 if last < moment.months - 1 else None
    return Track(side, number, str(firms[moment.firm.key]["label"]), rows, left)


def table_of(moment: Moment, side: str) -> Table:
    """Return the history of the labs or of the suppliers; shape (months, rows)."""
    return moment.history.labs if side == "lab" else moment.history.suppliers


def numbers(moment: Moment, firm: Track, column: str) -> Any:
    """Return a column of the firm, nan where it is not in business; shape (months,)."""
    values = table_of(moment, firm.side)[column][np.arange(moment.months), firm.rows]
    return np.where(firm.rows >= 0, values, np.nan)


def of_firm(moment: Moment, firm: Track, values: Mapping[str, Any], unit: str) -> pl.DataFrame:
    """Return lines as a table with the name of the firm, its side, and the month and day on which it left."""
    date = None if firm.left is None else moment.dates[firm.left].item()
    always = (
        pl.lit(firm.name).alias("firm"),
        pl.lit(firm.side).alias("side"),
        pl.lit(firm.left, pl.Int64).alias("left_month"),
        pl.lit(date, pl.Date).alias("left_date"),
    )
    return series(moment, values, unit).with_columns(*always)


def due(moment: Moment, deals: Table) -> Any:
    """Return what is due under each of some deals in each month, after its ramp; shape (deals, months)."""
    months, growth = np.arange(moment.months), moment.history.market["growth_per_month"]
    growth = np.concatenate([growth[:1], growth[:-1]])  # what is due is worked out before demand grows
    start, end = deals["start_month"][:, None], deals["end_month"][:, None]
    end = end + (deals["ended_by"][:, None] == BY_FAILURE)  # the month in which a party fails is served to its end
    ramp = deals["full_month"][:, None] - start
    steps = np.where(np.abs(growth) < 1e-6, 1e-6, growth)
    part = np.expm1(steps * np.minimum(months - start + 1.0, ramp + 1.0)) / np.expm1(steps * (ramp + 1.0))
    return np.where((start <= months) & (months < end), deals["capacity_h100e"][:, None] * part, 0.0)


# --- where capacity comes from or goes ---


def portfolio(moment: Moment) -> pl.DataFrame:
    """Return what a lab holds by channel, contracts divided as they fall due; of a supplier, what it sells to whom."""
    firm = track(moment)
    if firm is None:
        return pl.DataFrame()
    if firm.side == "supplier":
        return of_firm(moment, firm, {name: numbers(moment, firm, column) for name, column in USES.items()}, H100E)
    deals = deals_so_far(moment)
    mine = deals[deals["lab_id"] == firm.number]
    promised = due(moment, mine)
    by_channel = [promised[mine["channel"] == channel].sum(axis=0) for channel in range(len(CHANNELS))]
    total = sum(by_channel)
    contract = numbers(moment, firm, "contract_h100e")
    parts = [contract * np.where(total > 0.0, part / np.where(total > 0.0, total, 1.0), 0.0) for part in by_channel]
    values = {"own sites": numbers(moment, firm, "own_h100e")} | dict(zip(CHANNELS, parts, strict=True))
    return of_firm(moment, firm, values | {"spot": numbers(moment, firm, "spot_h100e")}, H100E)


def draw_portfolio(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw the channels or uses as parts of their sum."""
    draw_shares(axes, _in_business(frame), look, H100E, totals=True, styles=COLOURS)
    _head(axes, frame, look, "shares, and sum in H100e", above=True)


def _head(axes: Axes, frame: pl.DataFrame, look: Look, unit: str, *, above: bool = False) -> None:
    """Write above a picture of which firm it is, when it left the market if it did, and in what unit it is."""
    date = frame["left_date"][0]
    left = "" if date is None else f" (left {date:%b %Y})"
    say_unit(axes, f"{shortened(frame['firm'][0])}{left}: {unit}", look, above=above)


def _in_business(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the months before the firm left; one of them where it left in the first."""
    left = frame["left_month"][0]
    return frame if left is None else frame.filter(pl.col("month") < max(1, left))


# --- what it needs or charges ---


def need_or_price(moment: Moment) -> pl.DataFrame:
    """Return what a lab needs and holds; of a supplier, its prices, its full cost and the price of new contracts."""
    firm = track(moment)
    if firm is None:
        return pl.DataFrame()
    if firm.side == "supplier":
        prices = {name: numbers(moment, firm, column) for name, column in SUPPLIER_PRICES.items()}
        market = moment.history.market["contract_price_usd_per_h100e_hour"]
        return of_firm(moment, firm, prices | {"all new contracts": market}, USD)
    need = sum(numbers(moment, firm, f"need_{use}_h100e") for use in ("inference", "training"))
    held = sum(numbers(moment, firm, f"{channel}_h100e") for channel in ("own", "contract", "spot"))
    return of_firm(moment, firm, {"need": need, "held": held}, H100E)


def draw_need_or_price(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw need and capacity held, or prices."""
    if USD in frame.columns:
        draw_series(axes, frame, look, USD)
        _head(axes, frame, look, "USD per H100e-hour")
        return
    scale = scale_of(frame[H100E].fill_nan(None).drop_nulls().to_numpy())
    draw_series(axes, frame, look, H100E, scale=scale.unit, styles={"need": 1, "held": 0})
    _head(axes, frame, look, f"{scale.word}H100e")


# --- money ---


def cash(moment: Moment) -> pl.DataFrame:
    """Return the cash of the firm at the end of each month."""
    firm = track(moment)
    return pl.DataFrame() if firm is None else of_firm(moment, firm, {"cash": numbers(moment, firm, MONEY)}, MONEY)


def draw_cash(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw cash."""
    scale = money_scale(frame[MONEY])
    draw_series(axes, frame, look, MONEY, scale=scale.unit)
    _head(axes, frame, look, f"USD {scale.word}")


def money_scale(values: pl.Series) -> Scale:
    """Return the scale in which sums given in millions of USD are read best."""
    scale = scale_of(1e6 * values.fill_nan(None).drop_nulls().to_numpy())
    return Scale(scale.unit / 1e6, scale.word.strip()) if scale.unit >= 1e6 else Scale(1.0, "million")


# --- on whom it depends ---


def dependence(moment: Moment) -> pl.DataFrame:
    """Return on whom a lab depends; of a supplier, what is due to each of its largest customers among the labs."""
    firm = track(moment)
    if firm is None:
        return pl.DataFrame()
    if firm.side == "lab":
        shares = {name: numbers(moment, firm, column) for name, column in DEPENDENCE.items()}
        concentration = {"concentration (HHI / 10,000)": numbers(moment, firm, "dependence_hhi") / 1e4}
        return of_firm(moment, firm, shares | concentration, SHARE)
    deals, names = deals_so_far(moment), moment.names
    mine = deals[deals["supplier_id"] == firm.number]
    promised = due(moment, mine)
    customers = {
        names.firm("lab", int(mine["lab_name_code"][place]), int(number)): promised[mine["lab_id"] == number].sum(
            axis=0
        )
        for number, place in zip(*np.unique(mine["lab_id"], return_index=True), strict=True)
    }
    served = {name: values for name, values in customers.items() if values.any()}
    largest = sorted(served, key=lambda name: (-served[name].sum(), name))
    shown = {name: values for name, values in served.items() if name in largest[:MOST_CUSTOMERS]}
    rest = [served[name] for name in largest[MOST_CUSTOMERS:]]
    return of_firm(moment, firm, shown | ({"others": sum(rest)} if rest else {}), H100E) if shown else pl.DataFrame()


def draw_dependence(axes: Axes, frame: pl.DataFrame, look: Look) -> None:
    """Draw shares of what a lab holds, or the customers of a supplier as parts of its contracts."""
    if SHARE in frame.columns:
        draw_series(axes, frame, look, SHARE, percent=True, least_top=0.1)
        _head(axes, frame, look, "share of what it holds")
        return
    draw_shares(axes, _in_business(frame), look, H100E, totals=True)
    _head(axes, frame, look, "shares of its contracts, and sum in H100e", above=True)


TAB = Tab(
    "firm",
    "A firm",
    (
        Panel(
            "portfolio",
            "Where its capacity comes from, or goes",
            "A lab builds, leases, rents from partners and buys spot. A supplier sells to labs, enterprises and spot.",
            portfolio,
            draw_portfolio,
        ),
        Panel(
            "need_or_price",
            "What it needs, or charges",
            "A lab that holds less than it needs refuses users. Below its full cost no supplier should build.",
            need_or_price,
            draw_need_or_price,
        ),
        Panel(
            "cash",
            "Its cash",
            "Steps up are rounds of funding. A firm without a parent closes when its cash is gone.",
            cash,
            draw_cash,
        ),
        Panel(
            "dependence",
            "On whom it depends",
            "For a lab, how much rests on one supplier, on rivals' affiliates and on what can be recalled within three "
            "months. For a supplier, the labs that buy.",
            dependence,
            draw_dependence,
        ),
    ),
)
