"""The handle of a lab, and the subclass that the documentation shows."""

import numpy as np
import pytest

from agents.lab import LAB_COLUMNS, Lab
from agents.supplier import Supplier
from model import ComputeMarket
from tests.worlds import digest

pytestmark = pytest.mark.all

LAB_ACTIONS = ("plan", "bid", "bid_spot", "price_service", "learn")


class CautiousLab(Lab):
    """Asks for half of what the compiled strategy would."""

    def plan(self):
        super().plan()
        for column in ("build_h100e", "lease_h100e", "partner_h100e", "open_h100e"):
            self.requirements[column] *= 0.5
        self.row["planned_build_h100e"] *= 0.5


def plans_of(small, **classes):
    """Return every lab's plan of month 0, as the first supplier sees them."""
    seen = []

    class Onlooker(Supplier):
        def quote(self):
            if not seen:
                seen.append(self.tables.requirements.copy())
            super().quote()

    ComputeMarket(small, supplier_classes={"azure": Onlooker}, **classes).step()
    return seen[0]


def test_a_cautious_lab_asks_for_half_and_only_its_own_plan_changes(small):
    usual, cautious = plans_of(small), plans_of(small, lab_classes={"google_deepmind": CautiousLab})
    assert (usual["open_h100e"][2] > 0.0).all()
    assert cautious["open_h100e"][2] == pytest.approx(0.5 * usual["open_h100e"][2])
    assert np.delete(cautious, 2, axis=0).tobytes() == np.delete(usual, 2, axis=0).tobytes()
    for untouched in ("forecast_h100e", "coverage_h100e", "spot_h100e"):
        assert (cautious[untouched] == usual[untouched]).all()


def test_caution_has_consequences():
    signed, ample = [], {"suppliers.azure.installed_h100e": 2e7, "suppliers.aws.installed_h100e": 2e7}
    for classes in ({}, {"google_deepmind": CautiousLab}):
        deals = ComputeMarket("small", overrides=ample, lab_classes=classes).run(1).contracts()
        signed.append(deals.filter(lab="google_deepmind", signed_month=0)["capacity_h100e"].sum())
    assert signed[0] > 0.0
    assert signed[1] == pytest.approx(0.5 * signed[0])


@pytest.mark.parametrize("action", LAB_ACTIONS)
def test_every_action_can_be_overridden(small, action):
    calls = []

    def act(self):
        calls.append(self.index)
        getattr(super(counting, self), action)()

    counting = type("CountingLab", (Lab,), {action: act})
    keys = dict.fromkeys([*small.labs, "entrants"], counting)
    plain, counted = ComputeMarket(small).run(3), ComputeMarket(small, lab_classes=keys).run(3)
    assert digest(plain.history) == digest(counted.history)
    assert calls == [0, 1, 2, 3] * 3


def test_a_handle_is_a_view_of_its_row(small):
    market = ComputeMarket(small)
    lab = next(iter(market.labs))
    assert (lab.name, lab.firm_id) == ("OpenAI", 1)
    lab.row["cash_usd_m"] += 5.0
    assert market.world.labs["cash_usd_m"][0] == lab.row["cash_usd_m"]
    lab.requirements["open_h100e"] = 3.0
    lab.pairs["asked_rank"] = 2
    assert (market.world.requirements["open_h100e"][0] == 3.0).all()
    assert (market.world.pairs["asked_rank"][0] == 2).all()
    assert (market.world.pairs["asked_rank"][1] != 2).all()


def test_columns_are_declared_once():
    names = [column.name for column in LAB_COLUMNS]
    assert len(names) == len(set(names))
    assert all(np.isfinite(column.given[:2]).all() for column in LAB_COLUMNS if column.given)
