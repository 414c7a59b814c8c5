"""The hand-written pages are true: snippets run, names exist, nothing declared is left out, links resolve."""

import ast
import re
from pathlib import Path

import pytest

from experiments.docs_model import MARKED, MODEL_PAGE, PHASES, anchor
from model import load_scenario
from model.money import transfer
from model.parameters import PARAMETERS
from model.state import EXTERNAL_ACCOUNTS, World

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SUBMODELS = [DOCS / "model" / f"{phase}.md" for phase in PHASES]
WRITTEN = [ROOT / "README.md", ROOT / "CHANGELOG.md", DOCS / MODEL_PAGE, *SUBMODELS]
WRITTEN += [DOCS / f"{name}.md" for name in ("design", "glossary", "extend", "scenarios")]
PAGES = [*WRITTEN[:2], ROOT / "data" / "LICENSES.md", *sorted(DOCS.rglob("*.md"))]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(r"/(work|home|root|tmp|Users|var)/|\blocalhost\b")
PROCESS = re.compile(r"\b(sessions?|helpers?|worktrees?|tickets?|issues?|pull requests?|TODO|FIXME)\b", re.IGNORECASE)
NO_UNIT = "no unit"


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.name)


def told(path):
    """Return what was written by hand of a page of the model."""
    return MARKED.sub("", path.read_text(encoding="utf-8"))


def section(path, title):
    """Return a section of a page, without those below the next heading of its rank."""
    _, _, text = path.read_text(encoding="utf-8").partition(f"## {title}\n")
    assert text, title
    return re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0]


def prose(text):
    """Return a page without its code blocks."""
    return FENCE.sub("", text)


