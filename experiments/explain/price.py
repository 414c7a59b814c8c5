"""The story of the spot price in one month: the book, the orders that set the price, and what changed since."""

import math
from typing import Any, NamedTuple

from agents.choices import SPOT_RULES
from agents.fringe import elastic_demand, fringe_demand
from experiments.explain.record import Recorded, Views, copy_of
from experiments.explain.words import Cell, Section, Story, calendar_month, capacity, signed, usd
from model.spot import clear_spot, collect_asks, collect_bids
from model.state import World, capacity_of, copy_into, empty_world

MOST_ORDERS = 12
"""Orders of each side that are told, those nearest to the price."""

SWAPS = (
    ("supply offered", "suppliers", ("spot_offered_h100e",)),
    (
        "asks",
        "suppliers",
        ("spot_patient_share", "spot_patient_ask_usd_per_h100e_hour", "spot_urgent_ask_usd_per_h100e_hour"),
    ),
    ("labs' inference", "labs", ("alive", "spot_bid_h100e", "spot_bid_usd_per_h100e_hour")),
    ("labs' flexible training", "labs", ("spot_training_bid_h100e", "spot_training_bid_usd_per_h100e_hour")),
    ("fringe demand", "market", ("enterprise_scale", "demand_news_log")),
)
"""What is moved from last month's book to this month's, one after the other: name, table, columns."""
OTHER = "other"


class Book(NamedTuple):
    """Bids (falling) and asks (rising) as they stood: owner's name, price, quantity, what was filled."""

    bids: list[dict[str, Cell]]
    asks: list[dict[str, Cell]]


def price_story(recorded: Recorded) -> Story:
    """Return what set the spot price and why it moved."""
    sections = [price_section(recorded), book_section(recorded), change_section(recorded), around_section(recorded)]
    return Story(f"The spot price in {calendar_month(recorded.scenario.start, recorded.month)}", sections)


def spot_price(world: World) -> float:
    """Return the spot price of a world."""
    return float(world.market["spot_price_usd_per_h100e_hour"][0])


def book_of(recorded: Recorded, views: Views) -> Book:
    """Return the book of a month, filled."""
    world, filled = copy_of(views["bid_spot"]), views["clear_spot"]
    bid_count, ask_count = collect_bids(world), collect_asks(world)
    names = recorded.lab, recorded.supplier
    sides = ((filled.bids[:bid_count], names[0]), (filled.asks[:ask_count], names[1]))
    return Book(*([order_row(order, name) for order in orders] for orders, name in sides))


def order_row(order: Any, name: Any) -> dict[str, Cell]:
    """Return an order as a row of a table."""
    return {
        "owner": name(int(order["owner"])),
        "limit USD": float(order["price_usd_per_h100e_hour"]),
        "H100e": float(order["quantity_h100e"]),
        "filled H100e": float(order["filled_h100e"]),
    }


def price_section(recorded: Recorded) -> Section:
    """Return the price, the rule, and which orders it rests on."""
    world = recorded.views["clear_spot"]
    book, price = book_of(recorded, recorded.views), spot_price(world)
    last = spot_price(recorded.views["bid_spot"])
    rule = SPOT_RULES[int(world.parameters["spot_rule"][0])]
    offered, wanted = (sum(float(row["H100e"]) for row in side) for side in (book.asks, book.bids))
    fringe = float(world.market["spot_fringe_h100e"][0])
    sentences = [
        f"The spot price was {usd(price)}, {signed(price - last)} USD against the month before, by the rule {rule}.",
        f"Suppliers offered {capacity(offered)}; labs bid for {capacity(wanted)}, and the fringe bought "
        f"{capacity(fringe)} "
        "at that price.",
        *marginal_words(book, price),
    ]
    return Section("The price", sentences)


def marginal_words(book: Book, price: float) -> list[str]:
    """Return in words the last ask that sold, the first that did not, and the same of bids."""
    said = []
    sold = [row for row in book.asks if float(row["filled H100e"]) > 0.0]
    left = [row for row in book.asks if float(row["filled H100e"]) <= 0.0]
    if sold:
        said.append(
            f"The dearest ask that sold was {usd(float(sold[-1]['limit USD']))} of {sold[-1]['owner']}"
            + (
                f"; the next, {usd(float(left[0]['limit USD']))} of {left[0]['owner']}, did not."
                if left
                else "; all sold."
            )
        )
    bought = [row for row in book.bids if float(row["filled H100e"]) > 0.0]
    without = [row for row in book.bids if float(row["filled H100e"]) <= 0.0]
    if bought:
        said.append(
            f"The lowest bid that was filled was {usd(float(bought[-1]['limit USD']))} of {bought[-1]['owner']}"
            + (
                f"; {without[0]['owner']} with {usd(float(without[0]['limit USD']))} got nothing."
                if without
                else "; no lab's bid went empty."
            )
        )
    if sold and math.isclose(float(sold[-1]["limit USD"]), price, rel_tol=1e-9):
        said.append("The price is that of the marginal ask: part of what was asked at it stayed idle.")
    elif bought and math.isclose(float(bought[-1]["limit USD"]), price, rel_tol=1e-9):
        said.append("The price is that of the marginal bid: part of what was bid at it went empty.")
    else:
        said.append(
            "Between the asks that sold and the bids that were filled, the fringe's demand curve sets the price."
        )
    return said


