"""Money moves between two accounts."""

from model.money import open_account, open_accounts, transfer
from tests.worlds import all_cash, bare_world


def test_a_transfer_has_a_payer_and_a_receiver():
    world = bare_world()
    transfer(world.labs[0], world.suppliers[1], 7.5)
    assert (world.labs["cash_usd_m"][0], world.labs["paid_usd_m"][0]) == (-7.5, 7.5)
    assert (world.suppliers["cash_usd_m"][1], world.suppliers["received_usd_m"][1]) == (7.5, 7.5)
    assert (world.labs["received_usd_m"][0], world.suppliers["paid_usd_m"][1]) == (0.0, 0.0)
    assert all_cash(world) == 0.0


def test_a_month_opens_with_its_balance_and_no_flows():
    world = bare_world()
    transfer(world.accounts[0], world.labs[0], 3.0)
    open_accounts(world)
    for table in (world.labs, world.suppliers, world.accounts):
        assert (table["opening_cash_usd_m"] == table["cash_usd_m"]).all()
        assert (table["received_usd_m"] == 0.0).all()
        assert (table["paid_usd_m"] == 0.0).all()
    row = world.labs[0]
    row["cash_usd_m"] = 9.0
    open_account(row)
    assert world.labs["opening_cash_usd_m"][0] == 9.0
