"""Money moves here and nowhere else: every flow has a payer and a receiver."""

from typing import Any

from agents.compiling import inner, rule
from model.state import World


@rule
def transfer(payer: Any, receiver: Any, amount_usd_m: float) -> None:
    """Move money between two rows with an account (a lab, a supplier, an external account), USD millions."""
    payer["cash_usd_m"] -= amount_usd_m
    payer["paid_usd_m"] += amount_usd_m
    receiver["cash_usd_m"] += amount_usd_m
    receiver["received_usd_m"] += amount_usd_m


@rule
def open_account(row: Any) -> None:
    """Note the opening balance and start the month's flows at zero."""
    row["opening_cash_usd_m"] = row["cash_usd_m"]
    row["received_usd_m"] = 0.0
    row["paid_usd_m"] = 0.0


@inner
def open_accounts(world: World) -> None:
    """Open the month's books for every lab, supplier and external account."""
    for i in range(len(world.labs)):
        open_account(world.labs[i])
    for j in range(len(world.suppliers)):
        open_account(world.suppliers[j])
    for account in range(len(world.accounts)):
        open_account(world.accounts[account])
