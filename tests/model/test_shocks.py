"""Shocks by eye: each begins, presses and lifts; what strikes one firm leaves the others alone; luck by name."""

import numpy as np
import pytest

from agents.choices import SHOCKS
from model import Ensemble, load_scenario
from model.birth import name_key, world_at_start
from model.contracts import BY_RECALL, BY_TERM
from model.shocks import EVERYBODY, strike_shocks
from model.state import DTYPES
from tests.worlds import bare_world, example_events, put_contract, with_events

pytestmark = pytest.mark.all


def struck_by(*events, suppliers=2):
    """Return a bare world of 2 labs (1 and 2) and of suppliers (11, 12, ...), and these events."""
    world = bare_world(2, suppliers)._replace(events=np.zeros(len(events), DTYPES["events"]))
    for row, event in enumerate(events):
        given = {"months": 1, "size_share": 0.5, "target": EVERYBODY} | event | {"shock": SHOCKS.index(event["shock"])}
        world.events["id"][row], world.events["luck_key"][row] = row + 1, 70 + row
        for name, value in given.items():
            world.events[name][row] = value
    return world


def by_month(world, look, months=8):
    """Return what `look` sees of the world in each month after its shocks have struck."""
    seen = []
    for month in range(months):
        world.market["month"] = month
        strike_shocks(world)
        seen.append(look(world))
    return seen


PRESSURES = {
    "chip_embargo": "chip_loss_share",
    "power_cap": "power_loss_share",
    "price_war": "list_cut_share",
    "credit_crunch": "credit_closed",
}
"""What a shock that lasts writes into the market."""


@pytest.mark.parametrize(("shock", "column"), PRESSURES.items())
def test_a_shock_presses_from_its_first_month_for_its_months_and_then_lifts(shock, column):
    world = struck_by({"shock": shock, "first_month": 3, "months": 2, "size_share": 0.4})
    pressed = 1 if column == "credit_closed" else 0.4
    assert by_month(world, lambda w: float(w.market[column][0])) == [0, 0, 0, pressed, pressed, 0, 0, 0]
    others = [other for other in PRESSURES.values() if other != column]
    assert [world.market[other][0] for other in others] == [0] * 3


def test_an_outage_takes_a_part_of_every_supplier_down():
    world = struck_by({"shock": "outage", "first_month": 2, "months": 3, "size_share": 0.3})
    down = by_month(world, lambda w: w.suppliers["shock_down_share"].tolist(), 6)
    assert down == [[0, 0]] * 2 + [[0.3, 0.3]] * 3 + [[0, 0]]


def test_an_outage_of_one_supplier_is_not_one_of_who_enters_in_its_row():
    world = struck_by({"shock": "outage", "first_month": 1, "months": 9, "target": 12})
    assert by_month(world, lambda w: w.suppliers["shock_down_share"].tolist(), 2)[1] == [0, 0.5]
    world.suppliers["alive"][1] = 0
    assert by_month(world, lambda w: w.suppliers["shock_down_share"].tolist(), 2)[1] == [0, 0]
    world.suppliers["alive"][1], world.suppliers["id"][1] = 1, 101
    assert by_month(world, lambda w: w.suppliers["shock_down_share"].tolist(), 2)[1] == [0, 0]


def test_a_shock_counts_when_it_begins_and_not_while_it_lasts():
    world = struck_by(
        {"shock": "power_cap", "first_month": 2, "months": 4}, {"shock": "recall", "first_month": 2, "months": 2}
    )
    assert by_month(world, lambda w: int(w.market["shocks_begun"][0]), 5) == [0, 0, 2, 0, 0]


def test_of_several_at_once_the_heaviest_counts_whatever_their_order():
    light = {"shock": "chip_embargo", "first_month": 1, "months": 5, "size_share": 0.2}
    heavy = {"shock": "chip_embargo", "first_month": 3, "months": 2, "size_share": 0.6}
    for events in ((light, heavy), (heavy, light)):
        seen = by_month(struck_by(*events), lambda w: float(w.market["chip_loss_share"][0]), 7)
        assert seen == [0, 0.2, 0.2, 0.6, 0.6, 0.2, 0]
    everywhere = {"shock": "outage", "first_month": 1, "size_share": 0.1}
    here = {"shock": "outage", "first_month": 1, "size_share": 0.4, "target": 11}
    for events in ((everywhere, here), (here, everywhere)):
        assert by_month(struck_by(*events), lambda w: w.suppliers["shock_down_share"].tolist(), 2)[1] == [0.4, 0.1]


def surges(world):
    names = ("surge_start_month", "surge_months", "surge_growth_x_per_year")
    return [[float(world.labs[name][i]) for name in names] for i in range(len(world.labs))]


