"""What we ask of the model."""

from typing import Any

__all__ = ["load"]


def __getattr__(name: str) -> Any:
    """Import `load` when it is asked for: it brings polars, which `bazaar --help` can do without."""
    if name == "load":
        from experiments.store import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
