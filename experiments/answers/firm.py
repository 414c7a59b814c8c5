"""What became of one firm in each run: a column of its table as a mean over months, or its part of all firms' sum."""

import polars as pl

from experiments.sweep.firms import Firm


def part_of_all(column: str, kind: str, name: str) -> pl.Expr:
    """Return a firm's part of the sum of a column over a group of rows, such as the labs of a run and month.

    Nothing where some firm has less than nothing, since parts of such a sum say little.
    """
    own = pl.col(column).filter(pl.col(kind) == name).sum() / pl.col(column).sum()
    return pl.when(pl.col(column).min() >= 0.0).then(own)


def firm_means(table: pl.LazyFrame, column: str, firm: Firm) -> pl.DataFrame:
    """Return the mean over months of a firm's column, one row a run: `run`, and the mean under the column's name.

    A table has a row for each firm in business. One that is not has 0 of what adds up over firms, so 0 as its part of
    all, and no number of anything else, such as a price; a run with such a month has no number either.

    Parameters
    ----------
    table
        Of labs or suppliers, as a sweep kept it.
    column
        A column of it.
    firm
        Whose, in which months, and whether as part of all.
    """
    months = firm.last_month - firm.first_month + 1
    rows = table.filter(pl.col("month").is_between(firm.first_month, firm.last_month))
    own = pl.col(column).filter(pl.col(firm.kind) == firm.name)
    if firm.of_all:
        value = part_of_all(column, firm.kind, firm.name)
    else:
        value = own.sum() if firm.adds_up(column) else own.mean()
    by_month = rows.select("run", "month", firm.kind, column).collect().group_by("run", "month", maintain_order=True)
    by_run = by_month.agg(value).group_by("run", maintain_order=True)
    known = pl.col(column).count() == months
    return by_run.agg(pl.when(known).then(pl.col(column).mean()).alias(column))
