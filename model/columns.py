"""The columns of every table but those of labs, suppliers and parameters: each with its unit and meaning.

Letters in shapes are those of `model/state.py`.
"""

from agents.columns import CASH_COLUMNS, Column, given

MARKET_COLUMNS = (
    Column("seed", "-", "seed of all draws of this world", int),
    Column("month", "month", "months since the start, the running one", int),
    Column("next_id", "-", "next number for an agent, site, contract or queue row", int),
    Column("contract_rows", "rows", "rows of contracts in use, empty ones between included", int),
    Column("site_rows", "rows", "rows of sites in use, empty ones between included", int),
    Column("queue_rows", "rows", "rows of the queue in use, empty ones between included", int),
    Column("deal_rows", "rows", "rows of deals written", int),
    Column("site_hint", "row", "no empty row of sites lies before this one", int),
    Column("contract_hint", "row", "no empty row of contracts lies before this one", int),
    Column("reference_contract_usd_per_h100e_hour", "USD/H100e-hour", "contract price of the start"),
    # demand
    Column("growth_per_month", "ln/month", "trend growth of demand for AI services"),
    Column("demand_news_log", "ln", "what common news has done to demand so far"),
    Column("enterprise_scale", "ratio", "enterprise and fringe demand / that of the start"),
    Column("outside_users_h100e", "H100e", "demand of users who left because they were refused"),
    Column("fringe_h100e", "H100e", "spot demand of the fringe at the reference price, at the start"),
    Column("fringe_reference_usd_per_h100e_hour", "USD/H100e-hour", "spot price of the start"),
    # technology
    Column("capex_usd_per_h100e", "USD/H100e", "cost of a new site with its chips"),
    Column("capex_growth_per_year", "1/year", "growth of that cost, in logs"),
    Column("opex_usd_per_h100e_hour", "USD/H100e-hour", "power, staff and space"),
    Column("power_kw_per_h100e", "kW/H100e", "facility power of sites that come online this month"),
    Column("chips_h100e", "H100e/month", "chips that can be ordered this month"),
    Column("chip_loss_share", "share", "part of those chips that a shock keeps away"),
    Column("power_loss_share", "share", "part of the power to be connected that a shock keeps away"),
    Column("chips_growth_per_month", "ln/month", "growth of chip supply, smoothed"),
    Column("arrived_h100e", "H100e/month", "orders that came online this month"),
    Column("cancelled_h100e", "H100e/month", "orders that ended with their owner"),
    Column("pipeline_before_h100e", "H100e", "pipeline of the month before"),
    Column("orders_before_h100e", "H100e/month", "orders placed the month before"),
    Column("orders_wanted_h100e", "H100e/month", "orders before the chip limit"),
    Column("orders_placed_h100e", "H100e/month", "orders after the chip limit"),
    # what holds orders back, and what becomes of old sites
    Column("orders_asked_h100e", "H100e/month", "orders that demand asks for, before anything holds them back"),
    Column("lost_to_profit_h100e", "H100e/month", "of those, not placed because they do not pay enough"),
    Column("lost_to_credit_h100e", "H100e/month", "of the rest, without lenders"),
    Column("lost_to_power_h100e", "H100e/month", "of the rest, without power, own generation counted"),
    Column("behind_the_meter_h100e", "H100e/month", "orders placed with generation of their own"),
    Column("lost_to_chips_h100e", "H100e/month", "of the rest, without chips"),
    Column("binding_constraint", "-", "what takes most of what demand asks for, see model/limits.py", int),
    Column("grid_queue_mw", "MW", "power that firms wait for"),
    Column("retired_early_h100e", "H100e/month", "sites scrapped before the end of their life"),
    Column("site_debt_usd_m", "USD m", "repayments still due on all sites"),
    Column("stranded_usd_m", "USD m", "of those, on sites that do not earn them"),
    Column("stranded_own_usd_m", "USD m", "of those, on labs' own sites"),
    # prices
    Column("list_price_usd_per_h100e_hour", "USD/H100e-hour", "mean list price, by installed capacity"),
    Column("contract_price_usd_per_h100e_hour", "USD/H100e-hour", "price of new deals, smoothed, by quantity"),
    Column("contract_to_list_ratio", "ratio", "price of new deals / list price, smoothed"),
    Column("lease_price_usd_per_h100e_hour", "USD/H100e-hour", "price of new leases this month; nan for none"),
    Column("partner_price_usd_per_h100e_hour", "USD/H100e-hour", "price of new partner deals this month; nan for none"),
    Column("spot_price_usd_per_h100e_hour", "USD/H100e-hour", "clearing price of the spot market"),
    Column("spot_price_mean_log", "ln", "slow mean of the log spot price"),
    Column("spot_price_variance_log", "ln^2", "slow variance of the log spot price"),
    Column("forward_price_usd_per_h100e_hour", "USD/H100e-hour", "price of spot hours in a quarter; nan for none"),
    Column("forward_premium", "-", "that price / the spot price expected for then, less one"),
    Column("clearing_loss_usd_m", "USD m", "what failed firms have cost the clearing house since the start"),
    Column("list_cut_share", "share", "part that a price war takes off list prices"),
    Column("full_cost_usd_per_h100e_hour", "USD/H100e-hour", "mean full cost of new capacity"),
    Column("service_price_usd_per_h100e_hour", "USD/H100e-hour", "mean price of AI services"),
    Column("margin_share", "share", "gross margin that labs aim at"),
    # quantities
    Column("installed_h100e", "H100e", "capacity online at suppliers"),
    Column("usable_h100e", "H100e", "usable capacity of suppliers"),
    Column("pipeline_h100e", "H100e", "capacity ordered by suppliers and labs, not yet online"),
    Column("lab_need_h100e", "H100e", "inference and training wanted"),
    Column("served_inference_h100e", "H100e", "inference served"),
    Column("unserved_share", "share", "inference refused / inference wanted, all labs"),
    Column("build_h100e", "H100e", "usable capacity of labs' own sites"),
    Column("lease_h100e", "H100e", "capacity delivered under leases"),
    Column("partner_h100e", "H100e", "capacity delivered under partner contracts"),
    Column("spot_lab_h100e", "H100e", "spot capacity bought by labs"),
    Column("spot_fringe_h100e", "H100e", "spot capacity bought by the fringe"),
    Column("spot_fringe_bill_usd_m", "USD m/month", "what the fringe pays for it"),
    Column("enterprise_h100e", "H100e", "capacity of enterprise customers"),
    Column("idle_h100e", "H100e", "usable capacity that nobody took"),
    Column("down_h100e", "H100e", "installed capacity that could not be used"),
    Column("utilisation_share", "share", "supplier capacity used / installed"),
    Column("wanted_h100e", "H100e", "capacity wanted from suppliers: used and refused"),
    Column("tightness", "ratio", "(used + unmet) / (target utilisation x installed)"),
    Column("queue_h100e", "H100e", "capacity labs wait for at hyperscalers"),
    Column("queue_joined_h100e", "H100e/month", "capacity that joined the queue"),
    Column("queue_wait_months", "months", "mean wait of those in the queue, by quantity"),
    Column("hhi_suppliers", "0-10000", "concentration of installed capacity"),
    Column("hhi_labs", "0-10000", "concentration of service demand"),
    Column("systemic_loss_share", "share", "inference served that the worst failure of one supplier would cost"),
    # money
    Column("lab_revenue_usd_m", "USD m/month", "sales of labs to users"),
    Column("credit_closed", "0/1", "a shock keeps investors and lenders away", int),
    Column("capex_usd_m", "USD m/month", "sites ordered"),
    Column("take_or_pay_waste_usd_m", "USD m/month", "paid for contracted capacity that was not used"),
    Column("written_off_usd_m", "USD m/month", "suppliers' investments in labs that failed"),
    Column("contracts_lost_usd_m", "USD m/month", "bills to come of contracts that ended with their lab"),
    Column("backstops_usd_m", "USD m/month", "what guarantors paid for labs that failed"),
    # events this month
    Column("followers_until_month", "month", "first month in which the last visible deal is no longer news", int),
    Column("shocks_begun", "count", "shocks that began", int),
    Column("recalls", "count", "contracts recalled", int),
    Column("lab_defaults", "count", "labs that failed", int),
    Column("supplier_exits", "count", "suppliers that failed or left", int),
    Column("lab_entries", "count", "labs that entered", int),
    Column("supplier_entries", "count", "suppliers that entered", int),
    Column("labs_alive", "count", "labs in business", int),
    Column("suppliers_alive", "count", "suppliers in business", int),
    Column("guard_bindings", "count", "lab-months in which a numerical guard bound", int),
    # books
    Column("breach", "-", "identity that failed, see model/books.py; 0 for none", int),
    Column("breach_row", "-", "row of the table it failed in", int),
    Column("breach_amount", "H100e or USD m", "by how much"),
)
"""One row a world."""

