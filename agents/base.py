"""The contract: what a lab or a supplier is told, and what it must say.

An agent is told everything that the tables hold (`Tables`, all of them readable). It says something by writing the
decision columns of its own rows, and nothing else:

========================  ===========================================================================================
lab action                decision columns
========================  ===========================================================================================
`plan`                    own requirements: forecast, build, lease, partner, spot, open; `planned_build_h100e`,
                          `spare_h100e`, `hedge_share`, `planned_hedge_share`; own pairs: `risk_charge...`,
                          `expected_price...`, `supplier_by_price`; `plays`
`bid`                     own pairs: the same three, `asked_rank`, `most_h100e`, `buyer_reservation...`
`bid_spot`                `spot_bid...`, `spot_training_bid...`
`price_service`           `service_price_usd_per_h100e_hour`, `guard_bound`
`learn`                   `growth_belief...`, `trend_belief...`, `spot_price_belief...`, `spot_fill_belief_share`,
                          `price_memory...`, `cost_as_...`, `starts_silicon`, `training_share`
========================  ===========================================================================================

========================  ===========================================================================================
supplier action           decision columns
========================  ===========================================================================================
`consider_recall`         `recall_hazard_per_month`
`quote`                   own offers: `enterprise_h100e`, `free_h100e`; `list_price...`, `spot_patient...`,
                          `spot_urgent...`
`respond`                 pairs of labs that asked it: `seller_reservation...`, `supplier_score...`
`invest`                  `asked_h100e`, `order_h100e`, `starts_silicon`, `profitability_index`, `full_cost...`,
                          `price_belief...` and what that rests on, `wanted_before_h100e`, own sales
`learn`                   `demand_belief_h100e`, `growth_belief...`, `trend_belief_per_month`,
                          `sell_through_share`, `spot_last_ask...`
========================  ===========================================================================================

Every action must give the same result in whatever order the agents act. A compiled strategy or kind is a module with
the functions that its folder's switch names, each taking `(tables, row)`.
"""

from typing import Any, Protocol

from agents.compiling import rule

LEASE, PARTNER = 0, 1
"""Values of a contract's channel."""


class Tables(Protocol):
    """The tables that agents read, as structured arrays; `model.state.World` is one."""

    @property
    def parameters(self) -> Any:
        """Rule parameters, shape (1,)."""

    @property
    def market(self) -> Any:
        """The state of the market, shape (1,)."""

    @property
    def labs(self) -> Any:
        """The labs, shape (L,)."""

    @property
    def suppliers(self) -> Any:
        """The suppliers, shape (S,)."""

    @property
    def requirements(self) -> Any:
        """What labs need by delivery month, shape (L, H)."""

    @property
    def offers(self) -> Any:
        """What suppliers can sell by delivery month, shape (S, H)."""

    @property
    def pairs(self) -> Any:
        """What labs and suppliers are to each other, shape (L, S)."""

    @property
    def ported(self) -> Any:
        """Work that labs have moved to chips of other makers, shape (L, families)."""

    @property
    def sales(self) -> Any:
        """Sales that suppliers remember, shape (S, months)."""

    @property
    def regions(self) -> Any:
        """The regions of the world, one if none are named, shape (R,)."""

    @property
    def lab_regions(self) -> Any:
        """What labs have and miss in each region, shape (L, R)."""


@rule
def months_ahead(parameters: Any, delivery: int) -> int:
    """Return the months ahead of delivery month number 0 to 3."""
    if delivery == 0:
        return int(parameters["delivery_prompt_months"])
    if delivery == 1:
        return int(parameters["delivery_short_months"])
    if delivery == 2:
        return int(parameters["delivery_medium_months"])
    return int(parameters["delivery_long_months"])


@rule
def channel_of(supplier: Any) -> int:
    """Return the channel a supplier sells through: recallable capacity is a partner's, the rest is leased."""
    if supplier["recallable"] == 1:
        return PARTNER
    return LEASE
