"""What every test may use: hypothesis profiles, the scenario `small`, and a warm compile cache."""

import os

import pytest
from hypothesis import HealthCheck, settings

from model import Ensemble, load_scenario

slow_start = [HealthCheck.too_slow]
"""The first example of a property may compile a kernel."""

settings.register_profile("here", deadline=None, max_examples=60, suppress_health_check=slow_start)
settings.register_profile("ci", deadline=None, max_examples=60, suppress_health_check=slow_start, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def small():
    """The scenario `small`, loaded once; do not write to it."""
    return load_scenario("small")


@pytest.fixture(scope="session")
def warm(small):
    """Compile (or load) the whole month, so that nobody's first call is the one that compiles."""
    return next(Ensemble(small, runs=1, months=1).histories())
