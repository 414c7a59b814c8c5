"""Why rows of the trust table are outside, in words: what was found by looking into the runs."""

MISSES: dict[str, str] = {}
"""By quantity; printed only where its row is outside."""
