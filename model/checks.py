"""What no single value of a scenario shows: its calendar, its parties, the order of its months."""

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from model.settings import PAIRED, BadRequest, nearest

if TYPE_CHECKING:
    from model.scenario import Scenario


def check_together(scenario: "Scenario") -> None:
    """Check what no single value shows."""
    check_start(scenario)
    check_firms(scenario)
    check_parties(scenario)
    check_contracts(scenario)
    check_delivery_months(scenario)
    check_events(scenario)
    check_regions(scenario)


def check_start(scenario: "Scenario") -> None:
    """Check that the start is a month of the calendar."""
    if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", scenario.start):
        raise BadRequest(f"start = {scenario.start} is not a month such as 2025-12")


def check_firms(scenario: "Scenario") -> None:
    """Check that there is a market: somebody on either side."""
    for section in ("labs", "suppliers"):
        if not getattr(scenario, section):
            raise BadRequest(f"no {section}: a market needs at least one")


def check_parties(scenario: "Scenario") -> None:
    """Check that both parties of each contract and stake exist."""
    for section in PAIRED:
        for name, pair in getattr(scenario, section).items():
            for party, firms in (("lab", scenario.labs), ("supplier", scenario.suppliers)):
                if pair[party] not in firms:
                    key = f"{section}.{name}.{party}"
                    raise BadRequest(f"{key} = {pair[party]} is unknown{nearest(pair[party], list(firms))}")


def check_contracts(scenario: "Scenario") -> None:
    """Check that contracts start before they end, and that their tranches end in order."""
    for name, contract in scenario.contracts.items():
        if contract["start_month"] >= contract["first_end_month"]:
            raise BadRequest(
                f"contracts.{name}.start_month = {contract['start_month']} is not before its first_end_month "
                f"{contract['first_end_month']}"
            )
        if contract["ramp_months"] > 0 and contract["start_month"] == 0:
            raise BadRequest(
                f"contracts.{name}.ramp_months = {contract['ramp_months']} needs a start_month, as it runs in full"
            )
        if contract["start_month"] + contract["ramp_months"] >= contract["first_end_month"]:
            raise BadRequest(
                f"contracts.{name}.ramp_months = {contract['ramp_months']} ends after its first_end_month "
                f"{contract['first_end_month']}"
            )
        if contract["first_end_month"] > contract["last_end_month"]:
            raise BadRequest(
                f"contracts.{name}.first_end_month = {contract['first_end_month']} is after its last_end_month "
                f"{contract['last_end_month']}"
            )


def check_delivery_months(scenario: "Scenario") -> None:
    """Check that the delivery months for which labs plan increase."""
    names = [f"delivery_{word}_months" for word in ("prompt", "short", "medium", "long")]
    for earlier, later in pairwise(names):
        before, after = scenario.parameters[earlier], scenario.parameters[later]
        if before >= after:
            raise BadRequest(f"parameters.{earlier} = {before} must be less than parameters.{later} = {after}")


STRUCK = {"labs": ("surge", "demand_bust", "orders"), "suppliers": ("outage", "recall")}
"""Shocks that may strike one firm, by its section; the others strike all."""


def check_events(scenario: "Scenario") -> None:
    """Check that each event has a time, and a target that its shock can strike."""
    for name, event in scenario.events.items():
        key, shock = f"events.{name}", event["shock"]
        if event["first_month"] == 0 and event["chance_per_month"] == 0.0:
            raise BadRequest(f"{key} never comes: give it a first_month from 1 on, or a chance_per_month above 0")
        firms = scenario.labs if shock in STRUCK["labs"] else scenario.suppliers
        struck = list(firms) if shock in (*STRUCK["labs"], *STRUCK["suppliers"]) else []
        if shock == "orders" and not event["target"]:
            raise BadRequest(f"{key}.target is missing: {shock} are those of one lab{nearest('', struck)}")
        if event["target"] and not struck:
            raise BadRequest(f"{key}.target = {event['target']}: a {shock} strikes all; leave the target out")
        if event["target"] and event["target"] not in struck:
            raise BadRequest(f"{key}.target = {event['target']} is unknown{nearest(event['target'], struck)}")


def check_regions(scenario: "Scenario") -> None:
    """Check that firms and links are in regions that there are, and that the shares of all regions make one whole."""
    regions = list(scenario.regions)
    placed = [(f"labs.{name}.region", lab["region"]) for name, lab in scenario.labs.items()]
    placed += [(f"suppliers.{name}.region", supplier["region"]) for name, supplier in scenario.suppliers.items()]
    placed += [(f"entrants.{name}.region", firm["region"]) for name, firm in scenario.entrants.items()]
    for key, region in placed:
        if region and region not in regions:
            raise BadRequest(f"{key} = {region} is unknown{nearest(region, regions)}")
    for name, link in scenario.links.items():
        for end in ("one", "other"):
            if link[end] not in regions:
                raise BadRequest(f"links.{name}.{end} = {link[end]} is unknown{nearest(link[end], regions)}")
        if link["one"] == link["other"]:
            raise BadRequest(f"links.{name}.other = {link['other']} is its one end too; a link joins two regions")
    for column in ("user_share", "site_share"):
        total = sum(region[column] for region in scenario.regions.values())
        if regions and not math.isclose(total, 1.0, abs_tol=1e-6):
            raise BadRequest(f"regions: {column} adds up to {total:.6g} over all regions; it must be 1")
