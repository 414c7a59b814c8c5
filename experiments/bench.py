"""`bazaar bench`: the speed contract, measured on the machine at hand; every figure is the best of some repeats."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from experiments.bench_sweep import sweep_figures
from experiments.request import OUTPUT, Request, take_all
from model.scenario import Scenario, load_scenario
from model.settings import Setting

PARTS = ("all", "runs", "phases", "start", "sweep", "view")
SETTINGS = (Setting("part", str, "all", "text", "which figures", choices=PARTS), OUTPUT)
BENCH_LABS = 16
"""Labs of the population `bench`: those of `colossus`, of which the last is split so that there are so many."""
BENCH_MONTHS = 120
REPEATS = 5


class Phase(NamedTuple):
    """A phase of the month and the compiled stages it consists of, in the order of `model.month.month`."""

    name: str
    stages: tuple[Callable[[Any], None], ...]


def bench(request: Request) -> int:
    """Carry out `bazaar bench` and return its exit code."""
    settings = take_all(request, SETTINGS)
    part = settings["part"]
    figures: dict[str, Any] = {}
    if part in {"all", "runs"}:
        figures |= run_figures()
    if part in {"all", "phases"}:
        figures |= phase_figures()
    if part in {"all", "start"}:
        figures |= start_figures()
    if part in {"all", "sweep"}:
        figures |= sweep_figures()
    if part == "view":  # not among all, since it needs a browser
        from experiments.bench_view import view_figures

        figures |= view_figures()
    if settings["output"] == "json":
        print(json.dumps(figures, indent=2))
    else:
        print_table(figures)
    return 0


def print_table(figures: dict[str, Any]) -> None:
    """Print the figures, one a row; those of the phases under their own names."""
    table = Table("figure", "value", title="bazaar bench: best of repeats on this machine")
    table.columns[1].justify = "right"
    for name, value in figures.items():
        if isinstance(value, dict):
            for key, inner in value.items():
                table.add_row(f"{name}.{key}", "-" if inner is None else f"{inner:,.1f}")
        else:
            table.add_row(name, f"{value:,.1f}")
    Console().print(table)


def mean_seconds(action: Callable[[], Any], times: int) -> float:
    """Return the mean time of an action in the best of some rounds of so many times, seconds."""
    rounds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        for _ in range(times):
            action()
        rounds.append((time.perf_counter() - begin) / times)
    return min(rounds)


def bench_scenario() -> Scenario:
    """Return 16 labs x 12 suppliers: `colossus` with its smaller labs apart, equal, each with its part of contracts."""
    colossus = load_scenario("colossus")
    *named, others = colossus.labs
    copies = BENCH_LABS - len(named)
    parts = [f"{others}_{n}" for n in range(1, copies + 1)]
    labs = {key: colossus.labs[key] for key in named}
    labs |= {part: split(colossus.labs[others], copies) for part in parts}
    contracts = {key: contract for key, contract in colossus.contracts.items() if contract["lab"] != others}
    for key, contract in colossus.contracts.items():
        if contract["lab"] == others:
            contracts |= {f"{key}_{part}": split(contract, copies) | {"lab": part} for part in parts}
    return colossus._replace(name="bench", months=BENCH_MONTHS, labs=labs, contracts=contracts)


def split(firm: dict[str, Any], copies: int) -> dict[str, Any]:
    """Return a firm or contract with its quantities and money divided by a number of copies."""
    sized = ("_h100e", "_usd_m", "_h100e_per_month", "_h100e_months", "_mw_per_month")
    return {key: value / copies if key.endswith(sized) else value for key, value in firm.items()}


def run_figures() -> dict[str, Any]:
    """Return runs a second on one core, whole runs with their record, and the birth of a world."""
    from model.birth import world_at_start
    from model.ensemble import Runner
    from model.state import capacity_of, copy_into, empty_world

    rates = {}
    for name, scenario in (("bench", bench_scenario()), ("small", load_scenario("small"))):
        runner = Runner(scenario, scenario.months, world_at_start(scenario))
        runner.run(0, 1)
        rates[name] = 1.0 / mean_seconds(partial(runner.run, 1, 1), 8 if name == "bench" else 40)
    start = world_at_start(load_scenario("small"))
    target = empty_world(capacity_of(start))
    birth = mean_seconds(partial(copy_into, start, target), 100)
    return {"runs_per_second_per_core": rates, "world_birth_us": birth * 1e6}


def phases() -> tuple[Phase, ...]:
    """Return the phases of the month."""
    from model import (
        contracts,
        demand,
        entry,
        finance,
        forwards,
        month,
        negotiation,
        operation,
        ordering,
        packages,
        spot,
    )

    return (
        Phase("open", (month.open_month, month.suppliers_consider_recall, month.run_contracts)),
        Phase("demand", (month.meet_users, month.labs_price_service, demand.need_compute)),
        Phase("plan", (packages.choose_packages, month.labs_plan, contracts.give_notice)),
        Phase("quote", (month.suppliers_quote,)),
        Phase("bargain", (month.labs_bid, month.suppliers_respond, negotiation.negotiate)),
        Phase("spot", (operation.deliver, month.labs_bid_spot, spot.clear_spot, forwards.trade_forwards)),
        Phase("operate", (month.operate,)),
        Phase("settle", (finance.settle, month.measure_market)),
        Phase("invest", (month.suppliers_invest, ordering.place_orders)),
        Phase("enter", (entry.leave, entry.come)),
        Phase("learn", (month.labs_learn, month.suppliers_learn)),
        Phase("close", (month.close_month,)),
    )


def phase_figures() -> dict[str, Any]:
    """Return the time of each phase of a month of `small`, and what a step of `ComputeMarket` adds to the month.

    A phase is timed from Python; the cost of its calls, measured on a function that does nothing, is taken off.
    """
    from model import ComputeMarket
    from model.room import has_room

    market = ComputeMarket("small", seed=1).run(12)
    table = phases()
    calls = mean_seconds(partial(has_room, market.world), 100)
    times: dict[str, list[float]] = {phase.name: [] for phase in table}
    for _ in range(36):
        market.begin_month()
        for phase in table:
            begin = time.perf_counter()
            for part in phase.stages:
                part(market.world)
            spent = time.perf_counter() - begin - calls * len(phase.stages)
            times[phase.name].append(max(0.0, spent) * 1e6)
        market.end_month()
    by_phase = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
    steps = []
    for _ in range(REPEATS):
        fresh = ComputeMarket("small", seed=1).run(12)
        begin = time.perf_counter()
        fresh.run(36)
        steps.append((time.perf_counter() - begin) / 36 * 1e6)
    return {"month_us_by_phase": by_phase, "step_overhead_us": min(steps) - sum(by_phase.values())}


def start_figures() -> dict[str, Any]:
    """Return the time to import, to compile everything with an empty cache, and to start with a full one."""
    run = "from model import Ensemble; next(Ensemble('small', runs=1, months=1).histories())"
    with tempfile.TemporaryDirectory() as folder:
        cold = process_seconds(run, folder)
        warm = min(process_seconds(run, folder) for _ in range(3))
        imported = min(process_seconds("import model", folder) for _ in range(3))
    return {"import_ms": imported * 1e3, "cold_compile_s": cold - warm, "warm_start_ms": warm * 1e3}


def process_seconds(code: str, cache: str) -> float:
    """Return how long a new Python process takes for some code, with its compiled rules kept in a folder, seconds."""
    begin = time.perf_counter()
    environment = os.environ | {"BAZAAR_CACHE": cache}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - begin
