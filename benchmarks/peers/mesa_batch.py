"""Mesa's batch runner on y = x1 x2 + x3: seconds for so many runs of one step, as one line of JSON.

Run by `bazaar bench part=sweep` in a process of its own: `python mesa_batch.py RUNS PROCESSES`.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")

import mesa  # noqa: E402


class Trivial(mesa.Model):
    """A model of one step that says a product and a sum."""

    def __init__(self, x1: float = 0.0, x2: float = 0.5, x3: float = 0.5, rng: int | None = None) -> None:
        super().__init__(rng=rng)
        self.x = x1, x2, x3
        self.datacollector = mesa.DataCollector(
            model_reporters={"y": lambda model: model.x[0] * model.x[1] + model.x[2]}
        )

    def step(self) -> None:
        """Collect, and end."""
        self.datacollector.collect(self)
        self.running = False


def main(runs: int, processes: int) -> None:
    """Time so many runs over so many processes."""
    values = {"x1": [number / runs for number in range(runs)]}
    begin = time.perf_counter()
    mesa.batch_run(Trivial, values, number_processes=processes, max_steps=1, display_progress=False)
    print(json.dumps({"seconds": time.perf_counter() - begin}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
