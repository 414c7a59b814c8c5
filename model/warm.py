"""Compile every rule now and keep the result on disk: `python -m model.warm`."""

from model import ComputeMarket, Ensemble


def compile_everything() -> None:
    """Run two months both ways, so that whatever a later process calls is compiled already."""
    next(Ensemble("small", runs=1, months=2).histories())
    ComputeMarket("small").run(2)


if __name__ == "__main__":
    compile_everything()