def test_a_surge_takes_the_place_of_the_labs_own():
    event = {"shock": "surge", "first_month": 3, "months": 4, "growth_x_per_year": 20.0}
    world = struck_by(event | {"target": 2})
    world.labs["surge_start_month"], world.labs["surge_months"] = 1, 9
    assert by_month(world, surges, 5)[2:] == [[[1, 9, 0]] * 2, [[1, 9, 0], [3, 4, 20]], [[1, 9, 0], [3, 4, 20]]]
    world = struck_by(event)
    world.labs["alive"][0] = 0
    assert by_month(world, surges, 4)[3] == [[0, 0, 0], [3, 4, 20]]


HAND = ("by_hand", "hand_build_h100e", "hand_lease_h100e", "hand_partner_h100e", "hand_stubbornness_share")


def hands(world):
    return [[float(world.labs[name][i]) for name in HAND] for i in range(len(world.labs))]


def orders(first_month, months, target=2, build=0.0, lease=0.0, partner=0.0, stubbornness=0.0):
    """Return an event of orders by hand."""
    ordered = {"build_h100e": build, "lease_h100e": lease, "partner_h100e": partner}
    times = {"first_month": first_month, "months": months, "target": target}
    return {"shock": "orders", "stubbornness_share": stubbornness} | times | ordered


def test_orders_take_the_place_of_one_labs_plan_while_they_last():
    world = struck_by(orders(2, 2, 2, 10.0, 20.0, 30.0, 0.4))
    none, played = [0.0] * 5, [1.0, 10.0, 20.0, 30.0, 0.4]
    assert by_month(world, hands, 5) == [[none] * 2, [none] * 2, [none, played], [none, played], [none] * 2]


def test_of_two_orders_for_one_lab_the_later_listed_counts_as_a_whole():
    long, short = orders(1, 4, build=10.0, lease=20.0), orders(2, 1, lease=5.0, stubbornness=0.1)
    seen = by_month(struck_by(long, short, orders(2, 2, 1, partner=7.0)), hands, 6)
    assert [month[1] for month in seen[1:4]] == [[1, 10, 20, 0, 0], [1, 0, 5, 0, 0.1], [1, 10, 20, 0, 0]]
    assert [month[0] for month in seen[1:4]] == [[0] * 5, [1, 0, 0, 7, 0], [1, 0, 0, 7, 0]]
    seen = by_month(struck_by(short, long), hands, 4)
    assert [month[1] for month in seen[1:4]] == [[1, 10, 20, 0, 0]] * 3


def test_orders_are_not_those_of_who_enters_in_the_row_of_a_closed_lab():
    world = struck_by(orders(1, 9, lease=5.0))
    assert by_month(world, hands, 2)[1][1][0] == 1.0
    world.labs["alive"][1] = 0
    assert by_month(world, hands, 2)[1][1] == [0.0] * 5
    world.labs["alive"][1], world.labs["id"][1] = 1, 101
    assert by_month(world, hands, 2)[1][1] == [0.0] * 5


def demand(world):
    return [*world.labs["users_h100e"].tolist(), *(float(world.market[n][0]) for n in SIDES)]


SIDES = ("enterprise_scale", "outside_users_h100e")


def test_a_bust_takes_a_part_of_all_demand_away_once():
    world = struck_by({"shock": "demand_bust", "first_month": 2, "months": 3, "size_share": 0.25})
    world.labs["users_h100e"], world.market["outside_users_h100e"] = (400.0, 80.0), 40.0
    assert by_month(world, demand, 5)[1:] == [[400, 80, 1, 40], *[[300, 60, 0.75, 30]] * 3]


def test_a_bust_of_one_lab_leaves_the_others_and_enterprises_alone():
    world = struck_by({"shock": "demand_bust", "first_month": 1, "size_share": 0.25, "target": 1})
    world.labs["users_h100e"], world.market["outside_users_h100e"] = (400.0, 80.0), 40.0
    assert by_month(world, demand, 2)[1] == [300, 80, 1, 40]


def test_a_recall_ends_all_recallable_contracts_of_its_target_after_their_notice():
    world = struck_by({"shock": "recall", "first_month": 5, "months": 3, "target": 11})
    recallable = {"recallable": 1, "notice_months": 3}
    for lab, supplier, values in (
        (0, 0, recallable),
        (1, 0, recallable | {"start_month": 20}),  # signed, not begun
        (0, 0, {"notice_months": 3}),  # not recallable
        (0, 1, recallable),  # of another supplier
        (1, 0, recallable | {"notice_given": 1}),
        (1, 0, recallable | {"end_month": 5}),  # over
    ):
        put_contract(world, lab, supplier, 100.0, **values)
    counts = by_month(world, lambda w: int(w.market["recalls"][0]), 8)
    assert counts == [0, 0, 0, 0, 0, 2, 2, 2]
    assert world.contracts["end_month"][:6].tolist() == [8, 8, 36, 36, 36, 5]
    assert world.deals["ended_by"][:6].tolist() == [BY_RECALL, BY_RECALL, BY_TERM, BY_TERM, BY_TERM, BY_TERM]


