"""What `bazaar compare` prints and writes: the metrics of both worlds by theme, and what may be said of them."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from rich.table import Table

from experiments.compare.pairs import EQUAL, FEW, FEWEST, LEVEL, Difference, Pairs, by_chance
from experiments.compare.worlds import World
from experiments.report import ILLUSTRATIVE, make_console, number
from experiments.sweep.identity import SHOWN, differences

HEADS = ("theme", "metric", "a", "b", "b - a", "95% interval", "b larger", "", "variance", "unit")
LEFT = {"theme", "metric", "", "unit"}


class Comparison(NamedTuple):
    """Two worlds and what differs between them."""

    a: World
    b: World
    pairs: Pairs
    rows: list[Difference]
    folder: Path

    @property
    def picture(self) -> Path:
        """Where the picture is."""
        return self.folder / "compare.png"

    @property
    def changed(self) -> list[str]:
        """What is set differently, some lines of `name: a -> b`; firms that only one world has, by name."""
        return changes(self.a.settings, self.b.settings)


def changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Return what is set differently in two worlds, and which of their firms and contracts only one of them has."""
    members = [dict.fromkeys(member for key in one if (member := member_of(key))) for one in (a, b)]
    both = set(members[0]) & set(members[1])
    told = [{key: v for key, v in one.items() if key != "title" and member_of(key) in {"", *both}} for one in (a, b)]
    only = [[member for member in one if member not in both] for one in members]
    lines = [f"only in {side}: {listed(names)}" for side, names in zip("ab", only, strict=True) if names]
    return differences(*told) + lines


def listed(names: Sequence[str]) -> str:
    """Return some names, the rest counted."""
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return ", ".join([*names[:SHOWN], *more])


def member_of(key: str) -> str:
    """Return the firm, contract, stake or event that a setting is of, `labs.openai`, or nothing."""
    section, *rest = key.split(".")
    return f"{section}.{rest[0]}" if len(rest) == 2 else ""


def print_comparison(comparison: Comparison, output: str) -> None:
    """Print a comparison as a table or as one JSON object."""
    if output == "json":
        print(json.dumps(as_json(comparison), ensure_ascii=False))
        return
    console = make_console()
    for line in header(comparison):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(differences_table(comparison.rows))
    console.print()
    for line in footer(comparison):
        console.print(line, soft_wrap=True)


def header(comparison: Comparison) -> list[str]:
    """Return what is compared, in words."""
    a, b, pairs, *_ = comparison
    lines = [f"a: {a.name}", f"b: {b.name}"]
    lines.append(f"set differently, a -> b: {'; '.join(comparison.changed) or 'nothing'}")
    if a.code != b.code:
        lines.append(f"mind that a was made with {a.code}, b with {b.code}")
    lines.append(f"{pairs.a.height:,} pairs of runs with the same luck, {a.length} months each{left_out(pairs)}")
    return lines


def left_out(pairs: Pairs) -> str:
    """Return in words which runs count in no pair."""
    parts = [f"{pairs.failed:,} pairs in which a run failed"] if pairs.failed else []
    parts += [f"{pairs.unpaired:,} runs whose luck the other world lacks"] if pairs.unpaired else []
    return f"; left out: {' and '.join(parts)}" if parts else ""


def footer(comparison: Comparison) -> list[str]:
    """Return what the intervals say together, and where all is."""
    rows, counts = comparison.rows, by_chance(comparison.rows)
    lines = [
        f"{counts['excluding_zero']} of {counts['intervals']} intervals exclude zero; if the worlds did not differ,"
        f" about {counts['expected_by_chance']:.1f} would by chance alone"
    ]
    if any(row.verdict == FEW for row in rows):
        lines.append(f"no interval where fewer than {FEWEST} pairs differ: more runs may tell")
    if same := [row.metric for row in rows if row.verdict == EQUAL]:
        lines.append(f"the same in every pair: {', '.join(same)}")
    if (narrower := typical_ratio(rows)) < math.inf:
        lines.append(
            f"variance: of b - a under shared luck / under luck of their own; median {number(narrower)},"
            f" so intervals are {number(math.sqrt(narrower))} times as long as without shared luck"
        )
    folder = comparison.folder
    return [*lines, f"results  {folder}", f"picture  {comparison.picture}", ILLUSTRATIVE]


def typical_ratio(rows: Sequence[Difference]) -> float:
    """Return the median ratio of variances over the metrics that differ, infinity where there is none."""
    ratios = [row.variance_ratio for row in rows if row.differing and math.isfinite(row.variance_ratio)]
    return float(pl.Series(ratios).median()) if ratios else math.inf  # type: ignore[arg-type]


def differences_table(rows: Sequence[Difference]) -> Table:
    """Return the differences as a table, themes apart; metrics the same in every pair are told below it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in HEADS:
        table.add_column(head, justify="left" if head in LEFT else "right")
    theme = ""
    for row in (row for row in rows if row.verdict != EQUAL):
        if theme and row.theme != theme:
            table.add_section()
        span = f"{signed(row.low)} to {signed(row.high)}" if math.isfinite(row.low) else "-"
        cells = [number(row.mean_a), number(row.mean_b), signed(row.difference), span, f"{row.b_larger:.0%}"]
        first = row.theme if row.theme != theme else ""
        style = "bold" if row.clear else ""
        table.add_row(first, row.metric, *cells, row.verdict, number(row.variance_ratio), row.unit, style=style)
        theme = row.theme
    return table


def signed(value: float) -> str:
    """Return a number in few digits, with its sign."""
    return f"+{number(value)}" if value > 0.0 else number(value)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data; what is no number becomes null."""
    a, b, pairs, rows, folder = comparison
    return {
        "a": a.name,
        "b": b.name,
        "months": a.length,
        "pairs": pairs.a.height,
        "failed_pairs": pairs.failed,
        "unpaired_runs": pairs.unpaired,
        "changed": comparison.changed,
        "level": LEVEL,
        **by_chance(rows),
        "metrics": differences_frame(rows).with_columns(pl.selectors.float().fill_nan(None)).to_dicts(),
        "folder": str(folder),
        "picture": str(comparison.picture),
        "note": ILLUSTRATIVE,
    }


def differences_frame(rows: Sequence[Difference]) -> pl.DataFrame:
    """Return the differences as a data frame, one row a metric."""
    return pl.DataFrame([row._asdict() for row in rows])
