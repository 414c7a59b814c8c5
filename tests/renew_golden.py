"""Write the golden results that `tests/test_golden.py` compares with: `make golden`. Say why in CHANGELOG.md."""

import json
from pathlib import Path
from typing import Any

from model import Ensemble, load_scenario

FOLDER = Path(__file__).parent / "golden"
SEEDS = {"small": (1, 2), "colossus": (1,)}
"""Seeds by scenario."""
MONTHS = {"small": (0, 6, 12, 24, 36, 48, 59), "colossus": (0, 4, 5, 6, 12, 24)}
"""Months by scenario; in colossus those around the month its sites come free, and two years."""
MARKET_SERIES = (
    "list_price_usd_per_h100e_hour",
    "contract_price_usd_per_h100e_hour",
    "spot_price_usd_per_h100e_hour",
    "service_price_usd_per_h100e_hour",
    "installed_h100e",
    "pipeline_h100e",
    "utilisation_share",
    "unserved_share",
    "build_h100e",
    "lease_h100e",
    "hhi_suppliers",
    "capex_usd_m",
)
LAB_SERIES = ("users_h100e", "cash_usd_m", "contract_h100e", "spot_h100e")

Golden = dict[str, dict[str, dict[str, float]]]


def golden(scenario: str) -> Golden:
    """Return the series by seed, name and month, to six significant digits."""
    return {f"seed {seed}": series(scenario, seed) for seed in SEEDS[scenario]}


def series(scenario: str, seed: int) -> dict[str, dict[str, float]]:
    """Return the series of one run."""
    months = MONTHS[scenario]
    history = next(Ensemble(scenario, runs=1, seed=seed, months=months[-1] + 1).histories()).history
    found = {name: pick(history.market[name], months) for name in MARKET_SERIES}
    for row, lab in enumerate(load_scenario(scenario).labs):
        found |= {f"labs.{lab}.{name}": pick(history.labs[name][:, row], months) for name in LAB_SERIES}
    return found


def pick(values: Any, months: tuple[int, ...]) -> dict[str, float]:
    """Return the chosen months of a series, rounded."""
    return {f"month {month:02}": float(f"{values[month]:.6g}") for month in months}


def stored(scenario: str) -> Path:
    """Return the file of a scenario's golden results."""
    return FOLDER / f"{scenario}.json"


def main() -> None:
    """Write the golden results."""
    FOLDER.mkdir(exist_ok=True)
    for scenario in SEEDS:
        stored(scenario).write_text(json.dumps(golden(scenario), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {FOLDER}; say why in CHANGELOG.md")


if __name__ == "__main__":
    main()
