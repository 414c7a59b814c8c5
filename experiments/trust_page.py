"""The page docs/trust.md: the rows, what was measured, what it means, and why where it is outside."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

from experiments.draws import judgement_parameters
from experiments.markdown import table
from experiments.report import ILLUSTRATIVE, number
from experiments.trust_arms import SEED, TIMES, Arm
from experiments.trust_misses import MISSES
from experiments.trust_quantities import AFTERMATH_MONTHS, RATIONED, SETTLING_MONTHS
from experiments.trust_rows import (
    ABOVE,
    ANSWER,
    CALM,
    FAILURES,
    GUARDS,
    MEDIAN,
    NOTHING,
    PARTNERS,
    PRICES,
    SANITY,
    SHORTAGE,
    START,
    TOTAL,
    USE,
    Measured,
    Row,
    verdict,
)

NOTICE = "*Written by `make trust` from runs of the model; do not edit.*"
SMALLEST = 0.001
MEANINGS = {
    NOTHING: "Books that do not balance end a run; these runs cover the parameter space that judgement leaves open.",
    START: "The scenario is meant to start with capacity nearly full, at about 94%; a start far from it is a "
    "shock of its own.",
    PRICES: "One lab is a small part of demand, so that its surge should be felt and not explode; one of all labs "
    "should. High prices bring capacity and falling costs, so they should not last.",
    SHORTAGE: f"Rationed is a lab that refuses more than {RATIONED:.0%} of the demand for its service. A shortage ends "
    "when capacity has been found or users have left; it should take months, not years. Only runs with a shortage of "
    "the surge have an end of it.",
    ANSWER: "Chips that stand idle can be let at once; what is ordered in a surge takes one to two years, and only "
    "then can there be more capacity than without it.",
    PARTNERS: "The reason for owners of idle chips to be in the model. Refusals are added up over the run in months "
    "of the surged lab's own demand, so that deeper and longer count alike. The difference is taken pair by pair.",
    USE: "Below, suppliers would not build; at the ceiling month after month, prices would have stopped to clear the "
    "market. All that works is used where use is within 0.2 percentage points of what outages and repair leave.",
    FAILURES: "Bankruptcy must be possible, rare among those with deep pockets, and not the rule.",
    GUARDS: "A guard keeps a number sane where the rules would not; where it binds often it is a rule in disguise.",
    CALM: "Without a surge, and with capacity for everybody or without any trend, what moves is news of demand alone. "
    f"Of the stationary world the first {SETTLING_MONTHS} months are left out.",
    SANITY: "The bounds that `bazaar run` prints under each table, here by pair.",
}


def page(rows: Sequence[Row], measured: Mapping[bool, Sequence[Measured]], arms: Sequence[Arm], pairs: int) -> str:
    """Return the page; `measured` has each row's numbers at the defaults (False) and over draws (True)."""
    verdicts = [verdict(*cells) for cells in zip(rows, measured[False], measured[True])]
    lines = ["# How far to trust the default scenario", "", NOTICE, "", *opening(verdicts), ""]
    lines += ["![Contract price and rationing of the surged lab in four worlds](trust.png)", ""]
    numbered = list(zip(rows, measured[False], measured[True], verdicts))
    for theme, group in groupby(numbered, key=lambda entry: entry[0].theme):
        lines += theme_lines(theme, list(group))
    return "\n".join([*lines, *method(arms, pairs)])


def opening(verdicts: Sequence[str]) -> list[str]:
    """Return what the page is and how the rows came out, in a few lines."""
    judged = [said for said in verdicts if said != "-"]
    inside = judged.count("inside")
    return [
        "What economics and the record say a market for compute should do in a surge, and what the scenario `colossus`",
        f"does. Of {len(judged)} expectations {inside} are met both at the defaults and over random draws of the",
        f"parameters that rest on judgement; {len(judged) - inside} are not, and what is known of the reason stands",
        "below the row. The bounds were set before these runs and not moved since; but the defaults were once chosen",
        "with an eye on some of the same facts, so that meeting them proves less than failing them.",
        "",
        "*Defaults*: the same parameters, different luck. *Draws*: each run has a draw of its own of all judgement,",
        "so that the spread says how much the result hangs on it. A cell has the median and from where to where 80%",
        "of the runs lie, then the share of runs inside the bounds. A row on a mean has its 95% interval instead.",
        "*Inside* is said where the median (the mean) of both columns is; of a difference, where its interval is.",
        f"{ILLUSTRATIVE}",
    ]


