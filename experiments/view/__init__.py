"""`bazaar view`: the market in a browser. Panels draw, the page shows them, a game knows what was done by hand."""
