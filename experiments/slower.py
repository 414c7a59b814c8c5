"""How much slower a world is in which agents of the user's own act."""

import time
from collections.abc import Callable
from typing import Any

from model import ComputeMarket
from model.birth import world_at_start
from model.ensemble import Runner
from model.own_agents import own_agents
from model.scenario import Scenario

TIMED_MONTHS = 6
REPEATS = 2


def own_agents_line(scenario: Scenario) -> str:
    """Return who of the user's own acts in a scenario and how much slower its runs are, or nothing where nobody does.

    Both ways run the same months; the faster of two tries counts, and so compiling does not.
    """
    if not scenario.agents:
        return ""
    own = own_agents(scenario)
    names = [f"{key} ({one.__name__})" for key, one in [*own.labs.items(), *own.suppliers.items()]]
    runner = Runner(scenario, TIMED_MONTHS, world_at_start(scenario))
    said = f"agents of your own: {', '.join(names)}"
    try:
        theirs = _seconds(lambda: ComputeMarket(scenario).run(TIMED_MONTHS))
    except (Exception, SystemExit) as error:
        return f"{said}; how much slower they are is not known: {type(error).__name__}"
    times = f"{theirs / _seconds(lambda: runner.run(0, 1)):.1f} times as long as with ours alone, which are compiled"
    return f"{said}; a run takes {times}"


def _seconds(action: Callable[[], Any]) -> float:
    """Return how long an action takes, the best of some tries."""
    tries = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        action()
        tries.append(time.perf_counter() - begin)
    return min(tries)
