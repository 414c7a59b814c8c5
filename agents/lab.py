"""The labs: the columns of their table, and the Mesa handle that acts for one row."""

from collections.abc import Callable
from typing import Any

import mesa

from agents import labs
from agents.base import Tables
from agents.columns import CASH_COLUMNS, FORWARD_COLUMNS, Column, given

LAB_COLUMNS = (
    Column("id", "-", "number of the lab, never reused; 0 marks an empty row", int),
    Column("name_code", "-", "row of the name in the population; entrants share one", int),
    Column("luck_key", "-", "key of its draws: from its name, or the month of its entry", int),
    Column("alive", "0/1", "in business", int),
    Column("entered_month", "month", "month of entry; 0 for those there at the start", int),
    Column("group", "-", "owner's group; labs and suppliers with the same number belong together, 0 to none", int),
    Column("strategy", "-", "procurement strategy, see agents/labs", int),
    Column("plays", "-", "strategy that an adaptive lab follows now, see agents/labs", int),
    Column("region", "row", "region of its own sites; -1 for all of them, by site share", int),
    Column("parent_backed", "0/1", "a parent company covers shortfalls of cash", int, given(0, 1, 0)),
    *CASH_COLUMNS,
    # what it sells
    Column("users_h100e", "H100e", "inference its users want at the reference price", float, given(0, 1e8)),
    Column(
        "home_users_share",
        "share",
        "part of them in its own region, beside those there of the rest",
        float,
        given(0, 1, 0),
    ),
    Column("brand_log", "ln", "what users like about it apart from quality, price and being served; used under logit"),
    Column("demand_news_log", "ln", "what its own news has done to its users so far"),
    Column("leaving_users_h100e", "H100e", "refused users who left last month"),
    Column("arriving_users_h100e", "H100e", "users who come over from labs that refused them"),
    Column("surge_start_month", "month", "first month of a demand surge; 0 for none", int, given(0, 1200, 0)),
    Column("surge_months", "months", "length of the surge", int, given(0, 120, 0)),
    Column("surge_growth_x_per_year", "x/year", "annualised growth of demand in the surge", float, given(1, 1e4, 1)),
    Column("service_price_usd_per_h100e_hour", "USD/H100e-hour", "price of its service per hour of inference"),
    Column("guard_bound", "0/1", "the guard of its scarcity mark-up bound this month", int),
    Column("training_stock_h100e_months", "H100e-months", "training done, net of ageing", float, given(0, 1e10, 0)),
    Column("training_share", "share", "training / all compute it means to use"),
    Column("quality_log", "ln", "quality relative to the frontier lab"),
    # what it needs and gets
    Column("need_inference_h100e", "H100e", "inference wanted this month"),
    Column("need_training_h100e", "H100e", "training wanted this month"),
    Column("own_h100e", "H100e", "usable capacity of its own sites this month"),
    Column("contract_h100e", "H100e", "capacity delivered under contracts this month"),
    Column("spot_h100e", "H100e", "capacity bought on the spot market this month"),
    Column("spot_bill_usd_m", "USD m/month", "what it pays for that"),
    Column("served_inference_h100e", "H100e", "inference served this month"),
    Column("served_training_h100e", "H100e", "training done this month"),
    Column("misplaced_h100e", "H100e", "inference refused although its capacity elsewhere would do"),
    Column("unserved_share", "share", "inference refused / inference wanted"),
    Column("unserved_before_share", "share", "the same, of the month before; limits on use are lifted from there"),
    Column("limited_h100e", "H100e", "of that, refused by limits that outlast the shortage"),
    Column("used_share", "share", "capacity used / capacity held"),
    Column("checked_h100e", "H100e", "deliveries as the books add them up"),
    # on whom it depends
    Column(
        "dependence_hhi", "0-10000", "concentration of what it holds on suppliers; own sites and spot count nothing"
    ),
    Column("largest_supplier_share", "share", "part of what it holds that one supplier has promised"),
    Column("rival_supply_share", "share", "part of what it holds from suppliers tied to its rivals"),
    Column("recall_risk_share", "share", "part of what it holds that suppliers can take back within 3 months"),
    # what it believes
    Column("growth_belief_per_month", "ln/month", "believed growth of its requirement now"),
    Column("trend_belief_per_month", "ln/month", "believed growth in the long run, from experience"),
    Column("requirement_last_h100e", "H100e", "requirement of the month before"),
    Column("spot_price_belief_usd_per_h100e_hour", "USD/H100e-hour", "spot price it expects"),
    Column("spot_fill_belief_share", "share", "share of a spot bid it expects to get"),
    Column("price_memory_usd_per_h100e_hour", "USD/H100e-hour", "slow mean of what new contracts cost"),
    Column("cost_as_portfolio_usd_per_h100e_hour", "USD/H100e-hour", "what an hour costs under that strategy"),
    Column("cost_as_hand_to_mouth_usd_per_h100e_hour", "USD/H100e-hour", "what an hour costs under that strategy"),
    Column("cost_as_integrated_usd_per_h100e_hour", "USD/H100e-hour", "what an hour costs under that strategy"),
    Column("cost_as_renter_usd_per_h100e_hour", "USD/H100e-hour", "what an hour costs under that strategy"),
    Column("cost_as_partner_seeker_usd_per_h100e_hour", "USD/H100e-hour", "what an hour costs under that strategy"),
    Column("cost_as_opportunist_usd_per_h100e_hour", "USD/H100e-hour", "what an hour costs under that strategy"),
    Column("planned_growth_x_per_year", "x/year", "growth it plans for at the start", float, given(0.1, 100)),
    # how it plans and builds
    Column("plan_cycle_months", "months", "months between two plans; 0 for the usual cycle", int, given(0, 36, 0)),
    Column("contracted_h100e", "H100e", "capacity under contract, running or signed"),
    Column(
        "committed_usd_m",
        "USD m",
        "what it is bound to whatever it uses: take-or-pay bills, those paid ahead too, own sites' repayments",
    ),
    Column("wacc_per_year", "1/year", "cost of capital for its own sites", float, given(0.0, 1.0)),
    Column("build_lead_months", "months", "order of an own site to its use", int, given(1, 120, 24)),
    Column("power_mw_per_month", "MW/month", "power it can connect for own sites", float, given(0, 1e5, 50)),
    Column("power_premium_usd_per_h100e_hour", "USD/H100e-hour", "cost of power where its sites are, above the usual"),
    Column("build_cost_ratio", "ratio", "cost of its own sites / usual cost", float, given(0.1, 10, 1)),
    Column("chip_family", "-", "family of chips that its software is written for", int, given(0, 3, 0)),
    Column("silicon_month", "month", "first month in which its new sites have chips of its own; 0 for never", int),
    Column("starts_silicon", "0/1", "it would start a programme of own chips now", int),
    Column("running_usd_per_h100e_hour", "USD/H100e-hour", "mean running cost of its own sites, by vintage"),
    Column("unneeded_h100e", "H100e", "capacity that it could scrap this month without missing it"),
    Column("power_reserve_mw", "MW", "power from the grid queue that it has not used yet"),
    Column("chip_priority", "-", "its rank where chips do not go round, the highest first; see chip_allocation_rule"),
    Column("own_power_h100e", "H100e", "of what it ordered this month, sites with generation of their own"),
    Column("spare_h100e", "H100e", "contracted capacity it would give notice on"),
    Column("planned_build_h100e", "H100e", "usable own capacity it means to order, as power and chips allow"),
    Column("ordered_h100e", "H100e", "own capacity ordered this month after chip and power limits"),
    # how it is played by hand
    Column("by_hand", "0/1", "orders by hand take the place of its plan this month", int),
    Column("hand_build_h100e", "H100e", "installed capacity of its own that they order"),
    Column("hand_lease_h100e", "H100e", "capacity that they lease, at the promptest delivery month"),
    Column("hand_partner_h100e", "H100e", "capacity that they rent from partners, at the same"),
    Column("hand_stubbornness_share", "share", "part that they take off the most it would pay a supplier"),
    Column("spot_bid_h100e", "H100e", "quantity it bids for on the spot market"),
    Column("spot_bid_usd_per_h100e_hour", "USD/H100e-hour", "its limit for inference on the spot market"),
    Column("spot_training_bid_h100e", "H100e", "flexible training it bids for on the spot market"),
    Column("spot_training_bid_usd_per_h100e_hour", "USD/H100e-hour", "its limit for flexible training"),
    Column("hedge_share", "share", "part of the spot hours it expects that it wants to buy forward"),
    Column("planned_hedge_share", "share", "part of its spot hours that its plan counts as bought forward"),
    # money this month
    Column("revenue_usd_m", "USD m/month", "sales to users"),
    Column("compute_bill_usd_m", "USD m/month", "contracts, spot, own sites"),
    Column("repayment_usd_m", "USD m/month", "repayment of the cost of its own sites"),
    Column("set_up_bill_usd_m", "USD m/month", "staff that set up the deals it signed"),
    Column("cost_usd_m", "USD m/month", "all costs"),
    Column("unit_cost_usd_per_h100e_hour", "USD/H100e-hour", "compute bill per hour of capacity held, smoothed"),
    Column("revenue_growth_per_year", "1/year", "growth of revenue, smoothed"),
    Column("months_since_round", "months", "months since the last funding round", int),
    *FORWARD_COLUMNS,
    # its own sites at the start
    Column("own_sites_h100e", "H100e", "installed capacity of its own at the start", float, given(0, 1e8, 0)),
    Column("own_orders_h100e_per_month", "H100e/month", "arrivals under way at the start", float, given(0, 1e7, 0)),
)
"""One row a lab; letter L in shapes."""


