"""The suppliers: the columns of their table, and the Mesa handles that act for one row."""

from collections.abc import Callable
from typing import Any

import mesa

from agents import suppliers
from agents.base import Tables
from agents.columns import CASH_COLUMNS, FORWARD_COLUMNS, Column, given

SUPPLIER_COLUMNS = (
    Column("id", "-", "number of the supplier, never reused; 0 marks an empty row", int),
    Column("name_code", "-", "row of the name in the population; entrants share one", int),
    Column("luck_key", "-", "key of its draws: from its name, or the month of its entry", int),
    Column("alive", "0/1", "in business", int),
    Column("entered_month", "month", "month of entry; 0 for those there at the start", int),
    Column("group", "-", "owner's group; labs and suppliers with the same number belong together, 0 to none", int),
    Column("kind", "-", "kind of supplier, see agents/suppliers/kinds.py", int),
    Column("region", "row", "region of its sites; -1 for all of them, by site share", int),
    Column("parent_backed", "0/1", "a parent company covers shortfalls of cash", int, given(0, 1, 0)),
    *CASH_COLUMNS,
    # capacity
    Column("installed_h100e", "H100e", "capacity online", float, given(0, 1e8)),
    Column("available_from_month", "month", "month from which the first sites can be sold", int, given(0, 1200, 0)),
    Column("orders_h100e_per_month", "H100e/month", "arrivals under way at the start", float, given(0, 1e7, 0)),
    Column("usable_h100e", "H100e", "installed less repair, fragmentation and outages"),
    Column("down_share", "share", "share of capacity lost to outages this month"),
    Column("shock_down_share", "share", "share of capacity that a shock takes down"),
    Column("availability_share", "share", "mean share of capacity not lost to outages", float, given(0.5, 1, 0.999)),
    Column("pipeline_h100e", "H100e", "ordered, not yet online"),
    Column("lead_months", "months", "order of a site to its use", int, given(1, 120)),
    Column("power_mw_per_month", "MW/month", "power it can connect for new sites", float, given(0, 1e5, 1e5)),
    Column("power_premium_usd_per_h100e_hour", "USD/H100e-hour", "cost of power where its sites are, above the usual"),
    Column("chip_family", "-", "family of the chips it lets", int, given(0, 3, 0)),
    Column("silicon_month", "month", "first month in which its new sites have chips of its own; 0 for never", int),
    Column("starts_silicon", "0/1", "it would start a programme of own chips now", int),
    Column("running_usd_per_h100e_hour", "USD/H100e-hour", "mean running cost of its sites, by vintage"),
    Column("unneeded_h100e", "H100e", "capacity that it could scrap this month without missing it"),
    Column("power_reserve_mw", "MW", "power from the grid queue that it has not used yet"),
    Column("chip_priority", "-", "its rank where chips do not go round, the highest first; see chip_allocation_rule"),
    Column("own_power_h100e", "H100e", "of what it ordered this month, sites with generation of their own"),
    Column("asked_h100e", "H100e", "capacity that demand asks it to order, whether that pays or not"),
    Column("order_h100e", "H100e", "capacity it decides to order this month"),
    Column("ordered_h100e", "H100e", "capacity ordered this month after chip and power limits"),
    Column("build_to_suit_h100e", "H100e", "capacity signed for and still to be ordered"),
    # terms it sells on
    Column("list_price_usd_per_h100e_hour", "USD/H100e-hour", "posted price", float, given(0.01, 100)),
    Column("take_or_pay_share", "share", "part of a contract paid whether used or not", float, given(0, 1, 0.9)),
    Column("term_months", "months", "usual length of a contract", int, given(1, 360, 36)),
    Column("notice_months", "months", "notice after which a buyer may leave; 0 for never", int, given(0, 60, 0)),
    Column("recallable", "0/1", "the supplier may take capacity back on the same notice", int, given(0, 1, 0)),
    Column("ramp_months", "months", "months of ramp after the delivery month of a new contract", int, given(0, 24, 0)),
    Column("lab_affiliation_share", "share", "tie to a lab of its own group, 0 to 1", float, given(0, 1, 0)),
    # other customers
    Column("enterprise_h100e", "H100e", "capacity its enterprise customers want", float, given(0, 1e8, 0)),
    Column("enterprise_priority_share", "share", "part of capacity kept for them first", float, given(0, 1, 0)),
    Column("enterprise_wanted_h100e", "H100e", "capacity they want this month"),
    Column("enterprise_served_h100e", "H100e", "capacity its enterprise customers get"),
    Column("enterprise_reference_usd_per_h100e_hour", "USD/H100e-hour", "list price of the start"),
    # use this month
    Column("contracted_h100e", "H100e", "capacity promised to labs this month"),
    Column("guaranteed_h100e", "H100e", "of that, served before all others"),
    Column("interruptible_h100e", "H100e", "of that, served after all others"),
    Column("guaranteed_served_share", "share", "part of the guaranteed capacity that is delivered"),
    Column("standard_served_share", "share", "part of the standard capacity that is delivered"),
    Column("interruptible_served_share", "share", "part of the interruptible capacity that is delivered"),
    Column("delivered_h100e", "H100e", "capacity delivered to labs under contracts"),
    Column("spot_offered_h100e", "H100e", "capacity offered on the spot market"),
    Column("spot_sold_h100e", "H100e", "capacity sold on the spot market"),
    Column("spot_revenue_usd_m", "USD m/month", "what that brings"),
    Column("spot_patient_share", "share", "part of its spot offer that waits for a good price"),
    Column("spot_patient_ask_usd_per_h100e_hour", "USD/H100e-hour", "ask of that part"),
    Column("spot_urgent_ask_usd_per_h100e_hour", "USD/H100e-hour", "ask of the rest"),
    Column("spot_last_ask_usd_per_h100e_hour", "USD/H100e-hour", "that ask a month before"),
    Column("idle_h100e", "H100e", "usable capacity that nobody took"),
    Column("down_h100e", "H100e", "installed capacity that could not be used"),
    Column("utilisation_share", "share", "capacity used / installed"),
    Column("was_asked", "0/1", "a lab asked it in this round of matching", int),
    Column("refused_h100e", "H100e", "requests it could not meet this month"),
    Column("checked_h100e", "H100e", "deliveries as the books add them up"),
    Column("failure_loss_share", "share", "inference served that would be lost if it failed, when last tried"),
    # what it believes
    Column("demand_belief_h100e", "H100e", "capacity its customers want, smoothed"),
    Column("growth_belief_per_month", "ln/month", "believed growth of that demand now"),
    Column("trend_belief_per_month", "ln/month", "believed growth in the long run, from experience"),
    Column("realised_price_usd_per_h100e_hour", "USD/H100e-hour", "price of its deals, smoothed"),
    Column("price_belief_usd_per_h100e_hour", "USD/H100e-hour", "price it expects, where it plans by price"),
    Column("price_seen_usd_per_h100e_hour", "USD/H100e-hour", "realised price a month before"),
    Column("adaptive_belief_usd_per_h100e_hour", "USD/H100e-hour", "price expected by slow learning"),
    Column("trend_belief_usd_per_h100e_hour", "USD/H100e-hour", "price expected by extrapolation"),
    Column("adaptive_error_usd2", "USD^2", "squared errors of slow learning, past ones discounted"),
    Column("trend_error_usd2", "USD^2", "squared errors of extrapolation, past ones discounted"),
    Column("adaptive_trust_share", "share", "weight of slow learning in its expectation, under switching"),
    Column("wanted_before_h100e", "H100e", "capacity its customers wanted a month before"),
    Column("sell_through_share", "share", "share of its spot offer that sells, smoothed"),
    Column("wacc_per_year", "1/year", "cost of capital", float, given(0.0, 1.0)),
    Column("full_cost_usd_per_h100e_hour", "USD/H100e-hour", "cost of a new site per hour sold"),
    Column("profitability_index", "ratio", "present value of a new site / its cost"),
    Column("recall_hazard_per_month", "1/month", "chance that it recalls a recallable contract"),
    # money this month
    Column("revenue_usd_m", "USD m/month", "sales"),
    Column("written_off_usd_m", "USD m/month", "investments in labs that failed"),
    Column("repayment_usd_m", "USD m/month", "repayment of the cost of its sites"),
    Column("cost_usd_m", "USD m/month", "operation and repayment"),
    Column("months_since_round", "months", "months since the last funding round", int),
    Column("low_use_months", "months", "months in a row of low use at a loss", int),
    *FORWARD_COLUMNS,
)
"""One row a supplier; letter S in shapes."""


