"""Where firms are: in one region, or in all of them by each region's part of the sites of such firms."""

from typing import Any

from agents.compiling import rule


@rule
def place_share(regions: Any, firm: Any, r: int) -> float:
    """Return the part of a firm's own capacity that stands in region `r`."""
    if firm["region"] < 0:
        return float(regions[r]["site_share"])
    return 1.0 if firm["region"] == r else 0.0


@rule
def users_share(regions: Any, lab: Any, r: int) -> float:
    """Return the part of a lab's users that are in region `r`: some are at its home, the rest are where users are."""
    home, spread = lab["home_users_share"], regions[r]["user_share"]
    if lab["region"] < 0:
        return float(spread)
    return float((1.0 - home) * spread + (home if lab["region"] == r else 0.0))
