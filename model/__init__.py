"""What the world does with decisions: the tables, the month, and the two ways to run it."""

from model.ensemble import Ensemble
from model.market import ComputeMarket
from model.scenario import BadRequest, load_scenario

__all__ = ["BadRequest", "ComputeMarket", "Ensemble", "load_scenario"]