class Supplier(mesa.Agent):  # type: ignore[type-arg]
    """A supplier of the market: a thin handle over one row of the tables.

    Each action below is one call of the compiled rule on the agent's own row; override any of them by plain
    subclassing. `self.row` is a live view: `self.row["cash_usd_m"]` reads, assigning writes.
    """

    def __init__(self, model: Any, index: int) -> None:
        """Bind to row `index` of the suppliers table of `model`."""
        super().__init__(model)
        self.index = index
        self.firm_id = int(self.row["id"])

    @property
    def tables(self) -> Tables:
        """All tables of the world; read them all, write only your own decision columns."""
        return self.model.world

    @property
    def row(self) -> Any:
        """The supplier's own row."""
        return self.tables.suppliers[self.index]

    @property
    def offers(self) -> Any:
        """The supplier's own offer rows, one a delivery month; shape (H,)."""
        return self.tables.offers[self.index]

    @property
    def name(self) -> str:
        """The supplier's name in the population."""
        return str(self.model.supplier_name(self.index))

    def consider_recall(self) -> None:
        """Set the chance that this month it takes back capacity it may recall."""
        self._act(suppliers.consider_recall)

    def quote(self) -> None:
        """Post a list price, free capacity by delivery month, and the asks of the spot market."""
        self._act(suppliers.quote)

    def respond(self) -> None:
        """Set the lowest price it would take from each lab that asked."""
        self._act(suppliers.respond)

    def invest(self) -> None:
        """Decide how much capacity to order."""
        self._act(suppliers.invest)

    def learn(self) -> None:
        """Update beliefs on demand and price."""
        self._act(suppliers.learn)

    def _act(self, compiled: Callable[[Tables, int], None]) -> None:
        compiled(self.tables, self.index)


class Hyperscaler(Supplier):
    """A supplier that serves enterprises first and keeps a queue for labs."""


class Neocloud(Supplier):
    """A supplier that lives from long take-or-pay contracts with labs."""


class NonTraditionalSupplier(Supplier):
    """An owner of idle capacity: quick, cheap to run, recallable."""


class Miner(Supplier):
    """A miner of bitcoin that converts its halls once hosting beats mining."""


class EnergyDeveloper(Supplier):
    """A developer with power behind its own meter, which it could sell instead."""


class EdgeNetwork(Supplier):
    """A network with small sites near users."""


class SovereignFund(Supplier):
    """A state's fund: patient, and cheaper than its cost of capital says."""


class OrbitalOperator(Supplier):
    """An operator of satellites: dear to launch, nearly free to run, beyond repair."""