REQUIREMENT_COLUMNS = (
    Column("months_ahead", "months", "delivery months ahead", int),
    Column("forecast_h100e", "H100e", "requirement it expects"),
    Column("coverage_h100e", "H100e", "of that, own sites and signed contracts"),
    Column("build_h100e", "H100e", "to build"),
    Column("lease_h100e", "H100e", "to lease"),
    Column("partner_h100e", "H100e", "to rent from partners"),
    Column("spot_h100e", "H100e", "left to the spot market"),
    Column("open_h100e", "H100e", "asked for and not yet signed"),
    Column("signed_h100e", "H100e", "signed this month"),
    Column("draw_share", "share", "a uniform draw of the month, for labs that act by luck"),
)
"""What a lab still needs by delivery month; shape (L, H)."""

OFFER_COLUMNS = (
    Column("capacity_h100e", "H100e", "usable capacity it expects to have"),
    Column("committed_h100e", "H100e", "of that, promised to labs"),
    Column("enterprise_h100e", "H100e", "of that, kept for enterprises"),
    Column("free_h100e", "H100e", "what can be sold from that month on"),
)
"""What a supplier can sell by delivery month; shape (S, H)."""

PAIR_COLUMNS = (
    Column("supplier_by_price", "row", "supplier in this place of the lab's order of expected price; -1 for none", int),
    Column("asked_rank", "-", "place of the supplier among those the lab asked, 1 first; 0 for not asked", int),
    Column("expected_price_usd_per_h100e_hour", "USD/H100e-hour", "price the lab expects, risks included"),
    Column("risk_charge_usd_per_h100e_hour", "USD/H100e-hour", "what the supplier's risks are worth to the lab"),
    Column("buyer_reservation_usd_per_h100e_hour", "USD/H100e-hour", "most the lab would pay"),
    Column("seller_reservation_usd_per_h100e_hour", "USD/H100e-hour", "least the supplier would take"),
    Column("price_usd_per_h100e_hour", "USD/H100e-hour", "price they agreed; nan for no agreement"),
    Column("supplier_score_usd_per_h100e_hour", "USD/H100e-hour", "how much the supplier likes the lab, price apart"),
    Column("waited_months", "months", "time the lab has waited in the supplier's queue, by quantity"),
    Column("refused", "0/1", "the supplier handed something back to the lab in this round of matching", int),
    Column("held_h100e", "H100e", "quantity the supplier tentatively holds"),
    Column("tie_share", "share", "how far their interests are one: 1 within a group, else the stake between them"),
    Column("aspiration_share", "share", "how ambitiously the lab opens, from past success"),
    Column("deals_count", "count", "deals they have made, those of the start included", int),
    Column("most_h100e", "H100e", "most the lab would buy from the supplier this month; infinite for no limit"),
    Column("share_of_supply", "share", "part of the lab's contracted capacity from this supplier"),
    Column("term_months", "months", "length of a contract between them", int),
    Column("service_level", "-", "class of service: standard, guaranteed or interruptible", int),
    Column("recallable", "0/1", "the supplier may take capacity back", int),
    Column("notice_months", "months", "notice after which either may leave; 0 for never", int),
    Column("prepaid_share", "share", "part of a contract paid ahead"),
    Column("invested_usd_m", "USD m", "what the supplier has put into the lab against contracts"),
    Column("exclusive_until_month", "month", "the lab asks the supplier first until then", int),
    Column("terms_charge_usd_per_h100e_hour", "USD/H100e-hour", "what these terms cost the lab"),
    Column("terms_cost_usd_per_h100e_hour", "USD/H100e-hour", "what they cost the supplier; below 0 for a gain"),
    Column("due_h100e", "H100e", "capacity due to the lab under contracts this month"),
    Column("at_risk_h100e", "H100e", "of that, what the supplier can take back within 3 months"),
)
"""What a lab and a supplier are to each other; shape (L, S)."""

