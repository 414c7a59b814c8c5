"""The story of a lab in one month: need, plan, bargain, match, spot, and what followed."""

import numpy as np

from agents.base import PARTNER, channel_of
from experiments.explain.bargain import ask_section, asked, least_section, match_section, price_section, risk_section
from experiments.explain.failures import losses_of_failures
from experiments.explain.match import Matched, match_again
from experiments.explain.orders import build_section
from experiments.explain.plan import cost_section, forecast_section, need_section
from experiments.explain.record import Recorded
from experiments.explain.terms import deal_words
from experiments.explain.words import Cell, Section, Story, calendar_month, capacity, counted, share, usd
from model.state import CHANNELS
from model.tables import ENDED_BY

MONTHS_AFTER = 6


def lab_story(recorded: Recorded, i: int) -> Story:
    """Return why lab `i` did what it did."""
    matched = match_again(recorded.views)
    sections = [
        need_section(recorded, i),
        forecast_section(recorded, i),
        cost_section(recorded, i),
        ask_section(recorded, i),
        risk_section(recorded, i),
        price_section(recorded, i, matched),
        least_section(recorded, [(i, j) for j in asked(recorded, i)], "supplier"),
        match_section(recorded, i, matched),
        signed_section(recorded, i, matched),
        build_section(recorded, i),
        dependence_section(recorded, i),
        after_section(recorded, i),
    ]
    return Story(f"{recorded.lab(i)} in {calendar_month(recorded.scenario.start, recorded.month)}", sections)


def deals_of(recorded: Recorded, side: str, row: int) -> list[int]:
    """Return the rows in the log of the deals that a lab or supplier signed this month, largest first."""
    world = recorded.views["negotiate"]
    firm = world.labs[row] if side == "lab" else world.suppliers[row]
    deals = recorded.run.deals
    mine = np.flatnonzero((deals["signed_month"] == recorded.month) & (deals[f"{side}_id"] == firm["id"]))
    return sorted(mine.tolist(), key=lambda number: -float(deals["capacity_h100e"][number]))


def signed_rows(recorded: Recorded, i: int, matched: Matched) -> list[dict[str, Cell]]:
    """Return the deals that the lab signed, each with its terms in words."""
    sold = recorded.views["negotiate"].suppliers
    rows: list[dict[str, Cell]] = []
    for number in deals_of(recorded, "lab", i):
        deal = recorded.run.deals[number]
        j = next(j for j in range(len(sold)) if sold["id"][j] == deal["supplier_id"])
        how = "to suit" if number in matched.built else CHANNELS[int(deal["channel"])]
        rows.append(
            {
                "supplier": recorded.supplier(j),
                "how": how,
                "H100e": float(deal["capacity_h100e"]),
                "USD": float(deal["price_usd_per_h100e_hour"]),
                "USD bn/year": float(deal["capacity_h100e"] * deal["price_usd_per_h100e_hour"]) * 8760.0 / 1e9,
                "from month": int(deal["start_month"]),
                "in full from": int(deal["full_month"]),
                "to month": int(deal["end_month"]),
                "ended by": ENDED_BY[int(deal["ended_by"])],
                "terms": deal_words(matched.world.deals[number], channel_of(sold[j]) == PARTNER),
            }
        )
    return rows


def signed_section(recorded: Recorded, i: int, matched: Matched) -> Section:
    """Return what the lab signed, what it then lacked, and what it got on the spot market."""
    world, rows = recorded.views["measure_market"], signed_rows(recorded, i, matched)
    lab, market = world.labs[i], world.market[0]
    wanted = float(lab["spot_bid_h100e"] + lab["spot_training_bid_h100e"])
    held = float(lab["own_h100e"] + lab["contract_h100e"])
    filled = float(lab["spot_h100e"]) / wanted if wanted > 0.0 else 1.0
    limit = float(lab["spot_bid_usd_per_h100e_hour"])
    sentences = [
        f"It signed {counted(len(rows), 'contract')}." if rows else "It signed nothing.",
        f"This month it held {capacity(held)} of its own and under contracts"
        + (
            f", and bid for {capacity(wanted)} on the spot market, at up to {usd(limit)} for inference; it got "
            f"{share(filled)} "
            f"of that, at {usd(float(market['spot_price_usd_per_h100e_hour']))}."
            if wanted >= 1.0
            else ", which was enough: it bid for nothing on the spot market."
        ),
        f"In the end it refused {share(float(lab['unserved_share']))} of the inference its users wanted.",
    ]
    return Section("What it signed, and what it lacked", sentences, rows)


def dependence_section(recorded: Recorded, i: int) -> Section:
    """Return on whom the lab depends, and what the failure of each of its suppliers would cost all labs."""
    world = recorded.views["measure_market"]
    lab = world.labs[i]
    held = float(lab["own_h100e"] + lab["spot_h100e"] + world.pairs["due_h100e"][i].sum())
    rows: list[dict[str, Cell]] = []
    losses = losses_of_failures(recorded)
    for j in sorted(recorded.alive_suppliers(), key=lambda j: -float(world.pairs["due_h100e"][i, j])):
        pair, supplier = world.pairs[i, j], world.suppliers[j]
        if pair["due_h100e"] > 0.0:
            rows.append(
                {
                    "supplier": recorded.supplier(j),
                    "due H100e": float(pair["due_h100e"]),
                    "share of what it holds": share(float(pair["due_h100e"]) / held),
                    "can be recalled soon H100e": float(pair["at_risk_h100e"]),
                    "tied to a rival": share(float(supplier["lab_affiliation_share"] * (1.0 - pair["tie_share"]))),
                    "its failure costs all labs": share(losses[j]),
                }
            )
    sentences = [
        f"Its largest supplier had promised {share(float(lab['largest_supplier_share']))} of what it held, "
        f"{share(float(lab['rival_supply_share']))} came from suppliers tied to rivals, and "
        f"{share(float(lab['recall_risk_share']))} could be taken back within three months.",
        "The last column is the share of the inference of all labs that would have gone unserved had the supplier "
        "failed "
        "this month: the month is cleared again without it.",
    ]
    return Section("On whom it depends", sentences, rows)


def after_section(recorded: Recorded, i: int) -> Section:
    """Return what became of the lab in the months after, as far as the run goes."""
    labs, market = recorded.run.history.labs, recorded.run.history.market
    number = recorded.views["negotiate"].labs["id"][i]
    rows: list[dict[str, Cell]] = []
    for month in range(recorded.month, min(len(market), recorded.month + MONTHS_AFTER + 1)):
        lab = labs[month, i]
        if lab["id"] != number or lab["alive"] == 0:
            rows.append(dict(zip(AFTER, (month, "out of business", *["-"] * len(AFTER[2:])), strict=True)))
            continue
        values = (
            month,
            share(float(lab["unserved_share"])),
            float(lab["leaving_users_h100e"]),
            float(lab["own_h100e"] + lab["contract_h100e"]),
            float(lab["unit_cost_usd_per_h100e_hour"]),
            float(lab["service_price_usd_per_h100e_hour"]),
            float(market["contract_price_usd_per_h100e_hour"][month]),
        )
        rows.append(dict(zip(AFTER, values, strict=True)))
    return Section("What followed", ["Month by month, from this one on:"], rows)


AFTER = (
    "month",
    "unserved",
    "users lost H100e",
    "held H100e",
    "its cost USD",
    "its service USD",
    "contracts USD",
)
