"""Sites as they age: what they cost to run, when they are scrapped, whether they can pay their debt; releases."""

import math

import pytest

from agents.choices import VINTAGE, WORTH_LESS_THAN_SCRAP
from agents.suppliers.kinds import ENERGY_DEVELOPER, NEOCLOUD, ORBITAL
from model import ComputeMarket, load_scenario
from model.capacity import survey
from model.finance import settle_supplier
from model.ordering import order_site
from model.salvage import hand_over_sites
from model.state import CHIP_MAKERS
from model.technology import advance, past_running_usd_per_hour, running_usd_per_hour
from model.vintages import retire_early
from tests.worlds import all_cash, bare_world, plain, put_site


def test_power_is_a_part_of_running_cost():
    # 0.35 USD, and 1.1 kW at 60 USD/MWh more than 75: 0.066
    parameters = bare_world(opex_start_usd_per_h100e_hour=0.35, power_price_usd_per_mwh=135.0).parameters[0]
    assert running_usd_per_hour(parameters, 0.0, 1.1) == pytest.approx(0.416)
    parameters["power_price_usd_per_mwh"] = 75.0
    assert running_usd_per_hour(parameters, 0.0, 1.1) == 0.35
    parameters["opex_start_usd_per_h100e_hour"], parameters["power_price_usd_per_mwh"] = 0.01, 0.0
    assert running_usd_per_hour(parameters, 0.0, 1.1) == 0.0


def test_older_sites_cost_more_to_run():
    # two years before the start capex was 1 / 0.81 of what it is, running cost as much to the power 1, power 4 times
    parameters = bare_world(
        opex_start_usd_per_h100e_hour=0.4,
        opex_capex_exponent=1.0,
        capex_growth_start_x_per_year=0.9,
        power_growth_x_per_year=0.5,
        power_start_kw_per_h100e=1.0,
        power_price_usd_per_mwh=85.0,
    ).parameters[0]
    assert past_running_usd_per_hour(parameters, -24) == pytest.approx(0.4 / 0.81 + 4.0 * 0.01)


def released(generation, months):
    """Return the cost of a site in each month, falling by a tenth of its log a month where it falls smoothly."""
    world = bare_world(generation_months=generation)
    for name in ("capex_growth_start_x_per_year", "capex_growth_long_run_x_per_year"):
        world.parameters[name] = math.exp(-1.2)
    logs = []
    for month in range(months):
        world.market["month"] = month
        plain(advance)(world)
        logs.append(math.log(world.market["capex_usd_per_h100e"][0] / 36_500.0))
    return logs


def test_cost_falls_at_releases_only_and_as_much():
    assert released(0, 4) == pytest.approx([-0.1, -0.2, -0.3, -0.4])
    assert released(1, 4) == pytest.approx([-0.1, -0.2, -0.3, -0.4])
    steps = released(3, 9)
    assert steps == pytest.approx([-0.2] * 3 + [-0.5] * 3 + [-0.8] * 3)
    assert sum(steps) == pytest.approx(sum(released(0, 9)))


def aged(**parameters):
    """Supplier 1 has 300 H100e at 0.8 USD and 100 at 0.4 USD an hour, 20 months to live; repayment 0.01 each."""
    world = bare_world(**parameters)
    for capacity, running in ((300.0, 0.8), (100.0, 0.4)):
        world.sites["opex_usd_per_h100e_hour"][put_site(world, 0, capacity, retire=21)] = running
    survey(world)
    return world


def test_a_supplier_pays_the_mean_running_cost_of_its_sites():
    world = aged(running_cost_rule=VINTAGE)
    assert world.suppliers["running_usd_per_h100e_hour"][0] == pytest.approx(0.7)
    world.suppliers["delivered_h100e"], world.suppliers["repayment_usd_m"] = (200.0, 0.0), 0.0
    settle_supplier(world, 0)
    assert world.suppliers["paid_usd_m"][0] == pytest.approx(200 * 0.7 * 730 / 1e6)


def test_an_order_remembers_the_running_cost_of_its_month():
    world = bare_world()
    order_site(world, 0, 0, world.suppliers[0], 10.0, 5, 1.0)
    assert world.sites["opex_usd_per_h100e_hour"][0] == 0.5


def scrapping(**parameters):
    """As `aged`, all of it for sale by the hour; 36,500 USD a new site."""
    given = {"running_cost_rule": VINTAGE, "refresh_rule": WORTH_LESS_THAN_SCRAP, "scrap_share": 0.0} | parameters
    world = aged(usable_share=1.0, **given)
    world.suppliers["spot_offered_h100e"], world.suppliers["sell_through_share"] = 400.0, 1.0
    return world


@pytest.mark.parametrize(("spot", "left"), [(0.9, [300, 100]), (0.8, [0, 100]), (0.6, [0, 100]), (0.3, [0, 0])])
def test_a_site_is_scrapped_when_running_costs_what_an_hour_earns(spot, left):
    world = scrapping()
    world.market["spot_price_usd_per_h100e_hour"] = spot
    retire_early(world)
    assert world.sites["capacity_h100e"][:2].tolist() == left
    assert world.market["retired_early_h100e"][0] == 400 - sum(left)


