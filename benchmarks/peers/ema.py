"""EMA Workbench's runners on y = x1 x2 + x3: seconds for so many experiments, as one line of JSON.

Run by `bazaar bench part=sweep` in an environment of its own: `python ema.py EXPERIMENTS PROCESSES`.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome, SequentialEvaluator  # noqa: E402


def trivial(x1: float = 0.0, x2: float = 0.0, x3: float = 0.0) -> dict:
    """Return hardly any work."""
    return {"y": x1 * x2 + x3}


def main(experiments: int, processes: int) -> None:
    """Time so many experiments over so many processes."""
    model = Model("trivial", function=trivial)
    model.uncertainties = [RealParameter(name, 0.0, 1.0) for name in ("x1", "x2", "x3")]
    model.outcomes = [ScalarOutcome("y")]
    make = (
        SequentialEvaluator if processes == 1 else lambda model: MultiprocessingEvaluator(model, n_processes=processes)
    )
    with make(model) as evaluator:
        evaluator.perform_experiments(scenarios=100)
        begin = time.perf_counter()
        evaluator.perform_experiments(scenarios=experiments)
        seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