def book_section(recorded: Recorded) -> Section:
    """Return the orders nearest to the price."""
    book, price = book_of(recorded, recorded.views), spot_price(recorded.views["clear_spot"])
    rows: list[dict[str, Cell]] = []
    for side, orders in (("ask", book.asks), ("bid", book.bids)):
        nearest = sorted(orders, key=lambda row: abs(float(row["limit USD"]) - price))[:MOST_ORDERS]
        rows += [dict(side=side, **row) for row in orders if row in nearest]
    world = recorded.views["bid_spot"]
    fringe = fringe_demand(world)
    wanted = float(elastic_demand(fringe, price))
    told = len(rows)
    sentences = [
        f"Of {len(book.asks)} asks and {len(book.bids)} bids, the {told} nearest to the price are below. The fringe "
        f"has a "
        f"demand curve in place of bids: {capacity(wanted)} at {usd(price)}, "
        f"{capacity(float(elastic_demand(fringe, 1.1 * price)))} a tenth above."
    ]
    return Section("The book", sentences, rows)


def price_parts(recorded: Recorded) -> dict[str, float]:
    """Return the change of the spot price since last month in parts that add up, USD per H100e-hour.

    Last month's book is cleared again and again by the market's own rule, each time with one more of its parts as it is
    this month. A part depends on those moved before it; `other` is what the rule itself adds.
    """
    this, last = recorded.views["bid_spot"], as_large(recorded.before["bid_spot"], recorded.views["bid_spot"])
    world, parts = copy_of(last), {}
    price = before = spot_price(recorded.before["clear_spot"])
    for name, table, columns in SWAPS:
        for column in columns:
            getattr(world, table)[column] = getattr(this, table)[column]
        cleared = price_cleared(world)
        parts[name] = cleared - price
        price = cleared
    return parts | {OTHER: spot_price(recorded.views["clear_spot"]) - before - sum(parts.values())}


def price_cleared(world: World) -> float:
    """Return the price at which a world's spot market clears; the world stays as it is."""
    tried = copy_of(world)
    clear_spot(tried)
    return spot_price(tried)


def as_large(world: World, other: World) -> World:
    """Return the world in tables as large as those of a later one."""
    larger = empty_world(capacity_of(other))
    copy_into(world, larger)
    return larger


def change_section(recorded: Recorded) -> Section:
    """Return what changed since the month before, in quantities and in parts of the price."""
    if not recorded.before:
        return Section("What changed", ["This is the first month: there is none before it."])
    then, now = recorded.before["bid_spot"], recorded.views["bid_spot"]
    parts = price_parts(recorded)
    amounts = {
        "supply offered": (offered(then), offered(now)),
        "labs' inference": (wanted(then, "spot_bid_h100e"), wanted(now, "spot_bid_h100e")),
        "labs' flexible training": (wanted(then, "spot_training_bid_h100e"), wanted(now, "spot_training_bid_h100e")),
        "fringe demand": (fringe_wanted(then), fringe_wanted(now)),
    }
    rows: list[dict[str, Cell]] = []
    for name, part in parts.items():
        old, new = amounts.get(name, ("-", "-"))
        rows.append({"part": name, "before H100e": old, "now H100e": new, "moves the price by USD": signed(part)})
    largest = max(parts, key=lambda name: abs(parts[name]))
    sentences = [
        f"From {usd(spot_price(recorded.before['clear_spot']))} to {usd(spot_price(recorded.views['clear_spot']))}: "
        f"most of "
        f"the change is due to {largest} ({signed(parts[largest])} USD).",
        "The book of the month before is cleared again with one part after the other as it is this month; the steps "
        "add up "
        "to the change. The fringe's quantity is what it wants at its reference price.",
    ]
    return Section("What changed", sentences, rows)


def offered(world: World) -> float:
    """Return what suppliers offer on the spot market, H100e."""
    return float(world.suppliers["spot_offered_h100e"].sum())


def wanted(world: World, column: str) -> float:
    """Return what labs in business bid for, H100e."""
    return float((world.labs["alive"] * world.labs[column]).sum())


def fringe_wanted(world: World) -> float:
    """Return what the fringe wants at its reference price, H100e."""
    return float(fringe_demand(world).quantity)


def around_section(recorded: Recorded) -> Section:
    """Return the spot price and its surroundings in the months around."""
    market = recorded.run.history.market
    rows: list[dict[str, Cell]] = []
    for month in range(max(0, recorded.month - 3), min(len(market), recorded.month + 7)):
        row = market[month]
        rows.append(
            {
                "month": month,
                "spot USD": float(row["spot_price_usd_per_h100e_hour"]),
                "contracts USD": float(row["contract_price_usd_per_h100e_hour"]),
                "list USD": float(row["list_price_usd_per_h100e_hour"]),
                "labs bought H100e": float(row["spot_lab_h100e"]),
                "fringe bought H100e": float(row["spot_fringe_h100e"]),
                "idle H100e": float(row["idle_h100e"]),
            }
        )
    return Section("Around it", ["The months before and after:"], rows)
