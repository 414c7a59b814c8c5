"""How agents form expectations of growth, and the two normal-distribution functions that their plans need.

Forecasts extrapolate the *growth rate*: rules on the level lag hopelessly behind a market that doubles in a year.
"""

import math

from agents.compiling import rule


@rule
def learned(belief: float, observed: float, weight: float) -> float:
    """Return the adaptive expectation: belief + weight (observed - belief). Nerlove (1958)."""
    return belief + weight * (observed - belief)


@rule
def expected_growth_log(growth: float, trend: float, persistence: float, months: float) -> float:
    """Return the log growth expected over `months`: the trend, plus a departure from it that dies out.

    g_bar h + (g - g_bar) phi (1 - phi^h) / (1 - phi), with growth g, trend g_bar (ln a month) and persistence phi.
    """
    fading = persistence * (1.0 - math.exp(months * math.log(max(persistence, 1e-12)))) / (1.0 - persistence)
    return trend * months + (growth - trend) * fading


@rule
def faded_log(start: float, long_run: float, half_life_months: float, month: float) -> float:
    """Return ln of a yearly factor that fades from `start` to `long_run` with a half-life."""
    weight = math.exp(-math.log(2.0) * month / half_life_months)
    return math.log(long_run) + (math.log(start) - math.log(long_run)) * weight


@rule
def normal_above(z: float) -> float:
    """Return the probability that a standard normal variable exceeds `z`."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


@rule
def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile; relative error below 1.2e-9 (rational approximation of Acklam, 2003).

    `probability` is clipped to [1e-12, 1 - 1e-12].
    """
    p = min(max(probability, 1e-12), 1.0 - 1e-12)
    if p < 0.02425:
        return _normal_tail(math.sqrt(-2.0 * math.log(p)))
    if p > 1.0 - 0.02425:
        return -_normal_tail(math.sqrt(-2.0 * math.log(1.0 - p)))
    q = p - 0.5
    r = q * q
    above = (((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.3577518672690) * r
    above = ((above - 30.66479806614716) * r + 2.506628277459239) * q
    below = (((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r
    return above / ((below - 13.28068155288572) * r + 1.0)


@rule
def _normal_tail(q: float) -> float:
    """Return the quantile in the lower tail, from q = sqrt(-2 ln p)."""
    above = (((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q
    above = (above + 4.374664141464968) * q + 2.938163982698783
    below = (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q
    return above / (below + 1.0)
