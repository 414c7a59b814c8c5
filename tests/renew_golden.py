"""Write the golden results that `tests/test_golden.py` compares with: `make golden`. Say why in CHANGELOG.md."""

import json
from pathlib import Path

from model import Ensemble, load_scenario

GOLDEN = Path(__file__).parent / "golden" / "small.json"
SEEDS = (1, 2)
MONTHS = (0, 6, 12, 24, 36, 48, 59)
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


def golden() -> Golden:
    """Return the series by seed, name and month, to six significant digits."""
    names = list(load_scenario("small").labs)
    return {
        f"seed {seed}": series(next(Ensemble("small", runs=1, seed=seed, months=MONTHS[-1] + 1).histories()), names)
        for seed in SEEDS
    }


def series(run, lab_names):
    """Return the series of one run."""
    history = run.history
    found = {name: pick(history.market[name]) for name in MARKET_SERIES}
    for row, lab in enumerate(lab_names):
        found |= {f"labs.{lab}.{name}": pick(history.labs[name][:, row]) for name in LAB_SERIES}
    return found


def pick(values):
    """Return the chosen months of a series, rounded."""
    return {f"month {month:02}": float(f"{values[month]:.6g}") for month in MONTHS}


def main() -> None:
    """Write the golden results."""
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {GOLDEN}; say why in CHANGELOG.md")


if __name__ == "__main__":
    main()