@pytest.mark.parametrize(
    ("kind", "premium", "kept"),
    [(NEOCLOUD, 0.0, 0.8), (NEOCLOUD, 0.1, 0.9), (ENERGY_DEVELOPER, 0.0, 0.78), (ORBITAL, 0.0, 0.35)],
    ids=["usual", "dear power", "own power", "in orbit"],
)
def test_a_site_is_scrapped_at_what_it_costs_its_owner_to_run(kind, premium, kept):
    # 0.8 is 0.3 more than on new sites, which cost 0.5, 0.6 with a premium of 0.1, 0.48, and a tenth of 0.5
    values = {"power_tariff_usd_per_mwh": 80, "power_sale_price_usd_per_mwh": 60, "orbital_running_cost_share": 0.1}
    for spot, left in ((kept + 0.01, 300.0), (kept - 0.01, 0.0)):
        world = scrapping(**values)
        world.suppliers["kind"], world.suppliers["power_premium_usd_per_h100e_hour"] = kind, premium
        world.market["spot_price_usd_per_h100e_hour"] = spot
        retire_early(world)
        assert world.sites["capacity_h100e"][0] == left


def test_its_debt_runs_on_and_scrap_is_paid():
    # 0.1 x 36,500 USD x 300; worth 0.2 x 730 x 20 months = 2920 USD less interest, below 3650
    world = scrapping(scrap_share=0.1)
    world.market["spot_price_usd_per_h100e_hour"] = 1.0
    retire_early(world)
    assert world.sites["capacity_h100e"][:2].tolist() == [0.0, 100.0]
    assert world.suppliers["cash_usd_m"][0] == pytest.approx(1.095)
    assert world.accounts["cash_usd_m"][CHIP_MAKERS] == pytest.approx(-1.095)
    assert all_cash(world) == pytest.approx(0.0, abs=1e-9)
    world.market["month"] = 1
    survey(world)
    assert (world.suppliers["installed_h100e"][0], world.suppliers["repayment_usd_m"][0]) == (100.0, 0.02)
    world.suppliers["alive"][0], world.suppliers["installed_h100e"][1] = 0, 50.0
    hand_over_sites(world, 0, 0)
    assert world.sites["retire_month"][0] == 1  # nobody takes over the debt of nothing
    assert world.sites["owner"][1] == 1


def test_what_is_needed_is_kept():
    world = scrapping()
    world.market["spot_price_usd_per_h100e_hour"] = 0.1
    world.suppliers["spot_offered_h100e"] = 299.0
    retire_early(world)
    assert world.sites["capacity_h100e"][:2].tolist() == [300.0, 0.0]
    world = scrapping(refresh_rule=0)
    world.market["spot_price_usd_per_h100e_hour"] = 0.1
    retire_early(world)
    assert world.sites["capacity_h100e"][:2].tolist() == [300.0, 100.0]


def test_a_lab_scraps_what_it_does_not_use():
    world = bare_world(usable_share=1.0, refresh_rule=WORTH_LESS_THAN_SCRAP, scrap_share=0.0)
    for capacity in (60.0, 60.0):
        put_site(world, 0, capacity, lab=True)
    survey(world)
    world.labs["used_share"][0], world.market["spot_price_usd_per_h100e_hour"] = 0.4, 0.4  # running cost 0.5
    retire_early(world)
    assert world.sites["capacity_h100e"][:2].tolist() == [0.0, 60.0]  # of 72 H100e idle, 12 are left


def test_debt_is_stranded_where_a_site_does_not_earn_it():
    # repayment 0.01 USD m a month: 300 H100e must earn 0.0457 USD an hour, 100 must earn 0.137
    world = aged(running_cost_rule=VINTAGE)
    world.suppliers["utilisation_share"], world.suppliers["realised_price_usd_per_h100e_hour"] = 0.5, 0.85
    survey(world)  # the first earns 0.5 x 0.05 = 0.025, the second 0.225
    assert world.market["site_debt_usd_m"][0] == pytest.approx(2 * 0.01 * 21)
    assert world.market["stranded_usd_m"][0] == pytest.approx(0.21)
    world.suppliers["realised_price_usd_per_h100e_hour"] = 0.6
    survey(world)
    assert world.market["stranded_usd_m"][0] == pytest.approx(0.42)
    assert world.market["stranded_own_usd_m"][0] == 0.0


def test_debt_is_stranded_by_what_sites_cost_their_owner_to_run():
    # at half use 0.1 more for power takes 0.05 USD an hour: 0.5 x (1.0 - 0.8) = 0.1 earns the 0.0457 of the first site
    world = aged(running_cost_rule=VINTAGE)
    world.suppliers["utilisation_share"], world.suppliers["realised_price_usd_per_h100e_hour"] = 0.5, 1.0
    for premium, stranded in ((0.0, 0.0), (0.1, 0.0), (0.11, 0.21)):
        world.suppliers["power_premium_usd_per_h100e_hour"] = premium
        survey(world)
        assert world.market["stranded_usd_m"][0] == pytest.approx(stranded)


def test_labs_own_sites_are_measured_against_contracts():
    # 0.95 x 1 x (2 - 0.5 x 1.1) = 1.3775 USD an hour for 10 H100e: 0.01006 USD m a month
    world = bare_world(usable_share=0.95, integration_overhead_share=0.1)
    put_site(world, 0, 10.0, lab=True, retire=10)
    world.labs["used_share"] = 1.0
    survey(world)
    assert world.market["stranded_usd_m"][0] == 0.0
    world.market["contract_price_usd_per_h100e_hour"] = 1.9
    survey(world)
    assert world.market["stranded_own_usd_m"][0] == world.market["stranded_usd_m"][0] == pytest.approx(0.1)


def test_the_books_balance_where_sites_are_scrapped():
    rules = {"refresh_rule": "worth_less_than_scrap", "running_cost_rule": "vintage", "scrap_share": 0.3}
    market = ComputeMarket(load_scenario("small", {f"parameters.{name}": rules[name] for name in rules}), seed=2).run(
        48
    )
    assert market.history.market["retired_early_h100e"].sum() > 0.0
