"""The figures, one script each; see `experiments/figures/all.py` for their order."""
