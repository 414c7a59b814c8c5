"""The shape of the code: who may import whom, how long things may be, what must be explained, units in names."""

import ast
import csv
import functools
import sys
from pathlib import Path

import pytest

import model
from agents.compiling import without_rules
from agents.labs import STRATEGIES
from agents.suppliers import KINDS
from model.parameters import PARAMETERS
from model.state import TABLE_COLUMNS

ROOT = Path(__file__).parents[1]
LAYERS = ("agents", "model", "experiments")
"""From the inside out; a layer knows only those before it."""
OTHERS = ("benchmarks", "conf", "data", "tests")
CODE = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
ALL = sorted(path for folder in (*LAYERS, *OTHERS) for path in (ROOT / folder).rglob("*.py"))

MAY_IMPORT = {
    "mesa": ("agents/lab.py", "agents/supplier.py", "model/market.py"),
    "hydra": ("model/scenario.py", "experiments/"),
    "omegaconf": ("model/scenario.py", "experiments/"),
    "polars": ("model/tables.py", "model/ensemble.py", "model/market.py", "experiments/"),
    "networkx": ("model/graph.py", "model/market.py", "model/regions.py", "experiments/"),
    "joblib": ("model/ensemble.py", "experiments/"),
    "numba": ("agents/compiling.py", "agents/linking.py", "agents/pointers.py", "experiments/"),
    "llvmlite": ("agents/compiling.py", "agents/pointers.py"),
    "matplotlib": ("experiments/",),
    "rich": ("experiments/",),
    "solara": ("experiments/view/",),
    "uvicorn": ("experiments/view/server.py",),
}
"""Where each library may be imported; a name that ends in / is a folder."""
LUCK = {"random", "secrets", "time", "datetime", "uuid"}
"""Modules whose results differ from run to run; agents and model draw from model/luck.py alone."""

LINES_OF_FILE, LINES_OF_FUNCTION, LINES_OF_COMPILED_FUNCTION = 400, 40, 60


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Return the dotted names of every module that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively"
            found.add(str(node.module))
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in imports(path)}


each_file = pytest.mark.parametrize("path", CODE, ids=name)


@each_file
def test_imports_point_inwards(path):
    layer = path.relative_to(ROOT).parts[0]
    outer = {*LAYERS[LAYERS.index(layer) + 1 :], "benchmarks", "tests"}
    assert not packages(path) & outer


@each_file
def test_agents_know_only_agents(path):
    if path.relative_to(ROOT).parts[0] == "agents":
        assert not packages(path) & {"model", "experiments", "conf", "data"}


@each_file
def test_libraries_stay_where_they_belong(path):
    third_party = packages(path) - set(sys.stdlib_module_names) - {*LAYERS, *OTHERS}
    for library in third_party & set(MAY_IMPORT):
        places = MAY_IMPORT[library]
        assert any(name(path) == place or (place[-1] == "/" and name(path).startswith(place)) for place in places)


@each_file
def test_luck_and_time_come_from_one_place(path):
    if path.relative_to(ROOT).parts[0] == "experiments":
        return
    assert not packages(path) & LUCK
    if "theory" in path.relative_to(ROOT).parts:
        return  # what is compared with the market must share none of its lines, and draws with a stated seed
    assert not [module for module in imports(path) if module.startswith("numpy.random")]
    uses = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute) and node.attr == "random"]
    assert not [node for node in uses if isinstance(node.value, ast.Name) and node.value.id in {"np", "numpy"}]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_files_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_FILE


def lines_without_docstring(function: ast.FunctionDef) -> int:
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


@pytest.mark.parametrize("path", ALL, ids=name)
def test_functions_are_short(path):
    most = LINES_OF_COMPILED_FUNCTION if "agents.compiling" in imports(path) else LINES_OF_FUNCTION
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert not [function.name for function in functions if lines_without_docstring(function) > most]


