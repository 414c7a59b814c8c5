"""Entry and survival, with entrants whose stays are counted by hand."""

import math

import numpy as np
import pytest

from model.history import empty_history
from model.metrics.entry import median_of_known, own_capital_cost, survival
from tests.histories import history, of

MONTHS = 30


def entrants(*given, months=MONTHS, side="labs"):
    """A history with a firm of the start, then entrants of (first month seen, months seen), a row each."""
    made = history(months, labs=1 + len(given))
    made = made._replace(suppliers=empty_history(months, 1, 1 + len(given)).suppliers)
    table = getattr(made, side)
    table["alive"], table["id"], table["entered_month"] = 0, 0, 0
    table["alive"][:, 0], table["id"][:, 0] = 1, 1
    for row, (first, seen) in enumerate(given, start=1):
        place = slice(first, first + seen)
        table["alive"][place, row], table["id"][place, row] = 1, 10 + row
        table["entered_month"][place, row] = first + 1  # who comes in a month acts from the next on
    return made


@pytest.mark.parametrize(("side", "name"), [("labs", "lab_survival_24"), ("suppliers", "supplier_survival_24")])
def test_survival_counts_who_is_seen(side, name):
    # four enter at the end of month 0: seen for 30 months; for 10; for 25; and one at the end of month 20, seen to the
    # end, 9 months later. At age 9 all four are at risk and one leaves (3/4); at age 24 it is too late to count.
    made = entrants((0, 30), (0, 10), (0, 25), (20, 10), side=side)
    assert of(name, made) == pytest.approx(2 / 3)  # at age 9 the last is not at risk: its month after is not seen
    made = entrants((0, 30), (0, 9), (0, 25), (20, 10), side=side)
    assert of(name, made) == pytest.approx(3 / 4)  # at age 8 it is
    made = entrants((0, 30), (0, 9), (0, 20), (20, 10), side=side)
    assert of(name, made) == pytest.approx(3 / 4 * 1 / 2)


def test_survival_knows_what_it_does_not_know():
    assert math.isnan(of("lab_survival_24", entrants()))
    assert math.isnan(of("lab_survival_24", entrants((10, 20)))), "nobody was seen at 24 months"
    assert of("lab_survival_24", entrants((10, 5))) == 0.0, "all left before"
    assert math.isnan(of("lab_survival_24", entrants((0, 24), months=24)))
    assert of("lab_survival_24", entrants((0, 25), months=25)) == 1.0
    assert math.isnan(of("lab_survival_60", entrants((0, 30))))
    assert of("lab_survival_60", entrants((0, 61), months=61)) == 1.0
    assert of("supplier_survival_60", entrants((0, 61), (0, 61), months=61, side="suppliers")) == 1.0


def test_a_row_that_another_firm_takes_over_is_a_firm_that_left():
    made = entrants((0, 30))
    made.labs["id"][4:, 1], made.labs["entered_month"][4:, 1] = 99, 5
    assert survival(made, "labs", 3) == 1.0  # 24 months on the second is still there, the first left at age 3
    assert survival(made, "labs", 4) == pytest.approx(1 / 2)


def test_survival_of_many_runs_is_that_of_each():
    runs = [entrants((0, 30), (0, 9), (0, 20)), entrants((0, 30), (0, 3), (20, 10)), entrants((5, 1), (6, 1), (7, 1))]
    many = empty_history(MONTHS, 4, 4, runs=3)
    for row, run in enumerate(runs):
        many.labs[row], many.market[row] = run.labs, run.market
    assert survival(many, "labs", 24) == pytest.approx([survival(run, "labs", 24) for run in runs])
    assert (survival(many, "labs", 24) <= survival(many, "labs", 12)).all(), "survival never rises"


def test_time_to_scale_counts_from_entry():
    # of 100 users an entrant of month 2 has 5 in month 7: 7 + 1 - 3 = 5 months on; one of month 4 never has
    made = entrants((2, 28), (4, 26), (6, 3))
    made.labs["users_h100e"] = 0.0
    made.labs["users_h100e"][:, 0] = 94.0
    made.labs["users_h100e"][7:, 1] = 5.0
    made.labs["users_h100e"][:7, 1] = made.labs["users_h100e"][:, 2] = 1.0
    assert math.isnan(of("time_to_scale", made)), "half of them never got there"
    assert of("scaled_share", made) == 0.5
    made.labs["users_h100e"][20:, 2] = 6.0  # 20 + 1 - 5 = 16 months; the median of 5 and 16
    assert of("time_to_scale", made) == 10.5
    assert of("scaled_share", made) == 1.0
    assert math.isnan(of("scaled_share", entrants()))
    assert math.isnan(of("time_to_scale", entrants((0, 5), months=5)))
    assert math.isnan(of("scaled_share", entrants((0, 5), months=5)))


def test_access_is_four_fifths_of_what_is_needed_from_whatever_source():
    # needs 10 + 90; holds 20 + 30 + 29.9, from month 9 on 20 + 30 + 30: in by month 2, 9 + 1 - 3 = 7 months
    made = entrants((2, 28))
    made.labs["need_inference_h100e"], made.labs["need_training_h100e"] = 10.0, 90.0
    made.labs["own_h100e"], made.labs["contract_h100e"], made.labs["spot_h100e"] = 20.0, 30.0, 29.9
    assert math.isnan(of("access_delay", made))
    made.labs["spot_h100e"][9:] = 30.0
    assert of("access_delay", made) == 7.0
    assert math.isnan(of("access_delay", entrants((0, 5), months=5)))