def begun(world, months):
    return [
        month
        for month, count in enumerate(by_month(world, lambda w: int(w.market["shocks_begun"][0]), months))
        if count
    ]


def test_by_chance_a_shock_comes_again_but_not_while_it_lasts():
    often = begun(struck_by({"shock": "power_cap", "chance_per_month": 0.2}), 1000)
    assert len(often) == pytest.approx(200, abs=40)  # s.d. 12.6
    long = begun(struck_by({"shock": "power_cap", "chance_per_month": 0.2, "months": 6}), 1000)
    assert np.diff(long).min() >= 6
    assert len(long) == pytest.approx(1000 / (5 + 5), abs=15)
    assert set(often) > set(long[:1])


def test_a_first_month_and_a_chance_go_together():
    both = begun(struck_by({"shock": "power_cap", "chance_per_month": 0.01, "first_month": 7}), 400)
    alone = begun(struck_by({"shock": "power_cap", "chance_per_month": 0.01}), 400)
    assert set(both) == {7, *alone}


def embargoes(scenario, seed=3):
    """Return the months of a run in which an embargo holds."""
    run = next(Ensemble(scenario, runs=1, months=36, seed=seed).histories())
    return np.flatnonzero(run.history.market["chip_loss_share"] > 0.0).tolist()


def test_the_luck_of_a_shock_is_that_of_its_name_whatever_else_there_is(small):
    embargo = {"shock": "chip_embargo", "chance_per_month": 0.3}
    alone = embargoes(with_events(small, embargo=embargo))
    assert 3 <= len(alone) <= 20
    others = {name: event for name, event in example_events().items() if name != "embargo"}
    assert embargoes(with_events(small, **others, embargo=embargo)) == alone
    fewer = load_scenario("small", ["~labs.mistral", "parameters.supplier_entry_per_month=0.5"])
    assert embargoes(with_events(fewer, embargo=embargo)) == alone
    assert embargoes(with_events(small, boycott=embargo)) != alone
    assert embargoes(with_events(small, embargo=embargo), seed=4) != alone


def test_events_at_the_start(small):
    events = world_at_start(with_events(small, **example_events())).events
    assert events["id"].tolist() == list(range(1, 10))
    assert [SHOCKS[shock] for shock in events["shock"]] == [event["shock"] for event in example_events().values()]
    assert events["luck_key"].tolist() == [name_key(name) for name in example_events()]
    targets = [list(small.labs).index("openai") + 1, 0, 0, 0, 0, 0, 0]
    played = list(small.labs).index("anthropic") + 1
    assert events["target"].tolist() == [*targets, 4 + list(small.suppliers).index("spacex_colossus") + 1, played]
    assert events["months"].tolist() == [3, 1, 12, 24, 1, 9, 6, 1, 1]
    assert events["lease_h100e"].tolist() == [0.0] * 8 + [50_000.0]


def test_without_events_nothing_strikes(small):
    world = world_at_start(small)
    assert world.events["id"].tolist() == [0]
    by_month(world, lambda w: w)
    assert world.market["shocks_begun"][0] == 0


@pytest.mark.parametrize("size", [0.0, 1.0])
def test_the_books_balance_under_all_shocks_of_any_size(small, size):
    events = {name: event | {"size_share": size} for name, event in example_events().items()}
    events |= {f"more_{shock}": {"shock": shock, "chance_per_month": 0.1, "size_share": size} for shock in SHOCKS}
    runs = list(Ensemble(with_events(small, **events), runs=4, months=60).histories())
    assert [run.failure for run in runs] == [""] * 4
    for run in runs:
        assert run.history.market["shocks_begun"].sum() > 20
        assert np.isfinite(run.history.market["spot_price_usd_per_h100e_hour"]).all()


def test_a_shock_of_no_size_changes_nothing(small):
    events = {
        shock: {"shock": shock, "first_month": 5, "size_share": 0.0} for shock in (*PRESSURES, "outage", "demand_bust")
    }
    del events["credit_crunch"]
    calm, shaken = (next(Ensemble(s, runs=1, months=12).histories()) for s in (small, with_events(small, **events)))
    assert shaken.deals.tobytes() == calm.deals.tobytes()
    assert shaken.history.labs.tobytes() == calm.history.labs.tobytes()
