"""`bazaar explain`: why a lab, a supplier or the spot price did what it did in one month of one run."""