SITE_COLUMNS = (
    Column("id", "-", "number of the site, never reused; 0 marks an empty row", int),
    Column("owner_is_lab", "0/1", "owned by a lab, else by a supplier", int),
    Column("owner", "row", "row of the owner", int),
    Column("capacity_h100e", "H100e", "capacity"),
    Column("order_month", "month", "month of the order", int),
    Column("online_month", "month", "first month of use", int),
    Column("retire_month", "month", "first month after its use", int),
    Column("repayment_usd_m", "USD m/month", "repayment of its cost while in use"),
    Column("opex_usd_per_h100e_hour", "USD/H100e-hour", "running cost of its vintage"),
)
"""Capacity with a birthday; an order is a site whose online month is to come; shape (N,)."""

CONTRACT_COLUMNS = (
    Column("id", "-", "number of the contract, never reused; 0 marks an empty row", int),
    Column("lab", "row", "row of the buyer", int),
    Column("supplier", "row", "row of the seller", int),
    Column("channel", "-", "lease or partner", int),
    Column("capacity_h100e", "H100e", "capacity"),
    Column("price_usd_per_h100e_hour", "USD/H100e-hour", "price"),
    Column("signed_price_usd_per_h100e_hour", "USD/H100e-hour", "price as signed"),
    Column("signed_index_usd_per_h100e_hour", "USD/H100e-hour", "spot price at signing"),
    Column("signed_month", "month", "month of signing", int),
    Column("start_month", "month", "first month of delivery", int),
    Column("end_month", "month", "first month after delivery", int),
    Column("take_or_pay_share", "share", "part paid whether used or not"),
    Column("notice_months", "months", "notice for leaving; 0 for never", int),
    Column("recallable", "0/1", "the supplier may give notice too", int),
    Column("service_level", "-", "class of service: standard, guaranteed or interruptible", int),
    Column("prepaid_usd_m", "USD m", "what was paid ahead and not used yet"),
    Column("prepaid_part_usd_m", "USD m/month", "what a month's bill takes of it"),
    Column("ramp_discount_share", "share", "part taken off the fee in the months of ramp"),
    Column("equity_due_usd_m", "USD m", "equity that the supplier still owes the lab"),
    Column("equity_part_usd_m", "USD m/month", "what it pays of that in a month of delivery"),
    Column("backstop_share", "share", "part of it that a guarantor pays if the lab fails"),
    Column("ramp_months", "months", "months of ramp", int),
    Column("notice_given", "0/1", "the end was brought forward by notice", int),
    Column("due_h100e", "H100e", "capacity due this month, after the ramp"),
    Column("delivered_h100e", "H100e", "capacity delivered this month"),
    Column("deal", "row", "row in the log of deals", int),
)
"""Running and signed contracts; shape (K,)."""