def theme_lines(theme: str, entries: Sequence[tuple[Row, Measured, Measured, str]]) -> list[str]:
    """Return one section: what it means, the rows, and why some are outside."""
    head = ("quantity", "unit", "expected", "defaults", "inside", "draws", "inside", "verdict")
    cells = []
    for row, defaults, draws, said in entries:
        shown = "" if said == "inside" else "**"
        of = [cell for m in (defaults, draws) for cell in (spread(row, m), percent(row, m))]
        cells.append((row.quantity, row.unit, bounds(row), *of, said if said == "-" else f"{shown}{said}{shown}"))
    lines = [f"## {theme}", "", MEANINGS[theme], "", *table(head, cells)]
    for row, _, _, said in entries:
        if said.startswith("outside"):
            lines += [f"*{row.quantity}*: {MISSES.get(row.quantity, 'not looked into.')}", ""]
    return lines


def bounds(row: Row) -> str:
    """Return what is expected in words."""
    if row.expected is None:
        return "-"
    low, high = row.expected
    if row.statistic == ABOVE:
        return f"above {number(low)}"
    if row.statistic == TOTAL:
        return number(low)
    if low == 0 and math.isfinite(high):
        return f"at most {number(high)}"
    return f"{number(low)} to {number(high)}"


def spread(row: Row, measured: Measured) -> str:
    """Return a statistic with its spread."""
    value, low, high = (shown(value) for value in (measured.value, measured.low, measured.high))
    if row.statistic == TOTAL:
        return value
    mean = "" if row.statistic == MEDIAN else "mean "
    return f"{mean}{value} ({low} to {high})"


def shown(value: float) -> str:
    """Return a number in few digits; what does not happen in a run is never."""
    if math.isinf(value):
        return "never"
    return f"<{SMALLEST}" if 0 < abs(value) < SMALLEST else number(value)


def percent(row: Row, measured: Measured) -> str:
    """Return the share of runs inside the bounds, where there are some."""
    if row.expected is None or row.statistic == TOTAL or math.isnan(measured.inside):
        return "-"
    return f"{measured.inside:.0%}"


def method(arms: Sequence[Arm], pairs: int) -> list[str]:
    """Return how it was measured."""
    count = len(judgement_parameters())
    return [
        "## How it was measured",
        "",
        "`make trust` runs every arm and writes this page and its picture; the same code gives the same bytes.",
        f"`python -m experiments.trust pairs=20` does it with fewer pairs. Here: {pairs} pairs of luck and draw,",
        f"from seed {SEED}. Pair *n* has the same luck and the same draw in every arm, so that arms differ by what",
        f"sets them apart and by nothing else. A draw sets {count} parameters whose source is judgement (J), each",
        "uniform over its plausible range (see [parameters](parameters.md)), the bargaining rule among its choices.",
        "Parameters with a source keep their values, and so do the four delivery months, which are a set, and",
        "whatever an arm's scenario sets itself. Firms and contracts are never drawn. Without partners, neoclouds",
        "enter at the rate of the other arms of the pair.",
        "",
        *table(
            ("arm", "scenario", "months", "what it is"),
            ((a.name, f"`{a.scenario}`", a.months, a.meaning) for a in arms),
        ),
        "The idle site is that of SpaceX Colossus. Suppliers from other trades are neither hyperscalers nor neoclouds;",
        f"{TIMES} times as large are their sites at the start and the sites under way for them. The shortage of the",
        f"surge is looked for in its first {AFTERMATH_MONTHS} months. Rows of the whole run take all months of an arm;",
        "the arm without the surge is read at the months of the arm it is compared with. The rules themselves are in",
        "[model](model.md).",
        "",
    ]
