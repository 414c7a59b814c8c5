"""Sweeps: scenarios over the points of a design, each under the same luck, and what they say."""
