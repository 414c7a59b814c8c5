"""Every setting of a sweep: what varies, and each arm's scenario with units, origins and sources, as YAML."""

from typing import Any

import yaml  # type: ignore[import-untyped]

from experiments.provenance import entry
from experiments.sweep.experiment import Experiment


def resolved_yaml(experiment: Experiment) -> str:
    """Return every setting of a sweep as YAML; what is the same in all arms is told once."""
    design = experiment.design
    head: dict[str, Any] = {
        "experiment": experiment.name,
        "question": experiment.question,
        "function": experiment.function,
        "months": experiment.months,
        "design": {"kind": design.kind, "points": len(design.points), "base": design.base, "levels": design.levels},
        "factors": {one.name: list(one.values or (one.low, one.high)) for one in experiment.ranges}
        or list(design.names),
        "runs": experiment.runs,
        "seed": experiment.seed,
        "luck": experiment.luck,
        "part_runs": experiment.part_runs,
        "tables": experiment.tables,
    }
    resolved = [] if experiment.function else [arm.scenario.resolved for arm in experiment.arms]
    first = resolved[0] if resolved else {}
    same = {name: given for name, given in first.items() if all(other.get(name) == given for other in resolved)}
    head["settings"] = {name: entry(given) for name, given in same.items()}
    head["arms"] = {
        arm.name: {
            "scenario": arm.scenario.name,
            "settings": {name: entry(given) for name, given in given_.items() if name not in same},
        }
        for arm, given_ in zip(experiment.arms, resolved, strict=False)
    }
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(head, Dumper=dumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=1000)
    return f"# Every setting of this sweep, its unit, who set it, and the sources that its line names.\n{text}"
