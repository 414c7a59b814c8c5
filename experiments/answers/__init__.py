"""Answers: what sweeps say of a question, with intervals, and the verdict on what was expected."""
