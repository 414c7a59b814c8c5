"""Structure: concentration, dependence of labs on suppliers, and what hangs on a single supplier."""

import numpy as np

from model.history import History
from model.metrics.base import Metric, Numbers, at_month, mean, mean_where


def hhi_suppliers_end(history: History) -> Numbers:
    """Return the concentration of installed capacity in the last month."""
    return at_month(history, "hhi_suppliers", -1)


def hhi_labs_end(history: History) -> Numbers:
    """Return the concentration of users in the last month."""
    return at_month(history, "hhi_labs", -1)


def dependence_hhi(history: History) -> Numbers:
    """Return the mean concentration of labs on suppliers, labs by what they need, all months alike."""
    labs = history.labs
    need = labs["alive"] * (labs["need_inference_h100e"] + labs["need_training_h100e"])
    total = need.sum(axis=-1)
    weighed = (need * labs["dependence_hhi"]).sum(axis=-1)
    return mean_where(total > 0.0, weighed / np.where(total > 0.0, total, 1.0))


def systemic_loss_share(history: History) -> Numbers:
    """Return the mean share of inference that the worst failure of one supplier would cost."""
    return mean(history.market["systemic_loss_share"])


STRUCTURE = (
    Metric("hhi_suppliers_end", "structure", "0-10000", "concentration of capacity", hhi_suppliers_end),
    Metric("hhi_labs_end", "structure", "0-10000", "concentration of users", hhi_labs_end),
    Metric("dependence_hhi", "structure", "0-10000", "mean concentration of labs on suppliers", dependence_hhi),
    Metric(
        "systemic_loss_share", "structure", "share", "inference lost if the worst supplier failed", systemic_loss_share
    ),
)
