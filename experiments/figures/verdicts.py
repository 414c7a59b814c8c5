"""The verdicts on what was expected, one row an expectation, in words that stand on their own."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

from experiments.answers.report import Answer, answers
from experiments.figures.figure import Answered
from experiments.report import number
from experiments.sweep.expectations import SAME, Expectation

LEAST_P = 0.001


class Row(NamedTuple):
    """An expectation and what came of it; the effect and its interval are in the outcome's unit.

    `share` is the part of the draws with the expected sign; of those that are smaller than the smallest of interest
    where none is expected.
    """

    experiment: str
    expectation: str
    words: str
    outcome: str
    unit: str
    draws: int
    median: float
    low: float
    high: float
    share: float
    adjusted_p_value: float
    verdict: str
    falsifier: str


def verdict_rows(answered: Answered) -> list[Row]:
    """Return a row for each expectation of an experiment, by `experiments.answers`."""
    return [row_of(answered.experiment.name, answer) for answer in answers(*answered)]


def row_of(name: str, answer: Answer) -> Row:
    """Return the row of an answer."""
    one, found = answer.expectation, answer.verdict
    return Row(
        name,
        one.name,
        in_words(one),
        one.label,
        one.unit,
        found.effect.draws,
        found.effect.median,
        found.effect.median_low,
        found.effect.median_high,
        share_as_expected(answer),
        answer.adjusted_p_value,
        found.words,
        one.falsifier,
    )


def share_as_expected(answer: Answer) -> float:
    """Return which part of the draws came out as expected."""
    one, found = answer.expectation, answer.verdict.effect
    if one.expected != SAME:
        return found.share_above if one.sign > 0 else found.share_below
    effects = answer.effects["effect"]
    return float((effects.abs() < one.smallest).mean()) if effects.len() else math.nan  # type: ignore[arg-type]


def in_words(one: Expectation) -> str:
    """Return an expectation as a sentence."""
    subject, unit = spaced(one.label).capitalize(), one.unit
    a, b = spaced(one.a), spaced(one.b)
    if one.expected == SAME:
        return f"{subject} is the same with “{b}” as with “{a}”, within {number(one.smallest)} [{unit}]."
    return f"{subject} is {one.expected} with “{b}” than with “{a}”, by more than {number(one.smallest)} [{unit}]."


def spaced(name: str) -> str:
    """Return a name in words."""
    return name.replace("_", " ")


def effect_words(row: Row) -> str:
    """Return an effect and its interval."""
    if not math.isfinite(row.median):
        return "-"
    between = f" ({signed(row.low)} to {signed(row.high)})" if math.isfinite(row.low) else " (too few draws)"
    return signed(row.median) + between


def signed(value: float) -> str:
    """Return a difference in few digits with its sign, without exponents."""
    size = abs(value)
    digits = np.format_float_positional(size, 2, fractional=False, trim="-") if 1e-7 <= size < 1e-3 else number(size)
    return ("+" if value > 0 else "−" if value < 0 else "") + digits


def verdict_words(row: Row) -> str:
    """Return a verdict, what it depends on in words."""
    return spaced(row.verdict.replace("parameters.", ""))


def share_words(row: Row) -> str:
    """Return the share of draws that came out as expected."""
    return f"{row.share:.0%} of {row.draws:,}" if math.isfinite(row.share) else "-"


def p_words(row: Row) -> str:
    """Return an adjusted p-value."""
    if not math.isfinite(row.adjusted_p_value):
        return "-"
    return f"< {LEAST_P}" if row.adjusted_p_value < LEAST_P else f"{row.adjusted_p_value:.3f}"


def verdicts_table(rows: Iterable[Row]) -> pl.DataFrame:
    """Return rows as a table; what is no number is null."""
    numbers = {name: kind for name, kind in Row.__annotations__.items() if kind in (int, float)}
    schema = {
        name: pl.Int64 if numbers.get(name) is int else pl.Float64 if name in numbers else pl.String
        for name in Row._fields
    }
    return pl.DataFrame(list(rows), schema=schema, orient="row").fill_nan(None)
