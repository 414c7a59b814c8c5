"""The package of a pair or a deal: in words, and what each of its terms costs the lab and the supplier."""

from typing import Any

from agents.base import PARTNER, channel_of
from agents.labs.costs import serving_value
from agents.packages import (
    GUARANTEED,
    INTERRUPTIBLE,
    Worth,
    prepayment_worth,
    ramp_worth,
    recall_worth,
    service_worth,
    term_worth,
)
from experiments.explain.words import listed, share
from model.packages import conduct_hazard
from model.state import World

SERVICE = {GUARANTEED: "guaranteed", INTERRUPTIBLE: "interruptible"}
"""Classes of service that are worth a word; the other is standard."""
NOTHING = Worth(0.0, 0.0)


def term_worths(world: World, i: int, j: int) -> dict[str, Worth]:
    """Return what each term of the package of lab `i` and supplier `j` costs them, by the rules that chose it."""
    pair, supplier, parameters = world.pairs[i, j], world.suppliers[j], world.parameters[0]
    price, value = float(world.market["contract_price_usd_per_h100e_hour"][0]), serving_value(world, i)
    months = float(pair["term_months"])
    rates = (world.labs["wacc_per_year"][i], supplier["wacc_per_year"])
    return {
        "term": term_worth(world, months),
        "service": service_worth(pair["service_level"], value, price, 1.0 - supplier["availability_share"], parameters),
        "ramp": ramp_worth(parameters["ramp_discount_share"], float(supplier["ramp_months"]), months, price),
        "payment ahead": prepayment_worth(pair["prepaid_share"], months / 12.0, price, rates, parameters),
    } | recall_worths(world, i, j)


def recall_worths(world: World, i: int, j: int) -> dict[str, Worth]:
    """Return what a partner's right of recall costs, and its clause on conduct; nothing without such a right."""
    pair, supplier, parameters = world.pairs[i, j], world.suppliers[j], world.parameters[0]
    if channel_of(supplier) != PARTNER or pair["recallable"] == 0:
        return {"recall": NOTHING, "conduct": NOTHING}
    price = world.market[0]["contract_price_usd_per_h100e_hour"]
    loss = max(0.0, serving_value(world, i) - price)
    notice, hazard = float(pair["notice_months"]), supplier["recall_hazard_per_month"]
    breach = conduct_hazard(world, i, j) * parameters["replacement_months"] * loss
    return {"recall": recall_worth(notice, hazard, loss, price, parameters), "conduct": Worth(breach, 0.0)}


def package_words(pair: Any, partner: bool) -> str:
    """Return the package of a pair in few words: months, and what is not as usual."""
    words = [f"{int(pair['term_months'])} months", *service_words(pair["service_level"])]
    words += recall_words(int(pair["recallable"]), int(pair["notice_months"]), partner)
    if pair["prepaid_share"] > 0.0:
        words.append(f"{share(float(pair['prepaid_share']))} ahead")
    return ", ".join(words)


def deal_words(deal: Any, partner: bool) -> str:
    """Return the terms of a deal in words, as it was signed: term, service, notice and recall, money ahead, equity."""
    words = [f"{int(deal['end_month'] - deal['full_month'])} months in full", *service_words(deal["service_level"])]
    words += recall_words(int(deal["recallable"]), int(deal["notice_months"]), partner)
    if deal["prepaid_usd_m"] > 0.0:
        words.append(f"{float(deal['prepaid_usd_m']):,.0f} USD m paid ahead")
    if deal["equity_usd_m"] > 0.0:
        words.append(f"{float(deal['equity_usd_m']):,.0f} USD m of equity for it")
    return listed(words)


def service_words(level: int) -> list[str]:
    """Return the class of service, unless it is the standard one."""
    return [f"{SERVICE[int(level)]} service"] if int(level) in SERVICE else []


def recall_words(recallable: int, notice_months: int, partner: bool) -> list[str]:
    """Return who may end a contract early, and on what notice."""
    if recallable:
        return [f"recall on {notice_months} months' notice"]
    if partner:
        return ["no right of recall"]
    return [f"{notice_months} months' notice by the lab"] if notice_months else []
