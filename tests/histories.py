"""Histories made by hand, and what metrics make of them."""

from model.history import empty_history
from model.metrics import METRICS

BY_NAME = {metric.name: metric for metric in METRICS}


def history(months=4, labs=2, **columns):
    """A history of 4 months and 2 labs in business; one price of 2 and no events unless given."""
    made = empty_history(months, labs, 1)
    for column in ("contract_price", "spot_price", "full_cost"):
        made.market[f"{column}_usd_per_h100e_hour"] = 2.0
    made.market["labs_alive"] = labs
    made.labs["alive"] = 1
    for name, values in columns.items():
        table, _, column = name.partition("__")
        getattr(made, table)[column] = values
    return made


def of(name, made):
    return BY_NAME[name].function(made)


def value(name, **columns):
    return of(name, history(**columns))
