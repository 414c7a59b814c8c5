"""Scenarios under one seed share their luck, firm by firm, whoever else there is."""

import pytest

from model import Ensemble, load_scenario
from tests.worlds import with_events

pytestmark = pytest.mark.all


def column(overrides: list[str], table: str, firm: str, name: str) -> list[float]:
    """Return a column of one firm over a year, month by month."""
    batch = Ensemble("small", runs=1, months=12, seed=3, overrides=overrides).run()
    frame = getattr(batch, table)
    return frame.filter(frame[table[:-1]] == firm)[name].to_list()


def test_outages_do_not_depend_on_who_else_is_there() -> None:
    for overrides in (["~labs.mistral"], ["~suppliers.aws"], ["parameters.supplier_entry_per_month=0.9"]):
        for supplier in ("azure", "spacex_colossus"):
            here = column([], "suppliers", supplier, "down_share")
            assert here == column(overrides, "suppliers", supplier, "down_share")
            assert len(set(here)) > 6


def test_news_of_demand_does_not_depend_on_who_else_is_there() -> None:
    without = ["parameters.churn_per_month=0", "parameters.user_switching_per_month=0"]
    alone = [*without, "~labs.mistral", "parameters.lab_entry_per_month=0"]
    users = column([*without, "parameters.lab_entry_per_month=0"], "labs", "anthropic", "users_h100e")
    assert users == column(alone, "labs", "anthropic", "users_h100e")


def test_chance_shocks_do_not_depend_on_who_else_is_there() -> None:
    event = {"shock": "outage", "chance_per_month": 0.3, "target": "azure", "size_share": 0.4}
    begun = []
    for overrides in ([], ["~labs.mistral"], ["~suppliers.aws"], ["parameters.supplier_entry_per_month=0.9"]):
        run = next(Ensemble(with_events(load_scenario("small", overrides), storm=event), runs=1, seed=3).histories())
        begun.append(run.history.market["shocks_begun"].tolist())
    assert begun[0] == begun[1] == begun[2] == begun[3]
    assert 5 < sum(begun[0]) < 40


def test_a_rounding_error_stays_one() -> None:
    small = load_scenario("small")
    firms = {key: lab | {"users_h100e": lab["users_h100e"] * (1 + 1e-15)} for key, lab in small.labs.items()}
    pair = [Ensemble(world, runs=4, months=24) for world in (small, small._replace(labs=firms))]
    for here, there in zip(*(ensemble.histories() for ensemble in pair), strict=True):
        for name in ("contract_price_usd_per_h100e_hour", "spot_price_usd_per_h100e_hour", "installed_h100e"):
            assert there.history.market[name] == pytest.approx(here.history.market[name], rel=1e-6)
