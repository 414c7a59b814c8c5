"""Structure: concentration, dependence of labs on suppliers, and what hangs on a single supplier."""

import numpy as np

from model.history import History
from model.metrics.base import Metric, Numbers, at_month, mean, mean_where, months_of, part, unknown
from model.state import Table

FEWEST_LABS, FEWEST_MONTHS = 3, 12
"""Two labs always line up one way or the other, and profits of a first year are those of the start."""
PROFIT = ("revenue_usd_m", "cost_usd_m")


def hhi_suppliers_end(history: History) -> Numbers:
    """Return the concentration of installed capacity in the last month."""
    return at_month(history, "hhi_suppliers", -1)


def top3_suppliers_end(history: History) -> Numbers:
    """Return the part of installed capacity that the three largest suppliers have in the last month."""
    suppliers = history.suppliers
    installed = suppliers["alive"][..., -1, :] * suppliers["installed_h100e"][..., -1, :]
    return part(np.sort(installed, axis=-1)[..., -3:].sum(axis=-1), installed.sum(axis=-1))


def hhi_labs_end(history: History) -> Numbers:
    """Return the concentration of users in the last month."""
    return at_month(history, "hhi_labs", -1)


def by_need(history: History, column: str) -> Numbers:
    """Return the mean of a column of labs, by what they need, all months alike; nan where nobody needs anything."""
    labs = history.labs
    need = labs["alive"] * (labs["need_inference_h100e"] + labs["need_training_h100e"])
    total = need.sum(axis=-1)
    weighed = (need * labs[column]).sum(axis=-1)
    return mean_where(total > 0.0, weighed / np.where(total > 0.0, total, 1.0))


def dependence_hhi(history: History) -> Numbers:
    """Return the mean concentration of labs on suppliers, labs by what they need, all months alike."""
    return by_need(history, "dependence_hhi")


def largest_supplier_share(history: History) -> Numbers:
    """Return the mean part of what a lab holds that its largest supplier has promised, labs by what they need."""
    return by_need(history, "largest_supplier_share")


def rival_supply_share(history: History) -> Numbers:
    """Return the mean part of what a lab holds from suppliers tied to its rivals, labs by what they need."""
    return by_need(history, "rival_supply_share")


def recall_risk_share(history: History) -> Numbers:
    """Return the mean part of what a lab holds that can be taken back within 3 months, labs by what they need."""
    return by_need(history, "recall_risk_share")


def compute_profit_correlation(history: History) -> Numbers:
    """Return the rank correlation, over labs of the last month, of own and contracted capacity with profit.

    After Spearman (1904); a description and not a cause. nan with fewer than three labs, or in less than a year.
    """
    labs = history.labs
    if months_of(history) < FEWEST_MONTHS:
        return unknown(history.market["month"])
    last = {name: labs[name][..., -1, :] for name in (*PROFIT, "alive", "own_h100e", "contract_h100e")}
    here = last["alive"] == 1
    compute, profit = last["own_h100e"] + last["contract_h100e"], last["revenue_usd_m"] - last["cost_usd_m"]
    ranks = [ranked(here, values) for values in (compute, profit)]
    x, y = (np.where(here, rank - mean_where(here, rank)[..., np.newaxis], 0.0) for rank in ranks)
    told = part(np.sum(x * y, axis=-1), np.sqrt(np.sum(x * x, axis=-1) * np.sum(y * y, axis=-1)))
    return np.where(here.sum(axis=-1) >= FEWEST_LABS, told, np.nan)[()]


def ranked(here: Table, values: Table) -> Table:
    """Return the rank of each value among those that are here, the mean rank of equal ones."""
    other, own = values[..., np.newaxis, :], values[..., :, np.newaxis]
    below, equal = (np.sum(here[..., np.newaxis, :] & test, axis=-1) for test in (other < own, other == own))
    return below + 0.5 * equal


def systemic_loss_share(history: History) -> Numbers:
    """Return the mean share of inference that the worst failure of one supplier would cost."""
    return mean(history.market["systemic_loss_share"])


STRUCTURE = (
    Metric("hhi_suppliers_end", "structure", "0-10000", "concentration of capacity", hhi_suppliers_end),
    Metric("top3_suppliers_end", "structure", "share", "capacity of the three largest suppliers", top3_suppliers_end),
    Metric("hhi_labs_end", "structure", "0-10000", "concentration of users", hhi_labs_end),
    Metric(
        "compute_profit_correlation",
        "structure",
        "-1 to 1",
        "own and contracted capacity with profit, ranks of labs in the last month",
        compute_profit_correlation,
    ),
)
DEPENDENCE = (
    Metric("dependence_hhi", "dependence", "0-10000", "mean concentration of labs on suppliers", dependence_hhi),
    Metric(
        "largest_supplier_share",
        "dependence",
        "share",
        "mean part from a lab's largest supplier",
        largest_supplier_share,
    ),
    Metric("rival_supply_share", "dependence", "share", "mean part from suppliers tied to rivals", rival_supply_share),
    Metric("recall_risk_share", "dependence", "share", "mean part recallable within 3 months", recall_risk_share),
    Metric(
        "systemic_loss_share", "dependence", "share", "inference lost if the worst supplier failed", systemic_loss_share
    ),
)