INITIAL_CONTRACT_COLUMNS = (
    Column("capacity_h100e", "H100e", "capacity", float, given(0, 1e8)),
    Column("price_usd_per_h100e_hour", "USD/H100e-hour", "price", float, given(0, 100)),
    Column("start_month", "month", "first month of delivery; 0 for one that runs", int, given(0, 120, 0)),
    Column("ramp_months", "months", "months of ramp of one that starts later", int, given(0, 60, 0)),
    Column("first_end_month", "month", "first month after the delivery of the first tranche", int, given(1, 360)),
    Column("last_end_month", "month", "the same of the last tranche", int, given(1, 360)),
    Column("tranches", "count", "equal parts that end evenly between the two", int, given(1, 60, 5)),
)
"""What a population says of a contract signed before the start."""

_PARTIES = (Column("lab", "row", "row of the lab", int), Column("supplier", "row", "row of the supplier", int))

AGREEMENT_COLUMNS = (*_PARTIES, *INITIAL_CONTRACT_COLUMNS)
"""Contracts signed before the start, as the population says; shape (agreements,)."""

GRID_COLUMNS = (Column("asked_mw", "MW", "power that comes in this month"),)
"""The queue for the grid by firm and month, a ring; shape (2, max(L, S), `GRID_MONTHS`), labs second."""

PORTED_COLUMNS = (Column("ported_h100e", "H100e", "work it has ever moved there"),)
"""Experience of labs with families of chips; shape (L, `CHIP_FAMILIES`)."""

EVENT_COLUMNS = (
    Column("id", "-", "number of the event; 0 marks an empty row", int),
    Column("luck_key", "-", "key of its draws, from its name", int),
    Column("shock", "-", "kind of shock, see agents/choices.py", int),
    Column("target", "-", "number of the lab or supplier it strikes; 0 for all", int),
    Column("first_month", "month", "month in which it begins; 0 for none", int, given(0, 1200, 0)),
    Column("chance_per_month", "1/month", "chance that it begins in a month, again and again", float, given(0, 1, 0)),
    Column("months", "months", "how long it lasts", int, given(1, 240, 1)),
    Column("size_share", "share", "part that is lost or cut", float, given(0, 1, 0.5)),
    Column("growth_x_per_year", "x/year", "annualised growth of demand in a surge", float, given(0.01, 1e4, 1)),
    Column("build_h100e", "H100e", "installed capacity of its own that a lab orders a month", float, given(0, 1e8, 0)),
    Column("lease_h100e", "H100e", "capacity that it leases a month", float, given(0, 1e8, 0)),
    Column("partner_h100e", "H100e", "capacity that it rents from partners a month", float, given(0, 1e8, 0)),
    Column("stubbornness_share", "share", "part taken off the most it would pay", float, given(0, 1, 0)),
    Column("until_month", "month", "first month after its last run", int),
)
"""Shocks, shape (E,)."""