def test_files_left_out_of_the_compile_cache_hold_no_rules():
    """Nothing in them is compiled, and no file with rules takes anything from them, not even through `model` itself."""
    outside = {path for path in without_rules() if path in CODE}
    assert outside == set(without_rules())
    assert len(outside) > 20
    assert not [name(path) for path in outside if imports(path) & {"agents.compiling", "numba"}]
    nodes = [node for path in outside for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    marks = {ast.unparse(mark).rpartition(".")[2] for node in nodes for mark in node.decorator_list}
    assert not marks & {"rule", "inner", "stage", "njit"}
    modules = {name(path).removesuffix(".py").replace("/", ".") for path in outside}
    taken = modules | {"model.theory"} | {f"model.{public}" for public in model.__all__}
    counted = {path for path in CODE if path.relative_to(ROOT).parts[0] != "experiments"} - outside
    counted -= {ROOT / "model" / "__init__.py"}
    assert not [name(path) for path in counted if imports(path) & taken]


def public(path: Path) -> list[ast.AST]:
    """Return the public functions, classes and methods of a file."""
    found, stack = [], [tree(path)]
    while stack:
        for node in stack.pop().body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name[0] != "_":
                found.append(node)
                if isinstance(node, ast.ClassDef):
                    stack.append(node)
    return found


@each_file
def test_everything_public_is_explained(path):
    assert ast.get_docstring(tree(path)), "the module has no docstring"
    assert not [node.name for node in public(path) if not ast.get_docstring(node)]


@each_file
def test_everything_public_is_typed(path):
    for node in public(path):
        if isinstance(node, ast.ClassDef):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments += [argument for argument in (node.args.vararg, node.args.kwarg) if argument]
        untyped = [argument.arg for argument in arguments if argument.annotation is None]
        assert set(untyped) <= {"self", "cls"}, f"{node.name}: {untyped}"
        assert node.returns is not None, f"{node.name} does not say what it returns"


# --- declarations ---

SOURCES = {
    row["id"] for row in csv.DictReader((ROOT / "data" / "sources.csv").read_text(encoding="utf-8").splitlines())
}


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_a_parameter_is_declared_in_full(parameter):
    low, high = parameter.plausible_range
    assert parameter.low <= low <= high <= parameter.high
    assert low < high or parameter.choices
    assert parameter.low <= parameter.default <= parameter.high
    assert low <= parameter.default <= high
    assert parameter.unit
    assert len(parameter.meaning) > 5
    assert parameter.source == "J" or parameter.source in SOURCES
    if parameter.kind is int:
        assert parameter.default == int(parameter.default)
    if parameter.choices:
        assert (parameter.low, parameter.high) == (0, len(parameter.choices) - 1)


def test_no_two_declarations_share_a_name():
    for columns in (*TABLE_COLUMNS.values(), PARAMETERS):
        names = [column.name for column in columns]
        assert len(names) == len(set(names))


NAMED_UNITS = {
    "USD/H100e-hour": ("_usd_per_h100e_hour",),
    "USD/H100e-hour/month": ("_usd_per_h100e_hour_month",),
    "USD/H100e": ("_usd_per_h100e",),
    "USD m": ("_usd_m",),
    "USD m/month": ("_usd_m",),
    "H100e": ("_h100e",),
    "H100e/month": ("_h100e", "_h100e_per_month"),
    "H100e-months": ("_h100e_months",),
    "kW/H100e": ("_kw_per_h100e",),
    "MW/month": ("_mw_per_month",),
    "MW": ("_mw",),
    "USD/MWh": ("_usd_per_mwh",),
    "ms": ("_ms",),
    "months": ("_months",),
    "month": ("month",),
    "share": ("_share", "_weight"),
    "x/year": ("_x_per_year",),
    "1/year": ("_per_year",),
    "1/month": ("_per_month", "_smoothing"),
    "ln/month": ("_per_month",),
    "ln/month^0.5": ("_per_root_month",),
    "ln": ("_log",),
    "ln^2": ("_log",),
    "ln/year^0.5": ("_per_root_year",),
    "USD/hour": ("_usd_per_hour",),
    "USD^2": ("_usd2",),
    "1/USD^2": ("_per_usd2",),
    "1/round": ("_per_round",),
    "rounds": ("_rounds",),
}
"""How a name ends by unit."""
NAMED_OTHERWISE = {"months", "months_ahead", "months_since_round", "share_of_supply", "fringe_share_of_stock"}
"""Names with their unit in the middle, at the front or alone."""


@pytest.mark.parametrize("table", [*TABLE_COLUMNS, "parameters"])
def test_a_name_ends_with_its_unit(table):
    for declared in TABLE_COLUMNS.get(table, PARAMETERS):
        assert declared.unit
        assert declared.meaning
        if declared.unit in NAMED_UNITS and declared.name not in NAMED_OTHERWISE:
            assert declared.name.endswith(NAMED_UNITS[declared.unit]), f"{declared.name} is in {declared.unit}"


@pytest.mark.parametrize("table", [*TABLE_COLUMNS, "parameters"])
def test_a_name_promises_no_other_unit(table):
    """A name that ends with a unit is in that unit: the longest ending that fits counts."""
    units_of = {}
    for unit, endings in NAMED_UNITS.items():
        for ending in endings:
            units_of.setdefault(ending, set()).add(unit)
    for declared in TABLE_COLUMNS.get(table, PARAMETERS):
        ending = max((end for end in units_of if declared.name.endswith(end)), key=len, default=None)
        if ending not in {None, "_weight", "_log", "_smoothing"}:
            assert declared.unit in units_of[ending], f"{declared.name} is in {declared.unit}"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_strategy_has_a_file_of_its_name(strategy):
    assert (ROOT / "agents" / "labs" / f"{strategy}.py").is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_supplier_has_a_file_of_its_name(kind):
    assert (ROOT / "agents" / "suppliers" / f"{kind}.py").is_file()
