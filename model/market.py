"""The stage: a Mesa model in which labs and suppliers act for themselves, month by month."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import mesa
import networkx as nx
import polars as pl
from mesa.agentset import AgentSet

from agents.lab import Lab
from agents.supplier import (
    EdgeNetwork,
    EnergyDeveloper,
    Hyperscaler,
    Miner,
    Neocloud,
    NonTraditionalSupplier,
    OrbitalOperator,
    SovereignFund,
    Supplier,
)
from agents.suppliers import KINDS
from model import graph, month, tables
from model.birth import world_at_start
from model.books import BooksError, breach_message
from model.contracts import give_notice
from model.demand import need_compute
from model.ensemble import Run, grow_history, joined, world_seed
from model.entry import come, leave
from model.finance import settle
from model.forwards import trade_forwards
from model.history import empty_history, record
from model.negotiation import negotiate
from model.operation import deliver
from model.ordering import place_orders
from model.own_agents import own_agents
from model.packages import choose_packages
from model.regions import backbone_now
from model.room import make_room
from model.scenario import Scenario, load_scenario
from model.spot import clear_spot
from model.state import Capacity, World, capacity_of

CLASSES_BY_KIND = (
    Hyperscaler,
    Neocloud,
    NonTraditionalSupplier,
    Miner,
    EnergyDeveloper,
    EdgeNetwork,
    SovereignFund,
    OrbitalOperator,
)
SUPPLIER_CLASSES: dict[str, type[Supplier]] = dict(zip(KINDS, CLASSES_BY_KIND, strict=True))


class ComputeMarket(mesa.Model):  # type: ignore[type-arg]
    """One world in which the agents act; the same seed gives the same bits as run 0 of an `Ensemble`.

    Parameters
    ----------
    scenario
        The name of a scenario, or a loaded one.
    seed
        Seed of all luck.
    overrides
        Values that differ from the scenario, such as `{"labs.anthropic.cash_usd_m": 5000}`.
    lab_classes, supplier_classes
        The class of a lab or supplier by its key in the population; a subclass of `Lab` or `Supplier` acts its own way.
        The key `"entrants"` stands for those that enter later.
    capacity
        Rows of the tables at the start; they grow by themselves.

    Raises
    ------
    BadRequest
        Where a name is unknown or a value is out of its bounds.
    """

    def __init__(
        self,
        scenario: str | Scenario = "colossus",
        *,
        seed: int = 1,
        overrides: Mapping[str, Any] | Sequence[str] = (),
        lab_classes: Mapping[str, type[Lab]] | None = None,
        supplier_classes: Mapping[str, type[Supplier]] | None = None,
        capacity: Capacity | None = None,
    ) -> None:
        """Build the world of the scenario's start and put an agent on every row in business."""
        super().__init__(rng=seed)
        self.assumptions = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, overrides)
        self.seed = seed
        self.world = make_room(world_at_start(self.assumptions, capacity))
        self.world.market["seed"] = world_seed(seed, 0)
        rows = len(self.world.labs), len(self.world.suppliers), len(self.world.regions)
        self.history = empty_history(self.assumptions.months, *rows)
        self.months_run = 0
        own = own_agents(self.assumptions)
        self._classes = own.labs | dict(lab_classes or {}), own.suppliers | dict(supplier_classes or {})
        tables.check_keys(self._classes[0], self.assumptions.labs, "lab")
        tables.check_keys(self._classes[1], self.assumptions.suppliers, "supplier")
        self.labs: AgentSet[Lab] = AgentSet([], random=self.random)
        self.suppliers: AgentSet[Supplier] = AgentSet([], random=self.random)
        self._admit_agents()

    def step(self) -> None:
        """Run one month."""
        for _ in self.lines():
            pass

    def lines(self) -> Iterator[str]:
        """Run the lines of `model.month.month` with agents that act for themselves; yield the name of each line."""
        world = self.begin_month()
        month.open_month(world)
        self.suppliers.do("consider_recall")
        month.run_contracts(world)
        month.meet_users(world)
        self.labs.do("price_service")
        need_compute(world)
        yield "need_compute"
        choose_packages(world)
        self.labs.do("plan")
        yield "plan"
        give_notice(world)
        self.suppliers.do("quote")
        self.labs.do("bid")
        self.suppliers.do("respond")
        yield "respond"
        negotiate(world)
        yield "negotiate"
        deliver(world)
        self.labs.do("bid_spot")
        yield "bid_spot"
        clear_spot(world)
        trade_forwards(world)
        yield "clear_spot"
        month.operate(world)
        settle(world)
        month.measure_market(world)
        yield "measure_market"
        self.suppliers.do("invest")
        place_orders(world)
        yield "place_orders"
        leave(world)
        come(world)
        self._admit_agents()
        self.labs.do("learn")
        self.suppliers.do("learn")
        month.close_month(world)
        self.end_month()
        yield "end_month"

    def run(self, months: int | None = None) -> "ComputeMarket":
        """Run `months` months (to the scenario's end if None) and return the market."""
        for _ in range(self.assumptions.months - self.months_run if months is None else months):
            self.step()
        return self

    def months(self) -> pl.DataFrame:
        """Return the market month by month."""
        return tables.months_frame(self.assumptions, joined([self.as_run()]))

    def labs_table(self) -> pl.DataFrame:
        """Return the labs month by month."""
        return tables.labs_frame(self.assumptions, joined([self.as_run()]))

    def suppliers_table(self) -> pl.DataFrame:
        """Return the suppliers month by month."""
        return tables.suppliers_frame(self.assumptions, joined([self.as_run()]))

    def contracts(self) -> pl.DataFrame:
        """Return every contract signed so far, those of the start included."""
        return tables.contracts_frame(self.assumptions, joined([self.as_run()]))

    def regions_table(self) -> pl.DataFrame:
        """Return the regions month by month; no rows where the scenario names none."""
        return tables.regions_frame(self.assumptions, joined([self.as_run()]))

    def graph(self) -> nx.MultiDiGraph:
        """Return who rents from whom now: an edge from supplier to lab for each running contract."""
        return graph.contract_graph(self.world, self.assumptions)

    def backbone(self) -> nx.Graph:
        """Return the regions and the links between them, with what each demands, holds and carries this month."""
        return backbone_now(self.assumptions, self.world)

    def ties(self) -> nx.MultiGraph:
        """Return who belongs to whom now: an edge between lab and supplier for each group, stake and affiliation."""
        return graph.tie_graph(self.world, self.assumptions)

    def lab_name(self, index: int) -> str:
        """Return the name of the lab in a row."""
        return tables.lab_labels(self.assumptions)[int(self.world.labs[index]["name_code"])]

    def supplier_name(self, index: int) -> str:
        """Return the name of the supplier in a row."""
        return tables.supplier_labels(self.assumptions)[int(self.world.suppliers[index]["name_code"])]

    def begin_month(self) -> World:
        """Make room for the month and its record, and return the world."""
        self.world = make_room(self.world)
        self.history = grow_history(self.history, capacity_of(self.world), self.months_run + 1)
        self.world.market["month"] = self.months_run
        return self.world

    def end_month(self) -> None:
        """Record the month; raise BooksError where an identity failed."""
        record(self.world, self.history, self.months_run)
        self.months_run += 1
        if int(self.world.market["breach"][0]) != 0:
            names = tables.lab_labels(self.assumptions), tables.supplier_labels(self.assumptions)
            raise BooksError(breach_message(self.world, *names))

    def _admit_agents(self) -> None:
        """Give every row in business its agent, and let the agents of rows that closed or changed hands go."""
        self.labs = self._agents_of(self.labs, self.world.labs, self._lab_class)
        self.suppliers = self._agents_of(self.suppliers, self.world.suppliers, self._supplier_class)

    def _agents_of(self, agents: Any, table: Any, class_of: Any) -> Any:
        present = {agent.index: agent for agent in agents}
        rows = {row: int(table["id"][row]) for row in range(len(table)) if table["alive"][row] == 1}
        if {row: agent.firm_id for row, agent in present.items()} == rows:
            return agents
        for row, agent in present.items():
            if rows.get(row) != agent.firm_id:
                agent.remove()
        kept = {row: agent for row, agent in present.items() if rows.get(row) == agent.firm_id}
        return AgentSet([kept.get(row) or class_of(row)(self, row) for row in rows], random=self.random)

    def _lab_class(self, row: int) -> type[Lab]:
        names = [*self.assumptions.labs, tables.ENTRANTS]
        return self._classes[0].get(names[int(self.world.labs["name_code"][row])], Lab)

    def _supplier_class(self, row: int) -> type[Supplier]:
        names = [*self.assumptions.suppliers, *[tables.ENTRANTS] * len(tables.ENTRANT_SUPPLIERS)]
        name = names[int(self.world.suppliers["name_code"][row])]
        return self._classes[1].get(name, SUPPLIER_CLASSES[KINDS[int(self.world.suppliers["kind"][row])]])

    def as_run(self, failure: str = "") -> Run:
        """Return what is kept of the months so far; `failure` says why there are no more."""
        done = type(self.history)(*(table[: self.months_run] for table in self.history))
        deals = self.world.deals[: int(self.world.market["deal_rows"][0])]
        return Run(0, world_seed(self.seed, 0), done, deals, failure)
