"""The tables in the pages of the model: entities, selectable rules and parameters, each between two markers."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from experiments.markdown import table
from experiments.report import exact
from model.parameters import PARAMETERS, Parameter
from model.state import DTYPES, Capacity, World, table_shape

MODEL_PAGE = "model.md"
PHASES = ("open", "demand", "plan", "quote", "bargain", "spot", "operate", "settle", "invest", "enter", "learn")
"""The pages of the submodels, in the order of the month."""

MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

ROWS = {
    "parameters": ("the parameters of the rules", "birth"),
    "market": ("what everybody can see: prices, sums, technology, counters", "stages"),
    "labs": ("a lab", "stages; its decision columns by itself"),
    "suppliers": ("a supplier", "stages; its decision columns by itself"),
    "requirements": ("a lab and a delivery month: forecast, coverage, what to build, lease and rent", "the lab"),
    "offers": ("a supplier and a delivery month: capacity, commitments, what is free", "the supplier; stages"),
    "pairs": ("a lab and a supplier: terms, risks, reservation prices, price, liking, tie", "both; stages"),
    "sites": ("capacity with an owner, an online and a retire month; an order is a site not yet online", "stages"),
    "contracts": ("a signed contract, until it ends", "stages"),
    "queue": ("a lab that waits for a hyperscaler", "stages"),
    "deals": ("a contract ever signed; never deleted", "stages"),
    "accounts": ("somebody outside the market who pays or is paid", "stages"),
    "bids": ("an order to buy in this month's spot market", "stages"),
    "asks": ("an order to sell in this month's spot market", "stages"),
    "sales": ("what a supplier sold in one of the last 36 months", "the supplier"),
    "grid": ("a side, a firm and a month: power from the queue that comes then, in a ring", "stages"),
    "ported": ("a lab and a family of chips: how much work it has ever moved there", "stages"),
    "events": ("a shock of the scenario: what, whom, when, how long", "birth; its last run by a stage"),
    "lab_template": ("what labs that enter later are like", "birth"),
    "supplier_templates": ("what suppliers of a kind that enter later are like", "birth"),
    "forwards": ("what a lab, a supplier or the traders hold forward for a month, in a ring", "stages"),
    "regions": ("a region: users, sites, power, service, price; one that says nothing where none is named", "stages"),
    "routes": ("a region with capacity and one of users: latency, the next region on the way, the link", "stages"),
    "lab_regions": ("a lab and a region: what its users want there, what it holds, serves and misses", "stages"),
    "market_aside": ("the market, put aside while a failure is tried", "stages"),
    "labs_aside": ("a lab, put aside while a failure is tried", "stages"),
    "suppliers_aside": ("a supplier, put aside while a failure is tried", "stages"),
    "agreements": ("a contract signed before the start", "the population"),
    "stakes": ("a stake between a lab and a supplier at the start", "the population"),
}
"""What a row of each table is, and who writes it."""

LENGTHS = {
    (101, 107): "labs",
    (103, 103): "suppliers",
    (103, 107): "firms of a side",
    (202, 214): "2 x labs",
    (206, 206): "2 x suppliers",
    (109, 109): "sites",
    (113, 113): "contracts",
    (127, 127): "queue",
    (131, 131): "deals",
    (137, 137): "events",
    (139, 139): "regions",
}
"""Names of the lengths that a table has in two worlds, one with more suppliers than labs and one with fewer."""
WORLDS = (Capacity(101, 103, 109, 113, 127, 131, 137, 139), Capacity(107, 103, 109, 113, 127, 131, 137, 139))


def entities_table() -> list[str]:
    """Return the table of all tables of a world: shape, columns, what a row is, who writes it."""
    rows = ((f"`{name}`", shape(name), len(DTYPES[name].names or ()), *ROWS[name]) for name in World._fields)
    return table(("table", "rows", "columns", "a row is", "written by"), rows)


def shape(name: str) -> str:
    """Return the shape of a table in words."""
    here, there = (table_shape(name, world) for world in WORLDS)
    return ", ".join(LENGTHS.get(lengths, str(lengths[0])) for lengths in zip(here, there, strict=True))


def rules_table(folder: Path) -> list[str]:
    """Return the table of selectable rules: parameter, default, the other choices, and where it is told."""
    rows = []
    for parameter in PARAMETERS:
        if parameter.choices:
            default, *others = (f"`{choice}`" for choice in parameter.choices)
            rows.append((f"`{parameter.name}`", default, ", ".join(others), told_under(parameter.name, folder)))
    return table(("parameter", "default", "other choices", "told under"), rows)


def told_under(name: str, folder: Path) -> str:
    """Return a link to the section that tells of a selectable rule, the first that gives its unit."""
    for phase in PHASES:
        for section in re.split(r"^## ", written(folder / "model" / f"{phase}.md"), flags=re.MULTILINE)[1:]:
            if re.search(rf"`{name}`\s\(", section):
                title = section.partition("\n")[0]
                return f"[{title.partition(' (`')[0]}](model/{phase}.md#{anchor(title)})"
    raise ValueError(f"no page of the model tells of {name}")


def anchor(title: str) -> str:
    """Return the anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def written(path: Path) -> str:
    """Return the text of a page without its generated tables."""
    return MARKED.sub("", path.read_text(encoding="utf-8"))


def parameters_table(path: Path) -> list[str]:
    """Return the table of the parameters that the text of a page names, in the order of their declaration."""
    named = set(re.findall(r"`(\w+)`", FENCE.sub("", written(path))))
    head = ("parameter", "default", "unit", "bounds", "plausible", "source")
    return table(head, (parameter_cells(parameter) for parameter in PARAMETERS if parameter.name in named))


def parameter_cells(parameter: Parameter) -> tuple[str, ...]:
    """Return the cells of a parameter's line."""
    name = f"`{parameter.name}`"
    if parameter.choices:
        return name, f"`{parameter.choices[int(parameter.default)]}`", "-", "a choice", "", parameter.source
    low, high = parameter.plausible_range
    bounds, plausible = f"{exact(parameter.low)} to {exact(parameter.high)}", f"{exact(low)} to {exact(high)}"
    return name, exact(parameter.default), parameter.unit, bounds, plausible, parameter.source


def model_page(name: str, folder: Path) -> str:
    """Return a page of the model with its generated tables made anew."""
    path = folder / name
    tables: dict[str, Callable[[], list[str]]] = {
        "entities": entities_table,
        "rules": partial(rules_table, folder),
        "parameters": partial(parameters_table, path),
    }
    return filled(path, tables)


def filled(path: Path, tables: Mapping[str, Callable[[], list[str]]]) -> str:
    """Return a page with the tables that are marked in it made anew, each by the function of its name."""
    text = path.read_text(encoding="utf-8")
    return MARKED.sub(lambda match: match[1] + "\n".join(tables[match[2]]()) + match[3], text)


def model_pages(folder: Path) -> dict[str, Callable[[], str]]:
    """Return what writes each page of the model."""
    names = [MODEL_PAGE, *(f"model/{phase}.md" for phase in PHASES)]
    return {name: partial(model_page, name, folder) for name in names}
