"""The real deals, as data/deals.csv tells them."""

import pytest

from experiments.deals import read_deals


def test_a_deal_has_its_bases_in_their_order():
    (deal,) = [deal for deal in read_deals() if deal.name == "colossus"]
    assert (deal.lab, deal.supplier) == ("anthropic", "spacex_colossus")
    assert [(b.basis, b.month, b.capacity_h100e) for b in deal.bases] == [
        ("early estimate", "2026-05", 275_796),
        ("filing", "2026-06", 515_861),
    ]


def test_a_range_of_values_is_one_of_prices():
    # 3e9 / (275,796 x 8,760) = 1.2417 and 4e9 / (275,796 x 8,760) = 1.6556; the filing gives one fee
    early, filing = read_deals()[0].bases
    assert early.value_usd_bn_per_year == [3, 4]
    assert early.price_usd_per_h100e_hour == pytest.approx([1.2417, 1.6556], rel=1e-4)
    assert (filing.value_usd_bn_per_year, filing.price_usd_per_h100e_hour) == ([15], [3.32])
    assert filing.capacity_h100e * 8760 * 3.32 / 1e9 == pytest.approx(15, rel=1e-3)
