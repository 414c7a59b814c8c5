"""Why rows of the trust table are outside, in words: what was found by looking into the runs."""

CYCLE = (
    "Four years after a high price there is a low one (autocorrelation about -0.5), and after eight a high one again "
    "(0.3): lead times and orders for the demand of today make a cycle of investment, which news of demand keeps going"
)

MISSES: dict[str, str] = {
    "from the surge to 5% more capacity than without it": (
        "Chips, not will. At the defaults orders exceed the supply of chips in the first year with the surge and "
        "without it, so that the same sites are ordered in both; makers answer slowly and their growth has a ceiling. "
        "All orders up to month 12 are 1% more than without the surge, up to month 20 5%, and sites take 15 months "
        "and more. The surge is also small by then: total need is a fifth more in its last month and a tenth more "
        "two years later, while capacity has more than tripled."
    ),
    "runs in which all 4 large labs are in business at the end": (
        "OpenAI or Anthropic, never the labs with a parent. In most of these runs the lab holds contracts for 1.2 to "
        "4.5 times what it needs, signed for growth that did not come and paid whether used or not, while investors "
        "lend on growth alone. In most it also fails, or the other does, without the surge."
    ),
    "suppliers that fail or leave, of all suppliers": (
        "Five years are too short for it. At the defaults the price falls below full cost in the third year, but by "
        "then suppliers have earned 1.4 to 2 times what they pay, their contracts run for three to five years at the "
        "prices of the boom, the hyperscalers have parents, and the model knows neither "
        "dividends nor taxes nor lenders who refuse. In ten years, without the surge, about one supplier a run fails."
    ),
    "slack: volatility of the contract price": (
        "Hardly from scarcity: the mean list price moves by 0.06 a year. The contract price is that of the deals which "
        "a month happens to bring, and its ratio to the list price moves by 0.13 with who signs with whom. Over draws "
        "it falls with more smoothing of deal prices, and under posted prices it is less than half of that under "
        "Nash bargaining."
    ),
    "stationary: months in which labs together ration": (
        f"The world without a trend is not calm. {CYCLE}. At the defaults three quarters of the months with "
        "rationing are in the fifth of months with the highest prices."
    ),
    "stationary: volatility of the contract price": (
        "The cycle is the smaller part of it: a mean over twelve months has a volatility below 0.08. The rest is from "
        "month to month, as in slack: list prices have 0.14, their ratio to contract prices 0.18."
    ),
    "stationary: lab-months in which a guard binds": (
        "Nearly two thirds of the cases are in a tenth of the draws, those in which enterprise customers hardly react "
        "to prices, so that labs alone give way at the top of the cycle. The scarcity markup of the service price is "
        "what binds, rarely the ceiling of the spot price."
    ),
    "no surge, 10 years: AI revenue / world GDP": (
        "Growth, not the market. How fast demand growth fades and what it fades to are drawn apart, and the two decide "
        "(rank correlations 0.76 and 0.71): with a half-life above 38 months no draw is inside; with one below 24 "
        "months and long-run growth below 1.25 the median is 0.01. Over ten years these two ranges together are "
        "wider than the world allows."
    ),
    "no surge, 10 years: AI power / world electricity": (
        "As the row on revenue: slow fades and high long-run growth (rank correlations 0.71 and 0.57). Its median is "
        "0.14 with a half-life above 38 months, and 0.03 where both are below their defaults."
    ),
}
"""By quantity; printed only where its row is outside."""
