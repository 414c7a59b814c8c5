"""Sourced tables: start values and what to compare with."""
