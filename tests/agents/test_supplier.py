"""The handle of a supplier."""

import pytest

from agents.supplier import SUPPLIER_COLUMNS, Hyperscaler, Neocloud, NonTraditionalSupplier, Supplier
from model import ComputeMarket
from tests.worlds import digest

pytestmark = pytest.mark.all

SUPPLIER_ACTIONS = ("consider_recall", "quote", "respond", "invest", "learn")


class DearSupplier(Supplier):
    """Asks twice the list price."""

    def quote(self):
        super().quote()
        self.row["list_price_usd_per_h100e_hour"] *= 2.0


def test_each_kind_has_its_class(small):
    market = ComputeMarket(small)
    assert [type(supplier) for supplier in market.suppliers] == [
        Hyperscaler,
        Hyperscaler,
        Neocloud,
        NonTraditionalSupplier,
    ]


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_dear_supplier_sells_less(small, seed):
    # to enterprises, who pay the list price, by its power of -0.4; of what they leave labs bargain for a part
    usual, dear = (
        ComputeMarket(small, seed=seed, supplier_classes=classes).run(18).history.suppliers[:18, 2]
        for classes in ({}, {"coreweave": DearSupplier})
    )
    dearer = dear["list_price_usd_per_h100e_hour"] / usual["list_price_usd_per_h100e_hour"]
    wanted = dear["enterprise_wanted_h100e"] / usual["enterprise_wanted_h100e"]
    assert dearer[-1] > 100.0
    assert wanted[1:] == pytest.approx(dearer[:-1] ** -0.4)
    assert dear["utilisation_share"].mean() < usual["utilisation_share"].mean()


@pytest.mark.parametrize("action", SUPPLIER_ACTIONS)
def test_every_action_can_be_overridden(small, action):
    calls = []

    def act(self):
        calls.append(self.index)
        getattr(super(counting, self), action)()

    counting = type("CountingSupplier", (Supplier,), {action: act})
    keys = dict.fromkeys([*small.suppliers, "entrants"], counting)
    plain, counted = ComputeMarket(small).run(3), ComputeMarket(small, supplier_classes=keys).run(3)
    assert digest(plain.history) == digest(counted.history)
    assert calls == [0, 1, 2, 3] * 3


def test_a_handle_is_a_view_of_its_row(small):
    market = ComputeMarket(small)
    supplier = next(iter(market.suppliers))
    assert (supplier.name, supplier.firm_id) == ("Microsoft Azure", 5)
    supplier.offers["free_h100e"] = 3.0
    assert (market.world.offers["free_h100e"][0] == 3.0).all()
    supplier.row["cash_usd_m"] = 1.0
    assert market.world.suppliers["cash_usd_m"][0] == 1.0


def test_columns_are_declared_once():
    names = [column.name for column in SUPPLIER_COLUMNS]
    assert len(names) == len(set(names))
