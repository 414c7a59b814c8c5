"""What each rule and each number does to a market, against what theory says: the sign over worlds that share luck.

A pair is two worlds under one seed, before and after. The sign holds if pairs that differ do so the same way far more
often than a coin would, and the median pair differs by more than one per cent. Where the market goes another way than
the textbook, the comment at the case says why.
"""

import numpy as np
import pytest
from scipy.stats import binomtest

from model import load_scenario
from model.birth import world_at_start
from model.ensemble import grow_history
from model.history import History, empty_history, run_months
from model.parameters import PARAMETERS
from model.room import make_room
from model.state import capacity_of
from tests.directions import AMBIGUOUS, CASES, LITTLE, NOTHING, THEMES, Case, pairs

pytestmark = pytest.mark.all

SURE, NOTABLE = 0.01, 0.01


def changes(case: Case) -> tuple[np.ndarray, float]:
    """Return by how much each pair that is known goes the way of a case, and the median of that over what it was."""
    before, after = pairs(case)
    known = np.isfinite(before) & np.isfinite(after)
    change = case.sign * (after - before)[known]
    return change, float(np.median(change / np.abs(before[known])))


def assert_sign(change: np.ndarray) -> None:
    """Check that far more pairs go the way of a case than a coin would let."""
    right, differ = int((change > 0.0).sum()), int((change != 0.0).sum())
    assert differ > 0, "nothing differs"
    assert binomtest(right, differ).pvalue < SURE, f"{right} of {differ} pairs go that way"
    assert right > differ / 2


@pytest.mark.parametrize("name", CASES)
def test_direction(name: str) -> None:
    change, median = changes(CASES[name])
    assert_sign(change)
    assert median > NOTABLE


@pytest.mark.parametrize("name", AMBIGUOUS | LITTLE)
def test_one_way_but_by_little(name: str) -> None:
    change, median = changes((AMBIGUOUS | LITTLE)[name])
    assert_sign(change)
    assert median <= NOTABLE, "it belongs to the cases"


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_comes_of_it(name: str) -> None:
    change, _ = changes(NOTHING[name])
    right, differ = int((change > 0.0).sum()), int((change != 0.0).sum())
    assert differ == 0 or binomtest(right, differ).pvalue > SURE, f"{right} of {differ} pairs go one way"


def test_a_sunk_cost_of_the_usual_size_keeps_nobody_out() -> None:
    before, after = pairs(NOTHING["a sunk cost of the usual size"])
    assert (after == before).mean() > 0.95


def test_no_case_is_told_twice() -> None:
    assert len(CASES) == sum(len(theme.CASES) for theme in THEMES)
    told = [(case.scenario, str(case.change), str(case.world), case.figure, case.sign) for case in CASES.values()]
    assert len(set(told)) == len(told)


def test_every_parameter_is_turned_or_said_to_be_ambiguous() -> None:
    turned = {name for case in CASES.values() for name in case.change}
    names = {parameter.name for parameter in PARAMETERS}
    assert names - turned - set(AMBIGUOUS) == set()
    assert set(AMBIGUOUS) <= names - turned
    assert len(AMBIGUOUS) <= len(names) / 10


QUEUE_MONTHS, SETTLED_FROM = 1200, 120
GROWING = {f"parameters.demand_growth_{when}_x_per_year": 1.05 for when in ("start", "long_run")}
"""A world that is nearly still, in which half of the months have a queue."""


def queues(seed: int) -> tuple[History, list[dict[int, float]]]:
    """Return a run of `stationary`, and the capacity of each entry of the queue at the end of each month."""
    world = world_at_start(load_scenario("stationary", GROWING))
    world.market["seed"] = seed
    history = empty_history(QUEUE_MONTHS, len(world.labs), len(world.suppliers), len(world.regions))
    entries: list[dict[int, float]] = []
    while len(entries) < QUEUE_MONTHS:
        if run_months(world, history, len(entries), len(entries) + 1) == len(entries):
            world = make_room(world)
            history = grow_history(history, capacity_of(world))
            continue
        waiting = world.queue[world.queue["id"] > 0]
        entries.append(dict(zip(waiting["id"].tolist(), waiting["capacity_h100e"].tolist(), strict=True)))
    return history, entries


def times_in_queue(entries: list[dict[int, float]]) -> list[tuple[float, int]]:
    """Return what has left the queue and how long it had been there, H100e and months, first come first served.

    Little's law holds for any order of service; this one makes the times easy to follow.
    """
    there: dict[int, list[list[float]]] = {}
    left: list[tuple[float, int]] = []
    for month, rows in enumerate(entries):
        for number in there.keys() | rows.keys():
            lots = there.setdefault(number, [])
            surplus = sum(size for size, _ in lots) - rows.get(number, 0.0)
            if surplus < 0.0:
                lots.append([-surplus, month])
            while surplus > 0.0 and lots:
                part = min(surplus, lots[0][0])
                left.append((part, month - int(lots[0][1])))
                lots[0][0] -= part
                surplus -= part
                if lots[0][0] <= 0.0:
                    lots.pop(0)
    return left


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_queue_obeys_littles_law(seed: int) -> None:
    """Little (1961): mean length = rate of joining x mean time there, of three different measurements.

    What is in the queue at either end of the time watched is counted in the length and not in the times, or the other
    way round; that is at most the queue then, for the longest time that anything waits.
    """
    history, entries = queues(seed)
    market = history.market[SETTLED_FROM:]
    left = times_in_queue(entries[SETTLED_FROM:])
    assert (market["queue_h100e"] > 0.0).sum() > 60
    quantity, time = np.array(left).T
    length, joining = market["queue_h100e"].mean(), market["queue_joined_h100e"].mean()
    edges = (market["queue_h100e"][[0, -1]] * time.max()).sum() / (len(market) * length)
    assert edges < 0.1
    assert joining * np.average(time, weights=quantity) == pytest.approx(length, rel=max(edges, 1e-9))