EQUITY_COLUMNS = (Column("stake_share", "share", "part of the one that the other's group owns", float, given(0, 1)),)
"""What a population says of a stake between a lab and a supplier, either way."""

STAKE_COLUMNS = (*_PARTIES, *EQUITY_COLUMNS)
"""Stakes between labs and suppliers at the start, as the population says; shape (stakes,)."""

QUEUE_COLUMNS = (
    Column("id", "-", "number of the entry, never reused; 0 marks an empty row", int),
    Column("lab", "row", "row of the lab that waits", int),
    Column("supplier", "row", "row of the hyperscaler it waits for", int),
    Column("capacity_h100e", "H100e", "capacity it waits for"),
    Column("joined_month", "month", "month it joined", int),
)
"""Labs that wait for hyperscaler capacity; shape (Q,)."""

DEAL_COLUMNS = (
    Column("lab_id", "-", "number of the buyer", int),
    Column("lab_name_code", "-", "row of the buyer's name in the population", int),
    Column("supplier_id", "-", "number of the seller", int),
    Column("supplier_name_code", "-", "row of the seller's name in the population", int),
    Column("channel", "-", "lease or partner", int),
    Column("capacity_h100e", "H100e", "capacity"),
    Column("price_usd_per_h100e_hour", "USD/H100e-hour", "price"),
    Column("list_price_usd_per_h100e_hour", "USD/H100e-hour", "the supplier's list price on that day"),
    Column("signed_month", "month", "month of signing; -1 for before the start", int),
    Column("start_month", "month", "first month of delivery, at the foot of the ramp", int),
    Column("full_month", "month", "first month of full delivery", int),
    Column("end_month", "month", "first month after delivery, as known at the end of the run", int),
    Column("notice_months", "months", "notice for leaving; 0 for never", int),
    Column("recallable", "0/1", "the supplier may give notice too", int),
    Column("service_level", "-", "class of service: standard, guaranteed or interruptible", int),
    Column("prepaid_usd_m", "USD m", "what was paid ahead"),
    Column("equity_usd_m", "USD m", "equity that the supplier promised with it"),
    Column("ended_by", "-", "0 term, 1 buyer's notice, 2 recall, 3 failure of a party", int),
)
"""Every contract ever signed, for the tables; shape (D,)."""

ACCOUNT_COLUMNS = CASH_COLUMNS
"""Accounts outside the market, rows as in `EXTERNAL_ACCOUNTS`; shape (A,)."""

BOOK_COLUMNS = (
    Column("price_usd_per_h100e_hour", "USD/H100e-hour", "limit of a spot bid or ask"),
    Column("quantity_h100e", "H100e", "quantity"),
    Column("filled_h100e", "H100e", "quantity traded"),
    Column("value_usd_per_hour", "USD/hour", "what was paid for it"),
    Column("owner", "row", "row of the lab or supplier", int),
)
"""Bids or asks of the spot market, scratch; shapes (2L,) and (2S,)."""

FORWARD_COLUMNS = (
    Column("quantity_h100e", "H100e", "held for the month; below 0 sold"),
    Column("exposure_h100e", "H100e", "spot hours the holder expects to buy or sell in it"),
    Column("wanted_h100e", "H100e", "quantity it wants to buy or sell at the price expected"),
    Column("cost_usd_per_hour", "USD/hour", "what was paid for what is held, sales deducted"),
    Column("price_usd_per_h100e_hour", "USD/H100e-hour", "price at which it was last marked"),
)
"""What a lab, a supplier or the traders hold forward, month after month in a ring; shape (3, F, M)."""

SALES_COLUMNS = (Column("sold_h100e", "H100e/month", "capacity newly wanted in a month, replacement included"),)
"""Sales that suppliers remember, month after month in a ring; shape (S, `MEMORY_MONTHS`)."""