class Lab(mesa.Agent):  # type: ignore[type-arg]
    """A lab of the market: a thin handle over one row of the tables.

    Each action below is one call of the compiled rule on the agent's own row; override any of them by plain
    subclassing. `self.row` is a live view: `self.row["cash_usd_m"]` reads, assigning writes.
    """

    def __init__(self, model: Any, index: int) -> None:
        """Bind to row `index` of the labs table of `model`."""
        super().__init__(model)
        self.index = index
        self.firm_id = int(self.row["id"])

    @property
    def tables(self) -> Tables:
        """All tables of the world; read them all, write only your own decision columns."""
        return self.model.world

    @property
    def row(self) -> Any:
        """The lab's own row."""
        return self.tables.labs[self.index]

    @property
    def requirements(self) -> Any:
        """The lab's own requirement rows, one a delivery month; shape (H,)."""
        return self.tables.requirements[self.index]

    @property
    def pairs(self) -> Any:
        """The lab's own rows towards each supplier; shape (S,)."""
        return self.tables.pairs[self.index]

    @property
    def name(self) -> str:
        """The lab's name in the population."""
        return str(self.model.lab_name(self.index))

    def plan(self) -> None:
        """Forecast, and split the requirement of each delivery month over the channels."""
        self._act(labs.plan)

    def bid(self) -> None:
        """Ask the cheapest suppliers for capacity and set a reservation price for each."""
        self._act(labs.bid)

    def bid_spot(self) -> None:
        """Bid on the spot market for what is missing this month."""
        self._act(labs.bid_spot)

    def price_service(self) -> None:
        """Set the price of the service sold to users."""
        self._act(labs.price_service)

    def learn(self) -> None:
        """Update beliefs on growth and on the spot market."""
        self._act(labs.learn)

    def _act(self, compiled: Callable[[Tables, int], None]) -> None:
        compiled(self.tables, self.index)
