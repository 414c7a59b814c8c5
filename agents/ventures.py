"""Joint ventures: a lab builds with the supplier closest to it, which pays and gets a part and lends its speed."""

from agents.base import Tables
from agents.compiling import inner


@inner
def venture_partner(tables: Tables, i: int) -> int:
    """Return the supplier in business with the largest tie to lab `i`, the first row on a tie; -1 if there is none."""
    best = -1
    if tables.parameters[0]["joint_venture_share"] > 0.0:
        for j in range(len(tables.suppliers)):
            tie = tables.pairs[i, j]["tie_share"]
            closer = best < 0 or tie > tables.pairs[i, best]["tie_share"]
            if tables.suppliers[j]["alive"] == 1 and tie > 0.0 and closer:
                best = j
    return best


@inner
def build_lead(tables: Tables, i: int) -> int:
    """Return the months from lab `i`'s order of a site to its use: its own, or those of a faster partner."""
    lead, partner = tables.labs[i]["build_lead_months"], venture_partner(tables, i)
    if partner >= 0:
        lead = min(lead, tables.suppliers[partner]["lead_months"])
    return int(lead)
