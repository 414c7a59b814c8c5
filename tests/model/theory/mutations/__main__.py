"""Plant every error in turn and print as JSON which rows noticed; run with NUMBA_DISABLE_JIT=1."""

import functools
import importlib
import inspect
import json
import sys
import time
from types import FunctionType

from model.theory import BENCHMARKS
from model.theory.benchmark import values_of
from tests.model.theory.mutations import MUTATIONS
from tests.model.theory.mutations.mutation import Mutation

OURS = ("agents", "model")


def verdicts(name, values):
    """Return row by row whether a benchmark passes."""
    benchmark = next(benchmark for benchmark in BENCHMARKS if benchmark.name == name)
    outcome = benchmark.ask(values_of(benchmark, values))
    return {quantity.name: quantity.passed for quantity in outcome.quantities}


@functools.cache
def source_of(name):
    return inspect.getsource(importlib.import_module(name))


def changed_functions(mutation):
    """Return the functions of a module that a mutation changes, as they are and as they become."""
    module, source = importlib.import_module(mutation.module), source_of(mutation.module)
    count = source.count(mutation.old)
    if count != 1:
        raise SystemExit(f"{mutation.module} holds '{mutation.old}' {count} times, not once")
    names = {"__name__": mutation.module, "__file__": module.__file__}
    exec(compile(source.replace(mutation.old, mutation.new), module.__file__, "exec"), names)
    pairs = [(getattr(module, name), value) for name, value in names.items() if isinstance(value, FunctionType)]
    own = [(old, new) for old, new in pairs if new.__module__ == mutation.module]
    return [(old, new) for old, new in own if old.__code__ != new.__code__]


def exchange(old, new):
    """Put one function in the place of another, wherever it was imported."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for attribute, value in list(vars(module).items()):
                if value is old:
                    setattr(module, attribute, new)


def notices(mutation):
    """Return whether the row is outside with the error planted; an exception counts as noticed."""
    pairs = changed_functions(mutation)
    if not pairs:
        raise SystemExit(f"'{mutation.new}' changes no function of {mutation.module}")
    for old, new in pairs:
        exchange(old, new)
    try:
        return verdicts(mutation.benchmark, mutation.values).get(mutation.row) is False
    except (RuntimeError, ValueError, ArithmeticError, IndexError):
        return True
    finally:
        for old, new in pairs:
            exchange(new, old)


def main():
    """Print per error whether its row was right before, whether it noticed, and the seconds that took."""
    before, results = {}, []
    chosen = [m for m in MUTATIONS if len(sys.argv) < 2 or sys.argv[1] in m.benchmark]
    for mutation in chosen:
        key = json.dumps([mutation.benchmark, mutation.values])
        if key not in before:
            before[key] = verdicts(mutation.benchmark, mutation.values)
        started = time.perf_counter()
        noticed = notices(mutation)
        told = Mutation(*mutation[:5])._asdict() | {"noticed": noticed, "seconds": time.perf_counter() - started}
        results.append(told | {"right": before[key].get(mutation.row)})
    print(json.dumps(results))


if __name__ == "__main__":
    main()