def backticked(text):
    """Return what stands in backticks outside code blocks."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def source_words():
    """Return every identifier and word of the code and the configuration."""
    paths = [path for folder in ("agents", "model", "experiments", "conf") for path in (ROOT / folder).rglob("*.py")]
    paths += [*(ROOT / "conf").rglob("*.yaml"), ROOT / "pyproject.toml", ROOT / "Makefile"]
    words = set(re.findall(r"[A-Za-z_]\w*", " ".join(path.read_text(encoding="utf-8") for path in paths)))
    return words | {path.stem for path in paths}


def anchors(path):
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(path.read_text(encoding="utf-8")), re.MULTILINE)
    return {anchor(title) for title in titles}


def calls_of(function):
    """Return the names a function of model/month.py calls, in order."""
    tree = ast.parse((ROOT / "model" / "month.py").read_text(encoding="utf-8"))
    body = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    return [statement.value.func.id for statement in body.body if isinstance(statement.value, ast.Call)]


def snippets(path, language="python"):
    """Return the code blocks of a page in one language."""
    return [code for name, code in FENCE.findall(path.read_text(encoding="utf-8")) if name == language]


@pytest.mark.all
@named([ROOT / "README.md", ROOT / "docs" / "extend.md", ROOT / "docs" / "paper.md"])
def test_python_snippets_run(path, capsys):
    assert snippets(path)
    for code in snippets(path):
        exec(compile(code, path.name, "exec"), {"__name__": path.stem})
    assert capsys.readouterr().out


def test_the_scenario_of_extend_can_be_loaded(tmp_path):
    (block,) = snippets(ROOT / "docs" / "extend.md", "yaml")
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text(block)
    scenario = load_scenario("mine", conf_dir=tmp_path)
    assert scenario.labs["anthropic"]["surge_start_month"] == 0
    assert scenario.parameters["competition_neglect_share"] == 0


def test_every_parameter_is_told_in_a_submodel():
    named = {name for path in SUBMODELS for name in backticked(told(path))}
    assert {parameter.name for parameter in PARAMETERS} <= named


def test_units_in_the_pages_of_the_model_are_those_declared():
    units = {parameter.name: NO_UNIT if parameter.unit == "-" else parameter.unit for parameter in PARAMETERS}
    text = " ".join(" ".join(prose(told(path)) for path in (DOCS / MODEL_PAGE, *SUBMODELS)).split())
    pairs = [(name, unit) for name, unit in re.findall(r"`(\w+)` \(([^)]+)\)", text) if name in units]
    assert {name for name, _ in pairs} >= units.keys() - plain_months(), units.keys() - {name for name, _ in pairs}
    wrong = {(name, unit, units[name]) for name, unit in pairs if unit != units[name]}
    assert not wrong


def test_every_choice_is_told_in_a_submodel():
    words = "".join(map(told, SUBMODELS))
    assert [choice for parameter in PARAMETERS for choice in parameter.choices[1:] if choice not in words] == []


def test_every_scenario_and_population_is_told():
    words = (DOCS / "scenarios.md").read_text(encoding="utf-8")
    names = [path.stem for folder in ("scenario", "population") for path in (ROOT / "conf" / folder).glob("*.yaml")]
    assert [name for name in names if f"`{name}`" not in words] == []


def test_the_pages_of_the_model_have_the_order_of_the_month():
    links = LINK.findall(section(DOCS / MODEL_PAGE, "7 Submodels"))
    assert [link for link in links if link.endswith(".md") and link.startswith("model/")] == [
        f"model/{phase}.md" for phase in PHASES
    ]


def plain_months():
    """Return the parameters that the page names together, with one unit for all."""
    return {parameter.name for parameter in PARAMETERS if parameter.name.startswith("delivery_")}


@named(WRITTEN)
def test_names_in_backticks_exist(path):
    words = source_words()
    for text in backticked(path.read_text(encoding="utf-8")):
        for name in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text):
            assert name in words or name in {"my_conf", "no_surge"}, f"{name} in `{text}`"


@named(WRITTEN)
def test_files_in_backticks_exist(path):
    for text in backticked(path.read_text(encoding="utf-8")):
        if re.fullmatch(r"(agents|model|conf|data|experiments|docs|tests)/[\w/.-]*", text) and "NAME" not in text:
            assert (ROOT / text).exists(), text


def test_the_month_is_told_in_its_order():
    table = section(DOCS / MODEL_PAGE, "3 Process overview and scheduling")
    calls = [line.split("|")[2] for line in table.splitlines() if line.startswith("|")]
    assert [name for cell in calls for name in re.findall(r"`(\w+)`", cell)] == calls_of("month")


def test_every_table_and_account_is_told():
    state = section(DOCS / MODEL_PAGE, "2 Entities, state variables and scales")
    assert set(World._fields) <= set(backticked(state))
    assert f"{len(World._fields)} structured arrays" in state
    flows = section(DOCS / "model" / "settle.md", "Closed money")
    assert [account for account in EXTERNAL_ACCOUNTS if account.replace("_", " ") not in flows] == []


def test_every_flow_of_money_is_told():
    """Each pair of payer and receiver in the code is one of the page's flows."""
    calls = [call for path in (ROOT / "model").glob("*.py") for call in transfers(path)]
    assert len(calls) > 15
    flows = section(DOCS / "model" / "settle.md", "Closed money")
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in flows.splitlines() if line.startswith("| ")]
    for payer, receiver in calls:
        assert any(payer in row[0] and receiver in row[1] for row in rows), (payer, receiver)


def transfers(path):
    """Return payer and receiver of every transfer in a file, as the page names them; `row` is a firm of either side."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == transfer.__name__:
            yield tuple(party(argument) for argument in node.args[:2])


def party(argument):
    text = ast.unparse(argument)
    account = re.fullmatch(r"world\.accounts\[(\w+)\]", text)
    if account:
        return account[1].lower().replace("_", " ")
    return "supplier" if "supplier" in text else "lab"


@named(PAGES)
def test_links_resolve(path):
    for target in LINK.findall(prose(path.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


@named(PAGES)
def test_no_machine_is_named(path):
    assert not MACHINE.search(path.read_text(encoding="utf-8"))


@named(WRITTEN)
def test_no_word_tells_how_the_text_came_about(path):
    assert not PROCESS.search(path.read_text(encoding="utf-8"))


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120