def test_net_entry_is_a_year():
    # 8 labs in the first month, 11 in month 24: 3 more in two years
    made = {"market__labs_alive": [8] * 24 + [11], "market__suppliers_alive": [12] * 24 + [8]}
    assert of("lab_net_entry", history(25, **made)) == 1.5
    assert of("supplier_net_entry", history(25, **made)) == -2.0
    assert math.isnan(of("lab_net_entry", history(1)))


def test_the_capital_cost_of_an_hour():
    # 45,000 USD at 8, 12 and 20%, nine tenths used over five years, 0.25 USD to run: 1.6297, 1.7524, 2.0031 an hour
    cost = own_capital_cost(np.array(45000.0), np.array([0.08, 0.12, 0.20, 0.0]))
    assert cost[:3] + 0.25 == pytest.approx([1.6297, 1.7524, 2.0031], abs=5e-5)
    assert cost[3] == pytest.approx(45000.0 / (60 * 657))


def test_the_wedge_of_capital_is_that_between_entrants_and_first_labs():
    made = entrants((2, 28))
    made.market["capex_usd_per_h100e"] = 45000.0
    made.labs["wacc_per_year"][:, 0], made.labs["wacc_per_year"][:, 1] = 0.08, 0.20
    assert of("capital_cost_wedge", made) == pytest.approx(0.3734, abs=1e-4)
    assert math.isnan(of("capital_cost_wedge", entrants()))
    assert math.isnan(of("capital_cost_wedge", entrants((0, 5), months=5)))


def test_the_wedge_of_procurement_is_that_of_prices_paid():
    # 2 USD an hour for 100 + 50 + 50, against 1.6 for 400 of own, in each of the months in which they are there
    made = entrants((2, 28))
    made.labs["own_h100e"][:, 0] = 400.0
    made.labs["own_h100e"][:, 1], made.labs["contract_h100e"][:, 1], made.labs["spot_h100e"][:, 1] = 100.0, 50.0, 50.0
    made.labs["compute_bill_usd_m"][:, 0] = 400.0 * 1.6 * 0.00073
    made.labs["compute_bill_usd_m"][:, 1] = 200.0 * 2.0 * 0.00073
    assert of("procurement_wedge", made) == pytest.approx(0.25)
    made.labs["compute_bill_usd_m"] *= 7.0
    assert of("procurement_wedge", made) == pytest.approx(0.25), "in other units"
    assert math.isnan(of("procurement_wedge", entrants()))
    assert math.isnan(of("procurement_wedge", entrants((0, 5), months=5)))


def test_what_is_sunk_is_the_most_of_the_first_year_by_the_cash_of_the_start():
    # one acts from month 3 on with 50 USD m and is bound to 20, from month 8 on to 100; one acts from month 5 on with
    # 200 and is bound to 300 till it fails four months later; 2 and 1.5, and their median is 1.75
    made = entrants((2, 28), (4, 4))
    made.labs["opening_cash_usd_m"][3, 1], made.labs["opening_cash_usd_m"][5, 2] = 50.0, 200.0
    made.labs["committed_usd_m"][3:, 1], made.labs["committed_usd_m"][8:, 1] = 20.0, 100.0
    made.labs["committed_usd_m"][5:8, 2] = 300.0
    made.labs["committed_usd_m"][:, 0] = 7e6  # the lab of the start is no entrant
    assert of("sunk_share", made) == pytest.approx(1.75)
    made.labs["committed_usd_m"][16:, 1] = 1e6  # 13 months after it entered: later than counts
    assert of("sunk_share", made) == pytest.approx(1.75)
    made.labs["committed_usd_m"][15, 1] = 200.0  # 12 months after
    assert of("sunk_share", made) == pytest.approx((4.0 + 1.5) / 2.0)


def test_who_takes_over_a_row_sinks_nothing_of_the_one_before():
    made = entrants((0, 30))
    made.labs["id"][7:, 1], made.labs["entered_month"][7:, 1] = 99, 8
    made.labs["opening_cash_usd_m"], made.labs["committed_usd_m"] = 10.0, 10.0
    made.labs["committed_usd_m"][8:, 1] = 30.0
    assert of("sunk_share", made) == pytest.approx(2.0)  # 1 and 3


def test_what_is_sunk_takes_a_year_and_an_entrant():
    late = entrants((17, 13), months=30)  # acts from month 18 on, of which the twelfth after is past the end
    late.labs["opening_cash_usd_m"] = 10.0
    assert math.isnan(of("sunk_share", late))
    in_time = entrants((16, 14))
    in_time.labs["opening_cash_usd_m"] = 10.0
    assert of("sunk_share", in_time) == 0.0
    assert math.isnan(of("sunk_share", entrants()))
    assert math.isnan(of("sunk_share", entrants((0, 12), months=12)))
    assert math.isnan(of("sunk_share", entrants((2, 28)))), "it came without cash"


@pytest.mark.parametrize(
    ("values", "median"),
    [([3.0, 1.0, 2.0], 2.0), ([4.0, np.nan, 2.0], 3.0), ([1.0, np.inf, 5.0], 5.0), ([1.0, np.inf], np.nan)],
)
def test_the_median_takes_never_as_longest(values, median):
    assert median_of_known(np.array(values)) == pytest.approx(median, nan_ok=True)
    assert math.isnan(median_of_known(np.array([np.nan, np.nan])))
